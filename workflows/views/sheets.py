"""How one person's form is laid out on a page: stages, criteria by group, products by month, the total so far."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, State
from kpi.models import EvidenceFile, GeneralScore, LineKind, ScoreLine
from kpi.scoring import Score
from organization.models import Person
from workflows import flows
from workflows.facts.wording import local_rule_name, period_words
from workflows.forms.self_assessments import SelfAssessmentForm, points_name
from workflows.models import Evaluation, EvaluationTask, Stage, Standing

TURNS = {
    flows.SELF_ASSESSMENT: Stage.SELF_ASSESSMENT,
    flows.REVIEW: Stage.SUPERVISOR_REVIEW,
    flows.COUNCIL: Stage.COUNCIL,
    flows.HEAD_DECISION: Stage.COUNCIL,
}


def with_card(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """Everything that a page about one form reads, in a fixed number of queries."""
    return evaluations.select_related(
        "person",
        "reviewer",
        "unit",
        "appointment",
        "period__agency",
        "period__campaign",
        "period__procedure",
        "scorecard__scheme",
        "final_decision",
    ).prefetch_related(
        Prefetch("scorecard__general_scores", GeneralScore.objects.order_by("id")),
        Prefetch("scorecard__lines", ScoreLine.objects.all()),
        Prefetch("scorecard__evidence", EvidenceFile.objects.order_by("id")),
    )


def stage_steps(evaluation: Evaluation, task: EvaluationTask | None) -> list[dict[str, Any]]:
    """The stage strip of one person: his own place on the way, not the period's clock."""
    order = [stage for stage in evaluation.period.procedure.parsed().stages if stage not in ("planned", "archived")]
    node = flows.node_name(task)
    if node is not None:
        here = order.index(TURNS[node])
    else:
        here = len(order) if evaluation.standing == Standing.PUBLISHED else len(order) - 1
    steps: list[dict[str, Any]] = [{"label": _("Work assigned"), "state": "done"}]
    for place, stage in enumerate(order):
        state = "done" if place < here else "current" if place == here else "next"
        steps.append({"label": Stage(stage).label, "state": state})
    return steps


def whose_turn(evaluation: Evaluation, task: EvaluationTask | None) -> str:
    """Where the form lies, in words."""
    node = flows.node_name(task)
    if node == flows.SELF_ASSESSMENT:
        return _("Self-assessment, round %(round)d") % {"round": evaluation.round}
    if node == flows.REVIEW:
        return _("With %(name)s for review") % {"name": task.owner.full_name if task and task.owner else ""}
    if node == flows.COUNCIL:
        return _("Waits for the council")
    if node == flows.HEAD_DECISION:
        return _("Waits for the head's decision")
    return str(evaluation.get_standing_display())


def heading(evaluation: Evaluation) -> dict[str, str]:
    """Eyebrow and subtitle of every page about this form."""
    return {
        "period": _("Evaluation period: %(period)s") % {"period": period_words(evaluation.period.campaign)},
        "who": " · ".join([evaluation.person.full_name, evaluation.title, evaluation.unit.name]),
        "local_rule": local_rule_name(evaluation.period, evaluation),
    }


def groups(evaluation: Evaluation, form: SelfAssessmentForm | None = None) -> list[dict[str, Any]]:
    """The criteria under their official names; `field` is None on pages where nothing is typed."""
    card = evaluation.scorecard
    points = {row.item_code: row.self_points for row in card.general_scores.all()}
    files = Counter(file.item_code for file in card.evidence.all())
    found = []
    for group in card.scheme.scheme.groups:
        rows = [
            {
                "number": number,
                "place": item.code,
                "anchor": f"row-{points_name(item.code)}",
                "item": item,
                "value": points.get(item.code),
                "field": form[points_name(item.code)] if form else None,
                "files": files[item.code],
            }
            for number, item in enumerate(group.items, start=1)
        ]
        scored = [value for item in group.items if (value := points.get(item.code)) is not None]
        found.append(
            {
                "group": group,
                "rows": rows,
                "subtotal": sum(scored, Decimal(0)) if scored else None,
                "missing": len(rows) - len(scored),
            }
        )
    return found


