"""What a person scored in this period and in the last decided ones, for agenda, packet and card."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

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
    decided = (
        Evaluation.objects.filter(person_id__in=list(people), standing__in=[Standing.DECIDED, Standing.PUBLISHED])
        .filter(period__campaign__starts_on__lt=period.campaign.starts_on, final_decision__isnull=False)
        .select_related("period__campaign", "final_decision")
        .order_by("-period__campaign__starts_on", "-pk")
    )
    found: dict[int, list[Result]] = {}
    for row in decided:
        results = found.setdefault(row.person_id, [])
        decision = row.final_decision
        if decision is not None and len(results) < PERIODS_BACK:
            total = Fraction(decision.score_total) if decision.score_total else None
            results.append(Result(period_words(row.period.campaign), total, decision.class_code))
    return found
