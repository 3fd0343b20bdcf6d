"""Quarters and years from the scores of their months (Art 11, 19)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.scheme import Scheme
from kpi.scoring.lines import ScoringError

MONTHS = range(1, 13)
DECEMBER = 12


@dataclass(frozen=True)
class PeriodMean:
    """A mean, or None with the months still missing; `counted` are the months that entered it."""

    total: Fraction | None
    counted: tuple[int, ...]
    missing: tuple[int, ...]


def mean(values: Iterable[Fraction | None]) -> Fraction | None:
    """Mean of the known values; None when there is none (never a division by zero)."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) / len(known) if known else None


def quarter_means(months: Sequence[Fraction | None]) -> list[Fraction | None]:
    """Mean of each three months in turn, over the months worked (None: not worked)."""
    return [mean(months[start : start + 3]) for start in range(0, len(months), 3)]


def year_mean(
    months: Mapping[int, Fraction | None],
    quarters: Mapping[int, Fraction | None],
    scheme: Scheme,
    worked: Iterable[int] | None = None,
) -> PeriodMean:
    """The year's score over the months worked (default: all twelve), monthly, quarterly or mixed tracking.

    A month without its own score takes its quarter's. December may be left out by policy; any other
    month worked without a score leaves the year without one.
    """
    wanted = set(MONTHS if worked is None else worked)
    if not wanted <= set(MONTHS) or not set(months) <= set(MONTHS) or not set(quarters) <= {1, 2, 3, 4}:
        raise ScoringError("months run from 1 to 12, quarters from 1 to 4")
    if scheme.policies.hired_within_year.value == "twelve months":
        wanted = set(MONTHS)
    found: dict[int, Fraction] = {}
    sources: dict[str, Fraction] = {}
    for month in sorted(wanted):
        quarter = (month + 2) // 3
        own, shared = months.get(month), quarters.get(quarter)
        value = own if own is not None else shared
        if value is not None:
            found[month] = value
            sources[f"month {month}" if own is not None else f"quarter {quarter}"] = value
    missing = wanted - set(found)
    if scheme.policies.december.value == "left out":
        missing.discard(DECEMBER)
    counted = tuple(sorted(found))
    if missing or not found:
        return PeriodMean(None, counted, tuple(sorted(missing)))
    if scheme.policies.year_basis.value == "mean of periods":
        return PeriodMean(mean(sources.values()), counted, ())
    return PeriodMean(mean(found.values()), counted, ())
