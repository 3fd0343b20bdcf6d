"""The review side by side: keep what is typed, approve, return, reopen."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from workflows import flows
from workflows.actions import reviews as actions
from workflows.actions.review_previews import managed_people
from workflows.errors import Refused, already_handled
from workflows.forms.reviews import ReasonForm
from workflows.models import Evaluation
from workflows.policy.reviewing import reviewed_by
from workflows.policy.routes import declares
from workflows.views import year_reviews
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.review_drafts import ReviewDraft, draft_of, drop_draft, keep_draft
from workflows.views.review_page import form_of, page_context, sheet
from workflows.views.sheets import heading, with_card


def to_review(request: PersonRequest, uuid: UUID) -> Evaluation:
    """A form that the person reviews, with all that its page reads; 404 for every other."""
    return get_object_or_404(with_card(reviewed_by(request.user, today())), uuid=uuid)


@declares("reviewer")
@require_http_methods(["GET", "POST"])
def review(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The form side by side. POST keeps what is typed and shows what it comes to, or goes on to a line."""
    evaluation = to_review(request, uuid)
    if evaluation.period.procedure.parsed().is_annual:
        return year_reviews.page(request, evaluation)
    if request.method == "GET":
        draft = draft_of(request, evaluation)
        return _page(request, evaluation, typed=draft.typed, draft=draft)
    if _typed_elsewhere(request, evaluation):
        return _page(request, evaluation, typed=_typed(request), refusal=_newer_draft(), status=409)
    draft = keep_draft(request, evaluation, _typed(request), now())
    line = request.POST.get("line", "")
    if line == "new":
        return redirect("line_assign", uuid=uuid)
    if line and evaluation.scorecard.lines.filter(uuid=_uuid_or_404(line)).exists():
        return redirect("line_act", uuid=uuid, line=line)
    if "next" in request.POST:
        return redirect("review", uuid=_uuid_or_404(request.POST["next"]))
    return _page(request, evaluation, typed=draft.typed, draft=draft)


