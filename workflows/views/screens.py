"""What stands on the wall while the council sits: the case on the table, the vote, quorum and ceiling."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from approvals.roster import Roster
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest
from workflows.views.council_room import Row, frame, live, rows_of
from workflows.views.sessions import session_of


@declares("session_member")
@require_GET
def session_screen(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One screen without any act on it; it asks for itself anew every five seconds."""
    meeting = session_of(request, uuid)
    roster = Roster.of(meeting)
    rows = rows_of(meeting, roster, request.user)
    row = on_the_table(rows, request.GET.get("case", ""))
    context = {
        **frame(meeting, roster, request.user),
        **live(meeting, rows),
        "row": row,
        "presiding": roster.presiding(row.item) if row else None,
        "case_quorum": roster.quorum(row.item) if row else roster.quorum(),
        "quorum": roster.quorum(),
        "coming": [other for other in rows if other is not row and other.looked_at and not other.concluded][:6],
    }
    return render(request, "workflows/sessions/screen.html", context)


def on_the_table(rows: list[Row], chosen: str) -> Row | None:
    """The case named in the address, else the one being voted on, else the next that is to be discussed."""
    named = [row for row in rows if str(row.item.uuid) == chosen]
    voting = [row for row in rows if row.item.ballot_round and not row.concluded]
    waiting = [row for row in rows if row.looked_at and not row.concluded]
    return next(iter([*named, *voting, *waiting]), None)
