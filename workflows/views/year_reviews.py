"""The year side by side for whoever confirms it: the person's class, the mean, and what overrides the class."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from workflows import flows
from workflows.actions.reviews import current_form, last_review, unsigned_words
from workflows.actions.year_forms import approve_year, obstacle
from workflows.errors import Refused
from workflows.forms.years import ConfirmYearForm
from workflows.models import Evaluation, Stage
from workflows.policy.rules import reviewing_authority
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.review_page import next_in_turn
from workflows.views.sheets import chip, stage_steps, whose_turn
from workflows.views.year_sheets import year_sheet
from workflows.years import year_inputs


def approve(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    """Confirm the year's statement with a comment."""
    version, form = expected_version(request), ConfirmYearForm(request.POST)
    if not form.is_valid():
        return page(request, evaluation, form)
    _done, refusal = attempt(
        lambda: approve_year(
            evaluation=evaluation,
            by=request.user,
            comment=form.cleaned_data["comment"],
            expected_version=version,
            at=now(),
        )
    )
    if refusal is not None:
        return page(request, evaluation, form, refusal)
    messages.success(request, _("The year of %(name)s is confirmed.") % {"name": evaluation.person.full_name})
    return redirect("team")


def page(
    request: PersonRequest,
    evaluation: Evaluation,
    form: ConfirmYearForm | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    """The page; the rows are those of today, so that what is missing can be seen before the form comes."""
    task = flows.open_task(evaluation)
    node, inputs, document = flows.node_name(task), year_inputs(evaluation), current_form(evaluation)
    signed = document is not None and document.slots.filter(role="person", signed_at__isnull=False).exists()
    why = obstacle(evaluation, inputs)
    refused = unsigned_words(evaluation) if not signed else why.text if why else ""
    under = reviewing_authority(evaluation, request.user, today())
    context = year_sheet(evaluation, inputs) | {
        "form": form or ConfirmYearForm(),
        "refusal": refusal,
        "steps": stage_steps(evaluation, task),
        "state": whose_turn(evaluation, task),
        "due": evaluation.period.deadline(Stage.SUPERVISOR_REVIEW),
        "open": node == flows.REVIEW,
        "handed_in": node != flows.SELF_ASSESSMENT,
        "paper": chip(document, request.user) if document else None,
        "approve_refused": refused,
        "review": last_review(evaluation),
        "delegated": under if under is not None and under.is_delegated else None,
        "may_reopen": node == flows.COUNCIL and not evaluation.council_cases.exists(),
        "next_person": next_in_turn(request.user, evaluation),
    }
    invalid = 422 if form is not None and form.errors else 200
    return render(request, "workflows/years/review.html", context, status=refusal.status if refusal else invalid)
