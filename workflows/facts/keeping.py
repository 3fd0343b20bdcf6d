"""Minutes of a disposition and the list of a transfer, from the files that they name."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils import timezone

from documents.keeping.files import listing_sha256
from documents.keeping.retention import Term, term_of_file
from documents.models import Disposition, RecordsFile
from organization.authority import Authority
from organization.models import Person, Unit
from workflows.facts.wording import authority_words, signer, title_of

_ACCESS = {"public": "Công khai trong cơ quan", "restricted": "Hạn chế", "personal": "Cá nhân"}
_LAWS = ["Luật Lưu trữ số 33/2024/QH15", "Thông tư số 06/2025/TT-BNV quy định chi tiết một số điều của Luật Lưu trữ"]


def disposition_minutes(disposition: Disposition, *, under: Authority, on: date) -> dict[str, Any]:
    """What is destroyed, for which term, proposed and approved by whom."""
    files = [item.file for item in disposition.items.select_related("file__unit").order_by("file__code")]
    proposer = disposition.proposed_by
    return {
        **_head(disposition.unit, "Biên bản hủy tài liệu hết thời hạn lưu trữ"),
        "subject": "Hủy tài liệu hết thời hạn lưu trữ",
        "grounds": _LAWS,
        "appraisal": disposition.appraisal,
        "proposed": {
            "by": proposer.full_name,
            "position": title_of(proposer, on),
            "on": timezone.localdate(disposition.proposed_at).isoformat(),
        },
        "approved": {
            "by": under.actor.full_name,
            "position": title_of(under.actor, on),
            "on": on.isoformat(),
            "authority_note": authority_words(under),
        },
        **_listed(files, on),
        "signers": {
            "archivist": {"authority": "", "title": "NGƯỜI LÀM LƯU TRỮ", "name": proposer.full_name},
            "head": signer(under.actor, on, under),
        },
        "recipients": ["Cơ quan quản lý về lưu trữ (để báo cáo)", "Lưu: VT, hồ sơ hủy tài liệu"],
    }


def archive_transfer_list(
    unit: Unit, files: Iterable[RecordsFile], *, giver: Person, receiver: Person, receiving_archive: str, on: date
) -> dict[str, Any]:
    """What one archive hands over to the other."""
    return {
        **_head(unit, "Mục lục hồ sơ, tài liệu nộp lưu"),
        "subject": f"Hồ sơ, tài liệu nộp lưu vào {receiving_archive}",
        "grounds": [*_LAWS, "Thông tư số 05/2025/TT-BNV quy định nghiệp vụ lưu trữ tài liệu lưu trữ số"],
        "giver": {"name": giver.full_name, "position": title_of(giver, on), "agency": unit.name},
        "receiver": {"name": receiver.full_name, "position": title_of(receiver, on), "agency": receiving_archive},
        "signed_on": on.isoformat(),
        **_listed(files, on),
        "signers": {
            "giver": {"authority": "", "title": "BÊN GIAO", "name": giver.full_name},
            "receiver": {"authority": "", "title": "BÊN NHẬN", "name": receiver.full_name},
        },
        "recipients": [receiving_archive, "Lưu: VT, hồ sơ nộp lưu"],
    }


def _head(unit: Unit, title: str) -> dict[str, Any]:
    return {
        "title": title,
        "parent_agency": unit.parent.name if unit.parent else "",
        "agency": unit.name,
        "place": unit.place,
        "practice": unit.practice,
        "local_rule_name": "",
        "verify_url": "",
    }


def _listed(files: Iterable[RecordsFile], on: date) -> dict[str, Any]:
    rows = [_row(file, on) for file in files]
    return {
        "files": rows,
        "totals": {
            "files": len(rows),
            "documents": sum(row["documents"] for row in rows),
            "pages": sum(row["pages"] for row in rows),
        },
    }


def _row(file: RecordsFile, on: date) -> dict[str, Any]:
    pages = list(file.entries.values_list("pages", flat=True))
    term = term_of_file(file, on)
    return {
        "code": file.code,
        "title": file.title,
        "opened_on": file.opened_on.isoformat(),
        "closed_on": file.closed_on.isoformat() if file.closed_on else "",
        "term": _term_words(term),
        "basis": term.basis,
        "access": _ACCESS[file.access],
        "documents": len(pages),
        "pages": sum(pages),
        "listing_sha256": listing_sha256(file),
    }


def _term_words(term: Term) -> str:
    if term.permanent:
        return "Vĩnh viễn"
    return f"{term.years:02d} năm" if term.settled and term.years else "Chưa ấn định"
