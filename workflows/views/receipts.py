"""The person confirms his notice; head and personnel officers see who has not, and remind them together."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from documents.models import Document
from workflows.actions.receipts import confirm_receipt, remind_unconfirmed
from workflows.facts.wording import period_words
from workflows.models import EvaluationStep
from workflows.policy import rules
from workflows.policy.routes import declares
from workflows.receipts import told_in
from workflows.views.acts import PersonRequest, now, today
from workflows.views.periods import watched


@declares("self")
@require_POST
def notice_received(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The person confirms that he has his notice; pressing it twice changes nothing."""
    own = Document.objects.filter(subject=request.user, kind__code="notice", issue_released_at__isnull=False)
    notice = get_object_or_404(own.select_related("unit"), uuid=uuid)
    confirm_receipt(notice=notice, by=request.user, at=now())
    messages.success(request, _("Your receipt of the notice is recorded."))
    step = EvaluationStep.objects.filter(document=notice).select_related("evaluation").first()
    return redirect("result", uuid=step.evaluation.uuid) if step else redirect("work")


@declares("period_watcher")
@require_GET
def period_receipts(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Who has confirmed his notice, who has not."""
    period = watched(request, uuid)
    rows = told_in(period)
    missing = [row for row in rows if row.receipt is None]
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "missing": missing,
        "confirmed": [row for row in rows if row.receipt is not None],
        "reminds": _may_remind(request, period),
    }
    return render(request, "workflows/receipts/list.html", context)


def _may_remind(request: PersonRequest, period) -> bool:
    heads = rules.deciding_authority(period, request.user, today()) is not None
    return heads or rules.may_manage_period(period.agency, request.user, today())


@declares("head_or_manager")
@require_POST
def receipts_remind(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Remind everybody who has not confirmed."""
    period = watched(request, uuid)
    told = remind_unconfirmed(period=period, by=request.user, at=now())
    words = ngettext("%(count)d person is reminded.", "%(count)d people are reminded.", told) % {"count": told}
    messages.success(request, words if told else _("Everybody has confirmed, or was reminded today."))
    return redirect("period_receipts", uuid=uuid)
