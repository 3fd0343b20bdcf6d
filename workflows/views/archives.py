"""The archivist's desk: what is archived, by period, kind and number; a check of one file; the register of a day."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.models import Document, DocumentKind, RegisterLine
from documents.register import line_text
from organization.authority import units_of_role
from organization.models import Person, Role
from workflows.actions.checks import check_archived
from workflows.errors import NotAllowed
from workflows.models import EvaluationPeriod
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, now, today
from workflows.views.papers import PAGE, chip_of, title_of, with_people
from workflows.views.searching import Search, day_of


def kept_units(person: Person) -> set[int]:
    """The agencies whose archive the person keeps. NotAllowed for everybody else."""
    units = units_of_role(person=person, role=Role.ARCHIVIST, on=today())
    if not units:
        raise NotAllowed(_("Only the archivist of the agency does this."), rule=_("Role: archivist"))
    return units


def tabs_of(current: str, person: Person) -> list[dict[str, Any]]:
    """The pages of the archive, one of them the current one; the first is the archivist's alone."""
    keeps = units_of_role(person=person, role=Role.ARCHIVIST, on=today())
    pages = [
        *([("archive", _("Documents and register"))] if keeps else []),
        ("archive_files", _("Files")),
        ("retention", _("Schedule of terms")),
        ("dispositions", _("Disposition")),
        ("transfers", _("Transfers")),
    ]
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in pages]


@declares("archivist")
@require_GET
def archive(request: PersonRequest) -> HttpResponse:
    """Archived documents of the archivist's agencies, and the register lines of one day."""
    units = kept_units(request.user)
    search = Search.read(request, EvaluationPeriod.objects.filter(agency_id__in=units))
    day = day_of(request.GET.get("day", "")) or today()
    kept = Document.objects.filter(unit_id__in=units, archived_at__isnull=False)
    rows = with_people(search.among(kept)).select_related("file_entry__file", "tombstone")
    page = Paginator(rows.defer("facts").order_by("-archived_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    lines = RegisterLine.objects.filter(unit_id__in=units, day=day).select_related("document", "unit")
    register = Paginator(lines.order_by("unit", "-sequence"), PAGE).get_page(request.GET.get("sheet"))
    context = {
        "page": page,
        "rows": [{"document": row, "chip": chip_of(row, request.user)} for row in page],
        "tabs": tabs_of("archive", request.user),
        "search": search,
        "kinds": DocumentKind.objects.values_list("code", "title_vi"),
        "day": day,
        "register": register,
        "lines": [{"line": line, "text": line_text(line)} for line in register],
    }
    return render(request, "workflows/archives/archive.html", context)


@declares("archivist")
@require_http_methods(["GET", "POST"])
def archive_check(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Verify one archived file anew; the outcome is shown and stands in the journal."""
    units = kept_units(request.user)
    document = get_object_or_404(
        with_people(Document.objects.filter(unit_id__in=units, archived_at__isnull=False)), uuid=uuid
    )
    judgement = refusal = None
    if request.method == "POST":
        judgement, refusal = attempt(lambda: check_archived(document=document, by=request.user, at=now()))
    context = {
        "document": document,
        "title": title_of(document),
        "chip": chip_of(document, request.user),
        "judgement": judgement,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workflows/archives/check.html", context, status=status)
