"""The competent person's entries on product lines: failed review, delay, waiver, hand-back, new work."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kpi.models import ScoreLine
from workflows.actions import lines as actions
from workflows.forms import lines as forms
from workflows.models import Evaluation
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once
from workflows.views.reviews import to_review
from workflows.views.sheets import heading


@declares("reviewer")
@require_http_methods(["GET", "POST"])
def line_act(request: PersonRequest, uuid: UUID, line: UUID) -> HttpResponse:
    """One separate entry on one line, with its reason."""
    evaluation = to_review(request, uuid)
    own = get_object_or_404(ScoreLine, scorecard=evaluation.scorecard, uuid=line)
    bound = request.method == "POST"
    # The line is read at its standing state: an entry that is no longer possible is refused by its own words.
    form = forms.LineActForm(request.POST if bound else None, line=own)
    back = f"{reverse('review', args=[uuid])}#row-{own.uuid}"
    refusal = None
    if bound and form.is_valid():
        act = _act_of(form, evaluation, own, request)
        url, refusal = attempt(
            lambda: once(request, f"line:{form.cleaned_data['act']}", lambda: _done(act, back)), form
        )
        if url is not None:
            messages.success(request, _("Recorded. The score below counts it."))
            return redirect(url)
    context = {
        "form": form,
        "evaluation": evaluation,
        "line": own,
        "back": back,
        "history": own.scorecard.adjustments.filter(item=str(own.uuid)).select_related("by").order_by("-pk"),
        "submission_key": request.POST.get("submission_key") or new_key(),
        **heading(evaluation),
    }
    status = refusal.status if refusal else 422 if bound else 200
    return render(request, "workflows/reviews/line.html", context, status=status)


def _done(act: Callable[[], Evaluation], back: str) -> str:
    act()
    return back


def _act_of(
    form: forms.LineActForm, evaluation: Evaluation, line: ScoreLine, request: PersonRequest
) -> Callable[[], Evaluation]:
    """The one call that this entry is."""
    data, at = form.cleaned_data, now()
    who: dict[str, Any] = {"evaluation": evaluation, "line": line, "by": request.user, "at": at}
    count = data["count"] or 1
    if data["act"] == forms.FAILED:
        return lambda: actions.record_failed_review(reason=data["reason"], count=count, **who)
    if data["act"] == forms.DELAY:
        return lambda: actions.record_delay(reason=data["reason"], count=count, **who)
    if data["act"] == forms.HAND_BACK:
        return lambda: actions.hand_back(reason=data["reason"], **who)
    of = "failed_reviews" if data["act"] == forms.WAIVE_FAILED else "delays"
    return lambda: actions.confirm_waiver(of=of, cause=data["reason"], count=count, **who)


@declares("reviewer")
@require_http_methods(["GET", "POST"])
def line_assign(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Assign a product to the person: unplanned, taken over, or planned work that was forgotten."""
    evaluation = to_review(request, uuid)
    bound = request.method == "POST"
    form = forms.AssignForm(request.POST if bound else None, evaluation=evaluation)
    back = reverse("review", args=[uuid])
    refusal = None
    if bound and form.is_valid():
        at = now()
        url, refusal = attempt(
            lambda: once(
                request,
                "line:assign",
                lambda: _done(
                    lambda: actions.assign(evaluation=evaluation, by=request.user, at=at, **form.spec()), back
                ),
            ),
            form,
        )
        if url is not None:
            messages.success(request, _("The work is assigned. Its result can now be entered."))
            return redirect(url)
    context = {
        "form": form,
        "evaluation": evaluation,
        "back": back,
        "products": form.products[:500],
        "submission_key": request.POST.get("submission_key") or new_key(),
        **heading(evaluation),
    }
    status = refusal.status if refusal else 422 if bound else 200
    return render(request, "workflows/reviews/assign.html", context, status=status)
