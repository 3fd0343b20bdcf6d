"""The room of a council session: its list with live figures, the roll, the chair, the minutes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from approvals import actions as approvals
from approvals.models import AgendaItem, CouncilSession, SessionState
from approvals.roster import Roster
from workflows.actions.agendas import confirm_uncontested, propose_listed, settle
from workflows.actions.councils import adopt_minutes, close_session, minutes_document
from workflows.actions.rosters import may_found
from workflows.errors import RULES, NotAllowed, Refused
from workflows.forms.sessions import listed_choices
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.council_room import Row, chips, frame, live, page_url, room_context, rows_of
from workflows.views.papers import chip_of
from workflows.views.room_acts import offered


def session_of(request: PersonRequest, uuid: UUID) -> CouncilSession:
    """A session on whose roster the person stands; 404 for every other."""
    rows = visibility.sessions(request.user).select_related(
        "council__unit",
        "chair",
        "secretary",
        "of_period__period__agency__parent",
        "of_period__period__campaign",
        "of_period__period__procedure",
    )
    return get_object_or_404(rows, uuid=uuid, of_period__isnull=False)


def conducted(request: PersonRequest, uuid: UUID) -> CouncilSession:
    """A session that the person conducts as its chair or secretary; 403 for its other members."""
    meeting = session_of(request, uuid)
    if request.user.pk not in (meeting.chair_id, meeting.secretary_id):
        raise NotAllowed(_("Only the chair or the secretary of the session may do this."), rule=str(RULES["officer"]))
    return meeting


@declares("session_member")
@require_GET
def session(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The room, drawn with about 20 queries however long the agenda is."""
    return show_room(request, session_of(request, uuid))


