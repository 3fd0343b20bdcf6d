"""Minutes of a council session, from what the session's rows say."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.minutes import minutes_facts
from approvals.models import CouncilSession
from approvals.roster import Roster
from organization.models import Person
from workflows.facts.wording import decimal_text, head_block, outstanding_words, period_words, signer
from workflows.models import EvaluationPeriod, EvaluationStep

_ROLES = {
    "chair": "Chủ tịch",
    "deputy": "Phó Chủ tịch",
    "secretary": "Thư ký",
    "member": "Thành viên",
    "alternate": "Thành viên dự khuyết",
}
_TITLES = {"secretary": "THƯ KÝ", "chair": "CHỦ TỌA"}
READINGS = {
    "of good": "tính trên số được xếp loại Hoàn thành tốt (cách hiểu theo câu chữ khoản 5 Điều 20)",
    "of good or better": "tính trên số được xếp loại từ Hoàn thành tốt trở lên",
}


def council_minutes(
    period: EvaluationPeriod,
    session: CouncilSession,
    *,
    not_ranked: Sequence[Mapping[str, str]] = (),
    lawful: str = "",
) -> dict[str, Any]:
    """The facts of the adopted minutes. `not_ranked`: {evaluation, name, unit, reason} of people without a class;
    `lawful`: whether this is the legal meeting, in words."""
    said = minutes_facts(session)
    words = period_words(period.campaign)
    on = timezone.localdate(session.adopted_at)
    council = said["council"]
    signing = minutes_signers(session)
    grounds = _grounds(session) if period.procedure.parsed().is_annual else {}
    return {
        **head_block(period, title="Biên bản họp Hội đồng"),
        "session": str(session.uuid),
        "subject": f"Họp Hội đồng xem xét, đề nghị xếp loại chất lượng {words}",
        "roster_decision": (
            f"Quyết định số {council['decision_number']} ngày {_day(council['decision_on'])} của {council['agency']}"
        ),
        "started_at": said["began_at"],
        "finished_at": said["ended_at"] or said["adopted_at"],
        "venue": said["place"],
        "present": [{"name": m["name"], "position": _position(m), "role": _seat(m)} for m in said["present"]]
        + [
            {"name": m["name"], "position": m["title"], "role": "Đại diện cấp ủy" if m["party"] else "Dự họp"}
            for m in said["attendees"]
            if m["present"]
        ],
        "absent": [
            {"name": m["name"], "position": m["title"], "reason": m["reason"]}
            for m in [*said["absent"], *(each for each in said["attendees"] if not each["present"])]
        ],
        "sittings": _sittings(said),
        "chair": {"name": said["chair"]["name"], "position": said["chair"]["title"]},
        "secretary": {"name": said["secretary"]["name"], "position": said["secretary"]["title"]},
        "quorum": {
            "members": said["quorum"]["members"],
            "required": said["quorum"]["needed"],
            "present": said["quorum"]["present"],
            "met": said["quorum"]["present"] >= said["quorum"]["needed"],
            "rule": said["quorum"]["basis"],
        },
        "agenda": [
            "Thông báo kết quả theo dõi, đánh giá của các đơn vị",
            "Xem xét từng trường hợp; biểu quyết các trường hợp còn ý kiến khác nhau",
            "Kiểm tra tỷ lệ tối đa của mức Hoàn thành xuất sắc nhiệm vụ trên toàn danh sách",
        ],
        "cases": [_case(case, said["chair"]) | {"grounds": grounds.get(case["order"], "")} for case in said["cases"]],
        "not_ranked": list(not_ranked),
        "ceiling": _ceiling(said["ceiling"], said["choice_reason"], outstanding_words(period)),
        "meets_law": lawful
        or (
            "Phiên họp này chuẩn bị đề nghị để người đứng đầu có thẩm quyền quyết định; không thay thế cuộc họp "
            "theo Điều 21 Nghị định số 335/2025/NĐ-CP."
        ),
        "conclusion": said["conclusion"],
        "adopted": {"at": said["adopted_at"], "for": said["quorum"]["present"], "against": 0},
        "signers": {role: _officer(person, _TITLES.get(role, "THÀNH VIÊN"), on) for role, person in signing},
        "recipients": ["Người đứng đầu cơ quan (để quyết định)", "Thành viên Hội đồng", "Lưu: VT, hồ sơ đánh giá"],
    }


def minutes_signers(session: CouncilSession) -> list[tuple[str, Person]]:
    """Who signs the minutes, in order: the secretary; members present where the council's rules ask; the chair."""
    members: list[tuple[str, Person]] = []
    if session.council.members_sign:
        officers = (session.secretary_id, session.chair_id)
        present = [m.person for m in Roster.of(session).seated if m.person_id not in officers]
        members = [(f"member_{place}", person) for place, person in enumerate(present, start=1)]
    return [("secretary", session.secretary), *members, ("chair", session.chair)]


