"""What keeps a scheme from being activated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kpi.scheme.parsing import parse_scheme
from kpi.scheme.rules import LOCAL, STANDINGS, SchemeError
from kpi.scheme.schemes import COMPONENTS, POLICY_VALUES, STAFF_COMPONENTS, Scheme

PERIOD_KINDS = ("month", "quarter", "year")
LINE_KINDS = ("planned", "handed_back", "taken_over", "unplanned")
READINGS = ("of good", "of good or better")
AGGREGATIONS = {"quarter": ("mean of months",), "year": ("mean of months worked",)}
OVERRIDES = ("degradation", "forbidden_acts", "exemplary_duty", "discipline", "unit_corruption")


@dataclass(frozen=True)
class Problem:
    """One reason against activation: where, a machine code, and a sentence in English."""

    path: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def scheme_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the data; an empty list means the scheme may be activated."""
    try:
        scheme = parse_scheme(data)
    except SchemeError as error:
        return [Problem(error.path, "unreadable", error.reason)]
    return [
        *_standing(scheme),
        *_criteria(scheme),
        *_weights(scheme),
        *_policies(scheme),
        *_classes(scheme),
        *_ranking(scheme),
        *_ceilings(scheme),
    ]


def _standing(scheme: Scheme) -> Iterator[Problem]:
    for path, rule in scheme.rules():
        if not rule.basis.strip():
            yield Problem(path, "no_basis", "the rule names no article or document")
        if rule.standing not in STANDINGS:
            yield Problem(path, "unknown_standing", f"unknown standing {rule.standing!r}")


def _criteria(scheme: Scheme) -> Iterator[Problem]:
    codes = [item.code for item in scheme.items]
    if len(set(codes)) != len(codes):
        yield Problem("general", "repeated_code", "two criteria share a code")
    for group in scheme.groups:
        total = sum((item.maximum for item in group.items), Fraction(0))
        if total != group.maximum:
            yield Problem(f"general.{group.code}", "sum", f"items add up to {total}, not {group.maximum}")
    total = sum((group.maximum for group in scheme.groups), Fraction(0))
    if total != scheme.general_points.value:
        yield Problem("general", "sum", f"general criteria add up to {total}, not {scheme.general_points.value}")
    if scheme.general_points.value + scheme.result_points.value != 100:
        yield Problem("result.points", "sum", "general and result points do not add up to 100")
    if any(item.maximum <= 0 for item in scheme.items):
        yield Problem("general", "maximum", "a criterion has no points")
    step = scheme.general_step.value
    if step is not None and (step <= 0 or any(item.maximum % step for item in scheme.items)):
        yield Problem("general.step", "step", "the step does not divide every maximum")


def _weights(scheme: Scheme) -> Iterator[Problem]:
    for path, weights, wanted in (
        ("result.staff_weights", scheme.staff_weights.value, STAFF_COMPONENTS),
        ("result.leader_weights", scheme.leader_weights.value, COMPONENTS),
    ):
        if tuple(weights) != wanted:
            yield Problem(path, "components", f"weights must be given for {', '.join(wanted)}")
        if sum(weights.values()) != 1:
            yield Problem(path, "sum", f"weights add up to {sum(weights.values())}, not 1")
        if any(weight < 0 for weight in weights.values()):
            yield Problem(path, "negative", "a weight is negative")
    if set(scheme.components) != set(COMPONENTS):
        yield Problem("result.components", "components", "every component needs its rule")
    if set(scheme.line_kinds) != set(LINE_KINDS):
        yield Problem("result.line_kinds", "kinds", "every kind of line needs its rule")


def _policies(scheme: Scheme) -> Iterator[Problem]:
    for name, allowed in POLICY_VALUES.items():
        value = getattr(scheme.policies, name).value
        if value not in allowed:
            yield Problem(f"policies.{name}", "unknown_value", f"unknown policy value {value!s}")
    if not 0 < scheme.policies.deduction_rate.value <= 1:
        yield Problem("policies.deduction_rate", "range", "the deduction lies outside 0–100%")
    for name, allowed in AGGREGATIONS.items():
        value = getattr(scheme.aggregation, name).value
        if value not in allowed:
            yield Problem(f"aggregation.{name}", "unknown_value", f"unknown aggregation {value!r}")
    if not 0 <= scheme.aggregation.months_needed.value <= 12:
        yield Problem("aggregation.months_needed", "range", "must lie between 0 and 12 months")


def _classes(scheme: Scheme) -> Iterator[Problem]:
    if scheme.classes is None:
        if scheme.ranks.value:
            yield Problem("ranking.classes", "missing", "the scheme ranks a period but has no classes")
        return
    bands = sorted(scheme.classes.value, key=lambda band: band.lowest)
    if not bands:
        yield Problem("ranking.classes", "missing", "no class is given")
        return
    if len({band.code for band in bands}) != len(bands):
        yield Problem("ranking.classes", "repeated_code", "two classes share a code")
    if bands[0].lowest != 0:
        yield Problem("ranking.classes", "gap", f"no class below {bands[0].lowest} points")
    if bands[-1].below is not None:
        yield Problem("ranking.classes", "gap", f"no class from {bands[-1].below} points up")
    for lower, upper in pairwise(bands):
        if lower.below is None or lower.below > upper.lowest:
            yield Problem("ranking.classes", "overlap", f"{lower.code} and {upper.code} overlap")
        elif lower.below < upper.lowest:
            yield Problem("ranking.classes", "gap", f"no class from {lower.below} to {upper.lowest} points")


def _ranking(scheme: Scheme) -> Iterator[Problem]:
    for kind in scheme.ranks.value:
        if kind not in PERIOD_KINDS:
            yield Problem("ranking.ranks", "unknown_value", f"unknown kind of period {kind!r}")
        elif kind != "year" and scheme.ranks.standing != LOCAL:
            yield Problem("ranking.ranks", "not_local", f"a class on a {kind} needs a local rule (Art 3.5, 20)")
    for name in OVERRIDES:
        if name not in scheme.overrides:
            yield Problem(f"ranking.overrides.{name}", "missing", "the override has no rule")
    codes = {band.code for band in scheme.classes.value} if scheme.classes else set()
    if codes and scheme.lowest_class.value not in codes:
        yield Problem("ranking.lowest_class", "unknown_value", "not one of the classes")


def _ceilings(scheme: Scheme) -> Iterator[Problem]:
    ceilings = scheme.ceilings
    if ceilings is None:
        return
    codes = {band.code for band in scheme.classes.value} if scheme.classes else set()
    for name in ("top_class", "base_class"):
        if getattr(ceilings, name).value not in codes:
            yield Problem(f"ceilings.{name}", "unknown_value", "not one of the classes")
    if ceilings.reading.value not in READINGS:
        yield Problem("ceilings.reading", "unknown_value", f"unknown reading {ceilings.reading.value!r}")
    for name in ("share", "share_outstanding"):
        if not 0 < getattr(ceilings, name).value <= 1:
            yield Problem(f"ceilings.{name}", "range", "the share lies outside 0–100%")
    for kind in ceilings.kinds.value:
        if kind not in scheme.ranks.value:
            yield Problem("ceilings.kinds", "not_ranked", f"a ceiling on a {kind} that is never ranked")
        elif kind != "year" and ceilings.kinds.standing != LOCAL:
            yield Problem("ceilings.kinds", "not_local", f"a ceiling on a {kind} needs a local rule")
