"""The results that go with a person to his new agency, each with the document that proves it (Art 19.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from documents.models import Document
from organization.authority import Authority
from organization.models import Person, Unit
from workflows.facts.replacements import in_words
from workflows.facts.wording import decimal_text, local_rule_name, period_words, signer
from workflows.models import Evaluation


@dataclass(frozen=True)
class HeldResult:
    """A published result with the exact total, and the notice that tells it."""

    evaluation: Evaluation
    total: str
    notice: Document | None


def results_transfer(
    *,
    agency: Unit,
    to: Unit,
    person: Person,
    results: Sequence[HeldResult],
    moved_on: date,
    moved_by: str,
    notes: Sequence[str],
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The facts of the transfer; `moved_by` is the decision on the move in words."""
    on = timezone.localdate(at)
    last = results[-1].evaluation
    local = dict.fromkeys(name for each in results if (name := local_rule_name(each.evaluation.period)))
    return {
        "title": "Phiếu chuyển kết quả theo dõi, đánh giá",
        "parent_agency": agency.parent.name if agency.parent else "",
        "agency": agency.name,
        "place": agency.place,
        "local_rule_name": "; ".join(local),
        "subject": f"Kết quả theo dõi, đánh giá của {person.full_name}",
        "to": to.name,
        "person": {"name": person.full_name, "position": last.title, "unit": last.unit.name},
        "moved": {"decision": moved_by, "on": moved_on.isoformat()},
        "periods": [_period(each) for each in results],
        "notes": list(notes),
        "attachments": [
            {
                "title": f"{each.notice.kind.title_vi}, {period_words(each.evaluation.period.campaign)}",
                "code": each.notice.code,
                "sha256": each.notice.current_sha256,
            }
            for each in results
            if each.notice
        ],
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": [to.name, "Ông/Bà có tên trên", "Lưu: VT, hồ sơ đánh giá"],
    }


def _period(held: HeldResult) -> dict[str, Any]:
    decided = held.evaluation.final_decision
    return {
        "period_words": period_words(held.evaluation.period.campaign),
        "score": decimal_text(Fraction(held.total)) if held.total else None,
        "class_code": decided.class_code if decided else "",
        "document": in_words(held.notice) if held.notice else "",
    }
