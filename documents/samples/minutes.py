"""Sample facts of what a meeting leaves behind: minutes, ballots, the Party committee's opinion, the table."""

from typing import Any

from documents.samples.people import (
    DEPUTY,
    HEAD,
    REVIEWER,
    SECRETARY,
    class_of,
    counted,
    head,
    name,
    person,
    score_of,
    signer,
)

PRESENT = (
    (HEAD, "Giám đốc Sở", "Chủ tịch"),
    (DEPUTY, "Phó Giám đốc Sở", "Phó Chủ tịch"),
    (SECRETARY, "Chánh Văn phòng Sở", "Thư ký"),
    (REVIEWER, "Phó Trưởng phòng Tổ chức bộ máy và Biên chế", "Thành viên"),
    ("Hồ Sĩ Nguyên", "Chánh Thanh tra Sở", "Thành viên"),
    ("Đỗ Quỳnh Chi", "Chủ tịch Công đoàn cơ sở", "Thành viên"),
    ("Huỳnh Tấn Phát", "Trưởng phòng Công chức, viên chức", "Thành viên"),
    ("Y Thuyên Niê Kdăm", "Trưởng phòng Xây dựng chính quyền và Công tác thanh niên", "Thành viên"),
)


def _case(number: int) -> dict[str, Any]:
    """Every fourth case is talked about: an opinion, a vote, a changed class, a recusal in turn."""
    proposed, someone = class_of(number), person(number)
    case: dict[str, Any] = {
        "name": someone["name"],
        "unit": someone["unit"],
        "score": score_of(number),
        "proposed": proposed,
        "result": proposed,
        "changed_reason": "",
        "votes": None,
        "recused": [],
        "opinions": [],
    }
    match number % 12:
        case 1:
            case["result"] = "HTT"
            case["changed_reason"] = "chưa có sản phẩm vượt yêu cầu được xác nhận trong kỳ"
            case["votes"] = {"method": "biểu quyết công khai", "for": 6, "against": 1, "abstain": 1}
        case 5:
            case["opinions"] = [
                {
                    "name": "Hồ Sĩ Nguyên",
                    "text": "đề nghị ghi nhận việc tham gia tổ công tác liên ngành trong thời gian dài.",
                }
            ]
        case 9:
            case["recused"] = [{"name": REVIEWER, "reason": "là người được xem xét trong trường hợp liên quan"}]
        case 11:
            case["presided_by"] = {"name": REVIEWER, "position": "Phó Chủ tịch Hội đồng"}
    return case