def months(evaluation: Evaluation, form: SelfAssessmentForm | None = None) -> list[dict[str, Any]]:
    """The product lines by month, those of no single month last."""
    files = Counter(file.line_id for file in evaluation.scorecard.evidence.all())
    found: dict[int | None, list[dict[str, Any]]] = {}
    for number, line in enumerate(evaluation.scorecard.lines.all(), start=1):
        returned = line.kind == LineKind.HANDED_BACK
        row = {
            "number": number,
            "place": str(line.uuid),
            "anchor": f"row-{line.uuid}",
            "line": line,
            "value": line.done,
            "ratio": _ratio(line),
            "field": form[f"done-{line.uuid}"] if form and not returned else None,
            "note": form[f"note-{line.uuid}"] if form else None,
            "files": files[line.pk],
            "evidenced": bool(files[line.pk] or line.note.strip()),
            "marks": _marks(line),
        }
        found.setdefault(line.month, []).append(row)
    return [
        {
            "month": month,
            "title": _("Month %(month)d") % {"month": month} if month else _("Work of the whole period"),
            "rows": rows,
        }
        for month, rows in found.items()
    ]


def _ratio(line: ScoreLine) -> Fraction | None:
    """Done over assigned for reading; extra work has no assigned quantity."""
    if line.done is None or not line.assigned:
        return None
    return Fraction(line.done) / Fraction(line.assigned)


def _marks(line: ScoreLine) -> list[str]:
    """What the competent person has entered about the line, in words."""
    marks = [] if line.kind == LineKind.PLANNED else [str(line.get_kind_display())]
    for words, count, waived in (
        (_("failed reviews: %(count)d"), line.failed_reviews, line.failed_reviews_waived),
        (_("delays: %(count)d"), line.delays, line.delays_waived),
    ):
        if count:
            text = words % {"count": count}
            of_them = _("waived: %(count)d") % {"count": waived}
            marks.append(f"{text} ({of_them})" if waived else text)
    return marks


def progress_of(evaluation: Evaluation, score: Score) -> dict[str, Any]:
    """What is entered, what is missing, and the first row that is; d, đ and e are not the person's to complete."""
    missing = [entry for entry in score.missing if entry.what in ("general", "done")]
    card = evaluation.scorecard
    asked = len(card.general_scores.all()) + sum(line.kind != LineKind.HANDED_BACK for line in card.lines.all())
    noted = {file.line_id for file in card.evidence.all()}
    bare = [line for line in card.lines.all() if line.done and not line.note.strip() and line.pk not in noted]
    first = ""
    if missing:
        entry = missing[0]
        first = f"row-{points_name(entry.subject) if entry.what == 'general' else entry.subject}"
    return {
        "missing": missing,
        "subtotal": score.subtotal if asked > len(missing) else None,
        "results_entered": any(line.done is not None for line in card.lines.all()),
        "asked": asked,
        "entered": asked - len(missing),
        "without_evidence": len(bare),
        "first": first,
        "ready": not missing and score.status != "insufficient_data",
    }


def chip(document: Document, person: Person) -> dict[str, Any]:
    """A document for `document_chip.html`; `slots` prefetched."""
    turn = next((slot for slot in document.slots.all() if slot.signed_at is None), None)
    mine = document.state == State.AWAITING_SIGNATURE and turn is not None and turn.expected_signer_id == person.pk
    words = str(document.get_state_display())
    if document.state == State.AWAITING_SIGNATURE and turn is not None:
        words = _("waits for your signature") if mine else _("waits for the next signature")
    tone = "waiting"
    if document.state == State.ARCHIVED:
        tone = "done"
    elif document.state == State.CANCELLED or document.last_error:
        tone = "problem"
    reason = document.cancel_reason or (str(document.get_last_error_display()) if document.last_error else "")
    return {
        "label": document.kind.title_vi,
        "uuid": document.uuid,
        "code": document.code,
        "number": document.number_text,
        "issued_on": document.issued_on,
        "tone": tone,
        "state_words": words,
        "pending_reason": reason,
        "download_url": reverse("document_file", args=[document.uuid]) if document.current_sha256 else "",
        "mine": mine,
    }
