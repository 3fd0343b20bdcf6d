"""People whom the year gives no class: a state, on no agenda, named in minutes and decision with its reason."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from approvals.models import SessionState
from workflows.actions.reviews import last_review
from workflows.actions.years import require_unchanged
from workflows.models import Evaluation, EvaluationPeriod, PeriodSession


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
