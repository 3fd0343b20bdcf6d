"""a, b and c: converted quantities over the assigned total, pooled or month by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.scheme import STAFF_COMPONENTS, Rule, Scheme
from kpi.scoring.explanation import Step, shown, step, summed
from kpi.scoring.lines import Line, after_errors
from kpi.scoring.results import Missing


@dataclass(frozen=True)
class Ratios:
    """`components` are None while a line is not entered; `so_far` counts only what is."""

    assigned: Fraction
    components: Mapping[str, Fraction | None]
    so_far: Mapping[str, Fraction | None]
    missing: list[Missing]
    steps: list[Step]


def ratios(lines: Sequence[Line], scheme: Scheme, kind: str) -> Ratios:
    """The three ratios of the lines after the cap, under the scheme's policies."""
    missing = [Missing("done", line.key, line.title or line.key) for line in lines if not line.is_entered]
    by_month = scheme.policies.period_basis.value == "mean of months" and kind != "month"
    if by_month:
        missing += [Missing("month", line.key, line.title or line.key) for line in lines if line.month is None]
    steps = [entry for line in lines for entry in _line_steps(line, scheme)]
    assigned = sum((line.converted_assigned for line in lines), Fraction(0))
    nothing: dict[str, Fraction | None] = dict.fromkeys(STAFF_COMPONENTS)
    if not assigned:
        return Ratios(assigned, nothing, nothing, missing, steps)
    text = f"{summed([line.converted_assigned for line in lines if not line.is_extra])} = {shown(assigned)}"
    uses = tuple(f"line.assigned:{line.key}" for line in lines if not line.is_extra)
    basis = scheme.policies.period_basis
    steps.append(step("assigned.total", "policies.period_basis", basis, text, assigned, uses=uses))
    so_far: dict[str, Fraction | None] = {}
    component_steps: list[Step] = []
    for code in STAFF_COMPONENTS:
        so_far[code], found = _component(code, lines, scheme, by_month)
        component_steps += found
    if missing:
        return Ratios(assigned, nothing, so_far, missing, steps)
    return Ratios(assigned, so_far, so_far, missing, steps + component_steps)


def _counted(line: Line, scheme: Scheme) -> Fraction:
    """Quantity that counts as done: nothing for work handed back or not entered."""
    if line.kind == "handed_back" or line.done is None:
        return Fraction(0)
    if scheme.policies.surplus.value == "up to assigned" and not line.is_extra:
        return min(line.done, line.assigned)
    return line.done


def _converted(code: str, line: Line, scheme: Scheme) -> Fraction:
    policies = scheme.policies
    errors = {"a": 0, "b": line.failures, "c": line.late}[code]
    counted = _counted(line, scheme)
    return after_errors(line.k, counted, errors, policies.deduction.value, policies.deduction_rate.value)


def _line_steps(line: Line, scheme: Scheme) -> list[Step]:
    kind = scheme.line_kinds[line.kind]
    path = f"result.line_kinds.{line.kind}"
    found = []
    if not line.is_extra:
        text = f"{shown(line.k)} × {shown(line.assigned)} = {shown(line.converted_assigned)}"
        found.append(
            step("line.assigned", path, kind, text, line.converted_assigned, subject=line.key, title=line.title)
        )
    if not line.is_entered:
        return found
    counted = _counted(line, scheme)
    policies = scheme.policies
    for code, errors, waived in (
        ("a", 0, 0),
        ("b", line.failures, line.failed_reviews_waived),
        ("c", line.late, line.delays_waived),
    ):
        value = _converted(code, line, scheme)
        text = f"{shown(line.k)} × {shown(counted)}"
        rule, where = (kind, path)
        if errors or waived:
            rule, where = policies.deduction, "policies.deduction"
            rate = f"{shown(policies.deduction_rate.value * 100)}%"
            count = f"({errors + waived} − {waived})" if waived else f"{errors}"
            if policies.deduction.value == "line":
                text = f"{text} × max(0; 1 − {count} × {rate})"
            else:
                text = f"{shown(line.k)} × max(0; {shown(counted)} − {count} × {rate})"
        found.append(
            step(f"line.{code}", where, rule, f"{text} = {shown(value)}", value, subject=line.key, title=line.title)
        )
    return found


def _component(
    code: str, lines: Sequence[Line], scheme: Scheme, by_month: bool
) -> tuple[Fraction | None, list[Step]]:
    if not by_month:
        return _ratio(code, lines, scheme, month=None)
    values, steps = [], []
    for month in sorted({line.month for line in lines if line.month is not None}):
        value, found = _ratio(code, [line for line in lines if line.month == month], scheme, month=month)
        steps += found
        if value is not None:
            values.append(value)
    if not values:
        return None, steps
    average = sum(values, Fraction(0)) / len(values)
    text = f"({summed(values)}) / {len(values)} = {shown(average)}"
    rule = scheme.policies.period_basis
    steps.append(step("component.mean", "policies.period_basis", rule, text, average, subject=code))
    return average, steps


def _ratio(code: str, lines: Sequence[Line], scheme: Scheme, month: int | None) -> tuple[Fraction | None, list[Step]]:
    """One ratio over the given lines; None when nothing was assigned among them (no division by zero)."""
    assigned = sum((line.converted_assigned for line in lines), Fraction(0))
    if not assigned:
        return None, []
    rule: Rule[str] = scheme.components[code]
    done = [_converted(code, line, scheme) for line in lines]
    value = sum(done, Fraction(0)) / assigned
    subject = "" if month is None else str(month)
    uses = (*(f"line.{code}:{line.key}" for line in lines), "assigned.total")
    text = f"({summed(done)}) / {shown(assigned)} = {shown(value)}"
    steps = [
        step(
            f"component.{code}",
            f"result.components.{code}",
            rule,
            text,
            value,
            subject=subject,
            title=rule.value,
            uses=uses,
        )
    ]
    if scheme.policies.cap.value == "each ratio" and value > 1:
        name = f"{code}:{month}" if month is not None else code
        text = f"min({shown(value)}; 1) = 1"
        value = Fraction(1)
        steps.append(step("component.cap", "policies.cap", scheme.policies.cap, text, value, subject=name))
    return value, steps
