"""The steps that explain a score: rule and article, arithmetic as readable text, rounding for print."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

from kpi.scheme import Rule

LABELS = {
    "general.item": "General criterion",
    "general.total": "General criteria, points",
    "line.assigned": "Converted quantity assigned",
    "line.a": "Converted quantity completed",
    "line.b": "Converted quantity of acceptable quality",
    "line.c": "Converted quantity completed on time",
    "assigned.total": "Total converted quantity assigned",
    "component.a": "Quantity (a)",
    "component.b": "Quality (b)",
    "component.c": "Progress (c)",
    "component.d": "Results of the people managed (d)",
    "component.dd": "Organising the work (đ)",
    "component.e": "Unity inside the unit (e)",
    "component.cap": "Limit of 100% for the component",
    "component.mean": "Mean of the months",
    "result.ratio": "Weighted task results (R)",
    "result.points": "Task results, points",
    "total": "Total points",
    "rounding": "Rounded for print",
    "class": "Class by points",
    "year.month": "Score of the month",
    "year.mean": "Mean of the year",
}


@dataclass(frozen=True)
class Step:
    """One step of the reckoning; `uses` names the steps (code:subject) it was made from."""

    code: str
    subject: str
    title: str
    arithmetic: str
    value: Fraction | None
    rule: str
    basis: str
    standing: str
    uses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.code}:{self.subject}" if self.subject else self.code

    @property
    def label(self) -> str:
        """English name of the kind of step (a message id)."""
        return LABELS[self.code]

    def to_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "code": self.code,
            "subject": self.subject,
            "label": self.label,
            "title": self.title,
            "arithmetic": self.arithmetic,
            "value": plain(self.value),
            "printed": None if self.value is None else printed(self.value),
            "rule": self.rule,
            "basis": self.basis,
            "standing": self.standing,
            "uses": list(self.uses),
        }


def step(
    code: str,
    path: str,
    rule: Rule[Any],
    arithmetic: str,
    value: Fraction | None,
    *,
    subject: str = "",
    title: str = "",
    uses: tuple[str, ...] = (),
) -> Step:
    return Step(code, subject, title, arithmetic, value, path, rule.basis, rule.standing, uses)


def plain(value: Fraction | None) -> str | None:
    """Exact text for storage: "2.5" or "11/15"; None stays None."""
    if value is None:
        return None
    decimal = _decimal(value)
    return f"{value.numerator}/{value.denominator}" if decimal is None else f"{decimal:f}"


def shown(value: Fraction) -> str:
    """Exact text for reading, with the decimal comma: "2,5" or "11/15"."""
    return (plain(value) or "").replace(".", ",")


def printed(value: Fraction, places: int = 2) -> str:
    """Rounded half up for print, with the decimal comma; never compared with a threshold."""
    return f"{round_half_up(value, places):f}".replace(".", ",")


def round_half_up(value: Fraction, places: int = 2) -> Decimal:
    """Exact half-up rounding of a Fraction."""
    scaled = value * 10**places
    whole = (abs(scaled) * 2 + 1) // 2
    with localcontext() as context:
        context.prec = 60
        return (
            Decimal(-whole if scaled < 0 else whole)
            .scaleb(-places)
            .quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        )


def summed(values: list[Fraction]) -> str:
    return " + ".join(shown(value) for value in values) if values else "0"


def _decimal(value: Fraction) -> Decimal | None:
    """The terminating decimal equal to the value, if there is one of at most 30 places."""
    denominator, places = value.denominator, 0
    while denominator != 1 and places <= 30:
        places += 1
        denominator = Fraction(value * 10**places).denominator
    if denominator != 1:
        return None
    with localcontext() as context:
        context.prec = 200
        return Decimal((value * 10**places).numerator).scaleb(-places)
