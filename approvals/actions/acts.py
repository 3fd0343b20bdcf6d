"""How every act on a session begins and ends: lock and check the version; store the next version and journal."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.actions.requirements import require_state
from approvals.errors import ApprovalRefused, Stale
from approvals.models import AgendaItem, CouncilSession, SessionState
from organization.actions import journal
from organization.models import JournalEntry, Person

#: Acts that leave the version of a case alone: many people do them at the same time.
SIDE_BY_SIDE = ("ballot.cast", "opinion.recorded")


def lock_session(session: CouncilSession, expected_version: int | None = None) -> CouncilSession:
    """The session's row, locked until the transaction ends. Raises Stale when its version is another one."""
    locked = _lock(session.pk)
    _check_version(locked, expected_version)
    return locked


def lock_item(
    item: AgendaItem, expected_version: int | None = None, *, states: Sequence[str] = (SessionState.IN_SESSION,)
) -> AgendaItem:
    """The case with its session locked first. Raises Stale; ApprovalRefused out of session or when concluded."""
    session = _lock(item.session_id)
    locked = AgendaItem.objects.select_for_update(of=("self",)).select_related("person").get(pk=item.pk)
    locked.session = session
    _check_version(locked, expected_version)
    require_state(session, states)
    if locked.concluded_at is not None:
        raise ApprovalRefused(_("The case is already concluded."), rule="item_concluded")
    return locked


def _lock(session_id: int) -> CouncilSession:
    rows = CouncilSession.objects.select_for_update(of=("self",))
    return rows.select_related("council__unit", "chair", "secretary").get(pk=session_id)


def _check_version(row: CouncilSession | AgendaItem, expected: int | None) -> None:
    if expected is None or row.version == expected:
        return
    entries = JournalEntry.objects.filter(subject_type=row._meta.label, subject_uuid=row.uuid)
    last = entries.exclude(event__in=SIDE_BY_SIDE).select_related("by").last()
    raise Stale(by=last.by if last else None, at=last.at if last else None)


def store(row: CouncilSession | AgendaItem) -> None:
    """Save the row as its next version: whoever still looks at the old one is told so."""
    row.version += 1
    row.save()


def record(event: str, subject: CouncilSession | AgendaItem, *, by: Person, at: datetime, **details) -> None:
    """Journal one act on a session or a case, in the agency of its council."""
    council = (subject.session if isinstance(subject, AgendaItem) else subject).council
    journal(event=event, subject=subject, at=at, by=by, unit=council.unit, practice=council.practice, **details)