def _grounds(session: CouncilSession) -> dict[int, str]:
    """Place on the agenda → why the class is not that of the score, as the confirmed year says."""
    rows = EvaluationStep.objects.filter(
        evaluation__council_cases__item__session=session, decision__kind="review_approved"
    ).order_by("pk")
    said = rows.values_list("evaluation__council_cases__item__order", "decision__reason")
    return dict(said)


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"


def _position(member: dict[str, str]) -> str:
    if member["standing_in_for"]:
        return f"{member['title']} (dự thay {member['standing_in_for']})"
    return member["title"]


def _seat(member: dict[str, Any]) -> str:
    return f"{_ROLES[member['role']]}, đại diện cấp ủy" if member["party"] else _ROLES[member["role"]]


def _officer(person, role: str, on) -> dict[str, str]:
    return {**signer(person, on), "authority": "", "title": role}


def _case(case: dict[str, Any], chair: dict[str, str]) -> dict[str, Any]:
    """One case as the minutes tell it; `presided_by` only where somebody else than the session's chair presided."""
    handed = case["presided_by"] if case["presided_by"] != chair else None
    return {
        "presided_by": {"name": handed["name"], "position": handed["title"]} if handed else None,
        "name": case["name"],
        "unit": case["unit_name"],
        "score": decimal_text(Fraction(case["score_total"])),
        "proposed": case["score_class"],
        "result": case["proposed_class"],
        "changed_reason": case["reason"],
        "votes": _votes(case),
        "recused": [{"name": r["name"], "reason": _recusal(r)} for r in case["recusals"]],
        "opinions": [{"name": o["by"], "text": o["text"], "written": o["written"]} for o in case["opinions"]],
    }


def _recusal(recusal: dict[str, str]) -> str:
    if recusal["stand_in"]:
        return f"{recusal['reason']} ({recusal['stand_in']} dự thay)"
    return recusal["reason"]


def _votes(case: dict[str, Any]) -> dict[str, Any] | None:
    counted = [vote for vote in case["votes"] if not vote["void"]]
    if not counted:
        return None
    last = counted[-1]
    agreed = last["counts"][case["proposed_class"]]
    return {
        "method": "bỏ phiếu kín" if last["secret"] else "biểu quyết công khai",
        "for": agreed,
        "against": last["cast"] - agreed,
        "abstain": last["abstained"],
    }


def _sittings(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The sittings before the last, each with the place where the meeting went on after it."""
    places = [row["place"] for row in said["sittings"]] + [said["place_of_last_sitting"]]
    return [_sitting(row) | {"resumed_venue": places[number]} for number, row in enumerate(said["sittings"], start=1)]


def _sitting(sitting: dict[str, Any]) -> dict[str, Any]:
    """A sitting before the last, as the minutes tell it; `resumed_at` is there, since the session went on."""
    return {
        "from": sitting["from"],
        "to": sitting["to"],
        "venue": sitting["place"],
        "resumed_at": sitting["resumed_at"],
        "present": [_there(m) for m in sitting["present"]],
        "absent": [f"{m['name']} ({m['reason']})" for m in sitting["absent"]],
    }


def _there(member: dict[str, Any]) -> str:
    """Who was at an earlier sitting; one kept by an older release does not say who stood for the Party committee."""
    party = " (đại diện cấp ủy)" if member.get("party") else ""
    return f"{member['name']}, {_position(member)}{party}"


def _ceiling(checked: dict[str, Any], choice_reason: str, outstanding: str) -> dict[str, Any]:
    if not checked:
        return {"statement": "Kỳ này không áp dụng tỷ lệ tối đa.", "groups": []}
    share = decimal_text(Fraction(checked["share"]) * 100)
    agency = checked["agency"]
    statement = (
        f"Mức Hoàn thành xuất sắc nhiệm vụ không quá {share}%, {READINGS[checked['reading']]} ({checked['basis']}). "
        f"Toàn cơ quan: {agency['used']} người, tối đa {agency['allowed']} người."
    )
    if outstanding:
        statement += f" Tỷ lệ này áp dụng theo {outstanding}."
    if choice_reason:
        statement += f" Lý do lựa chọn giữa những người ngang nhau: {choice_reason}"
    return {
        "statement": statement,
        "groups": [
            {
                "name": group["group"],
                "base": group["good_or_better"],
                "ceiling": group["allowed"],
                "chosen": group["used"],
            }
            for group in checked["groups"]
        ],
    }
