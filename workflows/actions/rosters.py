"""Who founds a council and calls its sessions, and which people a founding decision can name."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.actions import Seat
from approvals.models import Council
from organization.authority import Authority, subtree_ids
from organization.models import Appointment, Person, Unit
from workflows.errors import NotAllowed
from workflows.policy import rules


def may_found(unit: Unit, by: Person, on: date) -> bool:
    """The agency's head, whose decision founds the council, or the personnel officer who enters that decision."""
    head = rules.head_of(unit, on)
    return rules.may_manage_period(unit, by, on) or (head is not None and head.person_id == by.pk)


def require_founder(unit: Unit, by: Person, on: date) -> Authority:
    if not may_found(unit, by, on):
        raise NotAllowed(
            _("Only the head or the personnel officer of the agency enters the decision that founds its council."),
            rule=_("Role: personnel officer"),
        )
    return Authority.own(by)


def may_convene(council: Council, by: Person, on: date) -> bool:
    """A member of the council, or whoever runs the agency's periods."""
    return council.members.filter(person=by).exists() or rules.may_manage_period(council.unit, by, on)


def colleagues(unit: Unit, on: date) -> list[Appointment]:
    """Everybody who serves that day in the agency or below it: whom a founding decision can name."""
    posts = Appointment.objects.on(on).filter(unit_id__in=subtree_ids([unit.pk]), person__is_active=True)
    return list(posts.select_related("person", "unit").order_by("person__sort_key", "pk"))


def units_within(unit: Unit, on: date) -> list[Unit]:
    """The agency itself, then the units of that day below it: what a founding decision can name as covered."""
    below = Unit.objects.on(on).filter(pk__in=subtree_ids([unit.pk])).exclude(pk=unit.pk)
    return [unit, *below.order_by("position", "name")]


@transaction.atomic
def found_council(
    *,
    unit: Unit,
    name: str,
    decision_number: str,
    decision_on: date,
    starts_on: date,
    ends_on: date | None,
    seats: Sequence[Seat],
    rules_basis: str,
    quorum_numerator: int,
    quorum_denominator: int,
    tie_rule: str,
    members_sign: bool = False,
    covers: Sequence[Unit] = (),
    practice: bool = False,
    by: Person,
    at: datetime,
) -> Council:
    """Enter the founding decision. Raises NotAllowed, ApprovalRefused, ValidationError on wrong dates.

    `covers`: units of the agency whose people this council alone judges, none for all of them.
    """
    require_founder(unit, by, timezone.localdate(at))
    if {each.pk for each in covers} - subtree_ids([unit.pk]):
        raise NotAllowed(_("A council covers units of its own agency."), rule=_("Council of the agency"))
    return approvals.found_council(
        unit=unit,
        name=name,
        decision_number=decision_number,
        decision_on=decision_on,
        starts_on=starts_on,
        ends_on=ends_on,
        seats=seats,
        rules_basis=rules_basis,
        quorum_numerator=quorum_numerator,
        quorum_denominator=quorum_denominator,
        tie_rule=tie_rule,
        members_sign=members_sign,
        covers=covers,
        practice=practice,
        by=by,
        at=at,
    )
