"""One file for the national database: its lines, its bytes, and the receipts that answered it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpi.evidence_rules import TYPES
from workflows.actions.national_batches import record_receipt, stored_file
from workflows.forms.national import ReceiptForm
from workflows.models import NationalBatch, NationalItem, NationalReceipt
from workflows.policy import national as policy
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.national import ROWS, tabs_of


def _batch(request: PersonRequest, uuid: UUID) -> NationalBatch:
    found = policy.batches(request.user, today()).select_related("unit", "made_by")
    return get_object_or_404(found, uuid=uuid)


@declares("figures")
@require_GET
def batch(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The file with its lines and their outcomes, a page at a time."""
    found = _batch(request, uuid)
    counts = dict(found.items.order_by().values_list("outcome").annotate(number=Count("pk")))
    at = request.GET.get("at", "")
    items = found.items.select_related("result__evaluation__person", "result__agency").order_by("line")
    if at in NationalItem.Outcome.values:
        items = items.filter(outcome=at)
    page = Paginator(items, ROWS).get_page(request.GET.get("page"))
    may_send = policy.may_send(found.unit, request.user, today())
    words = _("The personnel department of the province sends results to the national database.")
    context = {
        "tabs": tabs_of("national"),
        "batch": found,
        "page": page,
        "filters": [
            {"label": label, "url": f"?at={code}", "current": at == code, "count": counts.get(code) if code else None}
            for code, label in {"": _("All"), **dict(NationalItem.Outcome.choices)}.items()
            if not code or counts.get(code)
        ],
        "receipts": found.receipts.select_related("by"),
        "unanswered": counts.get(NationalItem.Outcome.SENT, 0),
        "refused": "" if may_send else words,
    }
    return render(request, "workflows/national/batch.html", context)


@declares("figures")
@require_GET
def data_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The canonical JSON file, the same bytes every time."""
    found = _batch(request, uuid)
    return attachment(stored_file(found.sha256), f"{found.name}.json", "application/json")


@declares("figures")
@require_GET
def workbook_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The same lines as an Excel table for reading."""
    found = _batch(request, uuid)
    return attachment(stored_file(found.workbook_sha256), f"{found.name}.xlsx", TYPES["xlsx"])


@declares("figures")
@require_GET
def receipt_file(request: PersonRequest, file: UUID) -> HttpResponse:
    """The paper of a receipt, as it was handed in."""
    found = get_object_or_404(
        NationalReceipt.objects.exclude(sha256=""), uuid=file, batch__in=policy.batches(request.user, today())
    )
    return attachment(stored_file(found.sha256), found.file_name, TYPES[found.file_kind])


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """Bytes to be saved, never shown or kept by a cache."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer


@declares("national_sender")
@require_http_methods(["GET", "POST"])
def receipt(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Enter the national database's answer: number, time, paper, refused lines."""
    found = _batch(request, uuid)
    policy.require_sender(found.unit, request.user, today())
    form = ReceiptForm(request.POST or None, request.FILES or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        file = form.upload()

        def act() -> str:
            record_receipt(
                batch=found,
                number=data["number"].strip(),
                received_at=data["received_at"],
                refusals=form.refusals(),
                whole_refused=data["whole_refused"].strip(),
                file=file,
                by=request.user,
                expected_version=expected_version(request),
                at=now(),
            )
            return reverse("national_batch", args=[found.uuid])

        url, refusal = attempt(lambda: once(request, "national_receipt", act))
        if url is not None:
            messages.success(request, _("The receipt is entered. Refused results wait for the next file."))
            return redirect(url)
    status = refusal.status if refusal else 422 if form.errors else 200
    context = {
        "tabs": tabs_of("national"),
        "batch": found,
        "form": form,
        "refusal": refusal,
        "expected_version": request.POST.get("expected_version") or found.version,
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    return render(request, "workflows/national/receipt.html", context, status=status)
