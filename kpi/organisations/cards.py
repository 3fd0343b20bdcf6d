"""The card of an organisation: 30 general points, 70 of task results, and the counts that the conditions ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kpi.organisations.rules import OrganisationRules
from kpi.scheme import SchemeError
from kpi.scheme.rules import number

RESULT, FAULTS = "result", "faults"
#: Tasks of the year: assigned, done, of these done late, of these above what was required.
COUNTS = ("assigned", "done", "late", "above")
#: Faults of earlier years found by the competent bodies: none, all mended, some not.
FAULT_VALUES = ("none", "fixed", "open")


@dataclass(frozen=True)
class Card:
    """What was typed, exact; None is *not scored*, never 0. `lowest_below`: subordinate organisations at KHTNV."""

    general: Mapping[str, Fraction | None]
    result: Fraction | None
    assigned: int | None
    done: int | None
    late: int | None
    above: int | None
    faults_fixed: bool | None
    lowest_below: int = 0


def row_codes(rules: OrganisationRules) -> tuple[str, ...]:
    """The rows of a card in their order."""
    return (*(item.code for item in rules.items), RESULT, *COUNTS, FAULTS)


def parse_card(typed: Mapping[str, str], rules: OrganisationRules, *, lowest_below: int = 0) -> Card:
    """The card of what is stored (row code → text, "" or absent: not scored). SchemeError for what is no number."""
    counts = {name: _count(typed.get(name, ""), name) for name in COUNTS}
    faults = typed.get(FAULTS, "")
    return Card(
        general={item.code: _exact(typed.get(item.code, ""), item.code) for item in rules.items},
        result=_exact(typed.get(RESULT, ""), RESULT),
        faults_fixed=None if not faults else faults != "open",
        lowest_below=lowest_below,
        **counts,
    )


def _exact(value: str, path: str) -> Fraction | None:
    return None if value == "" else number(value, path)


def _count(value: str, path: str) -> int | None:
    if value == "":
        return None
    if not value.isdecimal():
        raise SchemeError(path, f"not a whole number: {value!r}")
    return int(value)


def card_problems(typed: Mapping[str, str], rules: OrganisationRules) -> dict[str, str]:
    """Row code → machine code of what is wrong with it: `number`, `range`, `more_than_assigned`, `more_than_done`."""
    found = {code: "number" for code in typed if code not in row_codes(rules)}
    most = {item.code: item.maximum for item in rules.items} | {RESULT: rules.result_points.value}
    for code, limit in most.items():
        try:
            value = _exact(typed.get(code, ""), code)
        except SchemeError:
            found[code] = "number"
            continue
        if value is not None and not 0 <= value <= limit:
            found[code] = "range"
    counts = {}
    for name in COUNTS:
        try:
            counts[name] = _count(typed.get(name, ""), name)
        except SchemeError:
            found[name] = "number"
    for name, roof, words in (
        ("done", "assigned", "more_than_assigned"),
        ("late", "done", "more_than_done"),
        ("above", "done", "more_than_done"),
    ):
        low, high = counts.get(name), counts.get(roof)
        if low is not None and high is not None and low > high:
            found.setdefault(name, words)
    if typed.get(FAULTS, "") not in ("", *FAULT_VALUES):
        found[FAULTS] = "number"
    return found
