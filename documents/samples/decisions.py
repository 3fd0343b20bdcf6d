"""Sample facts of what an agency issues: decisions, notices, the transfer of results."""

from typing import Any

from documents.samples.people import DEPUTY, HEAD, LAW, class_of, counted, head, person, score_of, signer

PETITION = (
    "Ông/Bà có quyền kiến nghị về kết quả này bằng văn bản hoặc trên hệ thống. Người có thẩm quyền đánh giá, xếp "
    "loại trả lời trong 07 ngày làm việc kể từ ngày nhận được kiến nghị (Điều 22 Nghị định số 335/2025/NĐ-CP)."
)
EXECUTION = (
    "Chánh Văn phòng Sở, Trưởng các phòng thuộc Sở và các cá nhân có liên quan chịu trách nhiệm thi hành Quyết định "
    "này. Quyết định có hiệu lực kể từ ngày ký."
)
GROUNDS = [LAW, "Biên bản họp Hội đồng số 05/BB-SNV ngày 08/12/2026"]
DECISION = "Quyết định số 15/QĐ-SNV ngày 10/12/2026 của Giám đốc Sở Nội vụ"


def decision(number: int, lines: int) -> dict[str, Any]:
    """The head's decision on `lines` people, signed by his deputy."""
    classes = [class_of(each) for each in range(number, number + lines)]
    return {
        **head("Quyết định công nhận kết quả xếp loại"),
        "subject": "Về việc công nhận kết quả đánh giá, xếp loại chất lượng công chức năm 2026",
        "issuer_title": "GIÁM ĐỐC SỞ NỘI VỤ",
        "grounds": GROUNDS,
        "proposer": "Chánh Văn phòng Sở",
        "articles": [
            f"Công nhận kết quả đánh giá, xếp loại chất lượng năm 2026 đối với {lines:02d} công chức thuộc Sở Nội vụ "
            "(có danh sách kèm theo).",
            "Kết quả này được thông báo bằng văn bản đến từng người, công khai mức xếp loại trong cơ quan và lưu hồ "
            "sơ theo quy định.",
            EXECUTION,
        ],
        "list_title": "Công chức được công nhận kết quả đánh giá, xếp loại chất lượng năm 2026",
        "people": [
            {
                **person(each),
                "score": score_of(each),
                "class_code": code,
                "note": "" if each % 11 else "Khác đề nghị của Hội đồng",
            }
            for each, code in enumerate(classes, start=number)
        ],
        "summary": counted(classes),
        "signers": {"head": signer(DEPUTY, "PHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC")},
        "recipients": ["Như Điều 3", "Ủy ban nhân dân tỉnh (để báo cáo)", "Lưu: VT, TCCB"],
    }


def replacing_decision(number: int, lines: int) -> dict[str, Any]:
    """`lines` results replaced by the head of the managing agency."""
    changes = []
    for each in range(number, number + lines):
        score = each % 2 == 1
        changes.append(
            {
                **person(each),
                "what": "Tổng điểm" if score else "Mức xếp loại",
                "from": "69.5" if score else "HTNV",
                "to": "70.25" if score else "HTT",
                "reason": "Bổ sung sản phẩm C3.02 đã hoàn thành đúng hạn nhưng chưa được tính"
                if score
                else "Điểm sau khi tính đủ sản phẩm là 70,25 điểm",
            }
        )
    return {
        **head("Quyết định thay thế kết quả xếp loại"),
        "parent_agency": "",
        "agency": "Ủy ban nhân dân tỉnh Hải Vân",
        "subject": "Về việc thay thế kết quả đánh giá, xếp loại chất lượng công chức năm 2026",
        "issuer_title": "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH",
        "grounds": [LAW, "Thông báo số 09/TB-SNV ngày 18/12/2026 của Sở Nội vụ về kết quả giải quyết kiến nghị"],
        "proposer": "Giám đốc Sở Nội vụ",
        "replaced": {
            "title": "Quyết định công nhận kết quả đánh giá, xếp loại chất lượng",
            "number": "15/QĐ-SNV",
            "on": "2026-12-10",
            "code": "CM-2026-7F3K92QD",
        },
        "changes": changes,
        "articles": [
            "Sở Nội vụ thông báo kết quả mới bằng văn bản đến từng người, công khai trong cơ quan và lưu hồ sơ theo "
            "quy định.",
            "Giám đốc Sở Nội vụ và các cá nhân có tên tại Điều 1 chịu trách nhiệm thi hành Quyết định này. Quyết "
            "định có hiệu lực kể từ ngày ký.",
        ],
        "signers": {"head": signer("Đặng Xuân Trường", "CHỦ TỊCH")},
        "recipients": ["Như Điều 3", "Lưu: VT, NC"],
    }


