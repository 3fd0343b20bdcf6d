"""The clerk's desk: what everybody has signed is numbered, dated and released to the seal."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from documents import numbering
from documents.models import Document
from organization.authority import units_of_role
from organization.models import AgencyRole, Role, Unit
from workflows.actions import publications, registers
from workflows.errors import NotAllowed, Refused
from workflows.forms.number_books import RegisterDayForm
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.papers import PAGE, chip_of, summary_of, ticked_uuids, title_of, with_people

RECENT = 20


@declares("clerk")
@require_http_methods(["GET", "POST"])
def issuing(request: PersonRequest) -> HttpResponse:
    """Documents ready to issue in the clerk's agencies, and the latest issued. POST issues the ticked ones."""
    units = units_of_role(person=request.user, role=Role.CLERK, on=today())
    if not units:
        raise NotAllowed(_("Only the clerk of the agency issues documents."), rule=_("Role: clerk"))
    results: list[dict[str, Any]] = []
    refusal, status = None, 200
    if request.method == "POST":
        # Not only the ready ones: what a second window has issued meanwhile answers "already issued".
        ticked = Document.objects.filter(unit_id__in=units, uuid__in=ticked_uuids(request))
        chosen = list(with_people(ticked).order_by("kind__code", "pk"))
        if chosen:
            given, refusal = attempt(lambda: publications.issue(documents=chosen, by=request.user, at=now()))
            status = refusal.status if refusal else 200
            titles = {row.pk: title_of(row) for row in chosen}
            results = [{"result": each, "title": titles[each.document.pk]} for each in given or []]
        else:
            status = 422
    ready = with_people(Document.objects.ready_to_issue().filter(unit_id__in=units)).order_by(
        "unit", "kind__code", "pk"
    )
    page = Paginator(ready, PAGE).get_page(request.GET.get("page"))
    recent = with_people(
        Document.objects.filter(unit_id__in=units, issue_released_at__isnull=False).defer("facts")
    ).select_related("issue_released_by")
    context = {
        "page": page,
        "rows": [{"document": row, "chip": chip_of(row, request.user), "summary": summary_of(row)} for row in page],
        "recent": [
            {"document": row, "chip": chip_of(row, request.user)}
            for row in recent.order_by("-issue_released_at", "-pk")[:RECENT]
        ],
        "results": results,
        "nothing_ticked": status == 422,
        "refusal": refusal,
        "actions": [{"label": _("Number books"), "url": reverse("number_books")}],
        "agencies": agencies_of_clerk(units),
        "day": today(),
        "submission_key": new_key(),
        "refused": numbering.refused(),
        "why": str(numbering.NumberingRefused()),
    }
    return render(request, "workflows/issuing/queue.html", context, status=status)


def agencies_of_clerk(units: set[int]) -> list[Unit]:
    """The agencies among these units: their parts have no register of their own."""
    agencies = Unit.objects.filter(pk__in=units).exclude(agency_role=AgencyRole.DIRECTLY_USING)
    return list(agencies.order_by("position", "code"))


@declares("clerk")
@require_POST
def register_of_day(request: PersonRequest) -> HttpResponse:
    """Close the register of a day and owe its readable form, which then waits for the clerk's signature."""
    held = units_of_role(person=request.user, role=Role.CLERK, on=today())
    form = RegisterDayForm(request.POST)
    unit = next((each for each in agencies_of_clerk(held) if str(each.uuid) == request.POST.get("unit")), None)
    if unit is None:
        raise Http404
    if not form.is_valid():
        raise Refused(_("Choose a day."))
    day = form.cleaned_data["day"]
    registers.close_day(unit=unit, day=day, by=request.user, at=now())

    def act() -> str:
        owed = registers.register_of_day(unit=unit, day=day, by=request.user, at=now())
        messages.success(request, _("The register of the day waits for your signature."))
        return reverse("document", args=[owed.uuid])

    return redirect(once(request, "register_of_day", act))