def council_minutes(number: int, lines: int, members: int = 0) -> dict[str, Any]:
    """A session with `lines` cases; broken off once and signed by `members` (0–12) members too when there are any."""
    return {
        **head("Biên bản họp Hội đồng"),
        "subject": "Họp Hội đồng xem xét, đề nghị xếp loại chất lượng công chức năm 2026",
        "period_words": "năm 2026",
        "roster_decision": "Quyết định số 102/QĐ-SNV ngày 25/9/2026 của Giám đốc Sở Nội vụ",
        "started_at": "2026-12-07T08:00:00+07:00",
        "finished_at": "2026-12-07T11:20:00+07:00",
        "venue": "Phòng họp số 2, trụ sở Sở Nội vụ",
        "present": [{"name": who, "position": post, "role": role} for who, post, role in PRESENT],
        "absent": [
            {"name": name(90), "position": "Phó Giám đốc Sở", "reason": "đi công tác theo Công văn số 315/SNV-VP"}
        ],
        "chair": {"name": HEAD, "position": "Giám đốc Sở, Chủ tịch Hội đồng"},
        "secretary": {"name": SECRETARY, "position": "Chánh Văn phòng Sở"},
        "quorum": {
            "members": 9,
            "required": 6,
            "present": 8,
            "met": True,
            "rule": "ít nhất hai phần ba số thành viên",
        },
        "agenda": [
            "Thông báo kết quả theo dõi, đánh giá của các đơn vị",
            "Xem xét từng trường hợp; biểu quyết các trường hợp còn ý kiến khác nhau",
            "Kiểm tra tỷ lệ tối đa của mức Hoàn thành xuất sắc nhiệm vụ trên toàn danh sách",
        ],
        "cases": [_case(number + each) for each in range(lines)],
        "ceiling": {
            "statement": "Mức Hoàn thành xuất sắc nhiệm vụ không quá 20% số người được xếp loại Hoàn thành tốt nhiệm "
            "vụ, tính trên toàn cơ quan và trong từng nhóm có nhiệm vụ tương đồng.",
            "groups": [
                {"name": "Chuyên viên tham mưu tổng hợp", "base": 18, "ceiling": 3, "chosen": 3},
                {"name": "Lãnh đạo cấp phòng", "base": 7, "ceiling": 1, "chosen": 1},
            ],
        },
        "meets_law": "Phiên họp này chuẩn bị đề nghị để người đứng đầu có thẩm quyền quyết định; không thay thế cuộc "
        "họp theo Điều 21 Nghị định số 335/2025/NĐ-CP.",
        "conclusion": "Hội đồng thống nhất đề nghị kết quả xếp loại như trên, trình Giám đốc Sở xem xét, quyết định.",
        "adopted": {"at": "2026-12-07T11:15:00+07:00", "for": 8, "against": 0},
        "sittings": [_sitting()] if members else [],
        "signers": {
            "secretary": signer(SECRETARY, "THƯ KÝ"),
            **{f"member_{place}": signer(name(300 + place), "THÀNH VIÊN") for place in range(1, members + 1)},
            "chair": signer(HEAD, "CHỦ TỌA"),
        },
        "recipients": ["Giám đốc Sở (để quyết định)", "Thành viên Hội đồng", "Lưu: VT, hồ sơ đánh giá"],
    }


def _sitting() -> dict[str, Any]:
    """What was held before the meeting broke off."""
    return {
        "from": "2026-12-04T14:00:00+07:00",
        "to": "2026-12-04T16:30:00+07:00",
        "venue": "Phòng họp số 1, trụ sở Sở Nội vụ",
        "resumed_at": "2026-12-07T08:00:00+07:00",
        "resumed_venue": "Phòng họp số 2, trụ sở Sở Nội vụ",
        "present": [f"{who}, {post}" for who, post, _role in PRESENT[:6]],
        "absent": [f"{PRESENT[6][0]} (đi công tác)", f"{PRESENT[7][0]} (nghỉ phép)"],
    }


def ballot_minutes(number: int, lines: int, tellers: int = 3) -> dict[str, Any]:
    """A secret ballot on `lines` people, counted by `tellers` (1–9) people."""
    counting = [(name(200 + each), person(200 + each)["position"]) for each in range(tellers)]
    cases = []
    for each in range(number, number + lines):
        counts = [0, 0, 0, 0]
        first = ("HTXS", "HTT", "HTNV", "KHTNV").index(class_of(each))
        counts[first] += 6
        counts[(first + 1) % 4] += 1
        someone = person(each)
        cases.append(
            {
                "name": someone["name"],
                "unit": someone["unit"],
                "counts": counts,
                "blank": 1,
                "agreed": class_of(each),
                "recused": "",
            }
        )
    roles = ["teller_head", *(f"teller_{place}" for place in range(2, tellers + 1))]
    titles = ["TRƯỞNG BAN KIỂM PHIẾU", *["THÀNH VIÊN"] * (tellers - 1)]
    return {
        **head("Biên bản kiểm phiếu"),
        "subject": "Kiểm phiếu đề nghị xếp loại chất lượng công chức năm 2026",
        "meeting": "cuộc họp Hội đồng đánh giá, xếp loại chất lượng ngày 07/12/2026",
        "started_at": "2026-12-07T10:05:00+07:00",
        "finished_at": "2026-12-07T10:40:00+07:00",
        "venue": "Phòng họp số 2, trụ sở Sở Nội vụ",
        "secret": True,
        "entitled": 9,
        "present": 8,
        "rule": "có mặt ít nhất hai phần ba số thành viên",
        "tellers": [
            {"name": who, "position": post, "role": "Thành viên" if place else "Trưởng ban"}
            for place, (who, post) in enumerate(counting)
        ],
        "issued": 8,
        "collected": 8,
        "valid": 8,
        "invalid": 0,
        "options": ["HTXS", "HTT", "HTNV", "KHTNV"],
        "cases": cases,
        "majority": "quá nửa tổng số thành viên",
        "sealing": "Phiếu được niêm phong và giao Thư ký Hội đồng lưu cùng hồ sơ cuộc họp.",
        "signers": {
            role: signer(who, title) for role, title, (who, _post) in zip(roles, titles, counting, strict=True)
        },
        "recipients": ["Chủ tịch Hội đồng", "Lưu: VT, hồ sơ đánh giá"],
    }


