"""The recogniser's list of organisations, the opening of a year, and the replacing of a decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.classes import CLASSES, classes_within
from documents.models import Document
from kpi.quota import OF_GOOD, OF_GOOD_OR_BETTER, CeilingCheck, ceiling
from kpi.wording import cited
from organization.authority import Authority
from organization.models import AgencyRole, Capacity, Unit
from workflows.actions import organisation_rulings as rulings
from workflows.actions.organisation_replacements import replace_organisation
from workflows.actions.organisations import open_ratings
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.forms.organisations import OpenRatingsForm, RecognitionsForm, ReplacementForm, class_name, reason_name
from workflows.models import OrganisationList, OrganisationRating, OrganisationRuling
from workflows.organisation_order import Order, check_organisations, waiting_words
from workflows.organisations import may_be_rated_under
from workflows.policy import organising
from workflows.policy.routes import declares
from workflows.policy.setup import managed_unit_ids, require_personnel_officer
from workflows.templatetags.look import class_words, vn_percent
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, require_texts, today
from workflows.views.organisation_card import rule_rows
from workflows.views.organisations import rating_of
from workflows.views.papers import chip_of, with_people
from workflows.views.standing_chips import chips_of


def _list(request: PersonRequest, uuid: UUID) -> tuple[OrganisationList, Authority | None]:
    rows = organising.lists(request.user, today()).select_related("agency__parent")
    listed = get_object_or_404(rows, uuid=uuid)
    return listed, organising.recognising_authority(listed, request.user, today())


@declares("recogniser")
@require_http_methods(["GET", "POST"])
def organisation_list(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The list with its ceiling; POST shows what the choices come to, or with `decide` decides it."""
    listed, under = _list(request, uuid)
    if request.method == "POST":
        organising.require_recogniser(listed, request.user, today())
    order = Order(listed.year, listed.practice, today())
    undecided = order.undecided(listed)
    form = RecognitionsForm(request.POST if request.method == "POST" else None, order=order, ratings=undecided)
    order.chosen = {row.pk: chosen for row in undecided if (chosen := form.chosen(row))}
    refusal = None
    if "decide" in request.POST:
        version = expected_version(request)

        def decide() -> OrganisationList:
            require_texts(form)
            return rulings.decide_organisations(
                listed=listed,
                by=request.user,
                chosen=form.recognitions(),
                outstanding=form.lifted(),
                expected_version=version,
                at=now(),
            )

        _done, refusal = attempt(decide)
        if refusal is None:
            messages.success(request, _("The list is decided. Sign the decision and the notices."))
            return redirect("signing_queue")
        listed.refresh_from_db(fields=["version"])
    context = _context(request, listed, under, order, form)
    context |= {"refusal": refusal, "refused_for": _not_shown_live(refusal, context)}
    if request.headers.get("HX-Request"):
        return render(request, "workflows/organisations/answer.html", context)
    return render(request, "workflows/organisations/list.html", context, status=refusal.status if refusal else 200)


def _context(
    request: PersonRequest, listed: OrganisationList, under: Authority | None, order: Order, form: RecognitionsForm
) -> dict[str, Any]:
    ratings = order.listed(listed)
    classes = {row.pk: order.class_or_choice(row) for row in ratings}
    check = check_organisations(listed, classes, outstanding=bool(listed.outstanding or form.lifted()))
    rows = [_row(row, order, form) for row in ratings]
    undecided = [row for row in rows if row["undecided"]]
    return {
        "listed": listed,
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, "") if under else "",
        "form": form,
        "rows": rows,
        "undecided": undecided,
        "waiting": [row for row in undecided if row["waits"]],
        "silent": [row["rating"].unit.name for row in undecided if row["silent"]],
        "quota": {
            "used": check.agency.used,
            "limit": check.agency.allowed,
            "holds": check.holds,
            "reading": _reading(check),
        },
        "rules": rule_rows(listed.parsed.rules()),
        "papers": chips_of(_documents(listed), request.user, chip_of),
    }


def _not_shown_live(refusal: Refused | None, context: dict[str, Any]) -> list[str]:
    """What the refusal names beyond what the live part of the page lists below it."""
    shown = {waiting_words(row["rating"], row["waits"]) for row in context["waiting"]} | set(context["silent"])
    return [words for words in refusal.missing if words not in shown] if refusal else []


