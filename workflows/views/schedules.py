"""The schedule of terms: how long each kind is kept in each agency, on which basis, since when."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from documents.keeping import retention as terms
from documents.models import DocumentKind, RetentionRule
from organization.authority import units_of_role
from organization.models import AgencyRole, Role, Unit
from workflows.actions import keeping
from workflows.forms.keeping import TermForm
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.archives import kept_units, tabs_of
from workflows.views.records import require_reader, term_words


@declares("files_of_own_agencies")
@require_GET
def retention(request: PersonRequest) -> HttpResponse:
    """Every kind with its term today, and every dated row that led there."""
    require_reader(request.user)
    units = _agencies(visibility.file_units(request.user, today()))
    keeps = units_of_role(person=request.user, role=Role.ARCHIVIST, on=today())
    kinds = list(DocumentKind.objects.order_by("title_vi"))
    context = {
        "tabs": tabs_of("retention", request.user),
        "agencies": [{"unit": unit, "rows": _terms(unit, kinds)} for unit in units],
        "rules": terms.rules_of([unit.pk for unit in units]).order_by("-starts_on", "-id"),
        "settled": RetentionRule.Standing.SETTLED,
        "actions": [{"label": _("Set a term"), "url": reverse("retention_set"), "tone": "primary"}] if keeps else [],
    }
    return render(request, "workflows/archives/schedule.html", context)


def _agencies(units: set[int]) -> list[Unit]:
    """Schedules belong to agencies, not to the parts of them."""
    return list(Unit.objects.filter(pk__in=units).exclude(agency_role=AgencyRole.DIRECTLY_USING))


def _terms(unit: Unit, kinds: list[DocumentKind]) -> list[dict[str, Any]]:
    known = terms.terms(unit, today())
    return [
        {"kind": kind, "words": term_words(known[kind.pk]), "basis": known[kind.pk].basis, "term": known[kind.pk]}
        for kind in kinds
    ]


@declares("archivist")
@require_http_methods(["GET", "POST"])
def retention_set(request: PersonRequest) -> HttpResponse:
    """Put a row on an agency's schedule."""
    units = _agencies(kept_units(request.user))
    kinds = DocumentKind.objects.order_by("title_vi")
    form = TermForm(request.POST or None, kinds=kinds, units=units, initial={"starts_on": today()})
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            keeping.set_term(**form.spec(), by=request.user, at=now())
            return reverse("retention")

        url, refusal = attempt(lambda: once(request, "retention_set", act), form)
        if url is not None:
            messages.success(request, _("The term stands on the schedule."))
            return redirect(url)
    context = {
        "title": _("Set a term"),
        "question": _("The row before it ends on the day this one begins; nothing is overwritten."),
        "form": form,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Set the term"),
        "cancel_url": reverse("retention"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
