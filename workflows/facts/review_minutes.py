"""Minutes of one person's review: the adjustments with reasons, the comment, the score, the form by its hash."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.models import Decision
from documents.models import Document
from kpi.scoring import Score
from organization.authority import Authority
from workflows.facts.wording import (
    adjustment_rows,
    authority_words,
    decimal_text,
    head_block,
    kept_result,
    local_iso,
    person_words,
    signer,
    title_of,
)
from workflows.models import Evaluation, Stage


def review_minutes(
    evaluation: Evaluation, *, score: Score, form: Document, decision: Decision, under: Authority, at: datetime
) -> dict[str, Any]:
    """The facts of an approved review."""
    on = timezone.localdate(at)
    handed_in = evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, round=evaluation.round).latest("id")
    before = kept_result(handed_in)
    adjustments, waivers = adjustment_rows(evaluation, handed_in.at)
    signed = form.slots.get(role="person")
    head = head_block(evaluation.period, title="Biên bản xem xét, đánh giá", evaluation=evaluation)
    return {
        **head,
        "subject": f"Xem xét, đánh giá kết quả {head['period_words']} đối với cá nhân",
        "started_at": local_iso(at),
        "finished_at": local_iso(at),
        "person": person_words(evaluation),
        "reviewer": {"name": decision.by.full_name, "position": title_of(decision.by, on)},
        "authority_note": authority_words(under),
        "form": {
            "code": form.code,
            "sha256": form.current_sha256,
            "signed_on": timezone.localdate(signed.signed_at).isoformat(),
        },
        "self_general": _points(before["general_points"]),
        "self_result": _points(before["result_points"]),
        "self_total": _points(before["total"]),
        "general_score": decimal_text(score.general_points),
        "result_score": decimal_text(score.result_points),
        "total_score": decimal_text(score.total),
        "adjustments": adjustments,
        "waivers": waivers,
        "comment": decision.comment or "Nhất trí với kết quả tự đánh giá.",
        "class_code": decision.class_code,
        "exact_total": decision.score_total,
        "round": evaluation.round,
        "signed_on": on.isoformat(),
        "signers": {"reviewer": signer(decision.by, on, under)},
        "recipients": ["Người được đánh giá", "Lưu: hồ sơ đánh giá"],
    }


def _points(text: str | None) -> str | None:
    return None if text is None else decimal_text(Fraction(text))
