"""Sample facts of the forms and of one person's review."""

from typing import Any

from documents.samples.people import REVIEWER, class_of, head, person, signer

CRITERIA = (
    (
        "I",
        "Phẩm chất chính trị, phẩm chất đạo đức, văn hóa thực thi công vụ và ý thức kỷ luật, kỷ cương trong thực thi "
        "công vụ",
        (
            ("Phẩm chất chính trị, phẩm chất đạo đức, văn hóa thực thi công vụ", "5", "5"),
            ("Ý thức kỷ luật, kỷ cương trong thực thi công vụ", "5", "4.5"),
        ),
    ),
    (
        "II",
        "Năng lực chuyên môn, nghiệp vụ theo yêu cầu của vị trí việc làm; khả năng đáp ứng yêu cầu thực thi nhiệm vụ "
        "được giao; tinh thần trách nhiệm trong thực thi công vụ; thái độ phục vụ người dân, doanh nghiệp và khả "
        "năng phối hợp với đồng nghiệp",
        (
            ("Năng lực chuyên môn, nghiệp vụ theo yêu cầu của vị trí việc làm", "2.5", "2.5"),
            ("Khả năng đáp ứng yêu cầu thực thi nhiệm vụ được giao thường xuyên, đột xuất", "2.5", "2"),
            ("Tinh thần trách nhiệm trong thực thi công vụ", "2.5", "2.5"),
            ("Thái độ phục vụ người dân, doanh nghiệp và khả năng phối hợp với đồng nghiệp", "2.5", "2.25"),
        ),
    ),
    (
        "III",
        "Năng lực đổi mới, sáng tạo, dám nghĩ, dám làm, dám chịu trách nhiệm vì lợi ích chung trong thực thi công vụ",
        (
            (
                "Có sản phẩm, giải pháp đột phá, sáng tạo đem lại giá trị, hiệu quả thiết thực, tác động tích cực "
                "đến kết quả thực hiện nhiệm vụ của cơ quan, tổ chức, đơn vị.",
                "2.5",
                "1.5",
            ),
            (
                "Sẵn sàng tham gia thực hiện nhiệm vụ chính trị đặc biệt quan trọng, nhiệm vụ có tính chất đột xuất, "
                "phức tạp hoặc trong điều kiện khó khăn.",
                "2.5",
                "2.5",
            ),
            (
                "Có tinh thần chịu trách nhiệm trước kết quả công việc; chủ động nhận trách nhiệm khi có sai sót và "
                "có biện pháp khắc phục rõ ràng, cụ thể.",
                "2.5",
                "2.5",
            ),
            (
                "Chủ động đưa ra quyết định trong phạm vi thẩm quyền, không né tránh; có tinh thần tiên phong trong "
                "thực hiện những nhiệm vụ mới.",
                "2.5",
                "2",
            ),
        ),
    ),
)
PRODUCTS = (
    ("A2.04", "Báo cáo tham mưu xây dựng kế hoạch biên chế công chức năm 2027", "2", "2.5", "2", 0, 0, ""),
    (
        "B1.11",
        "Văn bản trả lời kiến nghị của cơ quan, đơn vị về vị trí việc làm",
        "12",
        "0.5",
        "11",
        1,
        0,
        "01 văn bản phải hoàn thiện lại nội dung",
    ),
    (
        "C3.02",
        "Thẩm định đề án sắp xếp tổ chức bộ máy của sở, ban, ngành",
        "3",
        "5",
        "3",
        0,
        1,
        "Chậm 02 ngày; nguyên nhân khách quan đã được xác nhận",
    ),
    (
        "B2.07",
        "Tổ chức hội nghị tập huấn phần mềm đánh giá công chức",
        "1",
        "4",
        "1",
        0,
        0,
        "Nhiệm vụ phát sinh ngoài kế hoạch",
    ),
)
PRODUCT_COLUMNS = ("code", "name", "assigned", "factor", "done", "quality_faults", "delays", "note")
ADJUSTMENTS = [
    {
        "what": "Năng lực đổi mới, sáng tạo – mục 1",
        "from": "1.5",
        "to": "1",
        "reason": "Sáng kiến mới ở mức đề xuất, chưa được áp dụng trong phòng",
        "by": REVIEWER,
        "on": "2026-10-05",
    },
    {
        "what": "B1.11 – số lần chưa đạt chất lượng",
        "from": "1",
        "to": "2",
        "reason": "Văn bản số 412 phải sửa lỗi nội dung lần thứ hai",
        "by": REVIEWER,
        "on": "2026-10-05",
    },
]


