from datetime import datetime

from django.db import transaction

from kpi.models import Scorecard, ScoreSnapshot
from kpi.scoring import Score, score_to_json


def compute(scorecard: Scorecard, *, reviewed: bool) -> Score:
    """The score now: on the person's own entries, or as reviewed. Reads only; prefetch `lines`, `general_scores`."""
    return scorecard.inputs(reviewed=reviewed).score(scorecard.scheme.scheme)


@transaction.atomic
def snapshot(*, scorecard: Scorecard, stage: str, round: int, at: datetime, reviewed: bool = True) -> ScoreSnapshot:
    """Keep the score of a step with all it was made from; it is never computed again from anything else."""
    # A fresh read: the caller's object may hold entries prefetched before this act changed them.
    current = Scorecard.objects.select_related("scheme").get(pk=scorecard.pk)
    inputs = current.inputs(reviewed=reviewed)
    score = inputs.score(current.scheme.scheme)
    return ScoreSnapshot.objects.create(
        scorecard=current,
        scheme=current.scheme,
        stage=stage,
        round=round,
        reviewed=reviewed,
        inputs=inputs.to_json(),
        result=score_to_json(score),
        status=score.status,
        total_numerator="" if score.total is None else str(score.total.numerator),
        total_denominator="" if score.total is None else str(score.total.denominator),
        class_code=score.class_code or "",
        at=at,
    )
