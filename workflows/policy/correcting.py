"""Who replaces or annuls a published result, ground by ground (Decree 335/2025, Art 10.2, 21.3, 22)."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organization.authority import Authority, delegators_of, find_authority, subtree_ids
from organization.models import AgencyRole, Appointment, Duty, Person, Scope, Unit
from workflows.errors import NotAllowed, Refused
from workflows.grounds import Power, power_needed
from workflows.models import EvaluationPeriod, Ground
from workflows.policy import rules, setup


def managing_agency(agency: Unit) -> Unit:
    """The nearest unit upward, the agency itself included, that manages its people; the agency where none does."""
    unit: Unit | None = agency
    while unit is not None and unit.agency_role != AgencyRole.MANAGING:
        unit = unit.parent
    return unit or agency


def deciding_agency(period: EvaluationPeriod, kind: str) -> Unit:
    """The agency whose head decides on this ground; its name stands over the decision."""
    managed = power_needed(period, kind) == Power.MANAGING
    return managing_agency(period.agency) if managed else period.agency


def correcting_authority(period: EvaluationPeriod, kind: str, by: Person, on: date) -> Authority | None:
    """The competent head's own power on this ground, or that power handed over by a document."""
    head = rules.head_of(deciding_agency(period, kind), on)
    if head is None:
        return None
    return find_authority(actor=by, holder=head.person, scope=Scope.DECIDE, unit=period.agency, on=on)


def grounds_open_to(period: EvaluationPeriod, by: Person, on: date) -> list[Ground]:
    """The grounds on which this person may decide anew."""
    return [kind for kind in Ground if correcting_authority(period, kind, by, on) is not None]


def require_corrector(period: EvaluationPeriod, kinds: Collection[str], by: Person, on: date) -> Authority:
    """The one power under which all these grounds are used. NotAllowed says whose it is."""
    agencies = {deciding_agency(period, kind) for kind in kinds}
    if len(agencies) > 1:
        raise Refused(
            _("These grounds belong to different heads: make a decision of each."),
            rule=_("Decree 335/2025, Art 21.3"),
        )
    for kind in kinds:
        authority = correcting_authority(period, kind, by, on)
        if authority is None:
            raise NotAllowed(who_decides(period, kind), rule=_("Decree 335/2025, Art 21.3"))
        found = authority
    return found


def who_decides(period: EvaluationPeriod, kind: str) -> str:
    """Whose act this ground takes, for a refusal that says how to go on."""
    agency = deciding_agency(period, kind)
    return _("On this ground the head of %(agency)s decides, or whoever holds his deciding power by a document.") % {
        "agency": agency.name
    }


def periods(by: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods whose corrections the person follows or makes: those he watches, and those of agencies he manages."""
    watched = setup.watched_periods(by, on).values("pk")
    return EvaluationPeriod.objects.filter(Q(pk__in=watched) | Q(agency_id__in=managed_agencies(by, on)))


def managed_agencies(by: Person, on: date) -> set[int]:
    """Units under the managing agencies that the person heads, or whose head handed him the deciding power."""
    headed = Appointment.objects.on(on).filter(person=by, duty=Duty.HEAD, unit__agency_role=AgencyRole.MANAGING)
    roots = list(headed.values_list("unit_id", flat=True))
    roots += [unit for _holder, unit in delegators_of(actor=by, scope=Scope.DECIDE, on=on)]
    return subtree_ids(roots)
