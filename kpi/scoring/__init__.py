"""The scoring engine: exact, pure, and able to say why. No framework is imported here."""

from kpi.scoring.classes import Circumstances, Discipline, Rating, Reason, apply_overrides, class_of, counts
from kpi.scoring.explanation import LABELS, Step
from kpi.scoring.lines import (
    EXTRA_KINDS,
    LINE_KINDS,
    Leader,
    Line,
    ScoringError,
    after_errors,
    factor,
    leader_d,
)
from kpi.scoring.means import PeriodMean, mean, quarter_means, year_mean
from kpi.scoring.results import Loss, Missing, NextClass, Score, score_to_json
from kpi.scoring.scores import score

__all__ = [
    "EXTRA_KINDS",
    "LABELS",
    "LINE_KINDS",
    "Circumstances",
    "Discipline",
    "Leader",
    "Line",
    "Loss",
    "Missing",
    "NextClass",
    "PeriodMean",
    "Rating",
    "Reason",
    "Score",
    "ScoringError",
    "Step",
    "after_errors",
    "apply_overrides",
    "class_of",
    "counts",
    "factor",
    "leader_d",
    "mean",
    "quarter_means",
    "score",
    "score_to_json",
    "year_mean",
]
