"""The archivist's desk: what is archived, by period, kind and number; a check of one file; the register of a day."""

from datetime import date
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_date
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
from workflows.readiness import period_documents
from workflows.views.acts import PersonRequest, attempt, now, today
from workflows.views.papers import PAGE, chip_of, sought, title_of, with_people


def _units(person: Person) -> set[int]:
    units = units_of_role(person=person, role=Role.ARCHIVIST, on=today())
    if not units:
        raise NotAllowed(_("Only the archivist of the agency does this."), rule=_("Role: archivist"))
    return units


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date:
    """The day asked for; today when it is none."""
    try:
        return parse_date(text) or today()
    except ValueError:
        return today()


@declares("archivist")
@require_GET
def archive(request: PersonRequest) -> HttpResponse:
    """Archived documents of the archivist's agencies, and the register lines of one day."""
    units = _units(request.user)
    query, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    day = _day(request.GET.get("day", ""))
    periods = list(
        EvaluationPeriod.objects.filter(agency_id__in=units).select_related("campaign", "agency", "agency__parent")
    )
    period = next((row for row in periods if row.uuid == _uuid(request.GET.get("period", ""))), None)
    found = sought(Document.objects.filter(unit_id__in=units, archived_at__isnull=False), query)
    if kind:
        found = found.filter(kind__code=kind)
    if period is not None:
        found = found.filter(pk__in=period_documents(period).values("pk"))
    page = Paginator(with_people(found).defer("facts").order_by("-archived_at", "-pk"), PAGE).get_page(
        request.GET.get("page")
    )
    lines = RegisterLine.objects.filter(unit_id__in=units, day=day).select_related("document", "unit")
    register = Paginator(lines.order_by("unit", "-sequence"), PAGE).get_page(request.GET.get("sheet"))
    context = {
        "page": page,
        "rows": [{"document": row, "chip": chip_of(row, request.user)} for row in page],
        "query": query,
        "kind": kind,
        "kinds": DocumentKind.objects.values_list("code", "title_vi"),
        "period": period,
        "periods": periods,
        "day": day,
        "register": register,
        "lines": [{"line": line, "text": line_text(line)} for line in register],
    }
    return render(request, "workflows/archives/archive.html", context)


@declares("archivist")
@require_http_methods(["GET", "POST"])
def archive_check(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Verify one archived file anew; the outcome is shown and stands in the journal."""
    units = _units(request.user)
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
