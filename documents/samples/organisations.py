"""Sample facts of the rating of organisations (Art 5–9)."""

from typing import Any

from documents.samples.people import LAW, class_of, counted, head, score_of, signer

NAMES = (
    "Sở Nội vụ",
    "Sở Tài chính",
    "Sở Nông nghiệp và Môi trường",
    "Sở Khoa học và Công nghệ",
    "Sở Văn hóa, Thể thao và Du lịch",
    "Thanh tra tỉnh",
    "Sở Y tế",
    "Sở Giáo dục và Đào tạo",
)
CHAIRMAN = "Đặng Xuân Trường"
PROVINCE = {"parent_agency": "", "agency": "Ủy ban nhân dân tỉnh Hải Vân"}


def name(number: int) -> str:
    """An organisation of the invented province."""
    round_, place = divmod(number, len(NAMES))
    return NAMES[place] if round_ == 0 else f"{NAMES[place]} (Chi cục {round_})"


def organisation_decision(number: int, lines: int) -> dict[str, Any]:
    """The chairman's decision on `lines` organisations."""
    classes = [class_of(each) for each in range(number, number + lines)]
    return {
        **head("Quyết định công nhận kết quả xếp loại tổ chức"),
        **PROVINCE,
        "subject": "Về việc công nhận kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị năm 2026",
        "period_words": "năm 2026",
        "issuer_title": "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
        "grounds": [LAW],
        "proposer": "Giám đốc Sở Nội vụ",
        "replaced": None,
        "whole": False,
        "articles": [
            f"Công nhận kết quả xếp loại chất lượng năm 2026 đối với {lines:02d} cơ quan, tổ chức, đơn vị (có danh "
            "sách kèm theo).",
            "Kết quả này được thông báo bằng văn bản đến từng cơ quan, tổ chức, đơn vị và là căn cứ xếp loại người "
            "đứng đầu theo khoản 6 Điều 20 Nghị định số 335/2025/NĐ-CP.",
            "Thủ trưởng các cơ quan, tổ chức, đơn vị có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này. "
            "Quyết định có hiệu lực kể từ ngày ký.",
        ],
        "list_title": "Cơ quan, tổ chức, đơn vị được công nhận kết quả xếp loại chất lượng năm 2026",
        "organisations": [
            {
                "name": name(each),
                "score": score_of(each),
                "class_code": code,
                "note": "" if each % 5 else "Thấp hơn mức theo điểm: hết tỷ lệ xuất sắc",
            }
            for each, code in enumerate(classes, start=number)
        ],
        "summary": counted(classes),
        "signers": {"head": signer(CHAIRMAN, "CHỦ TỊCH")},
        "recipients": ["Như Điều 3", "Lưu: VT, NC"],
    }


def organisation_notice(number: int, _lines: int) -> dict[str, Any]:
    """What one organisation is told."""
    return {
        **head("Thông báo kết quả xếp loại tổ chức"),
        **PROVINCE,
        "subject": "Kết quả xếp loại chất lượng năm 2026",
        "period_words": "năm 2026",
        "organisation": name(number),
        "decision": "Quyết định số 420/QĐ-UBND ngày 12/12/2026 của Chủ tịch Ủy ban nhân dân tỉnh",
        "rows": [
            {"name": "Chấp hành chủ trương, chính sách, pháp luật", "maximum": "10", "score": "9.5"},
            {"name": "Kỷ luật, kỷ cương; cải cách hành chính", "maximum": "10", "score": "9"},
            {"name": "Đoàn kết nội bộ; đổi mới, sáng tạo", "maximum": "10", "score": "9.5"},
            {"name": "Kết quả thực hiện nhiệm vụ", "maximum": "70", "score": "63.75"},
        ],
        "total_score": "91.75",
        "tests": [
            {"what": "Nhiệm vụ hoàn thành", "found": "100%", "needed": "100%", "met": True},
            {"what": "Nhiệm vụ vượt yêu cầu", "found": "25%", "needed": "từ 30%", "met": False},
        ],
        "class_code": "HTT",
        "reasons": ["Đủ điểm xuất sắc nhưng chưa đủ tỷ lệ nhiệm vụ vượt yêu cầu."],
        "comment": "Chủ động, bảo đảm tiến độ; cần đẩy mạnh chuyển đổi số.",
        "signers": {"head": signer(CHAIRMAN, "CHỦ TỊCH")},
        "recipients": ["Như trên", "Sở Nội vụ", "Lưu: VT, NC"],
    }