@declares("reviewer")
@require_POST
def review_autosave(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What the page sends while the reviewer types: the recomputed parts (422: some are marked), or 409."""
    evaluation = to_review(request, uuid)
    task = flows.node_name(flows.open_task(evaluation))
    if task != flows.REVIEW:
        refusal: Refused = already_handled(None, None)
    elif _typed_elsewhere(request, evaluation):
        refusal = _newer_draft()
    else:
        draft = keep_draft(request, evaluation, _typed(request), now())
        managed = managed_people(evaluation)
        form = form_of(evaluation, managed, draft.typed)
        context = sheet(evaluation, form, managed) | {"draft": draft}
        return render(request, "workflows/reviews/live.html", context, status=422 if form.errors else 200)
    return render(request, "workflows/reviews/refused.html", {"refusal": refusal}, status=409)


@declares("reviewer")
@require_POST
def review_approve(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Approve with the changes on the page; then the countersignature and the minutes wait to be signed."""
    evaluation = to_review(request, uuid)
    if evaluation.period.procedure.parsed().is_annual:
        return year_reviews.approve(request, evaluation)
    version = expected_version(request)
    typed = _typed(request)
    form = form_of(evaluation, managed_people(evaluation), typed)
    if form.is_bound and not form.is_valid():
        keep_draft(request, evaluation, typed, now())
        return _page(request, evaluation, typed=typed, status=422)
    _done, refusal = attempt(
        lambda: actions.approve_review(
            evaluation=evaluation,
            by=request.user,
            adjustments=form.changes(),
            comment=form.cleaned_data["comment"] if form.is_bound else "",
            leader=form.marks(),
            expected_version=version,
            at=now(),
        )
    )
    if refusal is not None:
        keep_draft(request, evaluation, typed, now())
        return _page(request, to_review(request, uuid), typed=typed, refusal=refusal, status=refusal.status)
    drop_draft(request, evaluation)
    messages.success(
        request,
        _("The review of %(name)s is approved. Now countersign Form 01 and sign the review minutes.")
        % {"name": evaluation.person.full_name},
    )
    return redirect("signing_queue")


@declares("reviewer")
@require_http_methods(["GET", "POST"])
def review_return(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Send the form back with a reason, after one question."""
    evaluation = to_review(request, uuid)
    form = ReasonForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        _done, refusal = attempt(
            lambda: actions.return_for_rework(
                evaluation=evaluation,
                by=request.user,
                reason=form.cleaned_data["reason"],
                expected_version=version,
                at=now(),
            ),
            form,
        )
        if refusal is None:
            drop_draft(request, evaluation)
            messages.success(request, _("The form is back with %(name)s.") % {"name": evaluation.person.full_name})
            return redirect("team")
    question = {
        "title": _("Return the form"),
        "question": _("What must %(name)s mend?") % {"name": evaluation.person.full_name},
        "consequences": [
            _("Form 01 of this round is cancelled; a signature on it stays readable but counts no more."),
            _("Adjustments of this round stop counting; failed reviews, delays and waivers stay."),
            _("The person is told and hands in again; his numbers stay in the form."),
        ],
        "confirm_label": _("Return the form"),
        "danger": True,
    }
    return _question(request, evaluation, form, question, refusal)


@declares("reviewer")
@require_http_methods(["GET", "POST"])
def review_reopen(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Take an approved review back before the council sits, after one question."""
    evaluation = to_review(request, uuid)
    form = ReasonForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        _done, refusal = attempt(
            lambda: actions.reopen(
                evaluation=evaluation,
                by=request.user,
                reason=form.cleaned_data["reason"],
                expected_version=version,
                at=now(),
            ),
            form,
        )
        if refusal is None:
            messages.success(
                request,
                _("The review of %(name)s is open again; the person hands in anew.")
                % {"name": evaluation.person.full_name},
            )
            return redirect("review", uuid=uuid)
    question = {
        "title": _("Reopen the review"),
        "question": _("Why is the approved review of %(name)s taken back?") % {"name": evaluation.person.full_name},
        "consequences": [
            _("Form 01 and the review minutes of this round are cancelled; they stay readable."),
            _("The person hands in again, then you review again."),
            _("Leaders above whose d rests on this score must be scored again (Art 15)."),
        ],
        "confirm_label": _("Reopen"),
        "danger": True,
    }
    return _question(request, evaluation, form, question, refusal)


def _question(
    request: PersonRequest, evaluation: Evaluation, form: ReasonForm, question: dict, refusal: Refused | None
) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    # An old page stays old: its version is sent again, so a second click does not slip through.
    version = request.POST.get("expected_version", evaluation.version)
    context = question | {"form": form, "expected_version": version}
    context["cancel_url"] = reverse("review", args=[evaluation.uuid])
    return render(request, "workflows/components/confirm_page.html", context | heading(evaluation), status=status)


def _page(
    request: PersonRequest,
    evaluation: Evaluation,
    *,
    typed: dict[str, str],
    draft: ReviewDraft | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = draft or draft_of(request, evaluation)
    managed = managed_people(evaluation)
    form = form_of(evaluation, managed, typed)
    context = sheet(evaluation, form, managed) | page_context(request, evaluation, draft, managed)
    return render(request, "workflows/reviews/review.html", context | {"refusal": refusal}, status=status)


def _typed(request: PersonRequest) -> dict[str, str]:
    """Every box of the page as text; the form picks its own."""
    left_out = {"csrfmiddlewaretoken", "expected_version", "draft_version", "autosave", "line", "next"}
    return {name: str(request.POST[name])[:4000] for name in request.POST if name not in left_out}


def _typed_elsewhere(request: PersonRequest, evaluation: Evaluation) -> bool:
    return request.POST.get("draft_version") != str(draft_of(request, evaluation).version)


def _newer_draft() -> Refused:
    return Refused(_("You typed into this review in another window meanwhile. Nothing was overwritten."))


def _uuid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
