from kpi.models.catalogue import Catalogue, Product
from kpi.models.evidence import EvidenceFile
from kpi.models.positions import JobPosition, PositionHolding
from kpi.models.schemes import PeriodKind, ScoringScheme
from kpi.models.scorecards import GeneralScore, LineKind, Provenance, Scorecard, ScoreLine
from kpi.models.snapshots import AdjustmentTarget, ScoreAdjustment, ScoreSnapshot
from kpi.models.years import (
    Absence,
    CircumstanceEnd,
    CircumstanceKind,
    CircumstanceRecord,
    Measure,
    RecordedScore,
    ServiceRecord,
    Side,
    SourceKind,
)

__all__ = [
    "Absence",
    "AdjustmentTarget",
    "Catalogue",
    "CircumstanceEnd",
    "CircumstanceKind",
    "CircumstanceRecord",
    "EvidenceFile",
    "GeneralScore",
    "JobPosition",
    "LineKind",
    "Measure",
    "PeriodKind",
    "PositionHolding",
    "Product",
    "Provenance",
    "RecordedScore",
    "ScoreAdjustment",
    "ScoreLine",
    "ScoreSnapshot",
    "Scorecard",
    "ScoringScheme",
    "ServiceRecord",
    "Side",
    "SourceKind",
]
