"""People whom the year gives no class: a state, on no agenda, named in minutes and decision with its reason."""

from collections.abc import Iterable

from workflows.actions.reviews import last_review
from workflows.actions.years import require_unchanged
from workflows.models import Evaluation, EvaluationPeriod


def unranked_reason(evaluation: Evaluation) -> str:
    """Why the confirmed year gives no class, "" for everybody who is ranked: nobody votes on a state."""
    if not evaluation.period.procedure.parsed().is_annual:
        return ""
    review = last_review(evaluation)
    return review.decision.reason if review is not None and not review.decision.class_code else ""


def to_be_ranked(period: EvaluationPeriod, waiting: Iterable[Evaluation]) -> list[Evaluation]:
    """Whom the meeting is called on. Raises NotReady for a confirmed year that is no longer the present one."""
    ranked = [row for row in waiting if not unranked_reason(row)]
    if period.procedure.parsed().is_annual:
        require_unchanged(ranked)
    return ranked


def not_ranked(waiting: Iterable[Evaluation]) -> list[dict[str, str]]:
    """Those of them who are given no class, as the minutes name them."""
    return [
        {"evaluation": str(row.uuid), "name": row.person.full_name, "unit": row.unit.name, "reason": reason}
        for row in waiting
        if (reason := unranked_reason(row))
    ]