def annulment_decision(number: int, _lines: int) -> dict[str, Any]:
    """A notice sent by mistake is taken out of force."""
    return {
        **head("Quyết định hủy bỏ văn bản"),
        "subject": "Về việc hủy bỏ Thông báo kết quả đánh giá, xếp loại chất lượng",
        "issuer_title": "GIÁM ĐỐC SỞ NỘI VỤ",
        "grounds": [LAW],
        "proposer": "Chánh Văn phòng Sở",
        "annulled": {
            "title": "Thông báo kết quả đánh giá, xếp loại chất lượng",
            "number": "07/TB-SNV",
            "on": "2026-12-11",
            "code": "CM-2026-4XQ81ZTB",
        },
        "person": person(number),
        "reason": "Thông báo ghi nhầm kỳ đánh giá; kết quả đã công nhận không thay đổi.",
        "consequence": "Thông báo mới được ban hành thay cho văn bản bị hủy bỏ.",
        "articles": [EXECUTION],
        "signers": {"head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Như Điều 2", "Lưu: VT, TCCB"],
    }


def notice(number: int, _lines: int) -> dict[str, Any]:
    """One person's result."""
    return {
        **head("Thông báo kết quả đánh giá"),
        "subject": "Kết quả đánh giá, xếp loại chất lượng công chức năm 2026",
        "period_words": "năm 2026",
        "person": person(number),
        "decision": DECISION,
        "general_score": "26.75",
        "result_score": "61.25",
        "total_score": "88",
        "class_code": "HTT",
        "reasons": [],
        "strengths": "Chủ động, phối hợp tốt; tiến độ bảo đảm.",
        "weaknesses": "Một số văn bản còn phải sửa nội dung.",
        "petition": PETITION,
        "signers": {"head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Như trên", "Lưu: VT, TCCB"],
    }


def public_notice(number: int, lines: int) -> dict[str, Any]:
    """The classes of `lines` people, in words."""
    classes = [class_of(each) for each in range(number, number + lines)]
    return {
        **head("Thông báo công khai kết quả xếp loại"),
        "subject": "Công khai kết quả xếp loại chất lượng công chức năm 2026",
        "period_words": "năm 2026",
        "decision": DECISION,
        "people": [{**person(each), "class_code": code} for each, code in enumerate(classes, start=number)],
        "summary": counted(classes),
        "posting": "Kết quả được công khai trên hệ thống và niêm yết tại trụ sở Sở Nội vụ.",
        "petition": "Công chức có quyền kiến nghị theo Điều 22 Nghị định số 335/2025/NĐ-CP; người có thẩm quyền trả "
        "lời trong 07 ngày làm việc kể từ ngày nhận được kiến nghị.",
        "signers": {"head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Các phòng thuộc Sở", "Lưu: VT, TCCB"],
    }


def results_transfer(number: int, lines: int) -> dict[str, Any]:
    """What was scored in `lines` months goes to the agency a person has moved to."""
    return {
        **head("Phiếu chuyển kết quả theo dõi, đánh giá"),
        "subject": "Kết quả theo dõi, đánh giá công chức",
        "to": "Sở Tài chính tỉnh Hải Vân",
        "person": person(number),
        "moved": {
            "decision": "Quyết định số 231/QĐ-UBND ngày 20/9/2026 của Ủy ban nhân dân tỉnh",
            "on": "2026-10-01",
        },
        "periods": [
            {
                "period_words": f"Tháng {month} năm 2026",
                "score": None if month == 7 else score_of(number + month),
                "class_code": "",
                "document": "Không chấm điểm: nghỉ ốm" if month == 7 else f"Mẫu số 01, mã CM-2026-{month:02d}F3K92Q",
            }
            for month in range(1, lines + 1)
        ],
        "notes": ["Không có kiến nghị, kỷ luật đang xem xét tại thời điểm chuyển."],
        "attachments": [
            {"title": f"Mẫu số 01 tháng {month} năm 2026", "code": f"CM-2026-{month:02d}F3K92Q", "sha256": hash_}
            for month, hash_ in enumerate(("9f2c4e0bb0d6a1c3" * 4, "5d8e7f6041526374" * 4), start=1)
        ],
        "signers": {"head": signer(HEAD, "GIÁM ĐỐC")},
        "recipients": ["Như trên", "Ông/Bà có tên trên", "Lưu: VT, TCCB"],
    }
