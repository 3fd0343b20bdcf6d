"""What waits for one person today, as rows of his home. Counted, never listed: the page does not grow with a team."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import SessionState
from documents.actions import documents_waiting_for
from documents.models import Document, State
from organization.authority import subtree_ids
from organization.models import Appointment, Duty, Person, Role
from workflows import flows
from workflows.actions.meetings import meetings_open_to
from workflows.facts.wording import period_words
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    NationalResult,
    OrganisationList,
    OrganisationRating,
    PartyOpinion,
    RatingState,
    Stage,
    Standing,
)
from workflows.policy.national import sending_roles, sending_term
from workflows.policy.visibility import Offices, sessions
from workflows.views.waiting_after import after_decisions
from workflows.views.waits import Waiting

MOST_SESSIONS = 5


def waiting_for(person: Person, on: date) -> list[Waiting]:
    """Everything that is due for the person, the nearest deadline first, without a deadline last."""
    offices = Offices.of(person, on)
    rows = [
        *_own_forms(person),
        *_reviews(person, offices),
        *_sessions(person),
        *_decisions(offices),
        *_organisations(person, offices, on),
        *_party_opinions(person),
        *_written_opinions(person, on),
        *_papers(person, offices),
        *_national(offices, on),
        *after_decisions(person, on, offices),
    ]
    return sorted(rows, key=lambda row: (row.due is None, _day(row.due) if row.due else on))


def _day(due: date | datetime) -> date:
    return timezone.localdate(due) if isinstance(due, datetime) else due


def _own_forms(person: Person) -> Iterable[Waiting]:
    tasks = flows.open_tasks(owner=person, flow_task__in=flows.nodes_named(flows.SELF_ASSESSMENT)).select_related(
        "process__evaluation__period__campaign"
    )
    for task in tasks:
        evaluation = task.process.evaluation
        yield Waiting(
            what=_("Correct your returned form") if evaluation.round > 1 else _("Assess yourself"),
            about=period_words(evaluation.period.campaign),
            due=evaluation.period.deadline(Stage.SELF_ASSESSMENT),
            url=reverse("self_assessment", args=[evaluation.uuid]),
            act=_("Go on"),
        )


def _reviews(person: Person, offices: Offices) -> Iterable[Waiting]:
    """Reviews of one's own team and of those whose power one holds, one row a period."""
    mine = Q(owner=person)
    for delegator, unit in offices.reviewing:
        handed_over = Q(owner_id=delegator, process__evaluation__unit_id__in=subtree_ids([unit]))
        mine |= handed_over & ~Q(process__evaluation__person=person)
    tasks = flows.open_tasks(flow_task__in=flows.nodes_named(flows.REVIEW)).filter(mine)
    for period, count in _by_period(tasks, "process__evaluation__period"):
        text = ngettext("%(count)d form waits for your review", "%(count)d forms wait for your review", count)
        yield Waiting(
            what=text % {"count": count},
            about=f"{period_words(period.campaign)} · {period.agency.name}",
            due=period.deadline(Stage.SUPERVISOR_REVIEW),
            url=reverse("team"),
            act=_("Review"),
            count=count,
        )


def _sessions(person: Person) -> Iterable[Waiting]:
    finished = [SessionState.SIGNED, SessionState.CLOSED]
    for session in sessions(person).exclude(state__in=finished).select_related("council")[:MOST_SESSIONS]:
        yield Waiting(
            what=_("Council session: %(state)s") % {"state": session.get_state_display()},
            about=session.council.name,
            due=session.scheduled_at,
            url=reverse("session", args=[session.uuid]),
            act=_("To the session"),
        )


def _decisions(offices: Offices) -> Iterable[Waiting]:
    """Lists that wait for the head: to be decided after the council, or to be notified where there is none."""
    agencies = offices.headed
    if not agencies:
        return
    tasks = flows.open_tasks(
        flow_task__in=flows.nodes_named(flows.HEAD_DECISION), process__evaluation__period__agency_id__in=agencies
    )
    for period, count in _by_period(tasks, "process__evaluation__period"):
        text = ngettext("%(count)d rating waits for your decision", "%(count)d ratings wait for your decision", count)
        yield _for_the_head(period, text % {"count": count}, _("Decide"), count, "ruling")
    scored = Evaluation.objects.filter(period__agency_id__in=agencies, standing=Standing.DECIDED)
    for period, count in _by_period(scored.exclude(steps__stage=Stage.PUBLISHED), "period"):
        text = ngettext("%(count)d score waits for its notice", "%(count)d scores wait for their notices", count)
        yield _for_the_head(period, text % {"count": count}, _("Order the notices"), count, "notify_scores")


def _written_opinions(person: Person, on: date) -> Iterable[Waiting]:
    """Coming meetings of the year to which the head of a unit may hand in opinions in writing (Art 21)."""
    for session in meetings_open_to(person, on)[:MOST_SESSIONS]:
        yield Waiting(
            what=_("Written opinions before the meeting"),
            about=session.council.name,
            due=session.scheduled_at,
            url=reverse("session_written", args=[session.uuid]),
            act=_("Write"),
        )


