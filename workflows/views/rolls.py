"""The people of a session: its roll, and who chairs it and keeps its minutes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals import actions as approvals
from approvals.models import CouncilSession
from approvals.roster import Roster
from workflows.forms.sessions import AdjournForm, HandOverForm, RollForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now
from workflows.views.council_room import frame, page_url
from workflows.views.sessions import conducted, session_of


@declares("session_officer")
@require_http_methods(["GET", "POST"])
def session_roll(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The roll before and during the meeting, with reasons of absence and stand-ins."""
    meeting = conducted(request, uuid)
    roster = Roster.of(meeting)
    form = RollForm(request.POST or None, attendances=roster.attendances, everybody="everybody" in request.GET)
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        _done, refusal = attempt(
            lambda: approvals.call_roll(
                session=meeting, marks=form.marks(), by=request.user, at=now(), expected_version=version
            )
        )
        if refusal is None:
            messages.success(request, _("The roll is stored."))
            return redirect(page_url(meeting))
        meeting = session_of(request, uuid)
    context = {
        **frame(meeting, roster, request.user),
        "form": form,
        "lines": form.lines(),
        "quorum": roster.quorum(),
        "refusal": refusal,
    }
    return render(request, "workflows/sessions/roll.html", context, status=refusal.status if refusal else 200)


def _asked(
    request: PersonRequest,
    meeting: CouncilSession,
    form: Form,
    *,
    act: Callable[[datetime, int], object],
    done: str,
    words: dict[str, Any],
) -> HttpResponse:
    """A page that asks before it does one act on the session; a refusal keeps what was typed."""
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        _done, refusal = attempt(lambda: act(now(), version), form)
        if refusal is None:
            messages.success(request, done)
            return redirect(page_url(meeting))
        meeting = session_of(request, meeting.uuid)
    context = {"form": form, "expected_version": meeting.version, "cancel_url": page_url(meeting), **words}
    status = refusal.status if refusal else 200
    return render(request, "workflows/components/confirm_page.html", context, status=status)


@declares("session_officer")
@require_http_methods(["GET", "POST"])
def session_adjourn(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """When and where the meeting goes on; its roll is called anew then."""
    meeting = conducted(request, uuid)
    form = AdjournForm(request.POST or None, initial={"resumes_time": "08:00", "resumes_place": meeting.place})
    return _asked(
        request,
        meeting,
        form,
        act=lambda at, version: approvals.adjourn_session(
            session=meeting, by=request.user, at=at, expected_version=version, **form.next_sitting()
        ),
        done=_("The session is adjourned; what is concluded stays."),
        words={
            "title": _("Adjourn the session"),
            "question": _("When and where does it go on?"),
            "consequences": [
                _("What is concluded stays; votes that run stay open."),
                _("Who was here until now is kept in the minutes, and the roll is called anew."),
            ],
            "confirm_label": _("Adjourn"),
        },
    )


@declares("session_officer")
@require_http_methods(["GET", "POST"])
def session_hand_over(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Another chair or secretary, named by either of them or by the council's chair or deputy."""
    meeting = session_of(request, uuid)
    form = HandOverForm(request.POST or None, roster=Roster.of(meeting))
    return _asked(
        request,
        meeting,
        form,
        act=lambda at, version: approvals.hand_over(
            session=meeting, by=request.user, at=at, expected_version=version, **form.chosen()
        ),
        done=_("The session has its new officers."),
        words={
            "title": _("Hand over chair or minutes"),
            "question": _("Who chairs this session, and who keeps its minutes?"),
            "consequences": [
                _("The change is journaled; both sign the minutes."),
                _("In a case in which the chair is recused, the deputy presides without a hand-over."),
            ],
            "confirm_label": _("Hand over"),
        },
    )
