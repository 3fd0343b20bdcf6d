"""The only writers of this app. Keyword-only, transactional; a refusal is a KpiError and stores nothing."""

from kpi.actions.catalogues import ProductRow, decide_catalogue, import_catalogue
from kpi.actions.evidence import attach_evidence, detach_evidence, keep_bytes, open_evidence, open_stored
from kpi.actions.openings import take_up_scorecard
from kpi.actions.positions import PositionRow, hold_position, import_positions
from kpi.actions.reviews import (
    Change,
    adjust_scores,
    confirm_waiver,
    derive_leader_d,
    drop_adjustments,
    record_delay,
    record_failed_review,
    set_leader_components,
)
from kpi.actions.schemes import activate_scheme, draft_scheme, retire_scheme, scheme_for
from kpi.actions.scorecards import (
    LineSpec,
    Opening,
    assign_line,
    assign_lines,
    hand_back_line,
    open_scorecard,
    open_scorecards,
)
from kpi.actions.self_scores import save_self_scores, stored_draft
from kpi.actions.snapshots import compute, snapshot
from kpi.actions.years import end_circumstance, record_circumstance, record_score, record_service, snapshot_year

__all__ = [
    "Change",
    "LineSpec",
    "Opening",
    "PositionRow",
    "ProductRow",
    "activate_scheme",
    "adjust_scores",
    "assign_line",
    "assign_lines",
    "attach_evidence",
    "compute",
    "confirm_waiver",
    "decide_catalogue",
    "derive_leader_d",
    "detach_evidence",
    "draft_scheme",
    "drop_adjustments",
    "end_circumstance",
    "hand_back_line",
    "hold_position",
    "import_catalogue",
    "import_positions",
    "keep_bytes",
    "open_evidence",
    "open_scorecard",
    "open_scorecards",
    "open_stored",
    "record_circumstance",
    "record_delay",
    "record_failed_review",
    "record_score",
    "record_service",
    "retire_scheme",
    "save_self_scores",
    "scheme_for",
    "set_leader_components",
    "snapshot",
    "snapshot_year",
    "stored_draft",
    "take_up_scorecard",
]