def _party_opinions(person: Person) -> Iterable[Waiting]:
    """Opinions asked of the person as secretary of a Party committee."""
    count = PartyOpinion.objects.filter(secretary=person, received_on__isnull=True).count()
    if count:
        text = ngettext(
            "%(count)d opinion of the Party committee is asked of you",
            "%(count)d opinions of the Party committee are asked of you",
            count,
        )
        yield Waiting(text % {"count": count}, "", None, reverse("party_opinions"), _("Give the opinion"), count)


def _for_the_head(period: EvaluationPeriod, what: str, act: str, count: int, page: str) -> Waiting:
    return Waiting(
        what=what,
        about=f"{period_words(period.campaign)} · {period.agency.name}",
        due=period.deadline(Stage.PUBLISHED),
        url=reverse(page, args=[period.uuid]),
        act=act,
        count=count,
    )


def _organisations(person: Person, offices: Offices, on: date) -> Iterable[Waiting]:
    """The card of the organisation that one heads, and the lists whose organisations one still has to decide.

    The lists are the recogniser's and his delegate's; a rating whose decision was cancelled is to be decided again.
    """
    headed = Appointment.objects.on(on).filter(person=person, duty=Duty.HEAD).values("unit_id")
    undecided = Q(state__in=[RatingState.OPEN, RatingState.PROPOSED]) | Q(ruling__document__state=State.CANCELLED)
    own = Q(unit__in=headed, state=RatingState.OPEN)
    seen = OrganisationRating.objects.filter(undecided, own | Q(listed__agency__in=offices.headed))
    rows = seen.exclude(state=RatingState.VOID).annotate(heads=_among("unit_id", headed))
    lists: dict[OrganisationList, int] = {}
    for row in rows.select_related("unit", "listed__agency").order_by("listed_id", "pk"):
        if row.heads and row.state == RatingState.OPEN:
            url, about = reverse("organisation", args=[row.uuid]), f"{row.unit.name} · {row.listed.year}"
            yield Waiting(_("Score the card of your organisation"), about, None, url, _("Score the card"))
        if row.listed.agency_id in offices.headed:
            lists[row.listed] = lists.get(row.listed, 0) + 1
    for listed, count in lists.items():
        text = ngettext(
            "%(count)d organisation waits for your decision", "%(count)d organisations wait for your decision", count
        )
        url, about = reverse("organisation_list", args=[listed.uuid]), f"{listed.agency.name} · {listed.year}"
        yield Waiting(text % {"count": count}, about, None, url, _("To the list"), count)


def _among(name: str, units: QuerySet) -> Exists:
    return Exists(units.filter(unit_id=OuterRef(name)))


def _papers(person: Person, offices: Offices) -> Iterable[Waiting]:
    to_sign = documents_waiting_for(person).count()
    if to_sign:
        text = ngettext(
            "%(count)d document waits for your signature", "%(count)d documents wait for your signature", to_sign
        )
        yield Waiting(text % {"count": to_sign}, "", None, reverse("signing_queue"), _("Sign"), to_sign)
    desks = offices.units(Role.CLERK)
    to_issue = Document.objects.ready_to_issue().filter(unit_id__in=desks).count() if desks else 0
    if to_issue:
        text = ngettext(
            "%(count)d document is ready to be issued", "%(count)d documents are ready to be issued", to_issue
        )
        yield Waiting(text % {"count": to_issue}, "", None, reverse("issuing"), _("Number and seal"), to_issue)


def _national(offices: Offices, on: date) -> Iterable[Waiting]:
    """For those who send results to the national database: what waits, with the alarm of what is past its day."""
    senders = offices.units(*sending_roles())
    if not senders:
        return
    results, every_day = NationalResult.objects.filter(agency_id__in=senders), sending_term().every_day
    waiting = results.waiting().aggregate(number=Count("pk"), due=Min("due_on"))
    if number := waiting["number"]:
        text = ngettext(
            "%(count)d result waits for the national database",
            "%(count)d results wait for the national database",
            number,
        )
        yield Waiting(text % {"count": number}, "", waiting["due"], reverse("national"), _("Send"), number, every_day)
    late = results.overdue(on).unanswered().aggregate(number=Count("pk"), due=Min("due_on"))
    if number := late["number"]:
        text = ngettext(
            "%(count)d overdue result has no receipt yet", "%(count)d overdue results have no receipt yet", number
        )
        yield Waiting(text % {"count": number}, "", late["due"], reverse("national"), _("Look"), number, every_day)


def _by_period(rows: Any, path: str) -> list[tuple[EvaluationPeriod, int]]:
    """(period, how many rows) with two queries, however many rows and periods there are."""
    counted = dict(rows.order_by().values_list(path).annotate(number=Count("pk", distinct=True)))
    if not counted:
        return []
    periods = EvaluationPeriod.objects.filter(pk__in=counted).select_related("campaign", "agency")
    return [(period, counted[period.pk]) for period in periods]
