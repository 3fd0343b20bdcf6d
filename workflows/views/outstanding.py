"""The numbered decision by which a period's list may have a quarter at the top (Art 20.5.b)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.actions import outstanding as actions
from workflows.actions.rosters import require_founder
from workflows.ceilings import outstanding_achievement
from workflows.facts.wording import period_words
from workflows.forms.outstanding import OutstandingForm, WithdrawOutstandingForm
from workflows.models import EvaluationPeriod, OutstandingAchievement
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.templatetags.look import vn_date
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today


@declares("period_founder")
@require_http_methods(["GET", "POST"])
def period_outstanding(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Record the decision, or withdraw the one that stands; the personnel officer or the head does."""
    seen = visibility.periods(request.user, today()).select_related("agency", "campaign")
    period = get_object_or_404(seen, uuid=uuid)
    require_founder(period.agency, request.user, today())
    standing = outstanding_achievement(period)
    form = WithdrawOutstandingForm(request.POST or None) if standing else OutstandingForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        act = actions.withdraw_outstanding if standing else actions.record_outstanding
        _done, refusal = attempt(
            lambda: act(period=period, by=request.user, at=now(), expected_version=version, **form.cleaned_data),
            form,
        )
        if refusal is None:
            words = _("The decision is withdrawn: the ordinary share applies again.")
            messages.success(request, words if standing else _("The decision is recorded: the higher share applies."))
            return redirect("period_outstanding", uuid=period.uuid)
        period.refresh_from_db(fields=["version"])
    context = _context(period, standing) | {"refusal": refusal}
    context["form"] = None if context["blocked"] else form
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workflows/periods/act.html", context, status=status)


def _context(period: EvaluationPeriod, standing: OutstandingAchievement | None) -> dict[str, Any]:
    why = actions.obstacle(period)
    withdrawn = period.outstanding_achievements.exclude(withdrawn_at=None).select_related("withdrawn_by")
    return {
        "title": _("Decision on outstanding achievements"),
        "eyebrow": f"{period.agency.name} · {period_words(period.campaign)}",
        "question": _("It stands: the higher share of Art 20.5 (b) applies to the whole list. Withdraw it?")
        if standing
        else _("Without it the ordinary share of Art 20.5 (a) applies to the list."),
        "facts": _words_of(standing) if standing else [],
        "missing": [
            _("%(number)s, withdrawn %(at)s by %(name)s: %(reason)s")
            % {
                "number": row.number,
                "at": vn_date(row.withdrawn_at, "time"),
                "name": row.withdrawn_by.full_name if row.withdrawn_by else "",
                "reason": row.withdrawal_reason,
            }
            for row in withdrawn
        ],
        "missing_title": _("Withdrawn before"),
        "consequences": [why] if why else [],
        "blocked": bool(why),
        "expected_version": period.version,
        "confirm_label": _("Withdraw") if standing else _("Record"),
        "danger": standing is not None,
        "cancel_url": reverse("councils"),
    }


def _words_of(row: OutstandingAchievement) -> list[dict[str, str]]:
    return [
        {"label": _("Number of the decision"), "value": row.number},
        {"label": _("Date of the decision"), "value": vn_date(row.decided_on)},
        {"label": _("Who issued it"), "value": row.authority},
        {"label": _("What it recognises"), "value": row.text},
    ]
