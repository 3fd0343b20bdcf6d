"""Powers handed over by document: who may act for whom, for what, where and until when."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from organization.authority import subtree_ids
from organization.models import Appointment, Delegation, Unit
from workflows.actions import delegations as actions
from workflows.forms.delegations import DelegationForm, EndForm
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today

PAGE = 50


def _seen(request: PersonRequest) -> QuerySet[Delegation]:
    found = setup.delegations(request.user, today())
    return found.select_related("delegator", "delegate", "unit").order_by("-starts_on", "-id")


@declares("own_or_managed")
@require_GET
def delegations(request: PersonRequest) -> HttpResponse:
    """Those in force and to come first; ended ones on demand."""
    on = today()
    ended = request.GET.get("show") == "ended"
    found = _seen(request)
    found = found.filter(ends_on__lte=on) if ended else found.exclude(ends_on__lte=on)
    managed = setup.managed_unit_ids(request.user, on)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_give = bool(managed) or _own_posts(request).exists()
    context = {
        "page": page,
        "rows": [_row(row, request, managed) for row in page],
        "ended": ended,
        "filters": [
            {"label": _("In force or to come"), "url": "?", "current": not ended},
            {"label": _("Ended"), "url": "?show=ended", "current": ended},
        ],
        "actions": [{"label": _("Hand over a power"), "url": reverse("delegation_give"), "tone": "primary"}]
        if may_give
        else [],
    }
    return render(request, "workflows/delegations/delegations.html", context)


def _row(row: Delegation, request: PersonRequest, managed: set[int]) -> dict[str, Any]:
    on = today()
    running = row.ends_on is None or row.ends_on > on
    return {
        "delegation": row,
        "state": _("to come") if row.starts_on > on else _("in force") if running else _("ended"),
        "may_end": running and (row.delegator_id == request.user.pk or row.unit_id in managed),
    }


def _own_posts(request: PersonRequest) -> QuerySet[Appointment]:
    return Appointment.objects.on(today()).filter(person=request.user)


def _ground(request: PersonRequest) -> tuple[Sequence[Appointment], Sequence[Appointment], Sequence[Unit]]:
    """Who may be named as giver, as receiver, and for which units: one's own, and what one manages."""
    on = today()
    managed = setup.managed_unit_ids(request.user, on)
    own = list(_own_posts(request).select_related("unit", "person"))
    below = subtree_ids([post.unit_id for post in own])
    agencies = subtree_ids([post.unit.agency().pk for post in own])
    posts = Appointment.objects.on(on).filter(person__is_active=True, practice=request.user.practice)
    posts = posts.select_related("person", "unit").order_by("person__sort_key", "id")
    givers = list(posts.filter(unit_id__in=managed)) if managed else own
    takers = list(posts.filter(unit_id__in=managed | agencies).exclude(person=request.user))
    units = Unit.objects.on(on).filter(pk__in=managed | below).order_by("block", "position", "code")
    known = {post.person_id for post in givers}
    return [*givers, *(post for post in own if post.person_id not in known)], takers, list(units)


@declares("own_or_managed")
@require_http_methods(["GET", "POST"])
def give(request: PersonRequest) -> HttpResponse:
    """Enter a delegation by its document."""
    givers, takers, units = _ground(request)
    if not units:
        messages.error(request, _("You hold no post, so there is no power to hand over."))
        return redirect("delegations")
    form = DelegationForm(
        request.POST or None, givers=givers, takers=takers, units=units, initial={"starts_on": today()}
    )
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.give(**form.spec(), by=request.user, at=now())
            return reverse("delegations")

        url, refusal = attempt(lambda: once(request, "delegation_give", act), form)
        if url is not None:
            messages.success(request, _("The power is handed over from the day of the document's term on."))
            return redirect(url)
    context = {
        "title": _("Hand over a power"),
        "question": _("Every act under it names the document and both people."),
        "form": form,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Enter the delegation"),
        "cancel_url": reverse("delegations"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


@declares("own_or_managed")
@require_http_methods(["GET", "POST"])
def end(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """End a running delegation."""
    found = get_object_or_404(_seen(request), uuid=uuid)
    on = today()
    setup.require_delegation_writer(delegator=found.delegator, unit=found.unit, by=request.user, on=on)
    form = EndForm(request.POST or None, initial={"on": max(on, found.starts_on)})
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.end(delegation=found, on=form.cleaned_data["on"], by=request.user, at=now())
            return reverse("delegations")

        url, refusal = attempt(lambda: once(request, "delegation_end", act), form)
        if url is not None:
            messages.success(request, _("The delegation has its end."))
            return redirect(url)
    context = {
        "title": _("End the delegation"),
        "question": _("What was done under it stays valid."),
        "facts": [
            {"label": _("Delegator"), "value": found.delegator.full_name},
            {"label": _("Receiver"), "value": found.delegate.full_name},
            {"label": _("For what"), "value": found.get_scope_display()},
            {"label": _("Document"), "value": found.document_number},
        ],
        "form": form,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("End it"),
        "danger": True,
        "cancel_url": reverse("delegations"),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
