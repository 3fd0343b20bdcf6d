"""A score and what is said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.scoring.explanation import Step, plain, printed

COMPLETE, INCOMPLETE, INSUFFICIENT_DATA = "complete", "incomplete", "insufficient_data"


@dataclass(frozen=True)
class Missing:
    """Something not entered yet. `what`: general | done | month | leader; `subject`: item code or line key."""

    what: str
    subject: str
    label: str

    @property
    def key(self) -> str:
        return f"{self.what}:{self.subject}"


@dataclass(frozen=True)
class Loss:
    """Points lost against the maximum at one criterion or component."""

    code: str
    name: str
    points: Fraction


@dataclass(frozen=True)
class NextClass:
    """The class above and how many points were missing to it (exact)."""

    code: str
    name: str
    threshold: Fraction
    points_missing: Fraction


@dataclass(frozen=True)
class Score:
    """The score of a period: exact numbers out of 100, or None for what is not known yet.

    `general_so_far`, `result_so_far` and `subtotal` count what is entered: for a live display only.
    """

    status: str
    kind: str
    missing: tuple[Missing, ...]
    components: Mapping[str, Fraction | None]
    general_points: Fraction | None
    result_points: Fraction | None
    total: Fraction | None
    general_so_far: Fraction
    result_so_far: Fraction | None
    class_code: str | None
    next_class: NextClass | None
    losses: tuple[Loss, ...]
    explanation: tuple[Step, ...]

    @property
    def is_complete(self) -> bool:
        return self.status == COMPLETE

    @property
    def subtotal(self) -> Fraction:
        return self.general_so_far + (self.result_so_far or Fraction(0))

    @property
    def total_printed(self) -> str | None:
        """Total rounded half up to two places with the decimal comma, for print only."""
        return None if self.total is None else printed(self.total)


def score_to_json(score: Score) -> dict[str, Any]:
    """The score with its explanation as JSON-able data; exact numbers as text."""
    return {
        "status": score.status,
        "kind": score.kind,
        "missing": [
            {"key": entry.key, "what": entry.what, "subject": entry.subject, "label": entry.label}
            for entry in score.missing
        ],
        "components": {code: plain(value) for code, value in score.components.items()},
        "general_points": plain(score.general_points),
        "result_points": plain(score.result_points),
        "total": plain(score.total),
        "total_printed": score.total_printed,
        "general_so_far": plain(score.general_so_far),
        "result_so_far": plain(score.result_so_far),
        "subtotal": plain(score.subtotal),
        "subtotal_printed": printed(score.subtotal),
        "class_code": score.class_code,
        "next_class": score.next_class
        and {
            "code": score.next_class.code,
            "name": score.next_class.name,
            "threshold": plain(score.next_class.threshold),
            "points_missing": plain(score.next_class.points_missing),
            "points_missing_printed": printed(score.next_class.points_missing),
        },
        "losses": [
            {"code": loss.code, "name": loss.name, "points": plain(loss.points), "printed": printed(loss.points)}
            for loss in score.losses
        ],
        "explanation": [step.to_json() for step in score.explanation],
    }
