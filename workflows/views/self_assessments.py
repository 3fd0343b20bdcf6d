"""The person's own form: fill in, save, hand in, take back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.models import Decision
from documents.render_child import render_limited as render_pdf
from kpi.actions import compute
from kpi.errors import DraftConflict
from workflows import flows
from workflows.actions import self_assessments as actions
from workflows.actions.reviews import current_form
from workflows.errors import REFUSALS, AlreadyHandled, Refused, as_refused
from workflows.facts import form_01
from workflows.forms.self_assessments import HALF_OR_FULL, SelfAssessmentForm
from workflows.models import Evaluation, EvaluationStep, Stage
from workflows.policy.belonging import own_evaluations
from workflows.policy.routes import declares
from workflows.templatetags.look import vn_number
from workflows.views import year_forms
from workflows.views.acts import PersonRequest, attempt, expected_version, now
from workflows.views.sheets import chip, groups, heading, months, progress_of, stage_steps, whose_turn, with_card

FORM_ID = "self-assessment"
DRAFT_CODE = "BẢN NHÁP"  # stands where a document has its code


def own(request: PersonRequest, uuid: UUID) -> Evaluation:
    """The person's own form with all that its page reads; 404 for anybody else's."""
    return get_object_or_404(with_card(own_evaluations(request.user)), uuid=uuid)


@declares("self")
@never_cache  # "Back" must bring the newest draft version, or the next save would be refused
@require_http_methods(["GET", "POST"])
def self_assessment(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The form while it is with the person, else what he handed in. POST is the save button and the way elsewhere."""
    evaluation = own(request, uuid)
    task = flows.open_task(evaluation)
    if _is_annual(evaluation) and flows.node_name(task) == flows.SELF_ASSESSMENT:
        return year_forms.fill(request, evaluation)
    if request.method == "POST":
        return _save_and_go(request, evaluation)
    if flows.node_name(task) != flows.SELF_ASSESSMENT:
        return _handed_in(request, evaluation, task)
    return _page(request, evaluation, SelfAssessmentForm(evaluation=evaluation))


