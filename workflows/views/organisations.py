"""The tree of the year's organisations with what blocks whom, and the card of one of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from organization.models import Person
from workflows.actions import organisations as actions
from workflows.errors import NotAllowed
from workflows.forms.organisations import LeaveOutForm
from workflows.models import OrganisationRating, RatingState
from workflows.organisation_order import Order
from workflows.policy import organising, rules
from workflows.policy.routes import declares
from workflows.policy.setup import managed_unit_ids
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.organisation_card import card_page, own_form_of, score_form_of


@dataclass
class Row:
    """One organisation in the tree; `class_code` is "" for whoever may not see it before its notice."""

    rating: OrganisationRating
    depth: int
    head: Person | None
    class_code: str
    waits: list[str]
    holds_up: str


@declares("signed_in")
@require_GET
def organisations(request: PersonRequest) -> HttpResponse:
    """The organisations that the person may see, lower ones under higher ones, each with what it waits for."""
    on = today()
    seen = organising.ratings(request.user, on).filter(listed__practice=request.user.practice)
    years = sorted(set(seen.order_by().values_list("listed__year", flat=True)), reverse=True)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else (years[0] if years else on.year)
    lists = organising.lists(request.user, on).filter(year=year, practice=request.user.practice)
    runs = bool(managed_unit_ids(request.user, on))
    context = {
        "year": year,
        "years": [{"label": str(each), "url": f"?year={each}", "current": each == year} for each in years],
        "rows": _rows(request.user, year, on, set(seen.filter(listed__year=year).values_list("pk", flat=True))),
        "lists": list(lists.select_related("agency")),
        "left_out": list(seen.filter(listed__year=year, state=RatingState.VOID).select_related("unit")),
        "actions": [{"label": _("Open the ratings of a year"), "url": reverse("organisations_open")}] if runs else [],
    }
    return render(request, "workflows/organisations/tree.html", context)


def _rows(person: Person, year: int, on: date, seen: set[int]) -> list[Row]:
    order = Order(year, person.practice, on)
    ratings = sorted(order.ratings.values(), key=lambda rating: _path(order, rating))
    lists = set(organising.lists(person, on).values_list("pk", flat=True))
    return [
        Row(
            rating=rating,
            depth=min(order.depth(rating), 3),
            head=order.heads.get(rating.unit_id),
            class_code=_shown_class(order, rating, lists),
            waits=order.waits_for(rating),
            holds_up=_held_up(order, rating),
        )
        for rating in ratings
        if rating.pk in seen
    ]


def _path(order: Order, rating: OrganisationRating) -> tuple[tuple[int, str], ...]:
    """The place in the tree: that of the organisation above, then one's own."""
    over = order.above(rating)
    return (*(_path(order, over) if over else ()), (rating.unit.position, rating.unit.code))


def _shown_class(order: Order, rating: OrganisationRating, lists: set[int]) -> str:
    told = rating.state == RatingState.NOTIFIED or rating.listed_id in lists
    return order.class_now(rating) if told else ""


def _held_up(order: Order, rating: OrganisationRating) -> str:
    """Who waits for this organisation's decision, "" when it is decided."""
    if order.class_now(rating):
        return ""
    over, head = order.above(rating), order.heads.get(rating.unit_id)
    waiting = [over.unit.name] if over else []
    if head is not None:
        waiting.append(_("the class of its head %(name)s") % {"name": head.full_name})
    return ", ".join(waiting)


def rating_of(request: PersonRequest, uuid: UUID) -> OrganisationRating:
    rows = organising.ratings(request.user, today()).select_related(
        "unit", "listed__agency", "ruling__document__kind", "ruling__notice__kind", "ruling__by"
    )
    return get_object_or_404(rows, uuid=uuid)


@declares("organisation_reader")
@require_GET
def organisation(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The card of one organisation: its head's column, the recogniser's column, what they come to."""
    return card_page(request, rating_of(request, uuid))


@declares("organisation_head")
@require_POST
def organisation_own(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The head of the organisation keeps what he typed, hands the card in, or takes it back."""
    rating = rating_of(request, uuid)
    organising.require_head_of_organisation(rating, request.user, today())
    version = expected_version(request)
    if "take_back" in request.POST:
        _done, refusal = attempt(
            lambda: actions.take_back_own_card(rating=rating, by=request.user, expected_version=version, at=now())
        )
        return card_page(request, rating, refusal=refusal) if refusal else redirect("organisation", uuid)
    form = own_form_of(rating, request.POST)
    if not form.is_valid():
        return card_page(request, rating, own=form, status=422)
    hand_in = "hand_in" in request.POST
    _done, refusal = attempt(
        lambda: actions.save_own_card(
            rating=rating,
            typed=form.typed(),
            note=form.cleaned_data["note"],
            hand_in=hand_in,
            by=request.user,
            expected_version=version,
            at=now(),
        )
    )
    if refusal is not None:
        return card_page(request, rating, own=form, refusal=refusal)
    messages.success(request, _("The card is handed in.") if hand_in else _("The card is kept."))
    return redirect("organisation", uuid)


@declares("recogniser")
@require_POST
def organisation_score(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The recogniser keeps his scores, complete or not."""
    rating = rating_of(request, uuid)
    organising.require_recogniser(rating.listed, request.user, today())
    version, form = expected_version(request), score_form_of(rating, request.POST)
    if not form.is_valid():
        return card_page(request, rating, score=form, status=422)
    _done, refusal = attempt(
        lambda: actions.score_organisation(
            rating=rating,
            typed=form.typed(),
            comment=form.cleaned_data["note"],
            by=request.user,
            expected_version=version,
            at=now(),
        )
    )
    if refusal is not None:
        return card_page(request, rating, score=form, refusal=refusal)
    messages.success(request, _("Your scores are kept."))
    return redirect("organisation", uuid)


@declares("period_manager")
@require_POST
def organisation_leave_out(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """A personnel officer leaves an organisation out of the year, with a reason, or takes it up again."""
    rating = rating_of(request, uuid)
    if not rules.may_manage_period(rating.listed.agency, request.user, today()):
        raise NotAllowed(
            _("Only the personnel officer of the agency or of the province runs its periods."),
            rule=_("Role: personnel officer"),
        )
    version, form = expected_version(request), LeaveOutForm(request.POST)
    if "take_up_again" in request.POST:
        _done, refusal = attempt(
            lambda: actions.take_up_again(rating=rating, by=request.user, expected_version=version, at=now())
        )
        return card_page(request, rating, refusal=refusal) if refusal else redirect("organisation", uuid)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    _done, refusal = attempt(
        lambda: actions.leave_out(rating=rating, reason=reason, by=request.user, expected_version=version, at=now())
    )
    if refusal is not None:
        return card_page(request, rating, leave=form, refusal=refusal)
    messages.success(request, _("%(organisation)s is left out of this year.") % {"organisation": rating.unit.name})
    return redirect("organisations")
