"""From a total to a class, and what overrides it (Art 8, 11, 20)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.scheme import ClassBand, Rule, Scheme
from kpi.scoring.explanation import round_half_up
from kpi.scoring.lines import ScoringError


@dataclass(frozen=True)
class Discipline:
    """A disciplinary decision. Decisions with the same `act` (Party and State) count in one year only."""

    measure: str
    tied_to_public_duty: bool
    decision_year: int
    act: str | None = None
    used_in: int | None = None  # the year in which this act already led to the lowest class


@dataclass(frozen=True)
class Circumstances:
    """What besides the score decides a year's class. Months may be fractional; None: the whole year."""

    year: int
    leader: bool = False
    degradation: bool = False
    forbidden_acts: bool = False
    exemplary_duty: bool = False
    unit_corruption: bool = False
    head_of_organisation: bool = False
    organisation_class: str | None = None
    months_worked: Fraction | None = None
    absence: str | None = None
    discipline: Sequence[Discipline] = ()


@dataclass(frozen=True)
class Reason:
    """Why the class is not simply that of the score: rule path, its words, article and standing."""

    rule: str
    text: str
    basis: str
    standing: str


@dataclass(frozen=True)
class Rating:
    """A class, or none: *not ranked* is a state, not a class."""

    class_code: str | None
    ranked: bool
    reasons: tuple[Reason, ...]


def bands(scheme: Scheme) -> tuple[ClassBand, ...]:
    """The classes from the lowest up; ScoringError when the scheme has none."""
    if scheme.classes is None:
        raise ScoringError("the scheme ranks no period")
    return tuple(sorted(scheme.classes.value, key=lambda band: band.lowest))


def band_of(total: Fraction, scheme: Scheme) -> ClassBand:
    """The class of a total. Thresholds compare the exact value unless the scheme's rounding says otherwise."""
    if scheme.policies.rounding.value == "two decimals":
        total = Fraction(round_half_up(total))
    for band in bands(scheme):
        if band.lowest <= total and (band.below is None or total < band.below):
            return band
    raise ScoringError(f"no class for {total} points")


def class_of(total: Fraction, scheme: Scheme) -> str:
    """Code of the class of a total."""
    return band_of(total, scheme).code


def next_band(total: Fraction, scheme: Scheme) -> ClassBand | None:
    """The class just above that of the total; None at the top."""
    ordered = bands(scheme)
    place = ordered.index(band_of(total, scheme))
    return ordered[place + 1] if place + 1 < len(ordered) else None


def lower_of(first: str, second: str, scheme: Scheme) -> str:
    """The lower of two classes."""
    order = [band.code for band in bands(scheme)]
    if first not in order or second not in order:
        raise ScoringError(f"unknown class {first if first not in order else second!r}")
    return min(first, second, key=order.index)


def apply_overrides(class_code: str, facts: Circumstances, scheme: Scheme) -> Rating:
    """The class after the overrides of Art 11 and 20 and the organisation's cap on its head."""
    unranked = _not_ranked(facts, scheme)
    if unranked:
        return Rating(None, False, (unranked,))
    reasons = tuple(_lowering(facts, scheme))
    if reasons:
        return Rating(scheme.lowest_class.value, True, reasons)
    if facts.head_of_organisation and scheme.head_cap.value:
        if facts.organisation_class is None:
            raise ScoringError("organisations are ranked before their heads (Art 20.6)")
        capped = lower_of(class_code, facts.organisation_class, scheme)
        if capped != class_code:
            reason = _reason("ranking.head_cap", scheme.head_cap, "head not above the organisation")
            return Rating(capped, True, (reason,))
    return Rating(class_code, True, ())


def _not_ranked(facts: Circumstances, scheme: Scheme) -> Reason | None:
    months, rule = facts.months_worked, scheme.aggregation.months_needed
    if months is None or months >= rule.value:
        return None
    if months > 0 and facts.absence in scheme.aggregation.exempt_absences.value:
        return None
    return _reason("aggregation.months_needed", rule, f"under {rule.value} months worked")


def _lowering(facts: Circumstances, scheme: Scheme) -> Iterable[Reason]:
    for name in ("degradation", "forbidden_acts", "exemplary_duty"):
        if getattr(facts, name):
            yield _override(name, scheme)
    if facts.leader and facts.unit_corruption:
        yield _override("unit_corruption", scheme)
    if any(counts(decision, facts, scheme) for decision in facts.discipline):
        yield _override("discipline", scheme)


def counts(decision: Discipline, facts: Circumstances, scheme: Scheme) -> bool:
    """Does this decision lower the class of the year? One act counts in one year only (Art 11.3)."""
    if decision.measure in scheme.lesser_measures.value:
        return False
    if decision.measure not in scheme.discipline_measures.value:
        raise ScoringError(f"unknown disciplinary measure {decision.measure!r}")
    if not decision.tied_to_public_duty or decision.decision_year != facts.year:
        return False
    if decision.used_in is not None and decision.used_in != facts.year:
        return False
    twins = [other for other in facts.discipline if decision.act is not None and other.act == decision.act]
    return all(other.decision_year >= facts.year for other in twins)


def _override(name: str, scheme: Scheme) -> Reason:
    rule = scheme.overrides[name]
    return _reason(f"ranking.overrides.{name}", rule, rule.value)


def _reason(path: str, rule: Rule, words: str) -> Reason:
    return Reason(path, words, rule.basis, rule.standing)
