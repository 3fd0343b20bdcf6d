"""The notice inside the agency: who was given which class, in words and without scores (Art 21)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from documents.models import Document
from organization.authority import Authority
from workflows.facts.decisions import petition_words
from workflows.facts.replacements import in_words
from workflows.facts.wording import head_block, signer
from workflows.models import Evaluation, EvaluationPeriod

_POSTING = (
    "Thông báo này được công khai trong nội bộ cơ quan trên hệ thống, bằng mức xếp loại; điểm, nhận xét và hồ sơ "
    "của từng người do người đó và người có thẩm quyền giữ."
)


def public_notice(
    period: EvaluationPeriod,
    *,
    people: Sequence[Evaluation],
    decisions: Sequence[Document],
    earlier: Document | None,
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The facts of the public notice on these published results, and the earlier one whose place it takes."""
    on = timezone.localdate(at)
    head = head_block(period, title="Thông báo công khai kết quả xếp loại chất lượng")
    codes = [row.final_decision.class_code for row in people if row.final_decision]
    counted = Counter(codes)
    posting = f"{_POSTING} Thông báo này thay thế {in_words(earlier)}." if earlier else _POSTING
    return {
        **head,
        "subject": f"Công khai kết quả xếp loại chất lượng {head['period_words']}",
        "decision": "; ".join(in_words(document) for document in decisions),
        "people": [
            {
                "name": row.person.full_name,
                "position": row.title,
                "unit": row.unit.name,
                "class_code": row.final_decision.class_code if row.final_decision else "",
            }
            for row in people
        ],
        "summary": [{"class_code": code, "count": counted[code]} for code in CLASSES if counted[code]],
        "posting": posting,
        "petition": petition_words(people[0]),
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Các đơn vị thuộc cơ quan", "Lưu: VT, hồ sơ đánh giá"],
    }
