"""The legal meeting: who must attend and who does; written opinions of the units' heads."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals import actions as approvals
from approvals.models import CouncilSession
from approvals.roster import Roster
from organization.models import Person
from workflows.actions.meetings import Called, Lawfulness, hand_in_opinions, lawfulness, part_heads
from workflows.errors import RULES, NotAllowed
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.council_room import frame
from workflows.views.room_acts import BEFORE_MINUTES
from workflows.views.sessions import session_of


@declares("session_member")
@require_http_methods(["GET", "POST"])
def session_meeting(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Whom the law calls to this meeting; chair or secretary note those without a seat."""
    meeting = session_of(request, uuid)
    found = lawfulness(meeting)
    refusal = None
    if request.method == "POST":
        if request.user.pk not in (meeting.chair_id, meeting.secretary_id):
            raise NotAllowed(
                _("Only the chair or the secretary of the session may do this."), rule=str(RULES["officer"])
            )
        version = expected_version(request)
        lines = _lines(request, [row for row in found.called if not row.seated])
        party = _chosen(request, meeting, found)
        done, refusal = attempt(
            lambda: approvals.note_attendance(
                session=meeting, lines=lines, party=party, by=request.user, at=now(), expected_version=version
            )
        )
        if done is not None:
            messages.success(request, _("The attendance is noted."))
            return redirect("session_meeting", uuid=uuid)
        meeting = session_of(request, uuid)
    context = frame(meeting, Roster.of(meeting), request.user) | {
        "lawful": found,
        "rows": [_row(request, row) for row in found.called],
        "representatives": _representatives(meeting, found),
        "party": request.POST.get("party", str(found.representative.uuid) if found.representative else ""),
        "presence": [("yes", _("present")), ("no", _("absent"))],
        "open": meeting.state in BEFORE_MINUTES,
        "refusal": refusal,
    }
    return render(request, "workflows/years/meeting.html", context, status=refusal.status if refusal else 200)


def _row(request: PersonRequest, row: Called) -> dict:
    key = str(row.person.uuid)
    stored = "" if row.present is None else "yes" if row.present else "no"
    return {
        "called": row,
        "key": key,
        "selected": request.POST.get(f"present-{key}", stored),
        "reason": request.POST.get(f"reason-{key}", row.reason),
    }


def _lines(request: PersonRequest, called: list[Called]) -> list[approvals.Presence]:
    lines = []
    for row in called:
        key = str(row.person.uuid)
        said = request.POST.get(f"present-{key}", "")
        if said in ("yes", "no"):
            lines.append(
                approvals.Presence(
                    person=row.person,
                    present=said == "yes",
                    reason=request.POST.get(f"reason-{key}", "")[:300],
                    title=row.title,
                )
            )
    return lines


def _representatives(meeting: CouncilSession, found: Lawfulness) -> list[Person]:
    """Who may stand for the Party committee: everybody called by law, and the council's other members."""
    called = [row.person for row in found.called]
    seated = Person.objects.filter(council_seats__attendances__session=meeting).order_by("sort_key", "pk")
    return called + list(seated.exclude(pk__in=[person.pk for person in called]))


def _chosen(request: PersonRequest, meeting: CouncilSession, found: Lawfulness) -> Person | None:
    key = request.POST.get("party", "")
    chosen = next((person for person in _representatives(meeting, found) if str(person.uuid) == key), None)
    if key and chosen is None:
        raise Http404
    return chosen


@declares("head_of_a_part")
@require_http_methods(["GET", "POST"])
def session_written(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Written opinions before the meeting, for the heads of the agency's units, with or without a seat."""
    rows = CouncilSession.objects.select_related("council__unit", "of_period__period__campaign")
    meeting = get_object_or_404(rows, uuid=uuid, of_period__isnull=False)
    if not part_heads(meeting.of_period.period, today()).filter(person=request.user).exists():
        raise Http404
    items = list(meeting.items.exclude(person=request.user).select_related("person").order_by("order"))
    refusal = None
    if request.method == "POST":
        given = [(item, request.POST.get(f"opinion-{item.uuid}", "")[:4000]) for item in items]
        done, refusal = attempt(lambda: hand_in_opinions(session=meeting, opinions=given, by=request.user, at=now()))
        if done is not None:
            messages.success(request, _("Handed in; it goes into the minutes."))
            return redirect("session_written", uuid=uuid)
    context = {
        "session": meeting,
        "council": meeting.council,
        "period": meeting.of_period.period,
        "rows": [
            {
                "item": item,
                "typed": request.POST.get(f"opinion-{item.uuid}", ""),
                "given": list(item.opinions.filter(by=request.user, written=True)),
            }
            for item in items
        ],
        "open": meeting.state in BEFORE_MINUTES,
        "refusal": refusal,
    }
    return render(request, "workflows/years/written.html", context, status=refusal.status if refusal else 200)
