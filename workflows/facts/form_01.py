"""Form 01: the self-assessment as the decree prints it, with the product lines as annex."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from kpi.scoring import Score
from organization.models import Person
from workflows.facts.wording import decimal_text, head_block, person_words, signer
from workflows.models import Evaluation


def form_01(evaluation: Evaluation, score: Score, at: datetime) -> dict[str, Any]:
    """The facts of the person's form at the moment he hands it in."""
    on = timezone.localdate(at)
    scheme = evaluation.scorecard.scheme.scheme
    points = {row.item_code: row.self_points for row in evaluation.scorecard.general_scores.all()}
    return {
        **head_block(evaluation.period, title="Phiếu theo dõi, đánh giá công chức", evaluation=evaluation),
        "person": person_words(evaluation),
        "criteria": [
            {
                "group": group.code,
                "name": group.name,
                "max": decimal_text(group.maximum),
                "lines": [
                    {
                        "number": number,
                        "name": item.name,
                        "max": decimal_text(item.maximum),
                        "score": decimal_text(points[item.code]),
                    }
                    for number, item in enumerate(group.items, start=1)
                ],
            }
            for group in scheme.groups
        ],
        "criteria_max": decimal_text(scheme.general_points.value),
        "general_score": decimal_text(score.general_points),
        "result_score": decimal_text(score.result_points),
        "total_score": decimal_text(score.total),
        "strengths": evaluation.strengths,
        "weaknesses": evaluation.limitations,
        "products": [
            {
                "code": line.code,
                "name": line.task,
                "assigned": decimal_text(line.assigned),
                "factor": f"{line.k.normalize():f}",
                "done": decimal_text(line.done),
                "quality_faults": line.failed_reviews,
                "delays": line.delays,
                "note": line.note,
            }
            for line in evaluation.scorecard.lines.all()
        ],
        "adjustments": [],
        "round": evaluation.round,
        "signed_on": on.isoformat(),
        "signers": {
            "person": signer(evaluation.person, on),
        },
    }


def form_01_countersignature(*, comment: str, by: Person, evaluation: Evaluation, at: datetime) -> dict[str, str]:
    """What the scorer fills into the right-hand field of the form when he countersigns it."""
    on = timezone.localdate(at)
    day = f"{on.day:02d}"
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return {
        "reviewer_name": by.full_name,
        "reviewer_comment": comment or "Nhất trí với kết quả tự đánh giá.",
        "reviewed_on": f"{evaluation.period.agency.place}, ngày {day} tháng {month} năm {on.year}",
    }
