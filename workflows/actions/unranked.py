"""People whom the year gives no class: a state, on no agenda, named in minutes and decision with its reason.

Whoever turns out to be one after the meeting has proposed a class is left out by the head, in his decision.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.models import SessionState
from kpi.models import ServiceRecord
from kpi.scoring import Circumstances, Rating, apply_overrides
from organization.models import Appointment
from workflows.actions.periods import people_of
from workflows.actions.reviews import last_review
from workflows.actions.years import require_unchanged
from workflows.errors import NotReady
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, PeriodSession
from workflows.years import rating_words, year_of

LAW = gettext_noop("Decree 335/2025, Art 11, 19")


def unranked_reason(evaluation: Evaluation) -> str:
    """Why the confirmed year gives no class, "" for everybody who is ranked: nobody votes on a state."""
    if not evaluation.period.procedure.parsed().is_annual:
        return ""
    review = last_review(evaluation)
    return review.decision.reason if review is not None and not review.decision.class_code else ""


def to_be_ranked(period: EvaluationPeriod, waiting: Iterable[Evaluation]) -> list[Evaluation]:
    """Whom the meeting is called on. Raises NotReady for a confirmed year that is no longer the present one."""
    waiting = list(waiting)
    if period.procedure.parsed().is_annual:
        require_unchanged(waiting)
    return [row for row in waiting if not unranked_reason(row)]


def under_way(sessions: QuerySet[PeriodSession]) -> QuerySet[PeriodSession]:
    """Sessions whose minutes, when adopted, will name whoever is not ranked: they need no other."""
    return sessions.exclude(session__state__in=[SessionState.ADOPTED, SessionState.SIGNED, SessionState.CLOSED])


def still_unranked(waiting: Iterable[Evaluation], named: Collection[str]) -> list[Evaluation]:
    """Whom adopted minutes name and who still is not ranked, by key: a year confirmed anew waits for a session."""
    found = [row for row in waiting if str(row.uuid) in named and unranked_reason(row)]
    return sorted(found, key=lambda row: row.pk)


def not_ranked(waiting: Iterable[Evaluation]) -> list[dict[str, str]]:
    """Those of them who are given no class, as the minutes name them."""
    return [
        {"evaluation": str(row.uuid), "name": row.person.full_name, "unit": row.unit.name, "reason": reason}
        for row in waiting
        if (reason := unranked_reason(row))
    ]


@dataclass(frozen=True)
class LeftOut:
    """Why somebody with a proposed class may be given none; `binding`: the rules leave the head no choice."""

    why: str
    binding: bool


def to_leave_out(period: EvaluationPeriod, steps: Sequence[EvaluationStep], on: date) -> dict[int, LeftOut]:
    """Evaluation id → why the head may leave this person of a yearly list without a class; a fixed number of queries.

    Months entered since are fewer than the rules ask (Art 11, 19), or the person no longer serves in the agency: who
    has moved is ranked where he serves at the year's end (Art 19.1).
    """
    proposed = [step.evaluation_id for step in steps if step.decision.class_code]
    if not period.procedure.parsed().is_annual or not proposed:
        return {}
    rows = Evaluation.objects.filter(pk__in=proposed)
    gone = {
        pk: LeftOut(_("no longer serves in the agency (Art 19.1)"), binding=False) for pk in _left(period, rows, on)
    }
    return gone | {pk: LeftOut(rating_words(rating), binding=True) for pk, rating in _too_short(rows)}


def _left(period: EvaluationPeriod, rows: QuerySet[Evaluation], on: date) -> list[int]:
    """Those whose post has ended and who hold no other one that this period ranks."""
    ended = dict(rows.filter(appointment__ends_on__lte=on).values_list("pk", "person_id"))
    if not ended:
        return []
    now = Appointment.objects.on(on).filter(person__in=ended.values())
    serving = set(people_of(period).filter(pk__in=now.values("pk")).values_list("person_id", flat=True))
    return [pk for pk, person in ended.items() if person not in serving]


def _too_short(rows: QuerySet[Evaluation]) -> Iterable[tuple[int, Rating]]:
    people = list(rows.select_related("scorecard__scheme", "period__campaign"))
    entered = {
        record.person_id: record
        for record in ServiceRecord.objects.filter(person__in=[row.person_id for row in people]).order_by("pk")
        if record.year == year_of(people[0]) and record.practice == people[0].practice
    }
    for row in people:
        record, scheme = entered.get(row.person_id), row.scorecard.scheme.scheme
        if record is None:
            continue
        months = Fraction(len(record.months))
        facts = Circumstances(year=year_of(row), months_worked=months, absence=record.absence or None)
        rating = apply_overrides(scheme.lowest_class.value, facts, scheme)
        if not rating.ranked:
            yield row.pk, rating


def require_lawful_gaps(
    steps: Sequence[EvaluationStep], classes: Mapping[int, str], known: Mapping[int, LeftOut]
) -> None:
    """Nobody is left without a class but for such a reason, nobody ranked against one. Raises NotReady with names."""
    raised = [step for step in steps if classes[step.evaluation_id] and not step.decision.class_code]
    if raised:
        raise NotReady(_("People who are not ranked are given no class."), rule=_(LAW), missing=_names(raised))
    dropped = [step for step in steps if step.decision.class_code and not classes[step.evaluation_id]]
    unfounded = [step for step in dropped if step.evaluation_id not in known]
    if unfounded:
        raise NotReady(
            _("These people are ranked: the year gives them a class."), rule=_(LAW), missing=_names(unfounded)
        )
    bound = [
        f"{step.evaluation.person.full_name}: {known[step.evaluation_id].why}"
        for step in steps
        if classes[step.evaluation_id] and step.evaluation_id in known and known[step.evaluation_id].binding
    ]
    if bound:
        raise NotReady(
            _("The year of these people gives no class any more: choose “Without a class” and give the reason."),
            rule=_(LAW),
            missing=bound,
        )


def _names(steps: Iterable[EvaluationStep]) -> list[str]:
    return [step.evaluation.person.full_name for step in steps]
