"""The minutes of the meeting about a petition, typed by whoever answers it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.actions.petition_meetings import record_meeting
from workflows.actions.rosters import colleagues
from workflows.forms.petition_meetings import MeetingForm
from workflows.policy import petitioning
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now, today
from workflows.views.sheets import heading


@declares("own_or_competent")
@require_http_methods(["GET", "POST"])
def petition_meeting(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Who took part, what was said and concluded; the minutes go to be signed."""
    on = today()
    seen = petitioning.petitions(request.user, on).select_related(
        "person",
        "preparer",
        "case__evaluation__reviewer",
        "case__evaluation__unit",
        "case__evaluation__person",
        "case__evaluation__period__agency",
        "case__evaluation__period__campaign",
        "case__evaluation__period__procedure",
    )
    petition = get_object_or_404(seen, uuid=uuid)
    evaluation = petition.case.evaluation
    petitioning.require_answerer(petition, request.user, on)
    offered = [
        post
        for post in colleagues(evaluation.period.agency, on)
        if post.person_id not in (petition.person_id, request.user.pk)
    ]
    typed = {"day": on, "checked": petition.findings}
    if petition.preparer is not None:
        typed["secretary"] = str(petition.preparer.uuid)
    form = MeetingForm(request.POST or None, posts=offered, initial=typed)
    refusal = None
    if request.method == "POST" and form.is_valid():
        done, refusal = attempt(
            lambda: record_meeting(petition=petition, meeting=form.meeting(), by=request.user, at=now()), form
        )
        if done is not None:
            messages.success(request, _("The minutes of the meeting are made. Secretary, petitioner and chair sign."))
            return redirect("petition", uuid=uuid)
    context = {
        "title": _("Minutes of the meeting about the petition"),
        "eyebrow": heading(evaluation)["period"],
        "facts": [{"label": _("Person"), "value": petition.person.full_name}],
        "form": form,
        "refusal": refusal,
        "confirm_label": _("Make the minutes"),
        "cancel_url": reverse("petition", args=[uuid]),
    }
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "workflows/periods/act.html", context, status=status)
