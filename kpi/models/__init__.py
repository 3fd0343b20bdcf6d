from kpi.models.catalogue import Catalogue, Product
from kpi.models.evidence import EvidenceFile
from kpi.models.positions import JobPosition, PositionHolding
from kpi.models.schemes import PeriodKind, ScoringScheme
from kpi.models.scorecards import GeneralScore, LineKind, Provenance, Scorecard, ScoreLine
from kpi.models.snapshots import AdjustmentTarget, ScoreAdjustment, ScoreSnapshot

__all__ = [
    "AdjustmentTarget",
    "Catalogue",
    "EvidenceFile",
    "GeneralScore",
    "JobPosition",
    "LineKind",
    "PeriodKind",
    "PositionHolding",
    "Product",
    "Provenance",
    "ScoreAdjustment",
    "ScoreLine",
    "ScoreSnapshot",
    "Scorecard",
    "ScoringScheme",
]
