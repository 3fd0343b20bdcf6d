"""What a person scored in this period and in the last decided ones, for agenda, packet and card."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from workflows.facts.wording import period_words
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, Standing

PERIODS_BACK = 3


@dataclass(frozen=True)
class Result:
    """One decided period: its name, the exact total (None: not scored), the class ("" where none was given)."""

    period: str
    total: Fraction | None
    class_code: str


def totals(evaluation_ids: Iterable[int]) -> dict[int, dict[str, Fraction]]:
    """Evaluation id → stage → exact total of the latest step with a score."""
    steps = (
        EvaluationStep.objects.filter(evaluation_id__in=list(evaluation_ids), snapshot__status="complete")
        .order_by("id")
        .values_list("evaluation_id", "stage", "snapshot__total_numerator", "snapshot__total_denominator")
    )
    found: dict[int, dict[str, Fraction]] = {}
    for pk, stage, numerator, denominator in steps:
        found.setdefault(pk, {})[stage] = Fraction(int(numerator), int(denominator))
    return found


def last_results(period: EvaluationPeriod, people: Iterable[int]) -> dict[int, list[Result]]:
    """Person id → results decided before this period, newest first, three at most."""
    found: dict[int, list[Result]] = {}
    for row in _decided_before(period, people):
        results = found.setdefault(row.person_id, [])
        decision = row.final_decision
        if decision is not None and len(results) < PERIODS_BACK:
            total = Fraction(decision.score_total) if decision.score_total else None
            results.append(Result(period_words(row.period.campaign), total, decision.class_code))
    return found


def last_classes(period: EvaluationPeriod, people: Iterable[int]) -> dict[int, str]:
    """Person id → the last class given before this period, however many scores without one came after it."""
    found: dict[int, str] = {}
    for row in _decided_before(period, people).exclude(final_decision__class_code=""):
        if row.final_decision is not None:
            found.setdefault(row.person_id, row.final_decision.class_code)
    return found


def _decided_before(period: EvaluationPeriod, people: Iterable[int]) -> QuerySet[Evaluation]:
    """The period that ended last comes first, of two that ended together the longer one: a year before its months."""
    return (
        Evaluation.objects.filter(person_id__in=list(people), standing__in=[Standing.DECIDED, Standing.PUBLISHED])
        .filter(period__campaign__starts_on__lt=period.campaign.starts_on, final_decision__isnull=False)
        .select_related("period__campaign", "final_decision")
        .order_by("-period__campaign__ends_on", "period__campaign__starts_on", "-pk")
    )
