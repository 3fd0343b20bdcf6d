"""The minutes while they grow, their draft with every wording it had, and the question before their adoption."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from approvals.minutes import minutes_facts
from approvals.models import CouncilMember, CouncilSession
from approvals.roster import Roster
from workflows.actions.councils import draft_minutes, proposed_classes
from workflows.facts import minutes_signers
from workflows.forms.sessions import MinutesForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, now
from workflows.views.council_room import by_unit, frame, in_units, live, page_url, rows_of
from workflows.views.quota_panel import names_of_equals, quota_panel
from workflows.views.sessions import conducted, session_of


@declares("session_member")
@require_GET
def session_record(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What the minutes say so far, as they are read out; of one's own case only what the room shows of it too."""
    meeting = session_of(request, uuid)
    roster = Roster.of(meeting)
    said = minutes_facts(meeting)
    roles = dict(CouncilMember.Role.choices)
    cases = [
        {**case, "mine": case["person"] == str(request.user.uuid)}
        for case in said["cases"]
        if case["proposed_class"] or case["votes"] or case["opinions"] or case["recusals"]
    ]
    context = {
        **frame(meeting, roster, request.user),
        "said": said,
        "present": [{**row, "role": roles[row["role"]]} for row in said["present"]],
        "began_at": _time(said["began_at"]),
        "ended_at": _time(said["ended_at"]),
        "sittings": [
            {**row, "from": _time(row["from"]), "to": _time(row["to"]), "resumed": _time(row.get("resumed_at"))}
            for row in said["sittings"]
        ],
        "cases": cases,
        "quota": quota_panel(meeting.of_period.period, proposed_classes(meeting.of_period.period)),
        "wordings": wordings(meeting),
    }
    return render(request, "workflows/sessions/record.html", context)


def _time(text: str | None) -> Any:
    return parse_datetime(text) if text else None


def wordings(session: CouncilSession) -> list[dict[str, Any]]:
    """Every wording of the draft, newest first, with what the one before it said where it differs."""
    found: list[dict[str, Any]] = []
    before = None
    for row in session.wordings.select_related("by").order_by("number"):
        changed = [
            {"label": label, "before": getattr(before, name) if before else "", "after": getattr(row, name)}
            for name, label in (("conclusion", _("Conclusion")), ("choice_reason", _("Reason for the choice")))
            if getattr(before, name, "") != getattr(row, name)
        ]
        found.append({"row": row, "changed": changed, "first": before is None})
        before = row
    return found[::-1]


@declares("session_officer")
@require_http_methods(["GET", "POST"])
def session_minutes(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Draft the minutes, or amend the draft that was read out; refused with the ceiling's excess listed."""
    meeting = conducted(request, uuid)
    roster = Roster.of(meeting)
    typed = {"conclusion": meeting.conclusion, "choice_reason": meeting.choice_reason}
    form = MinutesForm(request.POST or None, initial=typed)
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        _done, refusal = attempt(
            lambda: draft_minutes(
                session=meeting, by=request.user, expected_version=version, at=now(), **form.cleaned_data
            )
        )
        if refusal is None:
            messages.success(
                request, _("The minutes are drafted: read them out, amend them, then let them be adopted.")
            )
            return redirect(page_url(meeting))
        meeting = session_of(request, uuid)
    rows = rows_of(meeting, roster, request.user)
    period = meeting.of_period.period
    context = {
        **frame(meeting, roster, request.user),
        "form": form,
        "refusal": refusal,
        "quota": quota_panel(period, proposed_classes(period)),
        "groups": by_unit(in_units([row for row in rows if row.changed or row.vote])),
        "figures": live(meeting, rows)["figures"],
        "quorum": roster.quorum(),
        "equals": names_of_equals(period, proposed_classes(period)),
        "wordings": wordings(meeting),
    }
    return render(request, "workflows/sessions/minutes.html", context, status=refusal.status if refusal else 200)


@declares("session_officer")
@require_GET
def session_adopt(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The question before the adoption, since nothing in the minutes changes after it."""
    meeting = conducted(request, uuid)
    context = {
        "title": _("Adopt the minutes"),
        "question": _("Has the meeting adopted the minutes as they were read out?"),
        "consequences": [
            _("Nothing in the minutes can be changed afterwards."),
            _("They are owed as a document, signed in this order: %(names)s.")
            % {"names": ", ".join(person.full_name for _role, person in minutes_signers(meeting))},
        ],
        "expected_version": meeting.version,
        "confirm_label": _("Adopted"),
        "cancel_url": page_url(meeting),
        "action_url": reverse("session_act", args=[meeting.uuid, "adopt"]),
    }
    return render(request, "workflows/components/confirm_page.html", context)
