"""A frozen score in the order in which a person asks: points → what they rest on → rule → arithmetic → rounding."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from kpi.models import EvidenceFile, ScoreAdjustment, Scorecard, ScoreSnapshot
from kpi.wording import STANDINGS, STEP_LABELS, cited

LINE_STEPS = {"line.assigned": "assigned", "line.a": "a", "line.b": "b", "line.c": "c"}
FINAL_STEPS = ("result.ratio", "result.points", "total", "year.mean", "rounding", "class")
LOSSES_SHOWN = 6
COMPONENT_LETTERS = {"dd": "đ"}


def explained(snapshot: ScoreSnapshot) -> dict[str, Any]:
    """The parts of the explanation from the immutable result; nothing is computed again here."""
    steps = [_worded(step) for step in snapshot.result["explanation"]]
    shown = _shown_beside(snapshot.scorecard)
    return {
        "criteria": [step | shown[step["subject"]] for step in steps if step["code"] == "general.item"],
        "criteria_total": next((step for step in steps if step["code"] == "general.total"), None),
        "lines": [line | shown[line["key"]] for line in _lines(steps)],
        "components": [step for step in steps if step["code"].startswith(("component.", "assigned."))],
        "final": [step for step in steps if step["code"] in FINAL_STEPS],
        "months": [step for step in steps if step["code"] == "year.month"],
        "rating": snapshot.result.get("rating"),
        "losses": [_loss(loss) for loss in snapshot.result["losses"][:LOSSES_SHOWN]],
        "missing": [entry["label"] for entry in snapshot.result["missing"]],
        "next_class": snapshot.result["next_class"],
    }


def _worded(step: Mapping[str, Any]) -> dict[str, Any]:
    return dict(step) | {
        "label": STEP_LABELS.get(step["code"], step["label"]),
        "basis": cited(step["basis"]),
        "standing_words": STANDINGS.get(step["standing"], step["standing"]),
    }


def _lines(steps: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry a product line, its steps under their short names."""
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        if step["code"] in LINE_STEPS:
            line = found.setdefault(step["subject"], {"key": step["subject"], "title": step["title"], "steps": []})
            line["steps"].append(step)
    return list(found.values())


def _shown_beside(card: Scorecard) -> dict[str, dict[str, Any]]:
    """Evidence and note by criterion code or line uuid; three queries."""
    beside: dict[str, dict[str, Any]] = defaultdict(lambda: {"files": [], "note": ""})
    lines = {line.pk: line for line in card.lines.all()}
    for line in lines.values():
        beside[str(line.uuid)] = {"files": [], "note": line.note}
    for file in EvidenceFile.objects.filter(scorecard=card).order_by("id"):
        key = file.item_code if file.line_id is None else str(lines[file.line_id].uuid)
        beside[key]["files"].append(file)
    return beside


def _loss(loss: Mapping[str, Any]) -> dict[str, Any]:
    return dict(loss) | {"letter": COMPONENT_LETTERS.get(loss["code"], loss["code"])}


def adjustments_of(card: Scorecard) -> list[ScoreAdjustment]:
    """Every change by a competent person, with its reason, in order."""
    return list(card.adjustments.select_related("by").order_by("id"))
