"""From JSON-able data to a typed Scheme. Structure is checked here, sense in kpi.scheme.problems."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from fractions import Fraction
from typing import Any

from kpi.scheme.rules import Rule, SchemeError, at, number, rule, table, text, texts, truth
from kpi.scheme.schemes import (
    COMPONENTS,
    Aggregation,
    Ceilings,
    ClassBand,
    GeneralGroup,
    GeneralItem,
    Policies,
    Scheme,
)

_POLICY_READERS: Mapping[str, Callable[[Any, str], Any]] = {"deduction_rate": number, "floor": number}


def parse_scheme(data: Mapping[str, Any]) -> Scheme:
    """Read a scheme; raises SchemeError with the path of the first entry that cannot be read."""
    data = table(data, "scheme")
    general, result = table(at(data, "general", ""), "general"), table(at(data, "result", ""), "result")
    ranking = table(at(data, "ranking", ""), "ranking")
    overrides = table(at(ranking, "overrides", "ranking"), "ranking.overrides")
    return Scheme(
        code=text(at(data, "code", ""), "code"),
        name=text(at(data, "name", ""), "name"),
        general_points=rule(general, "points", "general", number),
        general_step=rule(general, "step", "general", _optional_number),
        groups=tuple(_group(entry, i) for i, entry in enumerate(_list(general, "groups", "general"))),
        result_points=rule(result, "points", "result", number),
        staff_weights=rule(result, "staff_weights", "result", _weights),
        leader_weights=rule(result, "leader_weights", "result", _weights),
        components=_rules(at(result, "components", "result"), "result.components"),
        line_kinds=_rules(at(result, "line_kinds", "result"), "result.line_kinds"),
        factor=rule(result, "factor", "result", text),
        policies=_policies(table(at(data, "policies", ""), "policies")),
        ranks=rule(ranking, "ranks", "ranking", texts),
        classes=rule(ranking, "classes", "ranking", _bands) if ranking.get("classes") else None,
        overrides=_rules(overrides, "ranking.overrides"),
        discipline_measures=rule(ranking, "discipline_measures", "ranking", texts),
        lesser_measures=rule(ranking, "lesser_measures", "ranking", texts),
        lowest_class=rule(ranking, "lowest_class", "ranking", text),
        head_cap=rule(ranking, "head_cap", "ranking", truth),
        ceilings=_ceilings(table(data["ceilings"], "ceilings")) if data.get("ceilings") else None,
        aggregation=_aggregation(table(at(data, "aggregation", ""), "aggregation")),
    )


def _list(data: Mapping[str, Any], key: str, path: str) -> list[Any]:
    value = at(data, key, path)
    if not isinstance(value, list):
        raise SchemeError(f"{path}.{key}", "not a list")
    return value


def _optional_number(value: Any, path: str) -> Fraction | None:
    return None if value is None else number(value, path)


def _whole(value: Any, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise SchemeError(path, f"not a whole number: {value!r}")
    return value


def _weights(value: Any, path: str) -> Mapping[str, Fraction]:
    """Weights in the order of the law's letters: stores of JSON need not keep the order of keys."""
    weights = {key: number(entry, f"{path}.{key}") for key, entry in table(value, path).items()}
    known = {key: weights.pop(key) for key in COMPONENTS if key in weights}
    return known | weights


def _rules(data: Any, path: str) -> Mapping[str, Rule[str]]:
    entries = table(data, path)
    return {key: rule(entries, key, path, text) for key in entries}


def _group(data: Any, index: int) -> GeneralGroup:
    path = f"general.groups.{index}"
    data = table(data, path)
    items = tuple(GeneralItem(**_criterion(table(entry, path), path)) for entry in _list(data, "items", path))
    return GeneralGroup(**_criterion(data, path), items=items)


def _criterion(data: Mapping[str, Any], path: str) -> dict[str, Any]:
    return {
        "code": text(at(data, "code", path), path),
        "name": text(at(data, "name", path), path),
        "maximum": number(at(data, "maximum", path), path),
        "basis": text(data.get("basis", ""), path),
        "standing": text(data.get("standing", ""), path),
    }


def _bands(value: Any, path: str) -> tuple[ClassBand, ...]:
    if not isinstance(value, list):
        raise SchemeError(path, "not a list")
    return tuple(
        ClassBand(
            code=text(at(table(entry, path), "code", path), path),
            name=text(at(entry, "name", path), path),
            lowest=number(at(entry, "from", path), path),
            below=_optional_number(at(entry, "below", path), path),
        )
        for entry in value
    )


def _policies(data: Mapping[str, Any]) -> Policies:
    found: dict[str, Any] = {
        field.name: rule(data, field.name, "policies", _POLICY_READERS.get(field.name, text))
        for field in fields(Policies)
    }
    return Policies(**found)


def _ceilings(data: Mapping[str, Any]) -> Ceilings:
    return Ceilings(
        kinds=rule(data, "kinds", "ceilings", texts),
        top_class=rule(data, "top_class", "ceilings", text),
        base_class=rule(data, "base_class", "ceilings", text),
        share=rule(data, "share", "ceilings", number),
        share_outstanding=rule(data, "share_outstanding", "ceilings", number),
        reading=rule(data, "reading", "ceilings", text),
        groups=rule(data, "groups", "ceilings", texts),
    )


def _aggregation(data: Mapping[str, Any]) -> Aggregation:
    return Aggregation(
        quarter=rule(data, "quarter", "aggregation", text),
        year=rule(data, "year", "aggregation", text),
        months_needed=rule(data, "months_needed", "aggregation", _whole),
        exempt_absences=rule(data, "exempt_absences", "aggregation", texts),
    )
