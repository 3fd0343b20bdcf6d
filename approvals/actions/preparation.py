"""Members' marks before the meeting: agree, question, no opinion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_session, record
from approvals.actions.agenda import sort_agenda
from approvals.actions.requirements import BEFORE_MINUTES, require_state
from approvals.errors import ApprovalRefused
from approvals.models import AgendaItem, CouncilMember, CouncilSession, PreparatoryMark
from approvals.roster import Roster
from organization.models import Person


@dataclass(frozen=True)
class MarkedCase:
    """One member's mark on one case."""

    item: AgendaItem
    choice: str
    note: str = ""


@transaction.atomic
def mark_cases(
    *, session: CouncilSession, member: CouncilMember, marks: Sequence[MarkedCase], by: Person, at: datetime
) -> int:
    """A member's own marks, new or changed, on cases that are not concluded; returns how many were written.

    Everybody marks only his own rows, so no version is asked for; until the meeting is opened its agenda follows the
    questions. Raises ApprovalRefused for somebody else's marks, a recused member, an unknown choice or drafted
    minutes.
    """
    if by.pk != member.person_id:
        raise ApprovalRefused(_("Everybody marks for himself."), rule="member")
    session = lock_session(session)
    require_state(session, BEFORE_MINUTES)
    roster = Roster.of(session)
    if member not in roster.members:
        raise ApprovalRefused(_("This person is not a member of the session."), rule="member")
    standing = {mark.item_id: mark for mark in PreparatoryMark.objects.filter(item__session=session, member=member)}
    open_items = {item.pk: item for item in session.items.filter(concluded_at=None)}
    written = 0
    for marked in marks:
        item = open_items.get(marked.item.pk)
        if item is None or _same(standing.get(item.pk), marked):
            continue
        if marked.choice not in PreparatoryMark.Choice.values:
            raise ApprovalRefused(_("Unknown mark."), rule="mark")
        if item.person_id == by.pk or roster.is_recused(member, item):
            raise ApprovalRefused(_("You are recused from this case: somebody else handles it."), rule="recused")
        values = {"choice": marked.choice, "note": marked.note.strip(), "at": at}
        PreparatoryMark.objects.update_or_create(item=item, member=member, defaults=values)
        written += 1
    if written:
        sort_agenda(session)
        record("cases.marked", session, by=by, at=at, member=str(member.uuid), cases=written)
    return written


def _same(standing: PreparatoryMark | None, marked: MarkedCase) -> bool:
    return standing is not None and (standing.choice, standing.note) == (marked.choice, marked.note.strip())
