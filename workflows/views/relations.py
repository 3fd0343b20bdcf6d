"""Declared relations: kin and interest, by which the product keeps two people from judging each other."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organization.actions import current_appointment
from organization.authority import subtree_ids, units_of_role
from organization.models import Appointment, Person, Role
from workflows.actions import relations as actions
from workflows.forms.relations import RelationForm
from workflows.policy import relations as policy
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today

PER_PAGE = 50


@declares("own_or_managed")
@require_http_methods(["GET", "POST"])
def relations(request: PersonRequest) -> HttpResponse:
    """Those that concern me or the people whose personnel officer I am, and the form that declares one."""
    person, on = request.user, today()
    ended = request.GET.get("show") == "ended"
    people, others = _people(person)
    form = RelationForm(request.POST or None, people=people, others=others)
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.declare_relation(**form.relation_of(), by=person, at=now())
            return reverse("relations")

        url, refusal = attempt(lambda: once(request, "relation_declare", act), form)
        if url:
            messages.success(request, _("The relation is declared. Sessions called already regard it at once."))
            return redirect(url)
    rows = policy.relations(person, on).filter(ended_at__isnull=not ended).order_by("-declared_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    endable = policy.endable(list(page), person, on)
    context = {
        "page": page,
        "rows": [{"relation": row, "may_end": row.pk in endable} for row in page],
        "ended": ended,
        "filters": [
            {"label": _("Standing relations"), "url": "?", "current": not ended},
            {"label": _("Ended"), "url": "?show=ended", "current": ended},
        ],
        "form": form if people else None,
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workflows/relations/list.html", context, status=status)


def _people(person: Person) -> tuple[dict[Person, str], dict[Person, str]]:
    """Whose relations he declares, himself first, and to whom: everybody of those agencies and the ones above.

    The province's personnel officer is offered his own agency: a list of everybody in the province is none.
    """
    on = today()
    post = current_appointment(person, on)
    managed = units_of_role(person=person, role=Role.UNIT_HR, on=on)
    near = {post.unit.agency().pk} if post is not None else set()
    above = {unit for unit in (post.unit.agency().parent_id if post is not None else None,) if unit is not None}
    units = managed | subtree_ids(sorted(near)) | above
    served = Appointment.objects.on(on).filter(unit_id__in=units, person__is_active=True)
    posts = served.select_related("person", "unit").order_by("person__sort_key", "pk")
    others = {row.person: f"{row.person.full_name} – {row.title}, {row.unit.name}" for row in posts}
    own = {person: others.get(person, person.full_name)} if post is not None else {}
    return own | {row.person: others[row.person] for row in posts if row.unit_id in managed}, others


@declares("own_or_managed")
@require_http_methods(["GET", "POST"])
def relation_end(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """End a relation: it is over, or it was a mistake."""
    on = today()
    found = get_object_or_404(policy.relations(request.user, on).filter(ended_at=None), uuid=uuid)
    policy.require_relation_writer(found.person, request.user, on)
    refusal = None
    if request.method == "POST":
        _done, refusal = attempt(lambda: actions.end_relation(interest=found, by=request.user, at=now()))
        if refusal is None:
            messages.success(request, _("The relation is ended. Sessions called from now on do not regard it."))
            return redirect("relations")
    context: dict[str, Any] = {
        "title": _("End the relation"),
        "question": _("Is this relation over, or was it a mistake?"),
        "facts": [
            {"label": _("Whose relation"), "value": found.person.full_name},
            {"label": _("To whom"), "value": found.about.full_name},
            {"label": _("Relation or interest"), "value": found.relation},
        ],
        "consequences": [
            _("Recusals in sessions called already stay as they are."),
            _("The entry is kept, as ended."),
        ],
        "refusal": refusal,
        "confirm_label": _("End it"),
        "danger": True,
        "cancel_url": reverse("relations"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
