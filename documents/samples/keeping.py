"""Sample facts of what signs, hands over and destroys other documents."""

from hashlib import sha256
from typing import Any

from documents.samples.people import HEAD, REVIEWER, head, name, person, signer

ARCHIVE_LAW = ["Luật Lưu trữ số 33/2024/QH15"]


def signing_list(number: int, lines: int) -> dict[str, Any]:
    """One signature of a reviewer for `lines` forms."""
    return {
        **head("Danh sách văn bản được ký"),
        "period_words": "Quý III năm 2026",
        "basis": "Quy chế ký số của Sở Nội vụ (Quyết định số 44/QĐ-SNV ngày 01/7/2026)",
        "authority_note": "",
        "documents": [
            {
                "number": place,
                "kind": "Phiếu theo dõi, đánh giá công chức",
                "role": "reviewer",
                "name": person(each)["name"],
                "code": f"CM-2026-{each:03d}F3K92",
                "sha256": sha256(str(each).encode()).hexdigest(),
            }
            for place, each in enumerate(range(number, number + lines), start=1)
        ],
        "signed_on": "2026-10-05",
        "signers": {"signer": signer(REVIEWER, "PHÓ TRƯỞNG PHÒNG", "KT. TRƯỞNG PHÒNG")},
        "recipients": ["Những người có tên trên", "Lưu: hồ sơ đánh giá"],
    }


def _files(number: int, lines: int, **more: str) -> list[dict[str, Any]]:
    return [
        {
            "code": f"SNV.{each + 1:03d}.2021",
            "title": f"Hồ sơ đánh giá, xếp loại chất lượng năm 2021 của ông/bà {name(each)}",
            "opened_on": "2021-01-04",
            "closed_on": "2021-12-31",
            "documents": 14,
            "pages": 46,
            "listing_sha256": sha256(f"listing {each}".encode()).hexdigest(),
            **more,
        }
        for each in range(number, number + lines)
    ]


def _totals(lines: int) -> dict[str, int]:
    return {"files": lines, "documents": 14 * lines, "pages": 46 * lines}


def disposition_minutes(number: int, lines: int) -> dict[str, Any]:
    """`lines` files whose time is over."""
    return {
        **head("Biên bản hủy tài liệu"),
        "subject": "Hủy tài liệu hết thời hạn lưu trữ",
        "grounds": ARCHIVE_LAW,
        "appraisal": "Lưu trữ lịch sử tỉnh thống nhất tại Công văn số 27/LTLS ngày 02/11/2026",
        "proposed": {"by": name(62), "position": "Lưu trữ viên", "on": "2026-10-20"},
        "approved": {"by": HEAD, "position": "Giám đốc Sở", "on": "2026-11-05", "authority_note": ""},
        "files": _files(number, lines, term="05 năm", basis="Danh mục hồ sơ của Sở Nội vụ năm 2021 (dữ liệu thử)"),
        "totals": _totals(lines),
        "signers": {"archivist": signer(name(62), "NGƯỜI LẬP"), "head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Lưu trữ cơ quan", "Lưu: VT, hồ sơ hủy tài liệu"],
    }


def archive_transfer_list(number: int, lines: int) -> dict[str, Any]:
    """`lines` files handed over to the province's archive."""
    return {
        **head("Mục lục hồ sơ, tài liệu nộp lưu"),
        "subject": "Hồ sơ, tài liệu nộp lưu vào Lưu trữ lịch sử tỉnh",
        "grounds": ARCHIVE_LAW,
        "giver": {"name": name(62), "position": "Lưu trữ viên", "agency": "Sở Nội vụ"},
        "receiver": {"name": name(63), "position": "Lưu trữ viên", "agency": "Lưu trữ lịch sử tỉnh Hải Vân"},
        "signed_on": "2026-11-16",
        "files": _files(number, lines, term="Vĩnh viễn", access="Có điều kiện"),
        "totals": _totals(lines),
        "signers": {"giver": signer(name(62), "BÊN GIAO"), "receiver": signer(name(63), "BÊN NHẬN")},
        "recipients": ["Bên giao", "Bên nhận", "Lưu: VT"],
    }
