"""The decision on a list of organisations, and the notice to each of them (Decree 335/2025, Art 8, 9)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.classes import CLASSES
from documents.models import Document
from kpi.organisations import RESULT, Condition, Fit, OrganisationRules
from organization.authority import Authority
from workflows.facts.wording import authority_words, decimal_text, signer, title_in, title_of
from workflows.models import OrganisationList, OrganisationRating

LAW = (
    "Nghị định số 335/2025/NĐ-CP của Chính phủ quy định về đánh giá, xếp loại chất lượng đối với cơ quan hành chính "
    "nhà nước và công chức"
)
CONDITIONS: Mapping[str, str] = {
    "tasks_done": "Nhiệm vụ hoàn thành",
    "above_requirement": "Nhiệm vụ vượt yêu cầu",
    "late_at_most": "Nhiệm vụ chậm tiến độ",
    "no_subordinate_unmet": "Tổ chức trực thuộc không hoàn thành nhiệm vụ",
    "faults_fixed": "Khắc phục hạn chế, vi phạm của các năm trước",
}


@dataclass(frozen=True)
class Recognised:
    """One organisation as it is decided: its class, what its card came to, the reason where the two differ."""

    rating: OrganisationRating
    class_code: str
    fit: Fit
    reason: str
    card: Mapping[str, str]

    @property
    def total(self) -> Fraction:
        return self.fit.total or Fraction(0)


def _head(listed: OrganisationList, title: str) -> dict[str, Any]:
    agency = listed.agency
    local = listed.parsed if any(rule.standing == "local" for _path, rule in listed.parsed.rules()) else None
    return {
        "title": title,
        "parent_agency": agency.parent.name if agency.parent else "",
        "agency": agency.name,
        "place": agency.place,
        "practice": listed.practice,
        "local_rule_name": local.name if local else "",
        "verify_url": "",
        "period_words": f"năm {listed.year}",
    }


def organisation_decision(
    listed: OrganisationList,
    chosen: Sequence[Recognised],
    *,
    under: Authority,
    at: datetime,
    replaced: Document | None = None,
    whole: bool = False,
) -> dict[str, Any]:
    """The facts of the decision; with `replaced` it stands in the place of an earlier one for these organisations."""
    on, words, agency = timezone.localdate(at), f"năm {listed.year}", listed.agency.name
    counted = Counter(each.class_code for each in chosen)
    verb = "thay thế" if replaced else "công nhận"
    articles = [
        "Kết quả này được thông báo bằng văn bản đến từng cơ quan, tổ chức, đơn vị và là căn cứ xếp loại người đứng "
        "đầu: người đứng đầu không được xếp loại cao hơn tổ chức (khoản 6 Điều 20 Nghị định số 335/2025/NĐ-CP).",
        "Thủ trưởng các cơ quan, tổ chức, đơn vị có tên trong danh sách chịu trách nhiệm thi hành Quyết định này. "
        "Quyết định có hiệu lực kể từ ngày ký.",
    ]
    if replaced is None:
        articles.insert(
            0,
            f"Công nhận kết quả xếp loại chất lượng {words} đối với {len(chosen):02d} cơ quan, tổ chức, đơn vị (có "
            "danh sách kèm theo).",
        )
    return {
        **_head(listed, "Quyết định công nhận kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị"),
        "subject": f"Về việc {verb} kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị {words}",
        "issuer_title": title_in(agency, title_of(under.holder, on)).upper(),
        "grounds": _grounds(listed, under),
        "proposer": f"bộ phận tham mưu công tác tổ chức, cán bộ của {agency}",
        "replaced": _named(replaced) if replaced else None,
        "whole": whole,
        "articles": articles,
        "list_title": f"Cơ quan, tổ chức, đơn vị được {verb} kết quả xếp loại chất lượng {words}",
        "organisations": [
            {
                "name": each.rating.unit.name,
                "score": decimal_text(each.total),
                "class_code": each.class_code,
                "note": each.reason,
            }
            for each in chosen
        ],
        "summary": [{"class_code": code, "count": counted[code]} for code in CLASSES if counted[code]],
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Các cơ quan, tổ chức, đơn vị có tên trong danh sách", "Lưu: VT, hồ sơ đánh giá"],
    }


def _grounds(listed: OrganisationList, under: Authority) -> list[str]:
    grounds = [LAW]
    if listed.outstanding:
        grounds.append(f"{listed.outstanding} về thành tích nổi trội (tỷ lệ hoàn thành xuất sắc tối đa 25%)")
    if under.is_delegated:
        grounds.append(authority_words(under))
    return grounds


def _named(document: Document) -> dict[str, str]:
    return {
        "title": document.kind.title_vi,
        "number": document.number_text,
        "on": (document.issued_on or timezone.localdate(document.requested_at)).isoformat(),
        "code": document.code,
    }


def _named_in_words(document: Document) -> str:
    named = _named(document)
    number = f" số {named['number']}" if named["number"] else ""
    return f"Thông báo{number} ngày {date.fromisoformat(named['on']):%d/%m/%Y} (mã văn bản {named['code']})"


def organisation_notice(
    listed: OrganisationList,
    each: Recognised,
    *,
    decided: Document,
    under: Authority,
    at: datetime,
    replaced: Document | None = None,
) -> dict[str, Any]:
    """The facts of the notice to one organisation; `replaced`: the earlier notice whose place it takes."""
    on, rules, unit = timezone.localdate(at), listed.parsed, each.rating.unit
    instead = f", thay cho {_named_in_words(replaced)}" if replaced else ""
    return {
        **_head(listed, "Thông báo kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị"),
        "subject": f"Kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị năm {listed.year}",
        "organisation": unit.name,
        "decision": f"{decided.kind.title_vi} năm {listed.year} (mã văn bản {decided.code}){instead}",
        "rows": _rows(each.card, rules),
        "total_score": decimal_text(each.total),
        "tests": [_test(test) for test in each.fit.tests],
        "class_code": each.class_code,
        "reasons": [each.reason] if each.reason else [],
        "comment": each.rating.comment,
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": [unit.name, "Lưu: VT, hồ sơ đánh giá"],
    }


def _rows(card: Mapping[str, str], rules: OrganisationRules) -> list[dict[str, str | None]]:
    rows = [(item.name, item.maximum, item.code) for item in rules.items]
    rows.append(("Kết quả thực hiện nhiệm vụ", rules.result_points.value, RESULT))
    return [
        {
            "name": name,
            "maximum": decimal_text(maximum),
            "score": decimal_text(Fraction(card[code])) if card.get(code) else None,
        }
        for name, maximum, code in rows
    ]


def _test(test: Condition) -> dict[str, Any]:
    """A condition in words: shares as percentages, the rest as they are."""
    what = CONDITIONS[test.condition]
    if test.condition == "faults_fixed":
        found, needed = ("đã khắc phục hoặc không có" if test.met else "chưa khắc phục"), "đã khắc phục"
    elif test.condition == "no_subordinate_unmet":
        found, needed = (f"{test.found} tổ chức" if test.found else "không có"), "không có"
    else:
        sign = "tối đa" if test.condition == "late_at_most" else "từ"
        found, needed = _percent(test.found), f"{sign} {_percent(test.rule.value)}"
    return {"what": what, "found": found, "needed": needed, "met": test.met}


def _percent(share: Fraction) -> str:
    return f"{decimal_text(share * 100)}%".replace(".", ",")
