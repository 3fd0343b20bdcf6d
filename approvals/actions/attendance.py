from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions.acts import lock_session, record, store
from approvals.actions.requirements import BEFORE_MINUTES, require_officer, require_state
from approvals.errors import ApprovalRefused
from approvals.models import Attendance, CouncilMember, CouncilSession
from organization.models import Person


@dataclass(frozen=True)
class Mark:
    """One line of the roll: present, or absent with a reason; an alternate may stand in for an absent member."""

    member: CouncilMember
    present: bool
    reason: str = ""
    standing_in_for: CouncilMember | None = None


def mark_attendance(
    *,
    session: CouncilSession,
    member: CouncilMember,
    present: bool,
    reason: str = "",
    by: Person,
    at: datetime,
    expected_version: int,
    standing_in_for: CouncilMember | None = None,
) -> CouncilSession:
    """Mark one member; see call_roll."""
    mark = Mark(member=member, present=present, reason=reason, standing_in_for=standing_in_for)
    return call_roll(session=session, marks=[mark], by=by, at=at, expected_version=expected_version)


@transaction.atomic
def call_roll(
    *, session: CouncilSession, marks: Sequence[Mark], by: Person, at: datetime, expected_version: int
) -> CouncilSession:
    """Mark members present or absent, before or during the meeting, as one act of chair or secretary.

    `expected_version` is the session's. Raises ApprovalRefused for an absence without a reason, somebody outside
    the roster or a stand-in that is none; Stale. A member who comes back displaces his stand-in.
    """
    session = lock_session(session, expected_version)
    require_officer(session, by)
    require_state(session, BEFORE_MINUTES)
    rows = {row.member_id: row for row in session.attendances.select_related("member__person")}
    for mark in sorted(marks, key=lambda mark: mark.standing_in_for is not None):
        _apply(mark, rows)
    absent = {row.member_id for row in rows.values() if not row.present}
    for row in rows.values():
        if row.standing_in_for_id is not None and row.standing_in_for_id not in absent:
            row.standing_in_for = None
    # Vacated seats first: one seat never has two stand-ins, not even between two rows of this act.
    for row in sorted(rows.values(), key=lambda row: row.standing_in_for_id is not None):
        row.save()
    store(session)
    for mark in marks:
        record("attendance.marked", session, by=by, at=at, member=str(mark.member.uuid), present=mark.present)
    return session


def _apply(mark: Mark, rows: dict[int, Attendance]) -> None:
    row = rows.get(mark.member.pk)
    if row is None:
        raise ApprovalRefused(_("This person is not a member of the session."), rule="member")
    reason = mark.reason.strip()
    if not mark.present and not reason:
        raise ApprovalRefused(
            _("The absence of %(name)s needs a reason.") % {"name": row.member.person.full_name}, rule="reason"
        )
    seat = mark.standing_in_for
    if seat is not None:
        _require_stand_in(mark, row, rows)
    row.present = mark.present
    row.reason = "" if mark.present else reason
    row.standing_in_for = seat


def _require_stand_in(mark: Mark, row: Attendance, rows: dict[int, Attendance]) -> None:
    seat = rows.get(mark.standing_in_for.pk) if mark.standing_in_for else None
    is_alternate = row.member.role == CouncilMember.Role.ALTERNATE
    if seat is None or not is_alternate or not mark.present or seat.member.role == CouncilMember.Role.ALTERNATE:
        raise ApprovalRefused(_("Only a present alternate stands in for a member."), rule="stand_in")
    if seat.present is not False:
        raise ApprovalRefused(
            _("%(name)s is not marked absent: nobody stands in.") % {"name": seat.member.person.full_name},
            rule="stand_in",
        )
    if any(other.standing_in_for_id == seat.member_id for other in rows.values() if other is not row):
        raise ApprovalRefused(_("Somebody already stands in for this member."), rule="stand_in")
