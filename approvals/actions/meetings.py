"""The meeting beyond the council's seats: who attended without a vote, and opinions handed in on paper beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_item, lock_session, record, store
from approvals.actions.requirements import BEFORE_MINUTES, require_officer, require_state
from approvals.errors import ApprovalRefused
from approvals.models import AgendaItem, Attendee, CouncilSession, Opinion
from organization.models import Person


@dataclass(frozen=True)
class Presence:
    """One line of the attendance: present, or absent with a reason."""

    person: Person
    present: bool
    reason: str = ""
    title: str = ""


@transaction.atomic
def note_attendance(
    *,
    session: CouncilSession,
    lines: Sequence[Presence],
    party: Person | None = None,
    by: Person,
    at: datetime,
    expected_version: int,
) -> CouncilSession:
    """Note who of the others attends, as one act of chair or secretary; a later note takes an earlier one's place.

    `party`: the one who represents the Party committee, with or without a seat; None: nobody does. Raises
    ApprovalRefused for an absence without a reason, for a line on somebody who has a seat and for a representative
    who is neither seated nor noted; Stale.
    """
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_state(session, BEFORE_MINUTES)
    seated = set(session.attendances.values_list("member__person_id", flat=True))
    for line in lines:
        if line.person.pk in seated:
            raise ApprovalRefused(
                _("%(name)s has a seat: his presence stands in the roll.") % {"name": line.person.full_name},
                rule="roster",
            )
        if not line.present and not line.reason.strip():
            raise ApprovalRefused(
                _("The absence of %(name)s needs a reason.") % {"name": line.person.full_name}, rule="reason"
            )
        Attendee.objects.update_or_create(
            session=session,
            person=line.person,
            defaults={
                "present": line.present,
                "reason": "" if line.present else line.reason.strip(),
                "title": line.title,
            },
        )
    _represent(session, party)
    store(session)
    record("attendees.marked", session, by=by, at=at, people=len(lines))
    return session


def _represent(session: CouncilSession, party: Person | None) -> None:
    session.attendees.update(party=False)
    session.attendances.update(party=False)
    if party is None:
        return
    noted = session.attendees.filter(person=party).update(party=True)
    if not noted and not session.attendances.filter(member__person=party).update(party=True):
        raise ApprovalRefused(
            _("Note first whether %(name)s is present.") % {"name": party.full_name}, rule="attendance"
        )


@transaction.atomic
def hand_in_opinion(*, item: AgendaItem, text: str, by: Person, at: datetime) -> Opinion:
    """Keep a written opinion for the minutes, before they are drafted; the process knows who may hand one in."""
    item = lock_item(item, states=BEFORE_MINUTES)
    if by.pk == item.person_id:
        raise ApprovalRefused(_("Nobody decides his own case."), rule="own_case")
    if not text.strip():
        raise ApprovalRefused(_("The opinion is empty."), rule="reason")
    opinion = Opinion.objects.create(item=item, by=by, text=text.strip(), written=True, at=at)
    record("opinion.recorded", item, by=by, at=at, person=str(by.uuid), written=True)
    return opinion
