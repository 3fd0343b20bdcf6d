"""Results as the national database gets them: frozen in the outbox, written into one JSON file a batch.

The format is ours, because the national one is not public: docs/national-results.md, with its JSON Schema.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.utils import timezone

from approvals.models import Decision
from documents.models import Document
from organization.models import Unit
from organization.spreadsheets.writing import Table, write_workbook
from workflows.facts.wording import decimal_text
from workflows.models import Evaluation, NationalBatch, NationalItem

FORMAT, VERSION = "cong-minh.national-results", 1


def national_result(
    evaluation: Evaluation, *, decision: Decision, document: Document | None, published_on: date
) -> dict[str, Any]:
    """The frozen result. Who the person is, is read when a file is made: a wrong personnel code can be mended."""
    campaign, scheme = evaluation.period.campaign, evaluation.scorecard.scheme
    total = decision.score_total
    return {
        "period": {
            "kind": campaign.kind,
            "from": campaign.starts_on.isoformat(),
            "to": (campaign.ends_on - timedelta(days=1)).isoformat(),
        },
        "agency": _unit(evaluation.period.agency),
        "unit": _unit(evaluation.unit),
        "title": evaluation.title,
        "subject_group": evaluation.appointment.subject_group,
        "leader": evaluation.is_leader,
        "score": {"exact": total, "rounded": decimal_text(Fraction(total))} if total else None,
        "class": decision.class_code or None,
        "class_is_local": scheme.is_local if decision.class_code else None,
        "rule_set": {"code": scheme.code, "version": scheme.version},
        "decided_on": timezone.localdate(decision.at).isoformat(),
        "published_on": published_on.isoformat(),
        "document": _document(document) if document else None,
    }


def _unit(unit: Unit) -> dict[str, str]:
    return {"code": unit.code, "name": unit.name}


def _document(document: Document) -> dict[str, str | None]:
    issued = document.issued_on
    return {
        "code": document.code,
        "kind": document.kind.code,
        "number": document.number_text or None,
        "issued_on": issued.isoformat() if issued else None,
    }


def national_line(item: NationalItem) -> dict[str, Any]:
    """One line of the file; needs the result with its evaluation, person and earlier row."""
    result, person = item.result, item.result.evaluation.person
    return {
        "line": item.line,
        "record": str(result.uuid),
        "attempt": item.attempt,
        "act": result.act,
        "earlier_record": str(result.earlier.uuid) if result.earlier else None,
        "person": {"id": str(person.uuid), "code": person.code or None, "full_name": person.full_name},
        "due_on": result.due_on.isoformat(),
        **result.facts,
    }


def national_file(batch: NationalBatch, lines: Sequence[dict[str, Any]]) -> bytes:
    """The canonical file: UTF-8, keys in alphabetical order, indent of one; the same rows give the same bytes."""
    head = {
        "id": str(batch.uuid),
        "number": batch.number,
        "unit": _unit(batch.unit),
        "made_at": timezone.localtime(batch.made_at).isoformat(timespec="seconds"),
        "results": len(lines),
    }
    content = {"format": FORMAT, "version": VERSION, "batch": head, "results": list(lines)}
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


_ACTS = {"published": "Công bố", "replaced": "Thay thế", "annulled": "Hủy bỏ"}
_KINDS = {"month": "Tháng", "quarter": "Quý", "year": "Năm"}
_GROUPS = {
    "can_bo": "Cán bộ",
    "cong_chuc": "Công chức",
    "vien_chuc": "Viên chức",
    "contract": "Người lao động hợp đồng",
}
_HEADINGS = (
    ("STT", 6),
    ("Mã bản ghi", 38),
    ("Lần gửi", 8),
    ("Loại", 12),
    ("Bản ghi bị thay", 38),
    ("Mã nhân sự", 14),
    ("Họ và tên", 28),
    ("Chức vụ", 24),
    ("Đối tượng", 16),
    ("Đơn vị", 30),
    ("Cơ quan", 30),
    ("Kỳ", 8),
    ("Từ ngày", 12),
    ("Đến ngày", 12),
    ("Điểm", 10),
    ("Mức xếp loại", 12),
    ("Mức theo quy định của địa phương", 14),
    ("Bộ tiêu chí", 28),
    ("Số văn bản", 18),
    ("Ngày văn bản", 12),
    ("Ngày công bố", 12),
    ("Hạn gửi", 12),
)


def national_workbook(batch: NationalBatch, lines: Iterable[dict[str, Any]]) -> bytes:
    """The same lines as an Excel table for reading; the JSON file alone is what counts."""
    table = Table(
        sheet="Kết quả",
        title=f"Kết quả gửi cơ sở dữ liệu quốc gia – tệp số {batch.number}, {batch.unit.name}",
        headings=_HEADINGS,
        rows=[_row(line) for line in lines],
        notes=("Bản để đọc. Tệp chính thức là tệp JSON cùng tên.",),
    )
    return write_workbook([table], created=batch.made_at)


def _row(line: dict[str, Any]) -> list[Any]:
    document = line["document"] or {}
    local = line["class_is_local"]
    return [
        line["line"],
        line["record"],
        line["attempt"],
        _ACTS[line["act"]],
        line["earlier_record"],
        line["person"]["code"],
        line["person"]["full_name"],
        line["title"],
        _GROUPS[line["subject_group"]],
        line["unit"]["name"],
        line["agency"]["name"],
        _KINDS[line["period"]["kind"]],
        _day(line["period"]["from"]),
        _day(line["period"]["to"]),
        (line["score"]["rounded"] or "").replace(".", ",") if line["score"] else None,
        line["class"],
        None if local is None else "Có" if local else "Không",
        f"{line['rule_set']['code']} ({line['rule_set']['version']})",
        document.get("number"),
        _day(document.get("issued_on")),
        _day(line["published_on"]),
        _day(line["due_on"]),
    ]


def _day(text: str | None) -> str | None:
    return datetime.fromisoformat(text).strftime("%d/%m/%Y") if text else None
