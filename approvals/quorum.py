"""Quorum and votes of a council, as plain arithmetic on whole numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ABSTAIN = "abstain"


@dataclass(frozen=True)
class Quorum:
    """How many seats must take part: numerator/denominator of all seats, rounded up.

    A recused member keeps his seat in the base but does not count as taking part: a recusal never makes a quorum
    easier. `recused` counts those among the present. Raises ValueError for impossible numbers.
    """

    members: int
    present: int
    recused: int
    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.recused <= self.present <= self.members:
            raise ValueError("recused <= present <= members does not hold")
        if not 0 < self.numerator <= self.denominator:
            raise ValueError("a quorum is a share above 0 and at most 1")

    @property
    def needed(self) -> int:
        return -(-self.members * self.numerator // self.denominator)

    @property
    def counted(self) -> int:
        return self.present - self.recused

    @property
    def met(self) -> bool:
        return self.members > 0 and self.counted >= self.needed


@dataclass(frozen=True)
class Tally:
    """The count of one vote. `tie`: two sides hold exactly half each, whether or not a rule then chose one."""

    counts: dict[str, int]
    winner: str | None
    tie: bool
    cast: int
    abstained: int


def tally(
    choices: Iterable[str],
    *,
    order: Sequence[str],
    chair_choice: str | None = None,
    tie_rule: str = "none",
) -> Tally:
    """Count open votes: a choice wins with more than half of the votes cast, abstentions not being votes.

    `order` lists the choices best first. Equal halves go by `tie_rule`: "chair" (the chair's side, if he is on one
    of them), "lower" (the worse of the two), "none" (nobody wins). Raises ValueError on an unknown choice or rule.
    """
    if tie_rule not in ("chair", "lower", "none"):
        raise ValueError(f"unknown tie rule {tie_rule!r}")
    votes = Counter(choices)
    abstained = votes.pop(ABSTAIN, 0)
    if unknown := set(votes) - set(order):
        raise ValueError(f"unknown choices {sorted(unknown)}")
    counts = {choice: votes[choice] for choice in order}
    cast = sum(counts.values())
    halves = [choice for choice in order if cast and 2 * counts[choice] == cast]
    tie = len(halves) == 2
    winner = next((choice for choice in order if 2 * counts[choice] > cast), None)
    if tie and tie_rule == "lower":
        winner = halves[-1]
    elif tie and tie_rule == "chair" and chair_choice in halves:
        winner = chair_choice
    return Tally(counts=counts, winner=winner, tie=tie, cast=cast, abstained=abstained)
