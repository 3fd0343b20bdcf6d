from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.errors import ApprovalRefused
from approvals.models import Council, CouncilMember, TieRule
from organization.actions import journal
from organization.models import Person, Unit

#: Secretary, chair and twelve members: the signatures that one page of the minutes takes.
MOST_SIGNERS = 14


@dataclass(frozen=True)
class Seat:
    """One line of the founding decision: who sits in the council, in which role, with which title."""

    person: Person
    role: str
    title: str = ""


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
    by: Person,
    at: datetime,
    quorum_numerator: int = 2,
    quorum_denominator: int = 3,
    tie_rule: str = TieRule.NONE,
    members_sign: bool = False,
    covers: Sequence[Unit] = (),
    practice: bool = False,
) -> Council:
    """Found a council by a numbered decision. `rules_basis` names the document that sets quorum and tie rule.

    `covers`: the units of the agency whose people it judges, none for the whole agency. Raises ApprovalRefused
    without exactly one chair, with a person named twice or more signers than the minutes have room for,
    ValidationError on wrong dates.
    """
    roles = [seat.role for seat in seats]
    if roles.count(CouncilMember.Role.CHAIR) != 1:
        raise ApprovalRefused(_("A council has exactly one chair."), rule="roster")
    if len({seat.person.pk for seat in seats}) != len(seats):
        raise ApprovalRefused(_("A person has only one seat in a council."), rule="roster")
    if members_sign and sum(seat.role != CouncilMember.Role.ALTERNATE for seat in seats) > MOST_SIGNERS:
        raise ApprovalRefused(
            _("The minutes have room for %(most)d signatures: let chair and secretary alone sign them.")
            % {"most": MOST_SIGNERS},
            rule="roster",
        )
    council = Council(
        unit=unit,
        name=name,
        decision_number=decision_number,
        decision_on=decision_on,
        starts_on=starts_on,
        ends_on=ends_on,
        quorum_numerator=quorum_numerator,
        quorum_denominator=quorum_denominator,
        tie_rule=tie_rule,
        rules_basis=rules_basis,
        members_sign=members_sign,
        practice=practice,
    )
    council.full_clean()
    council.save()
    council.covers.set(covers)
    for seat in seats:
        CouncilMember.objects.create(council=council, person=seat.person, role=seat.role, title=seat.title)
    journal(
        event="council.founded",
        subject=council,
        at=at,
        by=by,
        unit=unit,
        practice=practice,
        decision_number=decision_number,
        members=[str(seat.person.uuid) for seat in seats],
        covers=[str(each.uuid) for each in covers],
    )
    return council
