"""The person's own yearly form: the twelve rows, his class, his words."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from documents.render_child import render_limited as render_pdf
from workflows import flows
from workflows.actions import year_forms as actions
from workflows.actions.reviews import current_form
from workflows.errors import REFUSALS, Refused, as_refused
from workflows.facts import form_02
from workflows.forms.years import YearForm
from workflows.models import Evaluation, EvaluationTask, Stage
from workflows.views.acts import PersonRequest, attempt, expected_version, now
from workflows.views.sheets import chip, stage_steps, whose_turn
from workflows.views.year_sheets import class_options, year_sheet
from workflows.years import year_inputs

FORM_ID = "self-assessment"
DRAFT_CODE = "BẢN NHÁP"


def _bound(request: PersonRequest) -> YearForm:
    return YearForm(request.POST, classes=class_options())


def _stored(evaluation: Evaluation) -> YearForm:
    card = evaluation.scorecard
    return YearForm(
        classes=class_options(),
        initial={
            "self_class": evaluation.self_class,
            "strengths": evaluation.strengths,
            "limitations": evaluation.limitations,
            "draft_version": card.draft_version,
        },
    )


def _save(request: PersonRequest, evaluation: Evaluation, form: YearForm) -> int:
    if not form.is_valid():
        raise Refused(_("Some values were not taken. They are marked below."))
    kept = form.cleaned_data
    return actions.save_year_draft(
        evaluation=evaluation,
        by=request.user,
        self_class=kept["self_class"],
        strengths=kept["strengths"],
        limitations=kept["limitations"],
        expected_draft_version=kept["draft_version"],
        at=now(),
    )


def fill(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    """The page while the form is with the person; POST keeps what is typed."""
    if request.method != "POST":
        return _page(request, evaluation, _stored(evaluation))
    form = _bound(request)
    _version, refusal = attempt(lambda: _save(request, evaluation, form))
    if refusal is not None:
        return _page(request, evaluation, form, refusal)
    messages.success(request, _("Saved."))
    return redirect("self_assessment", uuid=evaluation.uuid)


def autosave(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    """What the page sends while the person types: the version that the next save builds on, or why it was refused."""
    try:
        _save(request, evaluation, _bound(request))
    except REFUSALS as error:
        refusal = as_refused(error)
        words = render_to_string("workflows/self_assessments/refused.html", {"refusal": refusal})
        return HttpResponse(words, status=max(refusal.status, 409))
    evaluation.scorecard.refresh_from_db(fields=["draft_version", "draft_saved_at"])
    context = {"card": evaluation.scorecard, "form_id": FORM_ID}
    return HttpResponse(render_to_string("workflows/self_assessments/versions.html", context))


def submit(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    """Keep what stands on the page and hand it in; the person then signs Form 02."""
    version, form = expected_version(request), _bound(request)
    _version, refusal = attempt(lambda: _save(request, evaluation, form))
    if refusal is not None:
        return _page(request, evaluation, form, refusal)
    done, refusal = attempt(
        lambda: actions.submit_year_form(evaluation=evaluation, by=request.user, expected_version=version, at=now())
    )
    if done is None:
        evaluation.refresh_from_db(fields=["self_class", "strengths", "limitations"])
        evaluation.scorecard.refresh_from_db(fields=["draft_version"])
        return _page(request, evaluation, _stored(evaluation), refusal)
    messages.success(request, _("Handed in. Now sign Form 02, then your year is confirmed."))
    document = current_form(done)
    return redirect("document", uuid=document.uuid) if document else redirect("self_assessment", uuid=evaluation.uuid)


def preview(evaluation: Evaluation) -> HttpResponse:
    """Form 02 as it would be signed now; kept nowhere."""
    facts = form_02(evaluation, year_inputs(evaluation), now())
    facts["practice"] = evaluation.practice or settings.DEMO_AUTHORITY
    return HttpResponse(render_pdf("form_02", facts, code=DRAFT_CODE), content_type="application/pdf")


def handed_in(
    request: PersonRequest, evaluation: Evaluation, task: EvaluationTask | None, refusal: Refused | None, status: int
) -> HttpResponse:
    """What was handed in, and where it is."""
    document = current_form(evaluation)
    in_review = flows.node_name(task) == flows.REVIEW
    context: dict[str, Any] = year_sheet(evaluation) | {
        "steps": stage_steps(evaluation, task),
        "state": whose_turn(evaluation, task),
        "paper": chip(document, request.user) if document else None,
        "withdraw_refused": "" if in_review else _("The review is finished; ask your reviewer to return the form."),
        "refusal": refusal,
    }
    return render(request, "workflows/years/handed_in.html", context, status=status)


def _page(
    request: PersonRequest, evaluation: Evaluation, form: YearForm, refusal: Refused | None = None
) -> HttpResponse:
    context = year_sheet(evaluation) | {
        "form": form,
        "form_id": FORM_ID,
        "steps": stage_steps(evaluation, flows.open_task(evaluation)),
        "due": evaluation.period.deadline(Stage.SELF_ASSESSMENT),
        "refusal": refusal,
    }
    return render(request, "workflows/years/form.html", context, status=refusal.status if refusal else 200)
