"""What is kept of one sitting when a session breaks off: from when to when, where, and who was there."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.models import CouncilSession


def sitting(session: CouncilSession, *, until: datetime) -> dict[str, Any]:
    """The sitting that ends now, as plain data with times in Asia/Ho_Chi_Minh; `resumed_at` is added later.

    Those without a seat have the role "".
    """
    earlier = session.sittings[-1] if session.sittings else None
    rows = list(session.attendances.select_related("member__person", "standing_in_for__person"))
    others = list(session.attendees.select_related("person"))
    began = datetime.fromisoformat(earlier["resumed_at"]) if earlier else session.opened_at
    return {
        "from": local_text(began) if began else "",
        "to": local_text(until),
        "place": session.place,
        "present": [
            {
                "name": row.member.person.full_name,
                "title": row.member.title,
                "role": row.member.role,
                "standing_in_for": row.standing_in_for.person.full_name if row.standing_in_for else "",
                "party": row.party,
            }
            for row in rows
            if row.present
        ]
        + [
            {"name": row.person.full_name, "title": row.title, "role": "", "standing_in_for": "", "party": row.party}
            for row in others
            if row.present
        ],
        "absent": [
            {"name": row.member.person.full_name, "title": row.member.title, "reason": row.reason}
            for row in rows
            if row.present is False
        ]
        + [
            {"name": row.person.full_name, "title": row.title, "reason": row.reason}
            for row in others
            if not row.present
        ],
    }


def local_text(at: datetime) -> str:
    """ISO 8601 to the minute, local time."""
    return timezone.localtime(at, timezone.get_default_timezone()).isoformat(timespec="minutes")
