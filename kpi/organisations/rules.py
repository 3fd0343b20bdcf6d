"""The rules of an organisation's rating as data, each with its article and its standing."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from kpi.presets import NATIONAL, preset
from kpi.scheme import STANDINGS, GeneralItem, Problem, Rule, Scheme, SchemeError, parse_scheme
from kpi.scheme.rules import at, number, rule, table, text

#: Conditions of a class besides its points; a share from 0 to 1, or 0 where the condition is a plain yes or no.
CONDITIONS = ("tasks_done", "above_requirement", "late_at_most", "no_subordinate_unmet", "faults_fixed")
UNDECIDED, NEXT_CLASS = "undecided", "next class"
UNMATCHED = (UNDECIDED, NEXT_CLASS)
READINGS = ("of good", "of good or better")


@dataclass(frozen=True)
class OrganisationRules:
    """A rule set. `scheme` holds classes and ceiling in the shape that the ceiling check reads (Art 8, 8.5)."""

    code: str
    name: str
    general_points: Rule[Fraction]
    items: tuple[GeneralItem, ...]
    result_points: Rule[Fraction]
    result_scoring: Rule[str]
    conditions: Mapping[str, Mapping[str, Rule[Fraction]]]
    unmatched: Rule[str]
    lower_first: Rule[str]
    organisations_first: Rule[str]
    scheme: Scheme

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """Every rule with its path."""
        yield "general_points", self.general_points
        for item in self.items:
            yield f"items.{item.code}", Rule(item.maximum, item.basis, item.standing)
        yield "result_points", self.result_points
        yield "result_scoring", self.result_scoring
        if self.scheme.classes is not None:
            yield "classes", self.scheme.classes
        for code, conditions in self.conditions.items():
            yield from ((f"conditions.{code}.{name}", each) for name, each in conditions.items())
        yield "unmatched", self.unmatched
        if self.scheme.ceilings is not None:
            yield "ceilings.share", self.scheme.ceilings.share
            yield "ceilings.share_outstanding", self.scheme.ceilings.share_outstanding
            yield "ceilings.reading", self.scheme.ceilings.reading
        yield "lower_first", self.lower_first
        yield "organisations_first", self.organisations_first


def parse_organisation_rules(data: Mapping[str, Any]) -> OrganisationRules:
    """Read a rule set; raises SchemeError with the path of the first entry that cannot be read."""
    data = table(data, "rules")
    general, result = table(at(data, "general", ""), "general"), table(at(data, "result", ""), "result")
    ranking = table(at(data, "ranking", ""), "ranking")
    conditions = table(at(ranking, "conditions", "ranking"), "ranking.conditions")
    return OrganisationRules(
        code=text(at(data, "code", ""), "code"),
        name=text(at(data, "name", ""), "name"),
        general_points=rule(general, "points", "general", number),
        items=tuple(_item(entry, place) for place, entry in enumerate(at(general, "items", "general"))),
        result_points=rule(result, "points", "result", number),
        result_scoring=rule(result, "scoring", "result", text),
        conditions={
            code: {
                name: rule(table(each, code), name, f"ranking.conditions.{code}", number)
                for name in sorted(each, key=_place)
            }
            for code, each in conditions.items()
        },
        unmatched=rule(ranking, "unmatched", "ranking", text),
        lower_first=rule(ranking, "lower_first", "ranking", text),
        organisations_first=rule(ranking, "organisations_first", "ranking", text),
        scheme=_ranked(data, ranking),
    )


def _place(name: str) -> int:
    """Conditions in the order of the law: stores of JSON need not keep the order of keys."""
    return CONDITIONS.index(name) if name in CONDITIONS else len(CONDITIONS)


def _item(entry: Any, place: int) -> GeneralItem:
    path = f"general.items.{place}"
    data = table(entry, path)
    return GeneralItem(
        code=text(at(data, "code", path), path),
        name=text(at(data, "name", path), path),
        maximum=number(at(data, "maximum", path), path),
        basis=text(data.get("basis", ""), path),
        standing=text(data.get("standing", ""), path),
    )


def _ranked(data: Mapping[str, Any], ranking: Mapping[str, Any]) -> Scheme:
    """A scheme of people with the classes and the ceiling of organisations: exact thresholds, one list."""
    borrowed = preset(NATIONAL)
    borrowed["ranking"]["classes"] = at(ranking, "classes", "ranking")
    borrowed["ceilings"] = at(data, "ceilings", "")
    scheme = parse_scheme(borrowed)
    return replace(scheme, code=text(at(data, "code", ""), "code"), name=text(at(data, "name", ""), "name"))


def with_choices(data: Mapping[str, Any], *, unmatched: str, reading: str) -> dict[str, Any]:
    """The same rules under the chosen policies, articles kept; SchemeError for an unknown choice."""
    if unmatched not in UNMATCHED:
        raise SchemeError("ranking.unmatched", f"unknown policy value {unmatched!r}")
    if reading not in READINGS:
        raise SchemeError("ceilings.reading", f"unknown reading {reading!r}")
    chosen = copy.deepcopy(dict(data))
    chosen["ranking"]["unmatched"]["value"] = unmatched
    chosen["ceilings"]["reading"]["value"] = reading
    return chosen


def organisation_problems(data: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with the data; an empty list means it may be used."""
    try:
        rules = parse_organisation_rules(data)
    except SchemeError as error:
        return [Problem(error.path, "unreadable", error.reason)]
    return list(_problems(rules))


def _problems(rules: OrganisationRules) -> Iterator[Problem]:
    for path, each in rules.rules():
        if not each.basis.strip():
            yield Problem(path, "no_basis", "the rule names no article or document")
        if each.standing not in STANDINGS:
            yield Problem(path, "unknown_standing", f"unknown standing {each.standing!r}")
    total = sum((item.maximum for item in rules.items), Fraction(0))
    if total != rules.general_points.value or any(item.maximum <= 0 for item in rules.items):
        yield Problem("general", "sum", f"criteria add up to {total}, not {rules.general_points.value}")
    if len({item.code for item in rules.items}) != len(rules.items):
        yield Problem("general", "repeated_code", "two criteria share a code")
    if rules.general_points.value + rules.result_points.value != 100:
        yield Problem("result.points", "sum", "general and result points do not add up to 100")
    known = {band.code for band in rules.scheme.classes.value} if rules.scheme.classes else set()
    if set(rules.conditions) != known:
        yield Problem("ranking.conditions", "classes", "every class needs its conditions, even if it has none")
    for code, conditions in rules.conditions.items():
        for name, each in conditions.items():
            if name not in CONDITIONS:
                yield Problem(f"ranking.conditions.{code}.{name}", "unknown_value", "unknown condition")
            elif not 0 <= each.value <= 1:
                yield Problem(f"ranking.conditions.{code}.{name}", "range", "the share lies outside 0–100%")
    if any(rules.conditions.get(rules.scheme.lowest_class.value, {})):
        yield Problem("ranking.conditions", "lowest", "the lowest class has no condition besides its points")
    if rules.unmatched.value not in UNMATCHED:
        yield Problem("ranking.unmatched", "unknown_value", f"unknown policy value {rules.unmatched.value!r}")
    if rules.scheme.ceilings and rules.scheme.ceilings.reading.value not in READINGS:
        yield Problem("ceilings.reading", "unknown_value", "unknown reading")
