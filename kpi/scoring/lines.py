"""What is scored: the lines of a period and a leader's three extra components."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

LINE_KINDS = ("planned", "handed_back", "taken_over", "unplanned")
EXTRA_KINDS = ("taken_over", "unplanned")  # outside the assigned total: they only add (Art 18.1.d)
FULL, HALF = 100, 50  # the only two values of d, đ and e (Art 15)
QUARTER = Fraction(1, 4)


class ScoringError(ValueError):
    """The input cannot be scored as it stands (out of range, unknown kind, waiver above the errors)."""


def exact(value: Any, what: str = "number") -> Fraction:
    """A Fraction from Decimal, int, Fraction or text; floats are refused (they are never exact)."""
    if isinstance(value, (bool, float)):
        raise ScoringError(f"{what}: {value!r} is not an exact number")
    try:
        return Fraction(value)
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise ScoringError(f"{what}: {value!r} is not an exact number") from error


@dataclass(frozen=True)
class Line:
    """One product of the period. `done` None means not entered yet, which is never 0."""

    key: str
    k: Fraction
    assigned: Fraction
    done: Fraction | None
    kind: str = "planned"
    month: int | None = None
    failed_reviews: int = 0
    failed_reviews_waived: int = 0
    delays: int = 0
    delays_waived: int = 0
    title: str = ""

    def __post_init__(self) -> None:
        for name in ("k", "assigned", "done"):
            value = getattr(self, name)
            if value is not None:
                value = exact(value, f"{self.key} {name}")
                if value < 0:
                    raise ScoringError(f"{self.key}: {name} is negative")
                object.__setattr__(self, name, value)
        if self.kind not in LINE_KINDS:
            raise ScoringError(f"{self.key}: unknown kind {self.kind!r}")
        for errors, waived in (
            (self.failed_reviews, self.failed_reviews_waived),
            (self.delays, self.delays_waived),
        ):
            if not 0 <= waived <= errors:
                raise ScoringError(f"{self.key}: {waived} waived of {errors}")

    @property
    def failures(self) -> int:
        """Failed reviews that count: those without a confirmed objective cause."""
        return self.failed_reviews - self.failed_reviews_waived

    @property
    def late(self) -> int:
        """Delays that count: those without a confirmed objective cause."""
        return self.delays - self.delays_waived

    @property
    def is_extra(self) -> bool:
        return self.kind in EXTRA_KINDS

    @property
    def is_entered(self) -> bool:
        return self.done is not None or self.kind == "handed_back"

    @property
    def converted_assigned(self) -> Fraction:
        return Fraction(0) if self.is_extra else self.k * self.assigned


@dataclass(frozen=True)
class Leader:
    """A leader's d, đ (`dd`) and e in percent: 100, 50, or None while not settled."""

    d: int | None = None
    dd: int | None = None
    e: int | None = None

    def __post_init__(self) -> None:
        for name in ("d", "dd", "e"):
            if getattr(self, name) not in (None, HALF, FULL):
                raise ScoringError(f"{name}: only 100 or 50 is allowed (Art 15)")


def after_errors(k: Fraction, quantity: Fraction, errors: int, deduction: str, rate: Fraction = QUARTER) -> Fraction:
    """What is left of k × quantity: `line` takes the rate off the whole line an error, `unit` off one unit."""
    if deduction == "line":
        return k * quantity * max(Fraction(0), 1 - errors * rate)
    if deduction == "unit":
        return k * max(Fraction(0), quantity - errors * rate)
    raise ScoringError(f"unknown deduction {deduction!r}")


def factor(points: Decimal, standard_points: Decimal, places: int = 6) -> Decimal:
    """k = points / points of the standard product (Art 13), exact to `places`; ScoringError otherwise."""
    top, bottom = exact(points, "points"), exact(standard_points, "standard points")
    if bottom <= 0 or top < 0:
        raise ScoringError("the standard product needs points above 0, the product 0 or more")
    scaled = top / bottom * 10**places
    if scaled.denominator != 1:
        raise ScoringError(f"{top / bottom} is not an exact decimal of {places} places")
    with localcontext() as context:
        context.prec = 60
        return Decimal(scaled.numerator).scaleb(-places).normalize() + 0


def leader_d(scores: Iterable[Fraction | None]) -> int | None:
    """d of a leader from the scores of the civil servants managed (Art 15).

    50 as soon as one is under 50 points, 100 when all known are not, None while any is missing or nobody is managed.
    """
    known = list(scores)
    if any(value is not None and value < HALF for value in known):
        return HALF
    if not known or any(value is None for value in known):
        return None
    return FULL
