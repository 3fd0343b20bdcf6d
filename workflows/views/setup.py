"""The entrance to what periods stand on: lists, powers, rules, calendar."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from kpi.models import Catalogue, Product, ScoringScheme
from organization.models import CalendarDay, ImportBatch, Person, Unit
from workflows.policy import setup as policy
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, today


@declares("personnel_officer")
@require_GET
def setup(request: PersonRequest) -> HttpResponse:
    """The tools, each with what stands in it; greyed with the reason where the province's department is needed."""
    on = today()
    policy.require_personnel_officer(request.user, on)
    of_province = policy.is_province_hr(request.user, on)
    waiting = ImportBatch.objects.filter(state=ImportBatch.State.PREVIEWED).count()
    decided = Product.objects.filter(catalogue__state=Catalogue.State.DECIDED).count()
    tools = [
        {
            "title": _("Import lists"),
            "text": _("Units, job positions, people, products, assignments and results from Excel, previewed first."),
            "url": reverse("imports"),
            "note": _("%(count)s previews wait") % {"count": waiting} if waiting else "",
            "refused": "" if of_province else _("The province's personnel department imports."),
        },
        {
            "title": _("Open a period"),
            "text": _("Four steps: time, agencies, procedure and rules, launch."),
            "url": reverse("period_plan"),
        },
        {
            "title": _("Delegations"),
            "text": _("Who may review, decide or sign for whom, under which document, and until when."),
            "url": reverse("delegations"),
            "note": _("%(count)s in force") % {"count": policy.delegations(request.user, on).on(on).count()},
        },
        {
            "title": _("Results that move with a person"),
            "text": _("Who has moved to another agency this year: results to hand over, sent and received."),
            "url": reverse("result_transfers"),
        },
        {
            "title": _("Rule sets"),
            "text": _("Every rule of the scoring with its article and its legal standing."),
            "url": reverse("schemes"),
            "note": _("%(count)s active")
            % {"count": ScoringScheme.objects.filter(state=ScoringScheme.State.ACTIVE).count()},
        },
        {
            "title": _("Product catalogue"),
            "text": _("Products of work with their points and conversion factors."),
            "url": reverse("catalogue"),
            "note": _("%(count)s products in force") % {"count": decided},
        },
        {
            "title": _("Working-day calendar"),
            "text": _("Holidays and exchanged working days; deadlines are counted by it."),
            "url": reverse("calendar"),
            "note": _("%(count)s days from now on") % {"count": CalendarDay.objects.filter(day__gte=on).count()},
        },
    ]
    people = Person.objects.filter(is_active=True, appointments__isnull=False).distinct().count()
    ground = _("%(units)s units and %(people)s people today") % {
        "units": Unit.objects.on(on).count(),
        "people": people,
    }
    return render(request, "workflows/setup/setup.html", {"tools": tools, "ground": ground})
