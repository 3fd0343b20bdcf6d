"""Words for machine codes of scores and explanations, in the reader's language."""

import re

from django.utils.translation import gettext_lazy as _

ARTICLE = re.compile(r"(?:Điều )?\b(\d+)\.(\d+)(?:\.([a-zđ]))?")


def cited(basis: str) -> str:
    """A rule's article as official papers cite it: "Điều 20.4.b" becomes "điểm b khoản 4 Điều 20"."""
    return ARTICLE.sub(
        lambda found: (
            f"điểm {found[3]} khoản {found[2]} Điều {found[1]}" if found[3] else f"khoản {found[2]} Điều {found[1]}"
        ),
        basis,
    )


STEP_LABELS = {
    "general.item": _("General criterion"),
    "general.total": _("General criteria, points"),
    "line.assigned": _("Converted quantity assigned"),
    "line.a": _("Converted quantity completed"),
    "line.b": _("Converted quantity of acceptable quality"),
    "line.c": _("Converted quantity completed on time"),
    "assigned.total": _("Total converted quantity assigned"),
    "component.a": _("Quantity (a)"),
    "component.b": _("Quality (b)"),
    "component.c": _("Progress (c)"),
    "component.d": _("Results of the people managed (d)"),
    "component.dd": _("Organising the work (đ)"),
    "component.e": _("Unity inside the unit (e)"),
    "component.cap": _("Limit of 100% for the component"),
    "component.mean": _("Mean of the months"),
    "result.ratio": _("Weighted task results (R)"),
    "result.points": _("Task results, points"),
    "total": _("Total points"),
    "rounding": _("Rounded for print"),
    "class": _("Class by points"),
    "year.month": _("Score of the month"),
    "year.mean": _("Mean of the year"),
}

STANDINGS = {
    "mandatory": _("mandatory"),
    "guidance": _("guidance"),
    "local": _("local rule"),
    "under_review": _("open in the text: a policy"),
}

STATUSES = {
    "complete": _("complete"),
    "incomplete": _("incomplete"),
    "insufficient_data": _("insufficient data"),
}

MISSING = {
    "general": _("general criterion not scored"),
    "done": _("result not entered"),
    "month": _("month not named"),
    "leader": _("leader's component not settled"),
}
