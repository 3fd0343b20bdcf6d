"""Withdrawing a paper that nobody has signed yet, with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from workflows.actions.withdrawals import require_withdrawer, withdraw_paper
from workflows.forms.withdrawals import WithdrawalForm
from workflows.models import OrganisationRuling, PartyOpinion, PetitionCase
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.policy.withdrawing import Entry, entry_of
from workflows.views.acts import PersonRequest, attempt, now, today
from workflows.views.papers import title_of


@declares("paper_maker")
@require_http_methods(["GET", "POST"])
def document_withdraw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """What the withdrawal does, and why it is made; afterwards the page on which the paper is made anew."""
    found = get_object_or_404(visibility.documents(request.user, today()).select_related("kind"), uuid=uuid)
    entry = entry_of(found)
    require_withdrawer(entry, request.user, now())
    form, refusal = WithdrawalForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done, refusal = attempt(
            lambda: withdraw_paper(document=found, reason=reason, by=request.user, at=now()), form
        )
        if done is not None:
            messages.success(request, _("The paper is withdrawn; it can be made anew."))
            return redirect(_place(entry))
    context = {
        "title": _("Withdraw a paper that nobody has signed"),
        "eyebrow": found.code,
        "question": title_of(found),
        "consequences": [
            _("The paper is cancelled with your reason and counts no more; it stays readable."),
            _("What was entered for it can be entered anew."),
        ],
        "form": form,
        "refusal": refusal,
        "confirm_label": _("Withdraw this paper"),
        "danger": True,
        "cancel_url": reverse("document", args=[uuid]),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workflows/periods/act.html", context, status=status)


def _place(entry: Entry | None) -> str:
    if isinstance(entry, PartyOpinion):
        return reverse("party_opinion", args=[entry.uuid])
    if isinstance(entry, PetitionCase):
        return reverse("petition", args=[entry.petition.uuid])
    if isinstance(entry, OrganisationRuling):
        return reverse("organisation", args=[entry.rating.uuid])
    if entry is not None:
        return reverse("period_corrections", args=[entry.evaluation.period.uuid])
    return reverse("documents")
