from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_session, record, store
from approvals.actions.requirements import require_officer, require_quorum, require_transition
from approvals.errors import ApprovalRefused
from approvals.models import CouncilMember, CouncilSession, MinutesText
from approvals.roster import Roster
from organization.models import Person


@transaction.atomic
def draft_minutes(
    *,
    session: CouncilSession,
    conclusion: str,
    ceiling: dict[str, Any],
    by: Person,
    at: datetime,
    expected_version: int,
    choice_reason: str = "",
) -> CouncilSession:
    """End the discussion and draft the minutes, or amend the draft that was read out; every wording is kept.

    `ceiling` is the statement on the whole list as the process checked it, `choice_reason` the recorded choice among
    equals. Raises ApprovalRefused while a case is open, a member not called or the quorum lost.
    """
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_transition(session, "draft_minutes")
    _require_complete(session)
    require_quorum(Roster.of(session))
    session.draft_minutes()
    session.conclusion = conclusion.strip()
    session.ceiling = ceiling
    session.choice_reason = choice_reason.strip()
    session.ended_at = session.ended_at or at
    store(session)
    number = session.wordings.count() + 1
    MinutesText.objects.create(
        session=session,
        number=number,
        conclusion=session.conclusion,
        choice_reason=session.choice_reason,
        by=by,
        at=at,
    )
    record("minutes.drafted", session, by=by, at=at, changed_to=session.state, wording=number)
    return session


def _require_complete(session: CouncilSession) -> None:
    open_items = session.items.filter(concluded_at=None).count()
    if open_items:
        raise ApprovalRefused(
            _("Cases not concluded yet: %(count)d.") % {"count": open_items}, rule="item_unfinished"
        )
    seats = session.attendances.exclude(member__role=CouncilMember.Role.ALTERNATE)
    if seats.filter(present=None).exists():
        raise ApprovalRefused(_("Mark every member present or absent first."), rule="attendance")


@transaction.atomic
def adopt_minutes(*, session: CouncilSession, by: Person, at: datetime, expected_version: int) -> CouncilSession:
    """The meeting adopts the minutes read out to it; after that only signatures are added."""
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_transition(session, "adopt")
    session.adopt()
    session.adopted_at = at
    store(session)
    record("minutes.adopted", session, by=by, at=at, changed_to=session.state)
    return session


@transaction.atomic
def mark_signed(
    *, session: CouncilSession, by: Person, at: datetime, expected_version: int | None = None
) -> CouncilSession:
    """Every signer of the minutes has signed; `by` is the last of them. The process knows the document."""
    session = lock_session(session, expected_version)
    require_transition(session, "sign")
    session.sign()
    store(session)
    record("session.signed", session, by=by, at=at, changed_to=session.state)
    return session


@transaction.atomic
def close_session(
    *, session: CouncilSession, by: Person, at: datetime, expected_version: int | None = None
) -> CouncilSession:
    """Nothing is left to do in this session. Raises ApprovalRefused before the minutes are signed."""
    session = lock_session(session, expected_version)
    require_transition(session, "close")
    session.close()
    store(session)
    record("session.closed", session, by=by, at=at, changed_to=session.state)
    return session
