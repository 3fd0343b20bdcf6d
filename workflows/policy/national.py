"""Who sends results to the national database, who reads what was sent, and until when (Art 26.1.d)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organization.actions import working_calendar
from organization.authority import Authority, has_role, units_by_role
from organization.models import AgencyRole, Person, Role, Unit
from organization.working_days import due_on
from workflows.errors import NotAllowed
from workflows.models import NationalBatch, NationalResult
from workflows.models.national import NationalResultQuerySet
from workflows.policy.visibility import headed_units

RULE = gettext_noop("Decree 335/2025, Art 26.1.d")
READING = (Role.UNIT_HR, Role.PROVINCE_HR, Role.AUDITOR)


@dataclass(frozen=True)
class SendingTerm:
    """Within how many days a result goes out. How they are counted is a policy: the decree says "05 ngày" only."""

    days: int
    working: bool
    basis: str
    standing: str

    def due_on(self, published: date) -> date:
        """The last day, counting from the day after the publication."""
        if self.working:
            return due_on(published, self.days, working_calendar())
        return published + timedelta(days=self.days)

    @property
    def every_day(self) -> bool:
        return not self.working

    @property
    def words(self) -> str:
        """The term as files and pages print it."""
        days = "ngày làm việc" if self.working else "ngày"
        return f"{self.days:02d} {days} kể từ ngày công bố ({self.basis})"


def sending_term() -> SendingTerm:
    """The term in force; which days count stands under review until the ministry has said it."""
    working = settings.NATIONAL_DAYS == "working"
    return SendingTerm(5, working, "Điểm d khoản 1 Điều 26 Nghị định số 335/2025/NĐ-CP", "under_review")


def reading_units(person: Person, on: date) -> set[int]:
    """Units whose figures and files the person reads: those he runs or audits, and the agencies that he heads."""
    held = units_by_role(person=person, on=on)
    return {unit for role in READING for unit in held.get(role, ())} | set(headed_units(person, on))


def require_reader(person: Person, on: date) -> set[int]:
    """The units whose figures he reads. Raises NotAllowed for whoever runs, heads and audits none."""
    units = reading_units(person, on)
    if not units:
        raise NotAllowed(
            _("Only personnel officers, heads and auditors read these figures."), rule=_("Role: personnel officer")
        )
    return units


def results(person: Person, on: date) -> NationalResultQuerySet:
    """Rows of the outbox of the agencies that the person reads."""
    return NationalResult.objects.filter(agency_id__in=reading_units(person, on))


def batches(person: Person, on: date) -> QuerySet[NationalBatch]:
    """Files whose whole content the person may read: made for a unit that is his, with all below it."""
    return NationalBatch.objects.filter(unit_id__in=reading_units(person, on))


def sending_roles() -> tuple[Role, ...]:
    """The province's personnel department; the agencies' own officers where the province has decided so."""
    own = (Role.UNIT_HR,) if settings.NATIONAL_SENT_BY_AGENCIES else ()
    return (Role.PROVINCE_HR, *own)


def sending_units(person: Person, on: date) -> QuerySet[Unit]:
    """The province, then its agencies, for which the person may make a file."""
    held = units_by_role(person=person, on=on)
    units = {unit for role in sending_roles() for unit in held.get(role, ())}
    found = Unit.objects.filter(pk__in=units, practice=False).exclude(agency_role=AgencyRole.DIRECTLY_USING)
    return found.order_by("agency_role", "position", "code")  # a file for all is the rule


def may_send(unit: Unit, by: Person, on: date) -> bool:
    return any(has_role(person=by, role=role, unit=unit, on=on) for role in sending_roles())


def require_sender(unit: Unit, by: Person, on: date) -> Authority:
    if not may_send(unit, by, on):
        raise NotAllowed(
            _("The personnel department of the province sends results to the national database."), rule=_(RULE)
        )
    return Authority.own(by)
