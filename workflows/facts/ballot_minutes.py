"""Minutes of the ballot count of a session, from the votes that its minutes tell."""

from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from approvals.minutes import minutes_facts
from approvals.models import CouncilSession
from workflows.facts.wording import head_block, period_words, signer
from workflows.models import EvaluationPeriod

_MAJORITY = {
    "chair": "quá nửa số phiếu có chọn mức; ngang phiếu thì theo phía người chủ tọa",
    "lower": "quá nửa số phiếu có chọn mức; ngang phiếu thì lấy mức thấp hơn",
    "none": "quá nửa số phiếu có chọn mức; ngang phiếu thì biểu quyết lại",
}


def votes_were_held(session: CouncilSession) -> bool:
    """Whether any case of the session was put to the vote."""
    return session.items.filter(ballot_round__gt=0).exists()


def ballot_minutes(period: EvaluationPeriod, session: CouncilSession) -> dict[str, Any]:
    """The facts of the count: the last counted round of each case that was voted on."""
    said = minutes_facts(session)
    voted = [(case, votes[-1]) for case in said["cases"] if (votes := _counted(case))]
    words, on = period_words(period.campaign), timezone.localdate(session.adopted_at)
    cast = sum(vote["cast"] + vote["abstained"] for _case, vote in voted)
    secret = any(vote.get("secret", False) for _case, vote in voted)
    return {
        **head_block(period, title="Biên bản kiểm phiếu"),
        "session": str(session.uuid),
        "subject": f"Kiểm phiếu đề nghị xếp loại chất lượng {words}",
        "meeting": f"phiên họp của {said['council']['name']} ngày {on:%d/%m/%Y}",
        "started_at": said["began_at"],
        "finished_at": said["ended_at"] or said["adopted_at"],
        "venue": said["place"],
        "secret": secret,
        "entitled": said["quorum"]["members"],
        "present": said["quorum"]["present"],
        "rule": said["quorum"]["basis"],
        "tellers": [
            {
                "name": said["secretary"]["name"],
                "position": said["secretary"]["title"],
                "role": "Trưởng ban (Thư ký)",
            },
            {"name": said["chair"]["name"], "position": said["chair"]["title"], "role": "Thành viên (Chủ tọa)"},
        ],
        "issued": cast,
        "collected": cast,
        "valid": cast,
        "invalid": 0,
        "options": list(CLASSES),
        "cases": [_case(case, vote) for case, vote in voted],
        "majority": _MAJORITY[session.council.tie_rule],
        "sealing": (
            "Phiếu kín được tách khỏi người bỏ phiếu khi kiểm; chỉ số phiếu của từng mức được lưu lại."
            if secret
            else "Lựa chọn của từng người được ghi nhận công khai trên hệ thống và lưu cùng hồ sơ phiên họp."
        ),
        "signers": {
            "teller_head": {**signer(session.secretary, on), "authority": "", "title": "TRƯỞNG BAN KIỂM PHIẾU"},
            "teller_2": {**signer(session.chair, on), "authority": "", "title": "THÀNH VIÊN"},
        },
        "recipients": ["Hội đồng đánh giá, xếp loại chất lượng", "Lưu: VT, hồ sơ đánh giá"],
    }


def _counted(case: dict[str, Any]) -> list[dict[str, Any]]:
    return [vote for vote in case["votes"] if not vote.get("void", False)]


def _case(case: dict[str, Any], vote: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": case["name"],
        "unit": case["unit_name"],
        "counts": [vote["counts"][code] for code in CLASSES],
        "blank": vote["abstained"],
        "agreed": vote["winner"] or "",
        "recused": ", ".join(recusal["name"] for recusal in case["recusals"]),
    }