def party_opinion(number: int, lines: int) -> dict[str, Any]:
    """The opinion on `lines` heads and deputies."""
    return {
        **head("Ý kiến của cấp ủy về kết quả xếp loại"),
        "party_parent": "Đảng bộ các cơ quan tỉnh Hải Vân",
        "party": "Chi bộ Sở Nội vụ",
        "party_number": "18-CV/CB",
        "subject": "Về kết quả đánh giá, xếp loại chất lượng năm 2026 đối với công chức lãnh đạo, quản lý",
        "to": "Giám đốc Sở Nội vụ",
        "meeting": {"held_on": "2026-12-08", "members": 24, "present": 22, "agreed": 22},
        "people": [
            {
                **person(each),
                "position": "Trưởng phòng" if each % 2 else "Phó Trưởng phòng",
                "proposed": class_of(each),
                "opinion": "Nhất trí",
                "note": "" if each % 3 else "đề nghị tiếp tục theo dõi việc khắc phục hạn chế",
            }
            for each in range(number, number + lines)
        ],
        "remarks": "Các đồng chí giữ gìn phẩm chất, đoàn kết nội bộ; không có đơn thư phản ánh trong năm.",
        "signed_on": "2026-12-08",
        "signers": {"party_secretary": signer("Phạm Minh Khôi", "BÍ THƯ", "T/M CHI BỘ")},
        "recipients": ["Như trên", "Lưu Chi bộ"],
    }


def synthesis_table(number: int, lines: int) -> dict[str, Any]:
    """The table of `lines` people across the page."""
    classes = [class_of(each) for each in range(number, number + lines)]
    return {
        **head("Báo cáo tổng hợp kết quả đánh giá, đề xuất xếp loại"),
        "subject": "Tổng hợp kết quả đánh giá, đề xuất xếp loại chất lượng công chức năm 2026",
        "to": "Giám đốc Sở Nội vụ",
        "period_words": "năm 2026",
        "people": [
            {
                **person(each),
                "group": ("Tham mưu tổng hợp", "Lãnh đạo cấp phòng", "Hành chính, quản trị")[each % 3],
                "score": score_of(each),
                "self_class": code,
                "reviewer_class": code,
                "council_class": code,
                "party_opinion": "Nhất trí" if each % 6 in (2, 5) else "",
                "proposed": code,
                "note": "Nghỉ ốm 02 tháng" if each % 17 == 3 else "",
            }
            for each, code in enumerate(classes, start=number)
        ],
        "summary": counted(classes),
        "ceiling": "Số đề xuất Hoàn thành xuất sắc nhiệm vụ không vượt 20% số Hoàn thành tốt nhiệm vụ, tính theo "
        "từng nhóm nhiệm vụ tương đồng (khoản 5 Điều 20 Nghị định số 335/2025/NĐ-CP).",
        "remarks": ["01 công chức công tác dưới 06 tháng, không xếp loại."],
        "signers": {
            "preparer": signer(name(61), "NGƯỜI LẬP BIỂU"),
            "head": signer(SECRETARY, "CHÁNH VĂN PHÒNG", "TL. GIÁM ĐỐC"),
        },
        "recipients": ["Như trên", "Lưu: VT, TCCB"],
    }
