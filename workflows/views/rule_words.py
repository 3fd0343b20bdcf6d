"""A rule set for reading: its rules in the order of the form, each with plain words for path and value."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi.scheme import ClassBand, Rule, Scheme
from kpi.wording import STANDINGS
from workflows.models import PeriodKind
from workflows.templatetags.look import vn_number, vn_percent

SECTIONS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (_("General criteria"), ("general_points", "general_step", "general.")),
    (
        _("Task results"),
        ("result_points", "staff_weights", "leader_weights", "components.", "line_kinds.", "factor"),
    ),
    (_("What the decree leaves open"), ("policies.",)),
    (
        _("Classes"),
        (
            "ranks",
            "classes",
            "overrides.",
            "discipline_measures",
            "lesser_measures",
            "lowest_class",
            "head_cap",
        ),
    ),
    (_("Ceiling of the top class"), ("ceilings.",)),
    (_("From months to quarter and year"), ("aggregation.",)),
)
LABELS: dict[str, Promise] = {
    "general_points": _("Points for general criteria"),
    "general_step": _("Smallest step of a mark"),
    "result_points": _("Points for task results"),
    "staff_weights": _("Weights for staff"),
    "leader_weights": _("Weights for leaders"),
    "components.a": _("Quantity (a)"),
    "components.b": _("Quality (b)"),
    "components.c": _("Progress (c)"),
    "components.d": _("Results of the people managed (d)"),
    "components.dd": _("Organising the work (đ)"),
    "components.e": _("Unity inside the unit (e)"),
    "line_kinds.planned": _("Planned work"),
    "line_kinds.handed_back": _("Work handed back"),
    "line_kinds.taken_over": _("Work taken over"),
    "line_kinds.unplanned": _("Unplanned work"),
    "factor": _("Conversion factor k"),
    "policies.cap": _("Where 100% is capped"),
    "policies.deduction": _("What a deduction is taken from"),
    "policies.deduction_rate": _("Deduction for each failed review or delay"),
    "policies.floor": _("Lowest value after deductions"),
    "policies.rounding": _("Rounding"),
    "policies.zero_assigned": _("Nothing assigned"),
    "policies.surplus": _("More done than assigned"),
    "policies.period_basis": _("Several months in a period"),
    "policies.year_basis": _("Months and quarters in a year"),
    "policies.hired_within_year": _("Hired within the year"),
    "policies.december": _("December when the year is rated"),
    "ranks": _("Periods that give a class"),
    "classes": _("Classes and their thresholds"),
    "overrides.degradation": _("Degradation"),
    "overrides.forbidden_acts": _("Acts forbidden to party members"),
    "overrides.exemplary_duty": _("Breach of the duty to set an example"),
    "overrides.discipline": _("Discipline"),
    "overrides.unit_corruption": _("Corruption in the unit in charge"),
    "discipline_measures": _("Disciplinary measures that count"),
    "lesser_measures": _("Measures that do not count"),
    "lowest_class": _("Class given by these rules"),
    "head_cap": _("The head is not rated above the unit"),
    "ceilings.kinds": _("Periods with a ceiling"),
    "ceilings.top_class": _("Class under the ceiling"),
    "ceilings.base_class": _("Counted from this class up"),
    "ceilings.share": _("Share"),
    "ceilings.share_outstanding": _("Share with outstanding achievements"),
    "ceilings.reading": _("Share of whom"),
    "ceilings.groups": _("Groups of similar duty"),
    "aggregation.quarter": _("Quarter"),
    "aggregation.year": _("Year"),
    "aggregation.months_needed": _("Months needed for a rating"),
    "aggregation.exempt_absences": _("Absences that do not count against"),
}
VALUES: dict[str, Promise] = {
    "each ratio": _("each ratio at 100%"),
    "seventy points": _("only the sum, at 70 points"),
    "none": _("nowhere"),
    "line": _("the whole line"),
    "unit": _("each unit of the product"),
    "exact": _("exact values; rounded in print only"),
    "two decimals": _("two decimals"),
    "insufficient data": _("insufficient data, never full points"),
    "counts": _("counts"),
    "up to assigned": _("counts up to what was assigned"),
    "pooled": _("pooled over the period"),
    "mean of months": _("mean of the months"),
    "mean of periods": _("mean of the periods"),
    "mean of months worked": _("mean of the months worked"),
    "quarter stands for its months": _("a quarter stands for its months"),
    "months worked": _("months worked"),
    "twelve months": _("twelve months"),
    "left out": _("left out"),
    "required": _("required"),
    "of good": _("of those rated good"),
    "of good or better": _("of those rated good or better"),
    "heads": _("heads"),
    "deputies": _("deputies"),
    "staff": _("staff"),
    "reprimand": _("reprimand"),
    "warning": _("warning"),
    "salary reduction": _("salary reduction"),
    "demotion": _("demotion"),
    "dismissal": _("dismissal"),
    "removal from office": _("removal from office"),
    "forced resignation": _("forced resignation"),
    "expulsion": _("expulsion"),
    "criticism": _("criticism"),
    "reminder": _("reminder"),
    "maternity leave": _("maternity leave"),
    "sick leave": _("sick leave"),
    **{kind.value: kind.label for kind in PeriodKind},
}
PERCENT = ("deduction_rate", "share", "share_outstanding")
LETTERS = {"dd": "đ"}


def sections(scheme: Scheme) -> list[dict[str, Any]]:
    """Every rule once, grouped; a section without rules is left out."""
    rules = list(scheme.rules())
    names = {f"general.groups.{group.code}": f"{group.code}. {group.name}" for group in scheme.groups}
    names |= {f"general.items.{item.code}": f"{item.code}. {item.name}" for item in scheme.items}
    found = []
    for title, paths in SECTIONS:
        rows = [_row(path, rule, names) for path, rule in rules if _belongs(path, paths)]
        rows.sort(key=lambda row: next(i for i, p in enumerate(paths) if _belongs(row["path"], (p,))))
        if rows:
            found.append({"title": title, "rows": rows})
    return found


def _belongs(path: str, paths: tuple[str, ...]) -> bool:
    return any(path == known or (known.endswith(".") and path.startswith(known)) for known in paths)


def _row(path: str, rule: Rule, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "path": path,
        "label": names.get(path) or LABELS.get(path, path),
        "value": _value(path, rule.value, points=path.startswith("general.")),
        "basis": rule.basis,
        "standing": rule.standing,
        "standing_words": STANDINGS.get(rule.standing, rule.standing),
        "note": rule.note,
    }


def _value(path: str, value: Any, *, points: bool) -> str:
    if value is None:
        return gettext("not limited")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, Fraction):
        if path.rsplit(".", 1)[-1] in PERCENT:
            return vn_percent(value)
        in_points = points or "points" in path
        return gettext("%(points)s points") % {"points": _exact(value)} if in_points else _exact(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{LETTERS.get(key, key)}: {_exact(weight)}" for key, weight in value.items())
    if isinstance(value, tuple):
        return "; ".join(_band(entry) if isinstance(entry, ClassBand) else _word(entry) for entry in value)
    return _word(value)


def _exact(value: Fraction) -> str:
    """A fraction that decimals cannot hold stays a fraction: 1/3."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return vn_number(value) if denominator == 1 else f"{value.numerator}/{value.denominator}"


def _band(band: ClassBand) -> str:
    lowest = vn_number(band.lowest)
    if band.below is None:
        return gettext("%(name)s: from %(lowest)s points") % {"name": band.name, "lowest": lowest}
    return gettext("%(name)s: from %(lowest)s to below %(below)s points") % {
        "name": band.name,
        "lowest": lowest,
        "below": vn_number(band.below),
    }


def _word(value: Any) -> str:
    return str(VALUES.get(str(value), value))
