"""Who may do what, computed from rows at that date. `require_*` raises NotAllowed and returns the authority used;
`may_*` answers for buttons."""

from datetime import date

from django.utils.translation import gettext as _

from organization.authority import Authority, find_authority, has_role
from organization.models import Appointment, Duty, Person, Role, Scope, Unit
from workflows.errors import NotAllowed
from workflows.models import Evaluation, EvaluationPeriod


def head_of(agency: Unit, on: date) -> Appointment | None:
    """The head's appointment in the agency that day (acting heads included)."""
    return (
        Appointment.objects.on(on)
        .filter(unit=agency, duty=Duty.HEAD)
        .select_related("person")
        .order_by("-id")
        .first()
    )


def require_self(evaluation: Evaluation, by: Person) -> Authority:
    """A person writes his own self-assessment, nobody else does."""
    if evaluation.person_id != by.pk:
        raise NotAllowed(_("Only the person himself may do this."), rule=_("Decree 335/2025, Art 18.2"))
    return Authority.own(by)


def reviewing_authority(evaluation: Evaluation, by: Person, on: date) -> Authority | None:
    """The reviewer's own or delegated power over this evaluation; never over one's own case."""
    if by.pk == evaluation.person_id:
        return None
    return find_authority(actor=by, holder=evaluation.reviewer, scope=Scope.REVIEW, unit=evaluation.unit, on=on)


def require_reviewer(evaluation: Evaluation, by: Person, on: date) -> Authority:
    authority = reviewing_authority(evaluation, by, on)
    if authority is None:
        raise NotAllowed(
            _("Only %(reviewer)s or a person with a valid delegation may review this form.")
            % {"reviewer": evaluation.reviewer.full_name},
            rule=_("Decree 335/2025, Art 10.1"),
        )
    return authority


def deciding_authority(period: EvaluationPeriod, by: Person, on: date) -> Authority | None:
    """The power to decide the ratings of the agency's list (Art 10.2): the head's own, or handed over by document."""
    head = head_of(period.agency, on)
    if head is None:
        return None
    return find_authority(actor=by, holder=head.person, scope=Scope.DECIDE, unit=period.agency, on=on)


def require_head(period: EvaluationPeriod, by: Person, on: date) -> Authority:
    authority = deciding_authority(period, by, on)
    if authority is None:
        raise NotAllowed(_("Only the head of the agency decides ratings."), rule=_("Decree 335/2025, Art 10.2"))
    return authority


def _require_role(role: Role, unit: Unit, by: Person, on: date, message: str) -> Authority:
    if not has_role(person=by, role=role, unit=unit, on=on):
        raise NotAllowed(message, rule=_("Role: %(role)s") % {"role": role.label})
    return Authority.own(by)


def require_clerk(unit: Unit, by: Person, on: date) -> Authority:
    """The clerk numbers, dates and seals."""
    return _require_role(Role.CLERK, unit, by, on, _("Only the clerk of the agency issues documents."))


def require_archivist(unit: Unit, by: Person, on: date) -> Authority:
    return _require_role(Role.ARCHIVIST, unit, by, on, _("Only the archivist of the agency does this."))


def may_manage_period(unit: Unit, by: Person, on: date) -> bool:
    """The personnel officers of the agency, or of the province, run its periods."""
    return has_role(person=by, role=Role.UNIT_HR, unit=unit, on=on) or has_role(
        person=by, role=Role.PROVINCE_HR, unit=unit, on=on
    )


def require_period_manager(unit: Unit, by: Person, on: date) -> Authority:
    if not may_manage_period(unit, by, on):
        raise NotAllowed(
            _("Only the personnel officer of the agency or of the province runs its periods."),
            rule=_("Role: personnel officer"),
        )
    return Authority.own(by)
