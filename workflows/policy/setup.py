"""Who runs periods and keeps the ground they stand on. The machine's administrator is nobody here."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organization.authority import Authority, units_of_role
from organization.models import Delegation, Person, Role, RoleGrant, Unit
from organization.models.periods_of_validity import DatedQuerySet
from workflows.errors import NotAllowed
from workflows.models import EvaluationPeriod
from workflows.policy.rules import may_manage_period
from workflows.policy.visibility import headed_units


def _holds(by: Person, on: date, *roles: Role) -> bool:
    return RoleGrant.objects.on(on).filter(person=by, role__in=roles).exists()


def is_province_hr(by: Person, on: date) -> bool:
    return _holds(by, on, Role.PROVINCE_HR)


def require_province_hr(by: Person, on: date) -> Authority:
    """Imports, catalogues and the calendar belong to the province's personnel department."""
    if not is_province_hr(by, on):
        raise NotAllowed(
            _("Only the personnel department of the province does this."), rule=_("Role: personnel department")
        )
    return Authority.own(by)


def require_personnel_officer(by: Person, on: date) -> Authority:
    """A personnel officer of any agency: may look at what the province sets up, and plan his own periods."""
    if not _holds(by, on, Role.UNIT_HR, Role.PROVINCE_HR):
        raise NotAllowed(_("Only personnel officers set up periods."), rule=_("Role: personnel officer"))
    return Authority.own(by)


def managed_unit_ids(by: Person, on: date) -> set[int]:
    """Units whose periods the person runs."""
    return units_of_role(person=by, role=Role.UNIT_HR, on=on) | units_of_role(person=by, role=Role.PROVINCE_HR, on=on)


def watched_periods(by: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods whose progress the person follows: those he runs, heads or audits; not those he is only rated in."""
    units = managed_unit_ids(by, on) | units_of_role(person=by, role=Role.AUDITOR, on=on)
    return EvaluationPeriod.objects.filter(agency_id__in=units | set(headed_units(by, on)))


def journaled_periods(by: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods whose journal the person reads: managers and auditors."""
    units = managed_unit_ids(by, on) | units_of_role(person=by, role=Role.AUDITOR, on=on)
    return EvaluationPeriod.objects.filter(agency_id__in=units)


def delegations(by: Person, on: date) -> DatedQuerySet:
    """Given by, held by, or handed over in a unit that the person manages."""
    return Delegation.objects.filter(Q(delegator=by) | Q(delegate=by) | Q(unit_id__in=managed_unit_ids(by, on)))


def require_delegation_writer(*, delegator: Person, unit: Unit, by: Person, on: date) -> Authority:
    """The delegator hands over his own power; the unit's personnel officer may enter the document for him."""
    if by.pk != delegator.pk and not may_manage_period(unit, by, on):
        raise NotAllowed(
            _("Only the delegator or a personnel officer of the unit enters or ends a delegation."),
            rule=_("Decree 335/2025, Art 10"),
        )
    return Authority.own(by)
