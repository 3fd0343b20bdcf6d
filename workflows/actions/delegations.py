"""Powers handed over by a document, entered by the delegator or by the unit's personnel officer."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization import actions
from organization.models import Appointment, Delegation, Person, Unit
from workflows.errors import Refused, already_handled
from workflows.policy.setup import require_delegation_writer


@transaction.atomic
def give(
    *,
    delegator: Person,
    delegate: Person,
    capacity: str,
    scope: str,
    unit: Unit,
    document_number: str,
    document_on: date,
    starts_on: date,
    ends_on: date | None,
    by: Person,
    at: datetime,
) -> Delegation:
    """Hand a power over. Refused when the giver has no post there, or when the receiver would write it himself."""
    require_delegation_writer(delegator=delegator, unit=unit, by=by, on=timezone.localdate(at))
    if by.pk == delegate.pk:
        raise Refused(
            _("Nobody hands a power to himself; let the delegator enter it."), rule=_("Conflict of interest")
        )
    posts = Appointment.objects.on(starts_on).filter(person=delegator, unit_id__in=_upward(unit))
    if not posts.exists():
        raise Refused(
            _("%(name)s holds no post in %(unit)s or above it on that day, so has no power to hand over.")
            % {"name": delegator.full_name, "unit": unit.name},
            rule=_("Decree 335/2025, Art 10"),
        )
    try:
        return actions.delegate(
            delegator=delegator,
            delegate=delegate,
            capacity=capacity,
            scope=scope,
            unit=unit,
            document_number=document_number,
            document_on=document_on,
            starts_on=starts_on,
            ends_on=ends_on,
            by=by,
            at=at,
        )
    except ValidationError as error:
        raise Refused(" ".join(error.messages), rule=_("Delegation by document")) from error


@transaction.atomic
def end(*, delegation: Delegation, on: date, by: Person, at: datetime) -> Delegation:
    """End a running delegation on a day, which no longer belongs to it; what was done under it stays valid."""
    delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    today = timezone.localdate(at)
    require_delegation_writer(delegator=delegation.delegator, unit=delegation.unit, by=by, on=today)
    if delegation.ends_on is not None and delegation.ends_on <= today:
        raise already_handled(None, None)
    if on < today:
        raise Refused(_("A delegation ends today or later; what was done under it stays."), rule=_("No backdating"))
    if on <= delegation.starts_on:
        raise Refused(_("A delegation ends after it begins."), rule=_("Delegation by document"))
    try:
        actions.end_delegation(delegation=delegation, on=on, by=by, at=at)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), rule=_("Delegation by document")) from error
    return delegation


def _upward(unit: Unit) -> list[int]:
    ids: list[int] = []
    at: Unit | None = unit
    while at is not None:
        ids.append(at.pk)
        at = at.parent
    return ids
