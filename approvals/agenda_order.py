"""Where a case stands on the agenda: what is disagreed about comes first. Plain arithmetic on exact points."""

from dataclasses import dataclass
from fractions import Fraction

from approvals.classes import CLASSES


@dataclass(frozen=True)
class Disagreement:
    """What members, supervisor and last period say about one case.

    `own`, `final`: exact points 0–100 of the self-assessment (None: not scored) and of the review; `questions`: how
    many members questioned the case beforehand; `last_class`: "" when there is no earlier result.
    """

    own: Fraction | None
    final: Fraction
    score_class: str
    last_class: str = ""
    contested: bool = False
    questions: int = 0

    @property
    def gap(self) -> Fraction:
        """Points that the supervisor gave more (above 0) or less than the person himself; 0 when not comparable."""
        return self.final - self.own if self.own is not None else Fraction(0)

    @property
    def steps(self) -> int:
        """Classes between this result and the last one, up or down; 0 without an earlier class."""
        if self.last_class not in CLASSES:
            return 0
        return abs(CLASSES.index(self.score_class) - CLASSES.index(self.last_class))

    @property
    def key(self) -> tuple[int, bool, Fraction, int]:
        """Sorts the widest disagreement first: members' questions, the supervisor's changes, then the last result."""
        return (-self.questions, not self.contested, -abs(self.gap), -self.steps)
