"""The product catalogues: what counts, with points and factor; a draft counts once its decision is entered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kpi.models import Catalogue
from kpi.models.catalogue import COMPLEXITY_GROUPS
from workflows.actions import catalogues as actions
from workflows.forms.catalogues import DecisionForm
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today

PAGE = 50


@declares("personnel_officer")
@require_GET
def catalogue(request: PersonRequest) -> HttpResponse:
    """Products of one catalogue version, found by words or by complexity group."""
    on = today()
    setup.require_personnel_officer(request.user, on)
    versions = list(
        Catalogue.objects.filter(practice=request.user.practice)
        .select_related("unit")
        .annotate(count=Count("products"))
        .order_by("unit__position", "name", "-version")
    )
    asked = request.GET.get("catalogue", "")
    decided = [version for version in versions if version.state == Catalogue.State.DECIDED]
    chosen = next((v for v in versions if str(v.uuid) == asked), next(iter(decided or versions), None))
    words, group = request.GET.get("q", "").strip()[:100], request.GET.get("group", "")
    found = chosen.products.order_by("group", "code") if chosen else None
    if found is not None:
        for word in words.split():
            found = found.filter(Q(code__icontains=word) | Q(task__icontains=word) | Q(output__icontains=word))
        if group.isdecimal():
            found = found.filter(group=int(group))
    return render(
        request,
        "workflows/catalogues/catalogue.html",
        {
            "versions": versions,
            "chosen": chosen,
            "words": words,
            "group": group,
            "groups": range(1, COMPLEXITY_GROUPS + 1),
            "page": Paginator(found, PAGE).get_page(request.GET.get("page")) if found is not None else None,
            "may_decide": bool(
                chosen and chosen.state == Catalogue.State.DRAFT and setup.is_province_hr(request.user, on)
            ),
        },
    )


@declares("province_hr")
@require_http_methods(["GET", "POST"])
def decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Enter the competent head's decision on a draft."""
    setup.require_province_hr(request.user, today())
    found = get_object_or_404(Catalogue.objects.select_related("unit"), uuid=uuid)
    form = DecisionForm(request.POST or None)
    refusal = None
    back = f"{reverse('catalogue')}?catalogue={found.uuid}"
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.decide(catalogue=found, **form.cleaned_data, by=request.user, at=now())
            return back

        url, refusal = attempt(lambda: once(request, "catalogue_decide", act), form)
        if url is not None:
            messages.success(request, _("The catalogue is in force."))
            return redirect(url)
    context = {
        "title": _("Put the catalogue into force"),
        "eyebrow": found.name,
        "question": _("Enter the decision by which the competent head issued this version (Art 13)."),
        "facts": [
            {"label": _("Agency"), "value": found.unit.name},
            {"label": _("Version"), "value": found.version},
            {"label": _("Products"), "value": found.products.count()},
        ],
        "consequences": [_("From then on the version changes no more; new assignments use its factors.")],
        "form": form,
        "blocked": found.state != Catalogue.State.DRAFT,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Put into force"),
        "cancel_url": back,
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
