"""Sample facts of an agency's register of one day."""

from hashlib import sha256
from typing import Any

from documents.samples.people import head, name, signer

KINDS = (
    ("TB", "Thông báo kết quả đánh giá, xếp loại chất lượng"),
    ("", "Phiếu theo dõi, đánh giá công chức"),
    ("QĐ", "Quyết định công nhận kết quả đánh giá, xếp loại chất lượng"),
)


def register_day(number: int, lines: int) -> dict[str, Any]:
    """A day with `lines` entries on one sheet."""
    entries = []
    for each in range(number, number + lines):
        book, title = KINDS[each % len(KINDS)]
        entries.append(
            {
                "sequence": each + 1,
                "number": f"{each + 1:02d}/{book}-SNV" if book else "",
                "code": f"CM-2026-{each:03d}R7KQ2",
                "title": title,
                "event": "Có hiệu lực",
                "time": f"{8 + each % 9:02d}:{each * 7 % 60:02d}",
                "sha256": sha256(f"document {each}".encode()).hexdigest(),
            }
        )
    return {
        **head("Sổ đăng ký văn bản trong ngày"),
        "day": "2026-10-05",
        "lines": entries,
        "sheets": [
            {
                "name": "SNV/2026-10-05-00031.txt",
                "sha256": sha256(b"sheet").hexdigest(),
                "previous_sha256": sha256(b"sheet before").hexdigest(),
                "stamped_at": "16:35:20 ngày 05/10/2026",
            }
        ],
        "signed_on": "2026-10-05",
        "signers": {"clerk": signer(name(5), "VĂN THƯ CƠ QUAN")},
        "recipients": ["Lưu: VT, sổ đăng ký văn bản"],
    }
