"""Evaluates worked cases of the rules (scores, classes, ceilings, dates, numbers) and compares them exactly."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from documents.formats import document_symbol, place_and_date
from kpi.quota import OF_GOOD, OF_GOOD_OR_BETTER, ceiling, group_ceilings
from kpi.scheme import Scheme
from kpi.scoring import (
    Circumstances,
    Discipline,
    Leader,
    Line,
    Score,
    after_errors,
    apply_overrides,
    class_of,
    factor,
    mean,
    quarter_means,
    score,
)
from kpi.scoring.explanation import plain, printed
from organization.working_days import due_on

Inputs = Mapping[str, Any]
READINGS = (OF_GOOD, OF_GOOD_OR_BETTER)
NOT_RANKED = "not ranked"
LETTERS = {"d": "d", "dd": "đ", "e": "e"}


@dataclass(frozen=True)
class Outcome:
    """One case: what was expected, what came out, and whether both are equal."""

    id: str
    family: str
    expected: Mapping[str, Any]
    computed: Mapping[str, Any]

    @property
    def agrees(self) -> bool:
        return all(
            key in self.computed and _same(key, self.computed[key], value) for key, value in self.expected.items()
        )


def evaluate(cases: Iterable[Mapping[str, Any]], scheme: Scheme) -> Iterator[Outcome]:
    """Evaluate the cases under a scheme whose classes apply to the period; a refused input becomes an `error`."""
    for case in cases:
        try:
            computed = FAMILIES[case["family"]](case["inputs"], scheme)
        except (ValueError, KeyError) as error:
            computed = {"error": f"{type(error).__name__}: {error}"}
        yield Outcome(case["id"], case["family"], case["expected"], computed)


def _same(key: str, computed: Any, expected: Any) -> bool:
    """Exact equality; numbers written as decimals or fractions compare by value, an error by being one."""
    if key == "error":
        return bool(computed) == bool(expected)
    if isinstance(expected, Mapping) and isinstance(computed, Mapping):
        return expected.keys() == computed.keys() and all(_same(k, computed[k], v) for k, v in expected.items())
    if isinstance(expected, list) and isinstance(computed, list):
        return len(expected) == len(computed) and all(map(_same, [""] * len(expected), computed, expected))
    if key.endswith("2dp") or isinstance(expected, bool) or isinstance(computed, bool):
        return type(computed) is type(expected) and computed == expected
    try:
        return Fraction(computed) == Fraction(expected)
    except (TypeError, ValueError):
        return computed == expected


def _score(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    leader = inputs.get("leader")
    lines = [_line(str(number), line) for number, line in enumerate(inputs["lines"], 1)]
    result = score(
        lines,
        _spread(inputs.get("general_points"), scheme),
        scheme.with_policies(**inputs.get("policies", {})),
        None
        if leader is None
        else Leader(d=leader.get("d"), dd=leader.get("đ", leader.get("dd")), e=leader.get("e")),
        kind="quarter",
    )
    return _score_facts(result)


def _score_facts(result: Score) -> dict[str, Any]:
    facts: dict[str, Any] = {LETTERS.get(code, code): plain(value) for code, value in result.components.items()}
    if not result.is_complete:
        facts["error"] = result.status.replace("_", " ")
    return facts | {
        "status": result.status.replace("_", " "),
        "general_points": plain(result.general_points),
        "result_points": plain(result.result_points),
        "total": plain(result.total),
        "total_2dp": None if result.total is None else printed(result.total).replace(",", "."),
        "class": result.class_code,
    }


def _line(key: str, data: Inputs) -> Line:
    kind = data.get("kind", "planned")
    failed, delays = int(data.get("failed_reviews", 0)), int(data.get("delays", 0))
    return Line(
        key=key,
        k=data["k"],
        assigned=data["assigned"],
        done=data.get("done"),
        kind="unplanned" if kind == "extra" else kind,
        failed_reviews=failed,
        failed_reviews_waived=_waived(data.get("failed_reviews_waived", 0), failed),
        delays=delays,
        delays_waived=_waived(data.get("delays_waived", 0), delays),
    )


def _waived(value: Any, errors: int) -> int:
    return (errors if value else 0) if isinstance(value, bool) else int(value)


def _spread(points: str | None, scheme: Scheme) -> dict[str, Fraction | None]:
    """Any marking of the items that adds up to the given general points (a case names only their sum)."""
    if points is None:
        return {}
    rest = Fraction(points)
    marks: dict[str, Fraction | None] = {}
    if not 0 <= rest <= scheme.general_points.value:
        raise ValueError(f"general points {points} lie outside the criteria")
    for item in scheme.items:
        part = min(rest, item.maximum)
        marks[item.code] = part
        rest -= part
    return marks


def _deduction(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    rate = scheme.policies.deduction_rate.value
    k, quantity = Fraction(inputs["k"]), Fraction(inputs["quantity"])
    return {"converted": plain(after_errors(k, quantity, int(inputs["errors"]), inputs["deduction"], rate))}


def _class(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    return {"class": class_of(Fraction(inputs["total"]), scheme)}


def _override(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    facts = dict(inputs)
    class_code = class_of(Fraction(facts.pop("score")), scheme)
    discipline = [
        Discipline(
            measure=entry["measure"],
            tied_to_public_duty=entry["tied_to_public_duty"],
            decision_year=entry["decision_year"],
            act=entry.get("act"),
            used_in=entry.get("act_already_used_for_KHTNV_in"),
        )
        for entry in facts.pop("discipline", [])
    ]
    months = facts.pop("months_worked", None)
    circumstances = Circumstances(
        year=facts.pop("year"),
        leader=facts.pop("leader", False),
        degradation=facts.pop("degradation", False),
        forbidden_acts=facts.pop("forbidden_acts", False),
        exemplary_duty=facts.pop("exemplary_duty", False),
        unit_corruption=facts.pop("unit_corruption_handled", False),
        head_of_organisation=facts.pop("head_of_organisation", False),
        organisation_class=facts.pop("organisation_class", None),
        months_worked=None if months is None else Fraction(months),
        absence=facts.pop("absence", None),
        discipline=discipline,
    )
    if facts:
        raise ValueError(f"unknown circumstances: {', '.join(sorted(facts))}")
    rating = apply_overrides(class_code, circumstances, scheme)
    return {"result": rating.class_code if rating.ranked else NOT_RANKED}


def _mean(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    months = [None if month is None else Fraction(month) for month in inputs["months"]]
    year = mean(months)
    worked = sum(month is not None for month in months)
    enough = worked >= scheme.aggregation.months_needed.value
    return {
        "quarters": [plain(quarter) for quarter in quarter_means(months)],
        "year": plain(year),
        "months_worked": worked,
        "class": class_of(year, scheme) if year is not None and enough else NOT_RANKED,
    }


def _ceiling(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    people = int(inputs["good_or_better"])
    shares = {"20%": Fraction(1, 5), "25%": Fraction(1, 4)}
    return {
        reading: {name: ceiling(people, share, reading) for name, share in shares.items()} for reading in READINGS
    }


def _ceiling_groups(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    share = Fraction(inputs["percentage"].rstrip("%")) / 100
    computed = {}
    for reading in READINGS:
        groups, agency, most = group_ceilings(inputs["groups"], share, reading)
        computed[reading] = {"per_group": groups, "agency": agency, "most": most}
    return computed


def _factor(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    return {"k": plain(Fraction(factor(inputs["points"], inputs["standard_points"])))}


def _working_days(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    holidays = {date.fromisoformat(day) for day in inputs.get("holidays", [])}
    swapped = {date.fromisoformat(day) for day in inputs.get("working_saturdays", [])}
    due = due_on(
        date.fromisoformat(inputs["received"]),
        int(inputs["days"]),
        lambda day: day in swapped or (day.weekday() < 5 and day not in holidays),
    )
    return {"due": due.isoformat()}


def _number(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    return {"text": document_symbol(int(inputs["sequence"]), inputs["kind"], inputs["agency"])}


def _place_and_date(inputs: Inputs, scheme: Scheme) -> dict[str, Any]:
    return {"text": place_and_date(inputs["place"], date.fromisoformat(inputs["date"]))}


FAMILIES: Mapping[str, Callable[[Inputs, Scheme], dict[str, Any]]] = {
    "score": _score,
    "deduction": _deduction,
    "class": _class,
    "override": _override,
    "mean": _mean,
    "ceiling": _ceiling,
    "ceiling groups": _ceiling_groups,
    "factor": _factor,
    "working days": _working_days,
    "number": _number,
    "place and date": _place_and_date,
}
