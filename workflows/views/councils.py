"""My councils and sessions; founding a council by its decision, calling a session on the people who wait."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from approvals.models import Council, CouncilMember, CouncilSession, Decision
from organization.models import AgencyRole, Person, Unit
from workflows import flows
from workflows.actions import councils as actions
from workflows.actions.invitations import waiting_evaluations
from workflows.actions.rosters import colleagues, found_council, may_convene, require_founder, units_within
from workflows.actions.unranked import not_ranked, under_way
from workflows.errors import NotAllowed, Refused
from workflows.facts.wording import period_words
from workflows.forms.councils import ConveneForm, CouncilForm, SeatFormSet, first_seats
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, PeriodSession, Stage
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.policy.rules import may_manage_period
from workflows.policy.setup import managed_unit_ids
from workflows.policy.visibility import headed_units
from workflows.readiness import synthesis_missing
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.rulings import lists_to_decide

PER_PAGE = 50


@declares("signed_in")
@require_GET
def councils(request: PersonRequest) -> HttpResponse:
    """Sessions that I sit in, lists that wait for a session or for my decision, councils that I know."""
    person, on = request.user, today()
    rows = visibility.sessions(person).select_related(
        "council__unit", "chair", "secretary", "of_period__period__campaign"
    )
    rows = rows.annotate(
        cases=Count("items", distinct=True),
        concluded=Count("items", filter=Q(items__concluded_at__isnull=False), distinct=True),
    ).order_by("-scheduled_at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    founding = _foundable(person, on)
    known = _councils_known(person, founding).annotate(seats=Count("members", filter=~Q(members__role="alternate")))
    context = {
        "page": page,
        "sessions": [_session_row(row, person) for row in page],
        "waiting": _waiting_for_a_session(person, founding),
        "decisions": lists_to_decide(person, on),
        "councils": list(
            known.select_related("unit").prefetch_related("covers").order_by("-starts_on", "-pk")[:PER_PAGE]
        ),
        "may_found": founding.exists(),
    }
    return render(request, "workflows/councils/list.html", context)


def _session_row(session: CouncilSession, person: Person) -> dict[str, Any]:
    role = _("Chair") if session.chair_id == person.pk else _("Member")
    return {
        "session": session,
        "period": period_words(session.of_period.period.campaign) if hasattr(session, "of_period") else "",
        "role": _("Secretary") if session.secretary_id == person.pk else role,
        "url": reverse("session", args=[session.uuid]),
    }


def _foundable(person: Person, on: Any) -> QuerySet[Unit]:
    """Agencies for which the person may enter a founding decision."""
    units = managed_unit_ids(person, on) | set(headed_units(person, on))
    agencies = Unit.objects.on(on).filter(pk__in=units).exclude(agency_role=AgencyRole.DIRECTLY_USING)
    return agencies.order_by("position", "name")


def _councils_known(person: Person, agencies: QuerySet[Unit]) -> QuerySet[Council]:
    mine = CouncilMember.objects.filter(person=person).values("council_id")
    return Council.objects.filter(Q(pk__in=mine) | Q(unit__in=agencies.values("pk")))


def _waiting_for_a_session(person: Person, agencies: QuerySet[Unit]) -> list[dict[str, Any]]:
    """Periods with people whose turn is the council's and who stand on no agenda, where I may convene.

    Whoever the year gives no class is on no agenda and counted apart: his confirmed year names none.
    """
    seats = CouncilMember.objects.filter(person=person).values("council__unit_id")
    tasks = flows.open_tasks(
        flow_task__in=flows.nodes_named(flows.COUNCIL), process__evaluation__council_cases__isnull=True
    ).filter(
        Q(process__evaluation__period__agency_id__in=seats)
        | Q(process__evaluation__period__agency__in=agencies.values("pk"))
    )
    reviews = EvaluationStep.objects.filter(
        evaluation=OuterRef("process__evaluation"), decision__kind=Decision.Kind.REVIEW_APPROVED
    )
    tasks = tasks.alias(given=Subquery(reviews.order_by("-pk").values("decision__class_code")[:1])).order_by()
    counted = {
        pk: (ranked, unranked)
        for pk, ranked, unranked in tasks.values_list("process__evaluation__period").annotate(
            ranked=Count("pk", filter=~Q(given=""), distinct=True),
            unranked=Count("pk", filter=Q(given=""), distinct=True),
        )
    }
    served = set(under_way(PeriodSession.objects.filter(period__in=counted)).values_list("period_id", flat=True))
    counted = {pk: found for pk, found in counted.items() if found[0] or pk not in served}
    founding = set(agencies.values_list("pk", flat=True))
    periods = EvaluationPeriod.objects.filter(pk__in=counted).select_related("campaign", "agency")
    return [
        {
            "period": period,
            "words": period_words(period.campaign),
            "people": counted[period.pk][0],
            "unranked": counted[period.pk][1],
            "due": period.deadline(Stage.COUNCIL),
            "may_outstanding": period.agency_id in founding,
        }
        for period in periods
    ]


@declares("council_founder")
@require_http_methods(["GET", "POST"])
def council_found(request: PersonRequest) -> HttpResponse:
    """The founding decision: its number and date, the term, quorum and equal votes, the roster."""
    units = list(_foundable(request.user, today()))
    if not units:
        raise NotAllowed(
            _("Only the head or the personnel officer of the agency enters the decision that founds its council."),
            rule=_("Role: personnel officer"),
        )
    unit = _unit(units, request.POST.get("unit") or request.GET.get("agency", ""))
    require_founder(unit, request.user, today())
    posts = {str(post.person.uuid): post for post in colleagues(unit, today())}
    initial = {"unit": str(unit.uuid), "name": _("Evaluation council of %(agency)s") % {"agency": unit.name}}
    form = CouncilForm(request.POST or None, units=units, below=units_within(unit, today()), initial=initial)
    seats = SeatFormSet(request.POST or None, prefix="seats", initial=first_seats(), form_kwargs={"posts": posts})
    refusal = None
    if request.method == "POST" and form.is_valid() and seats.is_valid():
        url, refusal = attempt(lambda: once(request, "council_found", lambda: _found(request, form, seats)), form)
        if refusal is None and url:
            messages.success(request, _("The council is founded. You can convene its session."))
            return redirect(url)
    context = {
        "form": form,
        "seats": seats,
        "unit": unit,
        "units": units,
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    status = refusal.status if refusal else 422 if form.errors or seats.non_form_errors() else 200
    return render(request, "workflows/councils/found.html", context, status=status)


def _unit(units: list[Unit], key: str) -> Unit:
    return next((unit for unit in units if str(unit.uuid) == key), units[0])


def _found(request: PersonRequest, form: CouncilForm, seats: Any) -> str:
    try:
        found_council(**form.decision(), seats=seats.seats(), by=request.user, at=now())
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    return reverse("councils")


@declares("convener")
@require_http_methods(["GET", "POST"])
def session_convene(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Call a session on everybody of the period who waits for the council."""
    person = request.user
    period = get_object_or_404(
        visibility.periods(person, today()).select_related("agency", "campaign", "procedure"), uuid=uuid
    )
    living = Council.objects.on(today()).filter(unit=period.agency).prefetch_related("members__person", "covers")
    councils_here = [council for council in living if may_convene(council, person, today())]
    if living and not councils_here:
        raise NotAllowed(
            _("A session is convened by a member of the council or by the personnel officer of the agency."),
            rule=_("Members of the session only"),
        )
    lists = [(council, waiting_evaluations(period, council)) for council in councils_here]
    numbers = {council.pk: len(found) for council, found in lists}
    form = ConveneForm(
        request.POST or None,
        councils=councils_here,
        waiting=numbers,
        initial=_proposed_day(),
    )
    waiting = list({row.pk: row for _council, found in lists for row in found}.values())
    refusal = None
    if request.method == "POST" and form.is_valid():
        version = expected_version(request)
        url, refusal = attempt(
            lambda: once(request, "session_convene", lambda: _convene(request, period, form, version)), form
        )
        if refusal is None and url:
            messages.success(request, _("The session is convened; its members are told."))
            return redirect(url)
        period.refresh_from_db(fields=["version"])
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "councils": councils_here,
        "waiting": waiting,
        "agendas": [_agenda(council, found) for council, found in lists if found],
        "stale": [row.person.full_name for row in waiting if row.score_is_stale],
        "unsigned": synthesis_missing(period),
        "makes_table": may_manage_period(period.agency, person, today()),
        "form": form,
        "may_found": period.agency_id in set(_foundable(person, today()).values_list("pk", flat=True)),
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    return render(request, "workflows/councils/convene.html", context, status=refusal.status if refusal else 200)


def _agenda(council: Council, waiting: Sequence[Evaluation]) -> dict[str, Any]:
    """Who would be voted on, and whom the minutes would only name."""
    named = not_ranked(waiting)
    apart = {each["evaluation"] for each in named}
    return {"council": council, "rows": [row for row in waiting if str(row.uuid) not in apart], "unranked": named}


def _proposed_day() -> dict[str, Any]:
    """Tomorrow at eight, a working hour; the convener changes it."""
    return {"scheduled_on": timezone.localdate() + timedelta(days=1), "scheduled_time": "08:00"}


def _convene(request: PersonRequest, period: EvaluationPeriod, form: ConveneForm, version: int) -> str:
    council, chair, secretary = form.chosen()
    session = actions.convene_session(
        period=period,
        council=council,
        scheduled_at=form.scheduled_at(),
        place=form.cleaned_data["place"],
        chair=chair,
        secretary=secretary,
        by=request.user,
        expected_version=version,
        at=now(),
    )
    sits = council.members.filter(person=request.user).exists()
    return reverse("session", args=[session.uuid]) if sits else reverse("councils")