@declares("self")
@require_POST
def autosave(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What the page sends while the person types: 200 saved, 422 saved without the marked values, 409 refused."""
    evaluation = own(request, uuid)
    if _is_annual(evaluation):
        return year_forms.autosave(request, evaluation)
    form = SelfAssessmentForm(request.POST, evaluation=evaluation)
    try:
        _save(request, evaluation, form)
    except REFUSALS as error:
        refusal = as_refused(error)
        words = render_to_string("workflows/self_assessments/refused.html", {"refusal": refusal})
        return HttpResponse(words, status=max(refusal.status, 409))
    evaluation = own(request, uuid)
    context = _sheet(evaluation, _rebound(request, evaluation))
    # Without the request: a fragment needs no menu, and everybody's typing comes through here.
    return HttpResponse(
        render_to_string("workflows/self_assessments/live.html", context), status=422 if form.errors else 200
    )


@declares("self")
@require_http_methods(["GET", "POST"])
def submit(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Save what stands on the page and hand it in; the person then signs Form 01."""
    evaluation = own(request, uuid)
    if request.method == "GET":  # a reloaded refusal, or the way back from a lost session
        return redirect("self_assessment", uuid=uuid)
    version = expected_version(request)
    if flows.node_name(flows.open_task(evaluation)) != flows.SELF_ASSESSMENT:
        return _already_handed_in(request, evaluation)
    if _is_annual(evaluation):
        return year_forms.submit(request, evaluation)
    kept = _kept_or_page(request, evaluation)
    if isinstance(kept, HttpResponse):
        return kept
    evaluation = kept
    _done, refusal = attempt(
        lambda: actions.submit_self_assessment(
            evaluation=evaluation, by=request.user, expected_version=version, at=now()
        )
    )
    if refusal is not None:
        form = SelfAssessmentForm(evaluation=evaluation)
        return _page(request, evaluation, form, refusal=refusal, status=refusal.status)
    messages.success(request, _("Handed in. Now sign Form 01, then your reviewer can begin."))
    document = current_form(evaluation)
    if document is None:
        return redirect("self_assessment", uuid=uuid)
    return redirect("document", uuid=document.uuid)


@declares("self")
@require_GET
def preview(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Form 01, or Form 02 of a year, as it would be signed now, made by the same template; kept nowhere."""
    evaluation = own(request, uuid)
    if _is_annual(evaluation):
        answer = year_forms.preview(evaluation)
    else:
        facts = form_01(evaluation, compute(evaluation.scorecard, reviewed=False), now())
        facts["practice"] = evaluation.practice or settings.DEMO_AUTHORITY
        answer = HttpResponse(render_pdf("form_01", facts, code=DRAFT_CODE), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="ban-nhap.pdf"'
    answer["Cache-Control"] = "private, no-store"
    # The browser's own viewer needs its styles and its plug-in; nothing else may load or run.
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"
    return answer


@declares("self")
@require_http_methods(["GET", "POST"])
def withdraw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Take the form back while nobody has reviewed it, after one question."""
    evaluation = own(request, uuid)
    if request.method == "POST":
        version = expected_version(request)
        actions.withdraw(evaluation=evaluation, by=request.user, expected_version=version, at=now())
        messages.success(request, _("You have your form back. Everything you had typed is still in it."))
        return redirect("self_assessment", uuid=uuid)
    return render(
        request,
        "workflows/components/confirm_page.html",
        {
            "title": _("Take the form back"),
            "question": _("Do you want to change your self-assessment and hand it in again?"),
            "consequences": [
                _("Form 01 of this round is cancelled; a signature on it stays readable but counts no more."),
                _("Your numbers and words stay in the form."),
                _("Your reviewer is told."),
            ],
            "expected_version": evaluation.version,
            "confirm_label": _("Take it back"),
            "cancel_url": reverse("self_assessment", args=[uuid]),
        },
    )


def _is_annual(evaluation: Evaluation) -> bool:
    return evaluation.period.procedure.parsed().is_annual


def _save(request: PersonRequest, evaluation: Evaluation, form: SelfAssessmentForm) -> int:
    return actions.save_draft(
        evaluation=evaluation,
        by=request.user,
        expected_draft_version=form.draft_version(),
        at=now(),
        **form.entries(),
    )


def _kept_or_page(request: PersonRequest, evaluation: Evaluation) -> Evaluation | HttpResponse:
    """The form with this POST stored; or the page again: with errors beside the fields, or the conflict shown."""
    form = SelfAssessmentForm(request.POST, evaluation=evaluation)
    try:
        _save(request, evaluation, form)
    except DraftConflict as conflict:
        refusal = as_refused(conflict)
        # Drawn on what is stored now: saving from this page is a choice made knowingly.
        evaluation = own(request, evaluation.uuid)
        form = SelfAssessmentForm(request.POST, evaluation=evaluation)
        form.is_valid()
        differences = [
            {"label": label, "stored": _written(stored), "typed": _written(typed)}
            for label, stored, typed in form.differences()
        ]
        return _page(request, evaluation, form, refusal=refusal, differences=differences, status=409)
    evaluation = own(request, evaluation.uuid)
    if form.errors:
        return _page(request, evaluation, _rebound(request, evaluation), status=422)
    return evaluation


def _written(value: Any) -> str:
    """A stored or typed value as people write it; a dash for nothing."""
    return "–" if value in (None, "") else vn_number(value) or str(value)


def _save_and_go(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    if flows.node_name(flows.open_task(evaluation)) != flows.SELF_ASSESSMENT:
        return _already_handed_in(request, evaluation)
    kept = _kept_or_page(request, evaluation)
    if isinstance(kept, HttpResponse):
        return kept
    place = request.POST.get("evidence_of", "")
    if place:
        return redirect("evidence", uuid=kept.uuid, place=place)
    messages.success(request, _("Saved."))
    return redirect("self_assessment", uuid=kept.uuid)


def _already_handed_in(request: PersonRequest, evaluation: Evaluation) -> HttpResponse:
    """A repeated request finds the form gone on: it sees where it is, and nothing is overwritten."""
    task = flows.open_task(evaluation)
    refusal = AlreadyHandled(
        _("This form is already handed in: %(state)s. Nothing was overwritten.")
        % {"state": whose_turn(evaluation, task)}
    )
    return _handed_in(request, evaluation, task, refusal=refusal, status=409)


def _rebound(request: PersonRequest, evaluation: Evaluation) -> SelfAssessmentForm:
    """The POST against what is stored after it, so that errors stand beside their fields."""
    form = SelfAssessmentForm(request.POST, evaluation=evaluation)
    form.is_valid()
    return form


def _sheet(evaluation: Evaluation, form: SelfAssessmentForm | None) -> dict[str, Any]:
    score = compute(evaluation.scorecard, reviewed=False)
    return {
        **heading(evaluation),
        "evaluation": evaluation,
        "card": evaluation.scorecard,
        "scheme": evaluation.scorecard.scheme.scheme,
        "form": form,
        "form_id": FORM_ID,
        "groups": groups(evaluation, form),
        "months": months(evaluation, form),
        "score": score,
        "progress": progress_of(evaluation, score),
        "leader_choices": HALF_OR_FULL,
    }


def _page(
    request: PersonRequest,
    evaluation: Evaluation,
    form: SelfAssessmentForm,
    *,
    refusal: Refused | None = None,
    differences: list[dict[str, Any]] | None = None,
    status: int = 200,
) -> HttpResponse:
    task = flows.open_task(evaluation)
    context = _sheet(evaluation, form) | {
        "steps": stage_steps(evaluation, task),
        "due": evaluation.period.deadline(Stage.SELF_ASSESSMENT),
        "returned": _return_before(evaluation),
        "refusal": refusal,
        "differences": differences or [],
    }
    return render(request, "workflows/self_assessments/form.html", context, status=status)


def _return_before(evaluation: Evaluation) -> EvaluationStep | None:
    """The return that opened this round, None after a withdrawal and in the first round."""
    step = evaluation.steps.filter(round=evaluation.round - 1).select_related("decision__by").last()
    return step if step is not None and step.decision.kind == Decision.Kind.REVIEW_RETURNED else None


def _handed_in(
    request: PersonRequest,
    evaluation: Evaluation,
    task,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    if _is_annual(evaluation):
        return year_forms.handed_in(request, evaluation, task, refusal, status)
    step = (
        evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, decision__kind=Decision.Kind.SELF_SUBMITTED)
        .select_related("snapshot", "document__kind", "decision")
        .prefetch_related("document__slots")
        .last()
    )
    in_review = flows.node_name(task) == flows.REVIEW
    context = _sheet(evaluation, None) | {
        "steps": stage_steps(evaluation, task),
        "state": whose_turn(evaluation, task),
        "step": step,
        "paper": chip(step.document, request.user) if step and step.document else None,
        "withdraw_refused": "" if in_review else _("The review is finished; ask your reviewer to return the form."),
        "refusal": refusal,
    }
    return render(request, "workflows/self_assessments/handed_in.html", context, status=status)
