"""The score of a period: general criteria + R × 70 (Decree 335/2025, Art 12–15)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from kpi.scheme import LEADER_COMPONENTS, Rule, Scheme
from kpi.scoring.classes import band_of, next_band
from kpi.scoring.explanation import Step, printed, shown, step, summed
from kpi.scoring.lines import Leader, Line, ScoringError, exact
from kpi.scoring.ratios import ratios
from kpi.scoring.results import (
    COMPLETE,
    INCOMPLETE,
    INSUFFICIENT_DATA,
    Loss,
    Missing,
    NextClass,
    Score,
)


def score(
    lines: Sequence[Line],
    general: Mapping[str, Decimal | Fraction | None],
    scheme: Scheme,
    leader: Leader | None = None,
    kind: str = "quarter",
) -> Score:
    """Score one person's period with its explanation; raises ScoringError on impossible input.

    A missing entry is never 0: the total stays None and `missing` lists it.
    """
    keys = [line.key for line in lines]
    if len(set(keys)) != len(keys):
        raise ScoringError("two lines share a key")
    general_so_far, missing, steps = _general(general, scheme)
    general_complete = not missing
    found = ratios(lines, scheme, kind)
    missing += found.missing
    steps += found.steps
    components: dict[str, Fraction | None] = dict(found.components)
    so_far: dict[str, Fraction | None] = dict(found.so_far)
    if leader is not None:
        for code in LEADER_COMPONENTS:
            percent = getattr(leader, code)
            rule = scheme.components[code]
            value = None if percent is None else Fraction(percent, 100)
            components[code] = so_far[code] = value
            if value is None:
                missing.append(Missing("leader", code, rule.value))
            else:
                path = f"result.components.{code}"
                steps.append(step(f"component.{code}", path, rule, f"{percent}%", value, title=rule.value))
    weights = scheme.leader_weights if leader is not None else scheme.staff_weights
    result = _result(components, weights, scheme)
    if result is not None:
        steps += _result_steps(components, weights, result, scheme, is_leader=leader is not None)
    known = {code: value if value is not None else Fraction(0) for code, value in so_far.items()}
    result_so_far = _result(known, weights, scheme) if found.assigned else None
    total = general_so_far + result if general_complete and result is not None else None
    if not found.assigned:
        status = INSUFFICIENT_DATA
    else:
        status = COMPLETE if total is not None else INCOMPLETE
    ranked = total is not None and scheme.ranks_kind(kind)
    if total is not None:
        steps += _total_steps(general_so_far, result or Fraction(0), total, scheme, ranked=ranked)
    return Score(
        status=status,
        kind=kind,
        missing=tuple(missing),
        components=components,
        general_points=general_so_far if general_complete else None,
        result_points=result,
        total=total,
        general_so_far=general_so_far,
        result_so_far=result_so_far,
        class_code=band_of(total, scheme).code if ranked and total is not None else None,
        next_class=_next(total, scheme) if ranked and total is not None else None,
        losses=_losses(general, components, weights, scheme) if total is not None else (),
        explanation=tuple(steps),
    )


def _general(
    general: Mapping[str, Decimal | Fraction | None], scheme: Scheme
) -> tuple[Fraction, list[Missing], list[Step]]:
    unknown = set(general) - {item.code for item in scheme.items}
    if unknown:
        raise ScoringError(f"unknown criteria: {', '.join(sorted(unknown))}")
    values: list[Fraction] = []
    missing: list[Missing] = []
    steps: list[Step] = []
    grid = scheme.general_step.value
    for item in scheme.items:
        points = general.get(item.code)
        if points is None:
            missing.append(Missing("general", item.code, item.name))
            continue
        value = exact(points, item.code)
        if not 0 <= value <= item.maximum:
            raise ScoringError(f"{item.code}: {shown(value)} lies outside 0–{shown(item.maximum)}")
        if grid is not None and value % grid:
            raise ScoringError(f"{item.code}: {shown(value)} is not a multiple of {shown(grid)}")
        values.append(value)
        rule = Rule(item.maximum, item.basis, item.standing)
        text = f"{shown(value)} / {shown(item.maximum)}"
        path = f"general.items.{item.code}"
        steps.append(step("general.item", path, rule, text, value, subject=item.code, title=item.name))
    total = sum(values, Fraction(0))
    if not missing:
        text = f"{summed(values)} = {shown(total)}"
        uses = tuple(entry.key for entry in steps)
        steps.append(step("general.total", "general.points", scheme.general_points, text, total, uses=uses))
    return total, missing, steps


def _result(
    components: Mapping[str, Fraction | None], weights: Rule[Mapping[str, Fraction]], scheme: Scheme
) -> Fraction | None:
    ratio = Fraction(0)
    for code, weight in weights.value.items():
        value = components.get(code)
        if value is None:
            return None
        ratio += weight * value
    points = ratio * scheme.result_points.value
    return points if scheme.policies.cap.value == "none" else min(points, scheme.result_points.value)


def _result_steps(
    components: Mapping[str, Fraction | None],
    weights: Rule[Mapping[str, Fraction]],
    points: Fraction,
    scheme: Scheme,
    *,
    is_leader: bool,
) -> list[Step]:
    terms = [(weight, components[code] or Fraction(0)) for code, weight in weights.value.items()]
    ratio = sum((weight * value for weight, value in terms), Fraction(0))
    text = " + ".join(f"{shown(weight)} × {shown(value)}" for weight, value in terms)
    path = "result.leader_weights" if is_leader else "result.staff_weights"
    uses = tuple(f"component.{code}" for code in weights.value)
    most = scheme.result_points.value
    product = f"{shown(ratio)} × {shown(most)} = {shown(ratio * most)}"
    if points != ratio * most:
        product = f"min({shown(ratio)} × {shown(most)}; {shown(most)}) = {shown(points)}"
    return [
        step("result.ratio", path, weights, f"{text} = {shown(ratio)}", ratio, uses=uses),
        step("result.points", "result.points", scheme.result_points, product, points, uses=("result.ratio",)),
    ]


def _total_steps(general: Fraction, result: Fraction, total: Fraction, scheme: Scheme, *, ranked: bool) -> list[Step]:
    text = f"{shown(general)} + {shown(result)} = {shown(total)}"
    rounding = scheme.policies.rounding
    steps = [
        step("total", "result.points", scheme.result_points, text, total, uses=("general.total", "result.points")),
        step("rounding", "policies.rounding", rounding, f"{shown(total)} ≈ {printed(total)}", total, uses=("total",)),
    ]
    if ranked and scheme.classes is not None:
        band = band_of(total, scheme)
        upper = "" if band.below is None else f" < {shown(band.below)}"
        arithmetic = f"{shown(band.lowest)} ≤ {shown(total)}{upper}"
        steps.append(
            step("class", "ranking.classes", scheme.classes, arithmetic, None, title=band.name, uses=("total",))
        )
    return steps


def _next(total: Fraction, scheme: Scheme) -> NextClass | None:
    band = next_band(total, scheme)
    if band is None:
        return None
    return NextClass(band.code, band.name, band.lowest, band.lowest - total)


def _losses(
    general: Mapping[str, Decimal | Fraction | None],
    components: Mapping[str, Fraction | None],
    weights: Rule[Mapping[str, Fraction]],
    scheme: Scheme,
) -> tuple[Loss, ...]:
    found = []
    for code, weight in weights.value.items():
        lost = weight * scheme.result_points.value * (1 - (components[code] or Fraction(0)))
        found.append(Loss(code, scheme.components[code].value, lost))
    for item in scheme.items:
        found.append(Loss(item.code, item.name, item.maximum - exact(general[item.code])))
    return tuple(sorted((loss for loss in found if loss.points > 0), key=lambda loss: (-loss.points, loss.code)))
