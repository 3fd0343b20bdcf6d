"""Results that rest on a changed one: the list of a period, one flag with its figures, and what is done about it."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from approvals.models import Decision
from workflows.actions.dependants import leave_dependant, reopen_dependant
from workflows.actions.organisation_rulings import on_their_way as rulings_on_their_way
from workflows.corrections import on_their_way
from workflows.dependants import BASES, lowered_below_score
from workflows.errors import Refused
from workflows.facts.wording import period_words
from workflows.forms.dependants import LeaveForm
from workflows.forms.reviews import ReasonForm
from workflows.models import Dependant, DependantKind, Standing
from workflows.policy import correcting, organising, rules
from workflows.policy import dependants as policy
from workflows.policy.routes import declares
from workflows.reckoning import reckoned
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.corrected import back, replace_url, watches

PAGE = 50


@declares("period_watcher")
@require_GET
def period_dependants(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Everything of the period that rests on a changed result, the open ones first."""
    rows = correcting.periods(request.user, today()).select_related("agency", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    closed = request.GET.get("show") == "settled"
    flags = _known(Dependant.objects.filter(period=period, settlement__isnull=not closed))
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "watches": watches(request, period),
        "page": Paginator(flags, PAGE).get_page(request.GET.get("page")),
        "filters": [
            {"label": _("To be settled"), "url": "?", "current": not closed},
            {"label": _("Settled"), "url": "?show=settled", "current": closed},
        ],
    }
    return render(request, "workflows/dependants/list.html", context)


def _known(rows: QuerySet[Dependant]) -> QuerySet[Dependant]:
    return rows.select_related(
        "period__agency",
        "period__campaign",
        "period__procedure",
        "evaluation__person",
        "evaluation__unit",
        "evaluation__reviewer",
        "evaluation__appointment",
        "evaluation__scorecard__scheme",
        "evaluation__final_decision",
        "evaluation__period__campaign",
        "evaluation__period__procedure",
        "organisation__unit",
        "organisation__listed__agency",
        "organisation__ruling__document",
        "evaluation__appointment__unit",
        "ruling__document__kind",
        "ruling__earlier",
        "ruling__rating__unit",
        "ruling__rating__listed",
        "correction__document__kind",
        "correction__earlier",
        "correction__later",
        "correction__evaluation__person",
        "correction__evaluation__period__campaign",
        "settlement__by",
        "settlement__correction__document",
    ).order_by("-pk")


def _seen(request: PersonRequest, uuid: UUID) -> Dependant:
    seen = policy.dependants(request.user, today()).values("pk")
    return get_object_or_404(_known(Dependant.objects.filter(pk__in=seen)), uuid=uuid)


