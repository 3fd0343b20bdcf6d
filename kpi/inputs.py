"""Everything a score was made from, as plain data: what a snapshot keeps and recomputes. No framework here."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from kpi.scheme import Scheme
from kpi.scoring import Leader, Line, Score, score
from kpi.scoring.explanation import plain

_NUMBERS = ("k", "assigned", "done")


@dataclass(frozen=True)
class ScoreInputs:
    """Lines, marks of the general criteria, a leader's components and the kind of period."""

    kind: str
    lines: tuple[Line, ...]
    general: Mapping[str, Fraction | None]
    leader: Leader | None

    def score(self, scheme: Scheme) -> Score:
        return score(self.lines, self.general, scheme, self.leader, self.kind)

    def to_json(self) -> dict[str, Any]:
        """JSON-able data; exact numbers as text."""
        return {
            "kind": self.kind,
            "lines": [_line_to_json(line) for line in self.lines],
            "general": {code: plain(value) for code, value in self.general.items()},
            "leader": None if self.leader is None else {"d": self.leader.d, "dd": self.leader.dd, "e": self.leader.e},
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "ScoreInputs":
        """The inverse of `to_json`, exactly."""
        leader = data["leader"]
        return cls(
            kind=data["kind"],
            lines=tuple(Line(**line) for line in data["lines"]),
            general={code: None if value is None else Fraction(value) for code, value in data["general"].items()},
            leader=None if leader is None else Leader(**leader),
        )


def _line_to_json(line: Line) -> dict[str, Any]:
    data = {field.name: getattr(line, field.name) for field in fields(Line)}
    return data | {name: plain(data[name]) for name in _NUMBERS}
