"""What replaces or annuls a decision on results, and the notice that follows: the old document is only named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.models import Decision
from documents.models import Document
from organization.authority import Authority
from organization.models import Unit
from workflows.facts.decisions import LAW, issuer_title, notice, points_text
from workflows.facts.wording import authority_words, decimal_text, head_block, local_rule_name, person_words, signer
from workflows.models import Evaluation, EvaluationPeriod

_RIGHT = (
    "Các đơn vị thuộc cơ quan và các cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này. "
    "Quyết định có hiệu lực kể từ ngày ký."
)


@dataclass(frozen=True)
class Points:
    """Exact texts of the general points, the result points and their total."""

    general: str
    result: str
    total: str


@dataclass(frozen=True)
class Change:
    """One person's result before and after; `later` is the new decision, `notice` the old notice if there is one.

    `ground`: on what ground, as the papers print it.
    """

    evaluation: Evaluation
    earlier: Decision
    later: Decision
    before: Points
    after: Points
    title: str
    notice: Document | None
    ground: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """A row for each thing that changes, as the decision prints it; points compare exactly. [] when nothing."""
        evaluation = self.evaluation
        known_as = (self.notice.facts.get("person") or {}).get("name", "") if self.notice else ""
        compared = [
            ("Họ và tên", known_as or evaluation.person.full_name, evaluation.person.full_name),
            ("Chức vụ", evaluation.title, self.title),
            *self._points(),
            ("Mức xếp loại", self.earlier.class_code or None, self.later.class_code or None),
        ]
        return [
            {
                "name": evaluation.person.full_name,
                "position": self.title,
                "unit": evaluation.unit.name,
                "what": what,
                "from": old,
                "to": new,
                "reason": self.later.reason,
            }
            for what, old, new in compared
            if old != new
        ]

    def _points(self) -> list[tuple[str, str | None, str | None]]:
        """The total where it changes, else the parts whose sum it is."""
        total = ("Tổng điểm", self.before.total, self.after.total)
        parts = [
            ("Điểm tiêu chí chung", self.before.general, self.after.general),
            ("Điểm tiêu chí kết quả thực hiện nhiệm vụ", self.before.result, self.after.result),
        ]
        told = parts if _exact(self.before.total) == _exact(self.after.total) else [total]
        return [(what, *_apart(_exact(old), _exact(new))) for what, old, new in told]


def _exact(text: str) -> Fraction | None:
    return Fraction(text) if text else None


def _apart(old: Fraction | None, new: Fraction | None) -> tuple[str | None, str | None]:
    """Both as a paper prints them, with the decimals that it takes to tell them apart."""
    for places in (2, 4, 6, 9):
        told = decimal_text(old, places), decimal_text(new, places)
        if old == new or told[0] != told[1]:
            break
    return told


def named(document: Document) -> dict[str, str]:
    """A document as another one refers to it."""
    on = document.issued_on or timezone.localdate(document.requested_at)
    return {
        "title": document.kind.title_vi,
        "number": document.number_text,
        "on": on.isoformat(),
        "code": document.code,
    }


def in_words(document: Document) -> str:
    """ "Quyết định … số 15/QĐ-SNV ngày 20/10/2026 (mã văn bản CM-…)", without the number while there is none."""
    if not document.number_text or document.issued_on is None:
        return f"{document.kind.title_vi}, mã văn bản {document.code}"
    return (
        f"{document.kind.title_vi} số {document.number_text} ngày {document.issued_on:%d/%m/%Y} "
        f"(mã văn bản {document.code})"
    )


def replacing_decision(
    period: EvaluationPeriod,
    *,
    replaced: Document,
    changes: Sequence[Change],
    whole: bool,
    issuer: Unit,
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The facts of a decision that replaces results of an earlier one, old and new side by side (Art 21.3)."""
    on = timezone.localdate(at)
    head = head_block(period, title="Quyết định thay thế kết quả đánh giá, xếp loại chất lượng")
    return {
        **head,
        **_issued_by(issuer),
        "subject": f"Về việc thay thế kết quả đánh giá, xếp loại chất lượng {head['period_words']}",
        "issuer_title": issuer_title(issuer, under, on),
        "grounds": _grounds(period, replaced, changes, under),
        "proposer": _proposer(period),
        "replaced": named(replaced),
        "whole": whole,
        "changes": [row for change in changes for row in change.rows()],
        "articles": [
            "Thông báo kết quả đã gửi cho từng người có tên tại Điều 1 được thay thế bằng thông báo mới. Người được "
            "đánh giá có quyền kiến nghị theo Điều 22 Nghị định số 335/2025/NĐ-CP.",
            _RIGHT,
        ],
        **_closing(under, on),
    }