@declares("watcher_or_reviewer")
@require_GET
def dependant(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One flag: what changed, what rests on it, the old figure and the one it would be, and the acts."""
    return _page(request, _seen(request, uuid))


@declares("watcher_or_reviewer")
@require_http_methods(["GET", "POST"])
def dependant_leave(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Leave the result as it is, with the reason."""
    flag = _seen(request, uuid)
    if request.method == "GET":
        return redirect("dependant", uuid=uuid)
    policy.require_settler(flag, request.user, today())
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _page(request, flag, leave=form, status=422)
    reason = form.cleaned_data["reason"]
    done, refusal = attempt(lambda: leave_dependant(dependant=flag, reason=reason, by=request.user, at=now()))
    if done is None:
        return _page(request, _seen(request, uuid), leave=form, refusal=refusal)
    messages.success(request, _("The result stays as it is; the reason is recorded."))
    return redirect("dependant", uuid=uuid)


@declares("watcher_or_reviewer")
@require_http_methods(["GET", "POST"])
def dependant_reopen(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Take the review of an open form back; a published result leads to the page on which it is decided anew."""
    flag = _seen(request, uuid)
    if request.method == "GET":
        return redirect("dependant", uuid=uuid)
    policy.require_settler(flag, request.user, today())
    form = ReasonForm(request.POST, prefix="reopen")
    if not form.is_valid():
        return _page(request, flag, reopen=form, status=422)
    version, reason = expected_version(request), form.cleaned_data["reason"]
    done, refusal = attempt(
        lambda: reopen_dependant(dependant=flag, reason=reason, by=request.user, expected_version=version, at=now())
    )
    if done is None:
        return _page(request, _seen(request, uuid), reopen=form, refusal=refusal)
    messages.success(request, _("The review is taken back; the person hands in again."))
    return redirect("dependant", uuid=uuid)


def _page(
    request: PersonRequest,
    flag: Dependant,
    *,
    leave: LeaveForm | None = None,
    reopen: ReasonForm | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    settled = getattr(flag, "settlement", None)
    on, evaluation = today(), flag.evaluation
    may_settle = settled is None and policy.settling_authority(flag, request.user, on) is not None
    is_open = evaluation is not None and evaluation.standing == Standing.OPEN
    reviews = is_open and evaluation is not None and rules.reviewing_authority(evaluation, request.user, on)
    context = {
        "flag": flag,
        "period": flag.period,
        "words": _words(flag),
        "basis": BASES[DependantKind(flag.kind)],
        "watches": flag.period is not None and watches(request, flag.period),
        "why": WHY[DependantKind(flag.kind)],
        "source": _source(flag),
        "figures": reckoned(flag),
        "settled": settled,
        "pending": _pending(flag),
        "lowered": lowered_below_score(flag.period) if flag.period and flag.kind == DependantKind.CEILING else [],
        "leave": (leave or LeaveForm()) if may_settle else None,
        "reopen": (reopen or ReasonForm(prefix="reopen")) if reviews and settled is None else None,
        "replace": _replace(request, flag) if settled is None and not is_open else None,
        "refusal": refusal,
    }
    return render(request, "workflows/dependants/one.html", context, status=refusal.status if refusal else status)


#: Why a kind of result rests on another, in one sentence.
WHY = {
    DependantKind.LEADER: gettext_lazy("A leader's d is 50% as soon as one of his people scores under 50."),
    DependantKind.LONGER_PERIOD: gettext_lazy("The score of a longer period is the mean of the scores within it."),
    DependantKind.ORGANISATION: gettext_lazy("The class of a head bears on the rating of his organisation."),
    DependantKind.HEAD: gettext_lazy("A head is not rated above the organisation that he heads."),
    DependantKind.ABOVE: gettext_lazy(
        "An organisation with a subordinate organisation at the lowest class does not meet a condition of the higher "
        "classes."
    ),
    DependantKind.CEILING: gettext_lazy("The ceiling on the top class counts the whole list."),
}


def _words(flag: Dependant) -> str:
    """The time in words: of the period, else the year of the organisations."""
    if flag.period is not None:
        return period_words(flag.period.campaign)
    assert flag.organisation is not None  # a constraint of the table
    return _year_words(flag.organisation.listed.year)


def _year_words(year: int) -> str:
    return _("Rating of organisations, %(year)s") % {"year": year}


def _source(flag: Dependant) -> dict[str, Any]:
    """What has changed: whose result, from what to what, by which document."""
    ruling, correction = flag.ruling, flag.correction
    if ruling is not None:
        return {
            "person": ruling.rating.unit.name,
            "words": _year_words(ruling.rating.listed.year),
            "document": ruling.document,
            "before": {"class_code": ruling.earlier.class_code if ruling.earlier else ""},
            "after": {"class_code": ruling.class_code},
        }
    assert correction is not None  # a constraint of the table
    return {
        "person": correction.evaluation.person.full_name,
        "words": period_words(correction.evaluation.period.campaign),
        "document": correction.document,
        "before": _told(correction.earlier),
        "after": _told(correction.later),
    }


def _told(decision: Decision) -> dict[str, Any]:
    """A result in its figures; `total` None for one that was annulled."""
    return {
        "total": Fraction(decision.score_total) if decision.score_total else None,
        "class_code": decision.class_code,
        "annulled": decision.kind == Decision.Kind.HEAD_ANNULLED,
    }


def _pending(flag: Dependant) -> bool:
    if flag.organisation is not None:
        return any(row.rating_id == flag.organisation_id for row in rulings_on_their_way(flag.organisation.listed))
    return flag.evaluation is not None and on_their_way().filter(evaluation=flag.evaluation).exists()


def _replace(request: PersonRequest, flag: Dependant) -> dict[str, str]:
    """The way to deciding anew, or whose act it is."""
    if flag.organisation is not None:
        if organising.recognising_authority(flag.organisation.listed, request.user, today()) is None:
            return {"refused": _("Only the recogniser decides the rating of an organisation anew.")}
        if policy.settling_authority(flag, request.user, today()) is None:
            return {"refused": _("Nobody recognises the rating of an organisation that he heads himself.")}
        return {"url": reverse("organisation_replace", args=[flag.organisation.uuid])}
    period = flag.period
    assert period is not None  # a constraint of the table
    if flag.evaluation is not None and flag.evaluation.standing == Standing.DECIDED:
        return {"refused": _("The result is decided and not published yet: it is decided anew once it is.")}
    kinds = correcting.grounds_open_to(period, request.user, today())
    if flag.evaluation is None:
        return {"url": back(period)} if kinds else {"refused": correcting.who_decides(period, "found_later")}
    if "dependant" not in kinds:
        return {"refused": correcting.who_decides(period, "dependant")}
    return {"url": replace_url(flag.evaluation, dependant=flag)}
