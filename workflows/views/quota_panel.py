"""The ceiling on the top class and the distribution of classes, as the components show them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from approvals.classes import CLASSES
from kpi.quota import OF_GOOD, OF_GOOD_OR_BETTER, Ceiling, CeilingCheck, ceiling
from kpi.wording import STANDINGS, cited
from workflows.ceilings import check_list, edge_of, outstanding_achievement
from workflows.models import EvaluationPeriod
from workflows.templatetags.look import vn_percent


def _words(reading: str) -> str:
    """A reading of Art 20.5 in words."""
    words = {
        OF_GOOD: _("counted on the people at “Good” alone (the words of Art 20.5)"),
        OF_GOOD_OR_BETTER: _("counted on all people at “Good” or better"),
    }
    return words[reading]


def quota_panel(period: EvaluationPeriod, classes: Mapping[int, str]) -> dict[str, Any] | None:
    """Parameters of `quota_meter.html` for these classes of the whole list, None where no ceiling applies."""
    check = check_list(period, classes)
    if check is None:
        return None
    outstanding = outstanding_achievement(period)
    return {
        "outstanding": outstanding,
        "table": [_line(row, check) for row in (check.agency, *check.groups)],
        "in_force": _words(check.reading),
        "other": _words(_other(check)),
        "used": check.agency.used,
        "limit": check.agency.allowed,
        "reading": _reading(check),
        "groups": [{"label": row.group, "used": row.used, "limit": row.allowed} for row in check.groups],
        "holds": check.holds,
        "excess": excess_lines(check),
        "most": check.most,
        "good": check.agency.good_or_better,
    }


def _line(row: Ceiling, check: CeilingCheck) -> dict[str, Any]:
    """One row of the statement: people on the list who count, and what either reading of the law gives them."""
    return {
        "group": row.group or _("Whole agency"),
        "good": row.good_or_better,
        "used": row.used,
        "allowed": row.allowed,
        "left": row.allowed - row.used,
        "otherwise": ceiling(row.good_or_better, Fraction(check.share), _other(check)),
    }


def edge_panel(period: EvaluationPeriod, classes: Mapping[int, str]) -> dict[str, Any] | None:
    """Who reaches the top class by score, group by group: place, exact score, equals, and who got it so far."""
    check = check_list(period, classes)
    if check is None:
        return None
    edge = edge_of(period, check)
    allowed = {row.group or "": row.allowed for row in check.groups}
    return {
        "groups": [
            {
                "name": name,
                "allowed": allowed[name],
                "rows": [
                    {"item": edge.cases[one.contender.who].item, "placed": one, "within": one.place <= allowed[name]}
                    for one in placed
                ],
            }
            for name, placed in edge.groups.items()
        ],
        "parted": [", ".join(names) for names in edge.parted],
    }


def names_of_equals(period: EvaluationPeriod, classes: Mapping[int, str]) -> list[str]:
    """Equals of whom some are at the top and some are not: their names, one line a choice."""
    panel = edge_panel(period, classes)
    return panel["parted"] if panel else []


def excess_lines(check: CeilingCheck) -> list[str]:
    """Where the list has more people at the top than a ceiling allows, by how many."""
    return [
        _("%(group)s: %(used)d of at most %(allowed)d, %(excess)d too many")
        % {
            "group": row.group or _("Whole agency"),
            "used": row.used,
            "allowed": row.allowed,
            "excess": row.excess,
        }
        for row in (check.agency, *check.groups)
        if row.excess
    ]


def _reading(check: CeilingCheck) -> str:
    """The reading that the rule set chose, and what the other would give for the same people."""
    good = check.agency.good_or_better
    other = _other(check)
    basis = cited(check.basis)
    return _(
        "At most %(share)s, %(words)s, rounded down: %(limit)d of %(good)d. Read the other way, %(other)s, it would "
        "be %(else)d. %(basis)s (%(standing)s)."
    ) % {
        "share": vn_percent(Fraction(check.share)),
        "words": _words(check.reading),
        "limit": check.agency.allowed,
        "good": good,
        "other": _words(other),
        "else": ceiling(good, Fraction(check.share), other),
        "basis": basis[:1].upper() + basis[1:],
        "standing": STANDINGS.get(check.standing, check.standing),
    }


def _other(check: CeilingCheck) -> str:
    return OF_GOOD_OR_BETTER if check.reading == OF_GOOD else OF_GOOD


def distribution(before: Iterable[str], after: Iterable[str]) -> list[tuple[str, int, int | None]]:
    """Rows of the distribution chart: people in each class before and after."""
    first, second = Counter(before), Counter(after)
    return [(code, first[code], second[code]) for code in CLASSES]


def changes(rows: Iterable[tuple[str, int, int | None]]) -> list[dict[str, Any]]:
    """The classes that gained or lost people, with their difference."""
    return [
        {"code": code, "people": second - first}
        for code, first, second in rows
        if second is not None and second != first
    ]
