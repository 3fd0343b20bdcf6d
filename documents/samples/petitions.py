"""Sample facts of a petition's file (Art 22, 24)."""

from typing import Any

from documents.samples.people import HEAD, SECRETARY, head, name, person, signer

REQUEST = (
    "Đề nghị xem xét lại tổng điểm Quý IV vì sản phẩm C3.02 đã hoàn thành đúng hạn nhưng chưa được tính; đề nghị xếp "
    "loại lại theo điểm sau khi tính đủ."
)
ABOUT = "kết quả đánh giá, xếp loại chất lượng năm 2026 (Thông báo số 07/TB-SNV ngày 11/12/2026)"
FINDINGS = [
    "Nhật ký công việc ghi sản phẩm C3.02 hoàn thành ngày 28/11/2026, trước hạn 02 ngày.",
    "Người đánh giá xác nhận đã bỏ sót sản phẩm này khi xem xét.",
]


def petition_receipt(number: int, _lines: int) -> dict[str, Any]:
    """Handed over the moment a petition arrives."""
    return {
        **head("Giấy biên nhận kiến nghị"),
        "petitioner": person(number),
        "received_at": "2026-12-14T09:05:00+07:00",
        "way": "trên hệ thống",
        "about": ABOUT,
        "request": REQUEST,
        "attachments": ["Bản chụp nhật ký công việc tháng 11", "Công văn số 412/SNV-TCCB"],
        "answered_by": "Giám đốc Sở Nội vụ",
        "term": "07 ngày làm việc kể từ ngày nhận được kiến nghị (Điều 22 Nghị định số 335/2025/NĐ-CP)",
        "due_on": "2026-12-23",
        "receiver": {"name": name(61), "position": "Chuyên viên Văn phòng Sở"},
        "signed_on": "2026-12-14",
        "signers": {"receiver": signer(name(61), "NGƯỜI NHẬN")},
        "recipients": ["Người kiến nghị", "Giám đốc Sở (để giải quyết)", "Lưu: hồ sơ kiến nghị"],
    }


def petition_minutes(number: int, _lines: int) -> dict[str, Any]:
    """A talk with the petitioner, who signs too."""
    someone = person(number)
    petitioner = {"name": someone["name"], "position": f"{someone['position']}, {someone['unit']}"}
    return {
        **head("Biên bản làm việc về kiến nghị"),
        "subject": "Làm việc về kiến nghị đối với kết quả đánh giá, xếp loại chất lượng năm 2026",
        "started_at": "2026-12-16T14:00:00+07:00",
        "finished_at": "2026-12-16T15:05:00+07:00",
        "venue": "Phòng họp số 1, trụ sở Sở Nội vụ",
        "present": [
            {"name": HEAD, "position": "Giám đốc Sở", "role": "Chủ trì"},
            {"name": SECRETARY, "position": "Chánh Văn phòng Sở", "role": "Thư ký"},
            {"name": someone["name"], "position": petitioner["position"], "role": "Người kiến nghị"},
        ],
        "absent": [],
        "chair": {"name": HEAD, "position": "Giám đốc Sở"},
        "secretary": {"name": SECRETARY, "position": "Chánh Văn phòng Sở"},
        "petitioner": petitioner,
        "petition": {"received_on": "2026-12-14", "about": ABOUT, "request": REQUEST},
        "checked": FINDINGS,
        "opinions": [{"name": someone["name"], "text": "đề nghị thông báo kết quả bằng văn bản đến cả phòng."}],
        "conclusion": "Kiến nghị có cơ sở; Văn phòng Sở tham mưu đề nghị cấp có thẩm quyền thay thế kết quả theo "
        "khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP.",
        "adopted": "đồng ý với nội dung biên bản",
        "signers": {
            "secretary": signer(SECRETARY, "THƯ KÝ"),
            "petitioner": signer(someone["name"], "NGƯỜI KIẾN NGHỊ"),
            "chair": signer(HEAD, "CHỦ TỌA"),
        },
        "recipients": ["Người kiến nghị", "Lưu: VT, hồ sơ kiến nghị"],
    }


def petition_answer(number: int, _lines: int) -> dict[str, Any]:
    """The written answer within seven working days."""
    return {
        **head("Thông báo kết quả giải quyết kiến nghị"),
        "subject": "Kết quả giải quyết kiến nghị về đánh giá, xếp loại chất lượng năm 2026",
        "person": person(number),
        "petition": {
            "received_on": "2026-12-14",
            "code": "CM-2026-2B7M9QXA",
            "about": ABOUT,
            "request": REQUEST,
        },
        "findings": FINDINGS,
        "outcome": "accepted",
        "answer": "Tổng điểm sau khi tính đủ sản phẩm là 70,25 điểm, mức tương ứng là Hoàn thành tốt nhiệm vụ.",
        "follow_up": "Sở Nội vụ đã đề nghị Chủ tịch Ủy ban nhân dân tỉnh ban hành quyết định thay thế kết quả.",
        "signers": {"head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Như trên", "Văn phòng Sở", "Lưu: VT, hồ sơ kiến nghị"],
    }
