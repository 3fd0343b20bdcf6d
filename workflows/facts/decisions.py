"""The head's decision with its list, and the personal notice."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from approvals.models import Decision
from organization.authority import Authority
from organization.models import Unit
from workflows.facts.wording import (
    approved_step,
    authority_words,
    decimal_text,
    head_block,
    kept_result,
    local_rule_name,
    outstanding_words,
    person_words,
    signer,
    title_in,
    title_of,
    unranked,
)
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep

LAW = "Nghị định số 335/2025/NĐ-CP của Chính phủ về đánh giá, xếp loại chất lượng công chức"


def decision(
    period: EvaluationPeriod,
    *,
    steps: Sequence[EvaluationStep],
    decisions: Sequence[Decision],
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The facts of the decision on the whole list."""
    on = timezone.localdate(at)
    head = head_block(period, title="Quyết định công nhận kết quả đánh giá, xếp loại chất lượng")
    words, agency = head["period_words"], period.agency.name
    by_person = {decided.person_id: decided for decided in decisions}
    counted = Counter(decided.class_code for decided in decisions)
    return {
        **head,
        "subject": f"Về việc công nhận kết quả đánh giá, xếp loại chất lượng {words}",
        "issuer_title": issuer_title(period.agency, under, on),
        "grounds": _grounds(period, steps, under),
        "proposer": f"Hội đồng đánh giá, xếp loại chất lượng của {agency}",
        "articles": [
            f"Công nhận kết quả đánh giá, xếp loại chất lượng {words} đối với {len(decisions)} người thuộc {agency} "
            "(có danh sách kèm theo).",
            "Kết quả này được thông báo bằng văn bản đến từng người, công khai mức xếp loại trong cơ quan và lưu "
            "hồ sơ theo quy định. Người được đánh giá có quyền kiến nghị theo Điều 22 Nghị định số 335/2025/NĐ-CP.",
            "Các đơn vị thuộc cơ quan và các cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này. "
            "Quyết định có hiệu lực kể từ ngày ký.",
        ],
        "list_title": f"Người được công nhận kết quả đánh giá, xếp loại chất lượng {words}",
        "people": [_row(step.evaluation, by_person[step.evaluation.person_id], step) for step in steps],
        "summary": [
            {"class_code": code or unranked(steps[0].evaluation), "count": counted[code]}
            for code in (*CLASSES, "")
            if counted[code]
        ],
        "wide_notes": period.procedure.parsed().is_annual,
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Như Điều 3", "Cơ quan quản lý (để báo cáo)", "Lưu: VT, hồ sơ đánh giá"],
    }


def issuer_title(agency: Unit, under: Authority, on: date) -> str:
    """Who decides, in capitals: "GIÁM ĐỐC SỞ NỘI VỤ"."""
    return title_in(agency.name, title_of(under.holder, on)).upper()


def _grounds(period: EvaluationPeriod, steps: Sequence[EvaluationStep], under: Authority) -> list[str]:
    grounds = [LAW]
    local = local_rule_name(period)
    if local:
        grounds.append(f"Bộ tiêu chí của địa phương: {local}")
    if outstanding := outstanding_words(period):
        grounds.append(f"{outstanding}, về tỷ lệ tối đa theo điểm b khoản 5 Điều 20 của Nghị định này")
    minutes = dict.fromkeys(step.document.code for step in steps if step.document)
    grounds += [f"Biên bản họp Hội đồng, mã văn bản {code}" for code in minutes]
    if under.is_delegated:
        grounds.append(authority_words(under))
    return grounds


def _row(evaluation: Evaluation, decided: Decision, step: EvaluationStep) -> dict[str, str]:
    changed = decided.class_code != step.decision.class_code
    notes = ["Khác đề nghị của Hội đồng"] if changed else []
    if changed and not decided.class_code:
        notes += [decided.reason]
    elif evaluation.period.procedure.parsed().is_annual:
        notes += [approved_step(evaluation).decision.reason]
    return {
        "name": evaluation.person.full_name,
        "position": evaluation.title,
        "unit": evaluation.unit.name,
        "score": (decimal_text(Fraction(decided.score_total)) or "") if decided.score_total else "",
        "class_code": decided.class_code or unranked(evaluation),
        "note": "; ".join(filter(None, notes)),
    }


def notice(evaluation: Evaluation, *, decision: Decision, under: Authority, at: datetime) -> dict[str, Any]:
    """The facts of the personal notice. A tracking period tells a score and no class."""
    on = timezone.localdate(at)
    head = head_block(evaluation.period, title="Thông báo kết quả đánh giá", evaluation=evaluation)
    words = head["period_words"]
    review = approved_step(evaluation)
    result = kept_result(review)
    ranked, annual = bool(decision.class_code), evaluation.period.procedure.parsed().is_annual
    reasons = [decision.reason] if ranked and decision.class_code != decision.score_class else []
    if annual and not ranked:
        reasons += [f"Không xếp loại: {decision.reason}"]
    elif annual and review.decision.reason:
        reasons += [review.decision.reason]
    what = "đánh giá, xếp loại chất lượng" if ranked else "theo dõi, đánh giá"
    return {
        **head,
        "subject": f"Kết quả {what} {words}",
        "person": person_words(evaluation),
        "decision": "",
        "general_score": points_text(result["general_points"]),
        "result_score": points_text(result["result_points"]),
        "total_score": points_text(result["total"]),
        "class_code": decision.class_code,
        "annual": annual,
        "reasons": reasons,
        "strengths": evaluation.strengths,
        "weaknesses": evaluation.limitations,
        "petition": petition_words(evaluation),
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Ông/Bà có tên trên", "Lưu: VT, hồ sơ đánh giá"],
    }


def points_text(text: str | None) -> str | None:
    """Exact points as the page prints them, None for "not scored"."""
    return None if text is None else decimal_text(Fraction(text))


def petition_words(evaluation: Evaluation) -> str:
    """The right to petition in words (Art 22; public employees: Decree 233/2026)."""
    if evaluation.appointment.subject_group == "vien_chuc":
        return (
            "Ông/Bà có quyền kiến nghị trong 05 ngày kể từ ngày công khai kết quả; người có thẩm quyền giải quyết "
            "trong 10 ngày làm việc (Nghị định số 233/2026/NĐ-CP)."
        )
    return (
        "Ông/Bà có quyền kiến nghị về kết quả này bằng văn bản hoặc trên hệ thống; người có thẩm quyền "
        "đánh giá, xếp loại trả lời trong 07 ngày làm việc kể từ ngày nhận được kiến nghị "
        "(Điều 22 Nghị định số 335/2025/NĐ-CP)."
    )