def form_01(number: int, lines: int) -> dict[str, Any]:
    """A quarter's form with `lines` products."""
    someone = person(number)
    return {
        **head("Phiếu theo dõi, đánh giá công chức"),
        "period_words": "Quý III năm 2026",
        "person": someone,
        "criteria": [
            {
                "group": group,
                "name": title,
                "max": "10",
                "lines": [
                    {"number": place, "name": item, "max": most, "score": score}
                    for place, (item, most, score) in enumerate(items, start=1)
                ],
            }
            for group, title, items in CRITERIA
        ],
        "criteria_max": "30",
        "general_score": "27.25",
        "result_score": "62.5",
        "total_score": "89.75",
        "strengths": "Chủ động tham mưu kế hoạch biên chế năm 2027 trước thời hạn 05 ngày; phối hợp tốt với các sở, "
        "ban, ngành trong thẩm định đề án; có sáng kiến dùng bảng tính chung để theo dõi kiến nghị.",
        "weaknesses": "Một văn bản trả lời còn phải hoàn thiện lại nội dung; việc lưu hồ sơ điện tử có lúc chưa kịp "
        "thời.",
        "products": [
            dict(zip(PRODUCT_COLUMNS, PRODUCTS[line % len(PRODUCTS)], strict=True)) for line in range(lines)
        ],
        "adjustments": [],
        "signed_on": "2026-10-02",
        "signers": {"person": signer(someone["name"], someone["position"].upper())},
    }


def form_02(number: int, _lines: int) -> dict[str, Any]:
    """A year's form: December has no score yet when ranking is due."""
    someone = person(number)
    scores = ["88.5", "90", "87.25", "91", "89.75", None, None, "86", "88", "90.5", "89", None]
    notes = {6: "Nghỉ ốm có xác nhận", 7: "Nghỉ ốm có xác nhận", 12: "Chưa đến kỳ chấm điểm"}
    return {
        **head("Phiếu xếp loại chất lượng công chức"),
        "year": "2026",
        "person": someone,
        "months": [
            {"month": month, "score": score, "note": notes.get(month, "")}
            for month, score in enumerate(scores, start=1)
        ],
        "year_mean": "88.89",
        "self_class": class_of(number),
        "signed_on": "2026-12-01",
        "signers": {"person": signer(someone["name"], someone["position"].upper())},
    }


def review_minutes(number: int, _lines: int) -> dict[str, Any]:
    """One person's review with two adjustments and a waiver."""
    return {
        **head("Biên bản xem xét, đánh giá"),
        "subject": "Xem xét, đánh giá kết quả Quý III năm 2026 đối với công chức",
        "period_words": "Quý III năm 2026",
        "started_at": "2026-10-05T08:30:00+07:00",
        "finished_at": "2026-10-05T09:05:00+07:00",
        "person": person(number),
        "reviewer": {"name": REVIEWER, "position": "Phó Trưởng phòng Tổ chức bộ máy và Biên chế"},
        "authority_note": "Thực hiện theo Văn bản ủy quyền số 08/UQ-SNV ngày 28/9/2026 của Giám đốc Sở Nội vụ",
        "form": {
            "code": "CM-2026-7F3K92QD",
            "sha256": "9f2c4e0bb0d6a1c35d8e7f60415263748596a7b8c9d0e1f2031425364758697a",
            "signed_on": "2026-10-02",
        },
        "self_general": "27.25",
        "self_result": "62.5",
        "self_total": "89.75",
        "general_score": "26.75",
        "result_score": "61.25",
        "total_score": "88",
        "adjustments": ADJUSTMENTS,
        "waivers": [{"what": "C3.02 – chậm 02 ngày", "reason": "cơ quan phối hợp gửi hồ sơ bổ sung sau thời hạn"}],
        "comment": "Đồng chí hoàn thành tốt các nhiệm vụ được giao, chủ động phối hợp; cần kiểm tra kỹ nội dung văn "
        "bản trước khi trình.",
        "class_code": "",
        "signed_on": "2026-10-05",
        "signers": {"reviewer": signer(REVIEWER, "PHÓ TRƯỞNG PHÒNG", "KT. TRƯỞNG PHÒNG")},
        "recipients": ["Người được đánh giá", "Hội đồng (để xem xét)", "Lưu: VT, TCCB"],
    }
