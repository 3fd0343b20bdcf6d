"""Taking a conclusion back while the meeting still sits: a list over the ceiling must not be a dead end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_session, record, store
from approvals.actions.requirements import require_case_officer, require_state
from approvals.actions.votes import next_round
from approvals.errors import ApprovalRefused, Stale
from approvals.models import AgendaItem, Opinion, SessionState
from approvals.roster import Roster
from organization.models import Person


@transaction.atomic
def reopen_item(*, item: AgendaItem, reason: str, by: Person, at: datetime, expected_version: int) -> AgendaItem:
    """Discuss a concluded case again; the reason stands in the minutes as the officer's opinion.

    A case that was voted on gets its next round at once, earlier rounds stay. Raises ApprovalRefused out of session,
    without a reason or when the case is not concluded; Stale.
    """
    session = lock_session(item.session)
    locked = AgendaItem.objects.select_for_update(of=("self",)).select_related("person").get(pk=item.pk)
    locked.session = session
    if locked.version != expected_version:
        raise Stale(by=locked.presided_by, at=locked.concluded_at)
    require_state(session, (SessionState.IN_SESSION,))
    require_case_officer(Roster.of(session), locked, by)
    if locked.concluded_at is None:
        raise ApprovalRefused(_("The case is not concluded: it is still open."), rule="item_unfinished")
    if not reason.strip():
        raise ApprovalRefused(_("Taking a conclusion back needs a reason."), rule="reason")
    Opinion.objects.create(item=locked, by=by, text=f"Đề nghị xem xét lại: {reason.strip()}", at=at)
    locked.concluded_at = locked.presided_by = locked.counted = None
    if locked.ballot_round:
        next_round(locked)
    store(locked)
    record("item.reopened", locked, by=by, at=at, changed_from=locked.proposed_class, reason=reason.strip())
    return locked