def annulment_decision(
    period: EvaluationPeriod,
    *,
    annulled: Document,
    changes: Sequence[Change],
    whole: bool,
    reason: str,
    issuer: Unit,
    under: Authority,
    at: datetime,
) -> dict[str, Any]:
    """The facts of a decision that takes results out of force; their notices are cancelled by reference."""
    on = timezone.localdate(at)
    head = head_block(period, title="Quyết định hủy bỏ kết quả đánh giá, xếp loại chất lượng")
    one = changes[0].evaluation if not whole and len(changes) == 1 else None
    notices = [change.notice.number_text or change.notice.code for change in changes if change.notice]
    return {
        **head,
        **_issued_by(issuer),
        "subject": f"Về việc hủy bỏ kết quả đánh giá, xếp loại chất lượng {head['period_words']}",
        "issuer_title": issuer_title(issuer, under, on),
        "grounds": _grounds(period, annulled, changes, under),
        "proposer": _proposer(period),
        "annulled": named(annulled),
        "person": person_words(one) if one else None,
        "people": [] if whole or one else [person_words(change.evaluation) for change in changes],
        "reason": reason,
        "consequence": (
            f"Kết quả đánh giá, xếp loại chất lượng {head['period_words']} của {len(changes):02d} người nêu trên "
            "không còn giá trị."
            if not whole
            else f"Kết quả đánh giá, xếp loại chất lượng {head['period_words']} của {len(changes):02d} người theo "
            "văn bản nêu trên không còn giá trị."
        ),
        "articles": [
            *([f"Hủy bỏ theo các thông báo kết quả số {', '.join(notices)}."] if notices else []),
            _RIGHT,
        ],
        **_closing(under, on),
    }


def replacing_notice(
    change: Change, *, issuer: Unit, decided: Document | None, under: Authority, at: datetime
) -> dict[str, Any]:
    """The facts of the notice of a replaced result: the new result, what it replaces, on what ground, why."""
    said = notice(change.evaluation, decision=change.later, under=under, at=at)
    reasons = [f"Căn cứ thay thế: {change.ground}."] if change.ground else []
    reasons.append(f"Lý do thay thế: {change.later.reason}")
    if change.notice is not None:
        reasons.insert(0, f"Thông báo này thay thế {in_words(change.notice)}.")
    return {
        **said,
        **_issued_by(issuer),
        "subject": f"{said['subject']} (thay thế)",
        "person": {**said["person"], "position": change.title},
        "decision": in_words(decided) if decided else "",
        "general_score": points_text(change.after.general or None),
        "result_score": points_text(change.after.result or None),
        "total_score": points_text(change.after.total or None),
        "reasons": reasons,
    }


def _issued_by(agency: Unit) -> dict[str, str]:
    """The head of the page: the agency in whose name it is decided."""
    parent = agency.parent.name if agency.parent else ""
    return {"parent_agency": parent, "agency": agency.name, "place": agency.place}


def _grounds(period: EvaluationPeriod, replaced: Document, changes: Sequence[Change], under: Authority) -> list[str]:
    grounds = [LAW]
    if local := local_rule_name(period):
        grounds.append(f"Bộ tiêu chí của địa phương: {local}")
    grounds.append(in_words(replaced))
    grounds += dict.fromkeys(change.ground for change in changes if change.ground)
    if under.is_delegated:
        grounds.append(authority_words(under))
    return grounds


def _proposer(period: EvaluationPeriod) -> str:
    return f"bộ phận tổ chức cán bộ của {period.agency.name}"


def _closing(under: Authority, on: date) -> dict[str, Any]:
    return {
        "signers": {"head": signer(under.actor, on, under)},
        "recipients": ["Người có tên tại Điều 1", "Cơ quan quản lý (để báo cáo)", "Lưu: VT, hồ sơ đánh giá"],
    }
