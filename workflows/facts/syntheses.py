"""The synthesis table: everybody's score and classes side by side, for the council and the head."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from kpi.quota import CeilingCheck
from kpi.wording import cited
from organization.models import Person
from workflows.facts.wording import (
    decimal_text,
    head_block,
    kept_result,
    outstanding_words,
    signer,
    title_in,
    title_of,
    unranked,
)
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, Stage

_READING = "Mức Hoàn thành xuất sắc nhiệm vụ không quá {share}% ({basis}); toàn cơ quan tối đa {most} người."


def synthesis_table(
    period: EvaluationPeriod,
    *,
    reviews: Sequence[tuple[Evaluation, EvaluationStep]],
    proposed: Mapping[int, str],
    ceiling: CeilingCheck | None,
    preparer: Person,
    head: Person,
    at: datetime,
) -> dict[str, Any]:
    """The facts of the table; `proposed`: evaluation id → the council's class where it has spoken already."""
    on = timezone.localdate(at)
    block = head_block(period, title="Bảng tổng hợp kết quả đánh giá, đề xuất xếp loại chất lượng")
    people = [_row(evaluation, review, proposed.get(evaluation.pk, "")) for evaluation, review in reviews]
    counted = Counter(row["proposed"] for row in people)
    return {
        **block,
        "subject": f"Tổng hợp kết quả đánh giá, đề xuất xếp loại chất lượng {block['period_words']}",
        "to": title_in(period.agency.name, title_of(head, on)),
        "people": people,
        "summary": [{"class_code": code, "count": counted[code]} for code in CLASSES if counted[code]],
        "ceiling": _ceiling(ceiling, outstanding_words(period)),
        "remarks": [
            "Điểm là điểm sau khi cấp có thẩm quyền theo dõi, đánh giá phê duyệt; mức đề xuất là mức theo điểm"
            + (", hoặc mức Hội đồng đề nghị nếu có." if any(proposed.values()) else ".")
        ],
        "signers": {
            "preparer": {**signer(preparer, on), "title": "NGƯỜI LẬP BẢNG"},
            "head": signer(head, on),
        },
        "recipients": ["Hội đồng đánh giá, xếp loại chất lượng", "Lưu: VT, hồ sơ đánh giá"],
    }


def _row(evaluation: Evaluation, review: EvaluationStep, council: str) -> dict[str, Any]:
    decision = review.decision
    handed_in = evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, round=evaluation.round).latest("id")
    return {
        "name": evaluation.person.full_name,
        "position": evaluation.title,
        "unit": evaluation.unit.name,
        "group": evaluation.duty_group,
        "score": decimal_text(Fraction(decision.score_total)) if decision.score_total else None,
        "self_class": evaluation.self_class or kept_result(handed_in).get("class_code") or "",
        "reviewer_class": decision.class_code or unranked(evaluation),
        "council_class": council,
        "party_opinion": "",
        "proposed": council or decision.class_code or unranked(evaluation),
        "note": decision.reason,
    }


def _ceiling(check: CeilingCheck | None, outstanding: str) -> str:
    if check is None:
        return ""
    words = _READING.format(
        share=decimal_text(check.share * 100), basis=cited(check.basis), most=check.agency.allowed
    )
    return f"{words} Tỷ lệ này áp dụng theo {outstanding}." if outstanding else words
