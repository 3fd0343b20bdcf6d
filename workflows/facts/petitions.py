"""Receipt and answer of a petition, as the papers say it (Decree 335/2025, Art 22)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.models import Outcome, Petition
from organization.authority import Authority
from organization.models import Person
from workflows.facts.wording import head_block, local_iso, period_words, person_words, signer, title_of
from workflows.models import Evaluation

_WAYS = {"system": "trên hệ thống", "hand": "trực tiếp", "post": "qua đường bưu chính"}


def petition_receipt(
    petition: Petition,
    evaluation: Evaluation,
    *,
    receiver: Person | None,
    answerer: str,
    attachments: Sequence[str],
    at: datetime,
) -> dict[str, Any]:
    """The receipt: from this moment the term of the answer runs."""
    on = timezone.localdate(at)
    named = {"name": receiver.full_name, "position": title_of(receiver, on)} if receiver else _UNNAMED
    return {
        **head_block(evaluation.period, title="Giấy biên nhận kiến nghị", evaluation=evaluation),
        "petitioner": person_words(evaluation),
        "received_at": local_iso(petition.received_at),
        "way": _WAYS[petition.way],
        "about": about(petition, evaluation),
        "request": petition.request,
        "attachments": list(attachments),
        "answered_by": answerer,
        "term": petition.term,
        "due_on": petition.due_on.isoformat(),
        "receiver": named,
        "signed_on": on.isoformat(),
        "signers": {"receiver": signer(receiver, on) if receiver else {"authority": "", "title": "", "name": ""}},
        "recipients": ["Người kiến nghị", "Lưu: hồ sơ kiến nghị"],
    }


_UNNAMED = {"name": "người được phân công nhận kiến nghị", "position": "cán bộ tổ chức"}


def petition_answer(
    petition: Petition,
    evaluation: Evaluation,
    *,
    receipt_code: str,
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The written answer with its reasons; an accepted petition is followed by a new decision (Art 21.3)."""
    on = timezone.localdate(at)
    words = period_words(evaluation.period.campaign)
    follow_up = "" if petition.outcome == Outcome.REJECTED else _follow_up(petition)
    return {
        **head_block(evaluation.period, title="Thông báo kết quả giải quyết kiến nghị", evaluation=evaluation),
        "subject": f"Kết quả giải quyết kiến nghị về đánh giá, xếp loại chất lượng {words}",
        "person": person_words(evaluation),
        "petition": {
            "received_on": timezone.localdate(petition.received_at).isoformat(),
            "code": receipt_code,
            "about": about(petition, evaluation),
            "request": petition.request,
        },
        "findings": [line.strip() for line in petition.findings.splitlines() if line.strip()],
        "outcome": petition.outcome,
        "answer": petition.answer,
        "follow_up": follow_up,
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Ông/Bà có tên trên", "Lưu: VT, hồ sơ kiến nghị"],
    }


def about(petition: Petition, evaluation: Evaluation) -> str:
    """The result petitioned against, in words."""
    what = "điểm theo dõi, đánh giá" if petition.target == Petition.Target.SCORE else "mức xếp loại chất lượng"
    return f"{what} {period_words(evaluation.period.campaign)}"


def _follow_up(petition: Petition) -> str:
    what = "điểm" if petition.target == Petition.Target.SCORE else "mức xếp loại"
    return (
        f"Kết quả về {what} được xem xét, quyết định lại bằng văn bản thay thế theo Điều 21 Nghị định số "
        "335/2025/NĐ-CP; văn bản thay thế được gửi đến Ông/Bà ngay khi ban hành."
    )