def show_room(
    request: PersonRequest,
    meeting: CouncilSession,
    *,
    refusal: Refused | None = None,
    kept: dict[int, dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The room; `kept` (case id → fields of its row) is what was typed in refused rows, with the refusal."""
    roster = Roster.of(meeting)
    rows = rows_of(meeting, roster, request.user)
    for row in rows:
        _keep(row, (kept or {}).get(row.item.pk))
    document = minutes_document(meeting)
    drafted = meeting.state == SessionState.MINUTES_DRAFTED
    context = room_context(request, meeting, roster, rows)
    context |= {
        "acts": offered(meeting, roster, context, request.user, document),
        "refusal": refusal,
        "draft": meeting.wordings.select_related("by").last() if drafted else None,
        "may_outstanding": may_found(meeting.council.unit, request.user, today()),
        "document": chip_of(document, request.user) if document else None,
        "in_session": meeting.state == SessionState.IN_SESSION,
    }
    return render(request, "workflows/sessions/room.html", context, status=status)


def _keep(row: Row, typed: dict[str, str] | None) -> None:
    if typed:
        row.choice, row.reason, row.problem = typed["choice"], typed["reason"], typed["problem"]


ACTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "open": (approvals.open_session, lambda: _("The session is open.")),
    "resume": (approvals.resume_session, lambda: _("The session goes on.")),
    "adopt": (
        adopt_minutes,
        lambda: _("The minutes are adopted. Now they are signed: the secretary first, the chair last."),
    ),
    "close": (close_session, lambda: _("The session is closed. The list waits for the head's decision.")),
}


@declares("session_officer")
@require_POST
def session_act(request: PersonRequest, uuid: UUID, act: str) -> HttpResponse:
    """Open, resume, adopt or close; refused acts show the room with the reason."""
    meeting = session_of(request, uuid)
    run, words = ACTS[act]
    version = expected_version(request)
    _done, refusal = attempt(lambda: run(session=meeting, by=request.user, expected_version=version, at=now()))
    if refusal is not None:
        return show_room(request, session_of(request, uuid), refusal=refusal, status=refusal.status)
    messages.success(request, words())
    return redirect(page_url(meeting))


@declares("session_officer")
@require_POST
def session_confirm(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Conclude every uncontested case with the class of its score; the others stay, each with its reason."""
    meeting = session_of(request, uuid)
    version = expected_version(request)
    results, refusal = attempt(
        lambda: confirm_uncontested(session=meeting, by=request.user, expected_version=version, at=now())
    )
    if refusal is not None:
        return show_room(request, session_of(request, uuid), refusal=refusal, status=refusal.status)
    done = sum(result.refusal is None for result in results or [])
    text = ngettext("%(count)d case was concluded.", "%(count)d cases were concluded.", done)
    messages.success(request, text % {"count": done})
    for result in results or []:
        if result.refusal is not None:
            messages.warning(request, f"{result.item.person.full_name}: {result.refusal.message}")
    return redirect(page_url(meeting, request.GET.urlencode()))


@declares("session_officer")
@require_POST
def session_classes(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Store the changed classes of the list, or with `conclude` settle one case with what its row says."""
    meeting = session_of(request, uuid)
    items = {str(item.uuid): item for item in meeting.items.select_related("person")}
    if concluded := request.POST.get("conclude"):
        return _conclude_row(request, meeting, get_object_or_404(meeting.items, uuid=_uuid(concluded)))
    results = propose_listed(choices=listed_choices(request.POST, items.values()), by=request.user, at=now())
    refused = [result for result in results if result.refusal is not None]
    done = len(results) - len(refused)
    if refused:
        kept = {
            row.choice.item.pk: _typed(row.choice.class_code, row.choice.reason, row.refusal)
            for row in refused
            if row.refusal is not None
        }
        text = ngettext("%(count)d row was not stored.", "%(count)d rows were not stored.", len(refused))
        refusal = Refused(
            text % {"count": len(refused)},
            missing=[f"{row.choice.item.person.full_name}: {row.refusal.text}" for row in refused if row.refusal],
        )
        return show_room(request, session_of(request, uuid), refusal=refusal, kept=kept, status=409)
    text = ngettext("%(count)d class was stored.", "%(count)d classes were stored.", done)
    messages.success(request, text % {"count": done} if done else _("Nothing has changed."))
    return redirect(page_url(meeting, request.GET.urlencode()))


def _conclude_row(request: PersonRequest, meeting: CouncilSession, item: AgendaItem) -> HttpResponse:
    choices = listed_choices(request.POST, [item], changed_only=False)
    if not choices:
        raise Refused(_("The page is incomplete. Load it again; nothing was stored."))
    _done, refusal = attempt(lambda: settle(choice=choices[0], by=request.user, at=now()))
    if refusal is not None:
        kept = {item.pk: _typed(choices[0].class_code, choices[0].reason, refusal)}
        return show_room(
            request, session_of(request, meeting.uuid), refusal=refusal, kept=kept, status=refusal.status
        )
    messages.success(request, _("The case of %(name)s is concluded.") % {"name": item.person.full_name})
    return redirect(f"{page_url(meeting, request.GET.urlencode())}#row-{item.uuid}")


def _typed(choice: str, reason: str, refusal: Refused) -> dict[str, str]:
    return {"choice": choice, "reason": reason, "problem": refusal.text}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused(_("The page is incomplete. Load it again; nothing was stored.")) from None


@declares("session_officer")
@require_POST
def session_row(request: PersonRequest, uuid: UUID, item: UUID) -> HttpResponse:
    """What the page sends when a class of the list is chosen: the row as it stands now, and the figures."""
    meeting = session_of(request, uuid)
    case = get_object_or_404(meeting.items, uuid=item)
    results = propose_listed(choices=listed_choices(request.POST, [case]), by=request.user, at=now())
    roster = Roster.of(meeting)
    rows = rows_of(meeting, roster, request.user)
    row = next(row for row in rows if row.item.pk == case.pk)
    refused = next((result for result in results if result.refusal is not None), None)
    if refused is not None and refused.refusal is not None:
        _keep(row, _typed(refused.choice.class_code, refused.choice.reason, refused.refusal))
    figures = live(meeting, rows)
    context = {
        **frame(meeting, roster, request.user),
        **figures,
        "acts": offered(meeting, roster, figures, request.user, None),
        "chips": chips(
            request.GET.get("show", "all"),
            request.GET.get("q", ""),
            figures["figures"],
            units=request.GET.get("by") == "unit",
        ),
        "row": row,
        "filter_query": request.GET.urlencode(),
        "in_session": meeting.state == SessionState.IN_SESSION,
        "stored": bool(results) and refused is None,
    }
    return render(request, "workflows/sessions/live.html", context, status=422 if refused else 200)
