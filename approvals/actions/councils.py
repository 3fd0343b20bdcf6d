from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.errors import ApprovalRefused
from approvals.models import Council, CouncilMember, TieRule
from organization.actions import journal
from organization.models import Person, Unit


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
    practice: bool = False,
) -> Council:
    """Found a council by a numbered decision. `rules_basis` names the document that sets quorum and tie rule.

    Raises ApprovalRefused without exactly one chair or with a person named twice, ValidationError on wrong dates.
    """
    roles = [seat.role for seat in seats]
    if roles.count(CouncilMember.Role.CHAIR) != 1:
        raise ApprovalRefused(_("A council has exactly one chair."), rule="roster")
    if len({seat.person.pk for seat in seats}) != len(seats):
        raise ApprovalRefused(_("A person has only one seat in a council."), rule="roster")
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
        practice=practice,
    )
    council.full_clean()
    council.save()
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
    )
    return council
