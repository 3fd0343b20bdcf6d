"""Excel lists: upload, look at the preview with its faults, confirm or discard."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kpi.imports import KINDS
from organization.models import ImportBatch, JournalEntry
from workflows.actions import imports as actions
from workflows.forms.imports import UploadForm
from workflows.policy.routes import declares
from workflows.policy.setup import require_province_hr
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today

PAGE = 20
FAULTS = 50


@declares("province_hr")
@require_http_methods(["GET", "POST"])
def imports(request: PersonRequest) -> HttpResponse:
    """Upload one file, and the files uploaded before."""
    require_province_hr(request.user, today())
    form = UploadForm(request.POST or None, request.FILES or None, initial={"kind": request.GET.get("kind")})
    refusal = None
    if request.method == "POST" and form.is_valid():
        url, refusal = attempt(lambda: _upload(request, form), form)
        if url is not None:
            return redirect(url)
    batches = ImportBatch.objects.select_related("uploaded_by").defer("rows", "errors")
    page = Paginator(batches, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "submission_key": new_key(),
        "page": page,
        "rows": [{"batch": found, "title": _title(found)} for found in page],
        "kinds": [
            {
                "title": kind.title,
                "tables": [
                    {
                        "sheet": table.sheet,
                        "required": table.required,
                        "columns": [(column.heading, column.required) for column in table.columns],
                    }
                    for table in kind.tables
                ],
            }
            for kind in KINDS.values()
        ],
    }
    return render(request, "workflows/imports/imports.html", context, status=refusal.status if refusal else 200)


def _upload(request: PersonRequest, form: UploadForm) -> str:
    """Read first, outside any transaction: a child process takes seconds, and nobody should wait for its locks."""
    kind, found = form.cleaned_data["kind"], form.cleaned_data["file"]
    data = found.read()
    preview = actions.read_upload(kind=kind, data=data, by=request.user, at=now())

    def act() -> str:
        kept = actions.upload(
            kind=kind, data=data, file_name=found.name or "", preview=preview, by=request.user, at=now()
        )
        return reverse("import", args=[kept.uuid])

    return once(request, "imports", act)


def _batch(request: PersonRequest, uuid: UUID) -> ImportBatch:
    require_province_hr(request.user, today())
    return get_object_or_404(ImportBatch.objects.select_related("uploaded_by"), uuid=uuid)


def _title(batch: ImportBatch) -> Any:
    kind = KINDS.get(batch.kind)
    return kind.title if kind else batch.kind


@declares("province_hr")
@require_GET
def batch(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The preview: how many rows are new, changed, unchanged, and every fault with its place and reason."""
    found = _batch(request, uuid)
    handled = JournalEntry.objects.filter(subject_uuid=found.uuid).select_related("by").order_by("id").last()
    faulty = bool(found.summary.get("errors"))
    waits = found.state == ImportBatch.State.PREVIEWED
    return render(
        request,
        "workflows/imports/preview.html",
        {
            "batch": found,
            "title": _title(found),
            "counts": found.summary,
            "faulty": faulty,
            "waits": waits,
            "may_store": waits and not faulty,
            "something_new": bool(found.summary.get("new") or found.summary.get("changed")),
            "handled": handled,
            "page": Paginator(found.errors, FAULTS).get_page(request.GET.get("page")),
            "is_catalogue": found.kind == "catalogue",
            "submission_key": new_key(),
        },
    )


@declares("province_hr")
@require_POST
def confirm(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Store the previewed rows, once."""
    found = _batch(request, uuid)

    def act() -> str:
        stored = actions.confirm(batch=found, by=request.user, at=now())
        messages.success(
            request,
            _("Stored: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
            % {name: stored.summary[name] for name in ("new", "changed", "unchanged")},
        )
        return reverse("import", args=[uuid])

    return redirect(once(request, "import_confirm", act))


@declares("province_hr")
@require_POST
def discard(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Throw the preview away."""
    found = _batch(request, uuid)

    def act() -> str:
        actions.discard(batch=found, by=request.user, at=now())
        messages.success(request, _("The preview was discarded; nothing of it was stored."))
        return reverse("imports")

    return redirect(once(request, "import_discard", act))