def _reading(check: CeilingCheck) -> str:
    """How the ceiling was reached, and what the other reading of the text would give."""
    good = check.agency.good_or_better
    words = {
        OF_GOOD: _("counted on the organisations at “Good” alone"),
        OF_GOOD_OR_BETTER: _("counted on all organisations at “Good” or better"),
    }
    other = OF_GOOD_OR_BETTER if check.reading == OF_GOOD else OF_GOOD
    return _(
        "At most %(share)s of this recogniser's list, %(words)s, rounded down: %(limit)d of %(good)d. Read the other "
        "way, %(other)s, it would be %(else)d. %(basis)s."
    ) % {
        "share": vn_percent(check.share),
        "words": words[check.reading],
        "limit": check.agency.allowed,
        "good": good,
        "other": words[other],
        "else": ceiling(good, check.share, other),
        "basis": capfirst(cited(check.basis)),
    }


def _row(rating: OrganisationRating, order: Order, form: RecognitionsForm) -> dict[str, Any]:
    undecided = not order.class_now(rating)
    fit = order.fit(rating)
    chosen = form.chosen(rating) if undecided else ""
    within = classes_within(fit.at_most) if fit.at_most else ()
    return {
        "rating": rating,
        "fit": fit,
        "undecided": undecided,
        "class_code": order.class_now(rating),
        "waits": order.waits_for(rating),
        "head": order.heads.get(rating.unit_id),
        "class_name": class_name(rating),
        "reason_name": reason_name(rating),
        "selected": chosen,
        "reason": form.reason(rating) if undecided else "",
        "silent": undecided and fit.complete and form.differs(rating) and not form.reason(rating),
        "choose": undecided and fit.undecided and not chosen,
        "options": [
            {"code": code, "label": class_words(code, "short"), "closed": code not in within} for code in CLASSES
        ],
    }


def _documents(listed: OrganisationList) -> QuerySet[Document]:
    """The decisions on the list, oldest first, those on their way included."""
    rulings_of_list = OrganisationRuling.objects.filter(rating__listed=listed)
    return with_people(Document.objects.filter(pk__in=rulings_of_list.values("document"))).order_by("pk")


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def organisations_open(request: PersonRequest) -> HttpResponse:
    """Open the ratings of a year for the organisations of one agency."""
    require_personnel_officer(request.user, today())
    agencies = _agencies(request)
    if not agencies:
        raise NotAllowed(_("You run no agency that recognises organisations."), rule=_("Decree 335/2025, Art 9, 10"))
    asked = request.GET.get("agency") or request.POST.get("agency")
    agency = next((each for each in agencies if str(each.uuid) == asked), agencies[0])
    units = may_be_rated_under(agency, today())
    form = OpenRatingsForm(request.POST or None, units=units, initial={"year": today().year})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            listed = open_ratings(
                agency=agency, by=request.user, at=now(), practice=request.user.practice, **form.opening()
            )
            return reverse("organisation_list", args=[listed.uuid])

        url, refusal = attempt(lambda: once(request, "organisations_open", act), form)
        if url is not None:
            messages.success(request, _("The ratings are open. Their heads are told."))
            return redirect(url)
        status = refusal.status if refusal else 409
    else:
        status = 422 if request.method == "POST" else 200
    context = {"agencies": agencies, "recogniser": agency, "form": form, "submission_key": new_key()}
    return render(request, "workflows/organisations/open.html", context, status=status)


def _agencies(request: PersonRequest) -> list[Unit]:
    """Agencies whose periods the person runs and whose head has organisations to recognise."""
    runs = Unit.objects.on(today()).filter(pk__in=managed_unit_ids(request.user, today()))
    runs = runs.exclude(agency_role=AgencyRole.DIRECTLY_USING).filter(children__isnull=False).distinct()
    return list(runs.order_by("position", "code"))


@declares("recogniser")
@require_http_methods(["GET", "POST"])
def organisation_replace(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Replace the issued decision on one organisation by a new one."""
    rating = rating_of(request, uuid)
    under = organising.require_recogniser(rating.listed, request.user, today())
    order = Order(rating.listed.year, rating.listed.practice, today())
    rating = order.ratings.get(rating.unit_id, rating)
    now_class = order.class_now(rating)
    refusal: Refused | None = None if now_class else NotReady(_("Only an issued decision is replaced."))
    most = order.fit(rating).at_most
    codes = [code for code in (classes_within(most) if most else CLASSES) if code != now_class]
    form = ReplacementForm(request.POST or None, classes=[(code, class_words(code)) for code in codes])
    if request.method == "POST" and form.is_valid() and refusal is None:
        version = expected_version(request)
        chosen = rulings.Recognition(form.cleaned_data["class_code"], form.cleaned_data["reason"])
        document, refusal = attempt(
            lambda: replace_organisation(
                rating=rating, chosen=chosen, by=request.user, expected_version=version, at=now()
            )
        )
        if document is not None:
            messages.success(request, _("The new decision waits for your signature."))
            return redirect("signing_queue")
    context = {
        "rating": rating,
        "listed": rating.listed,
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, ""),
        "class_code": now_class,
        "form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workflows/organisations/replace.html", context, status=status)
