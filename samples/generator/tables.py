"""The seven sample workbooks as tables of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from samples.generator.products import FRAMES, STANDARD_POINTS, sections
from samples.generator.province import DEPUTY, PLACE, STAFF, Person, Province
from samples.generator.quarter import MAXIMA, Card, Line
from samples.generator.sheets import Banner, Cell, Sheet

CRITERIA = (
    "I.1. Phẩm chất chính trị, đạo đức, văn hóa thực thi công vụ",
    "I.2. Ý thức kỷ luật, kỷ cương trong thực thi công vụ",
    "II.1. Năng lực chuyên môn, nghiệp vụ",
    "II.2. Khả năng đáp ứng yêu cầu nhiệm vụ thường xuyên, đột xuất",
    "II.3. Tinh thần trách nhiệm",
    "II.4. Thái độ phục vụ, khả năng phối hợp",
    "III.1. Có sản phẩm, giải pháp đột phá, sáng tạo",
    "III.2. Sẵn sàng nhận nhiệm vụ quan trọng, đột xuất, phức tạp",
    "III.3. Chịu trách nhiệm trước kết quả công việc",
    "III.4. Chủ động quyết định trong phạm vi thẩm quyền",
)
UNITS = (
    ("STT", 5), ("Mã", 14), ("Tên đơn vị", 48), ("Tên viết tắt", 12), ("Khối", 10), ("Trực thuộc (mã)", 12),
    ("Vai trò", 18), ("Địa danh", 12), ("Từ ngày", 12),
)  # fmt: skip
PEOPLE = (
    ("STT", 5), ("Mã", 9), ("Họ và tên", 24), ("Tên đăng nhập", 14), ("Thư điện tử", 26), ("Đơn vị (mã)", 13),
    ("Vị trí việc làm (mã)", 14), ("Chức vụ", 24), ("Nhóm đối tượng", 12), ("Vai trò", 15),
    ("Cấp trên trực tiếp (mã)", 12), ("Lĩnh vực phụ trách (mã đơn vị)", 22), ("Nhóm nhiệm vụ tương đồng", 22),
    ("Vai trò hệ thống", 16), ("Từ ngày", 12),
)  # fmt: skip
POSITIONS = (("STT", 5), ("Mã", 16), ("Tên vị trí việc làm", 60), ("Nhóm", 8), ("Đơn vị (mã)", 14))
PRODUCTS = (
    ("STT", 5), ("Mã", 8), ("Nhiệm vụ", 30), ("Công việc chi tiết", 40), ("Sản phẩm đầu ra", 34), ("Nhóm", 7),
    ("Khung điểm", 10), ("Điểm chấm", 9), ("Hệ số quy đổi", 9), ("Ghi chú", 18),
)  # fmt: skip
CATALOGUE = (("Cơ quan ban hành (mã)", 16), ("Tên danh mục", 60), ("Điểm của sản phẩm chuẩn", 16))
LINES = (
    ("STT", 5), ("Tháng", 9), ("Mã nhân sự", 10), ("Họ và tên", 24), ("Mã sản phẩm", 10), ("Yêu cầu", 44),
    ("Thời hạn", 12), ("Số lượng giao", 9), ("Loại", 14),
)  # fmt: skip
RESULTS = (
    ("STT", 5), ("Tháng", 9), ("Mã nhân sự", 10), ("Họ và tên", 24), ("Mã sản phẩm", 10), ("Thời hạn", 12),
    ("Loại", 14), ("Số lượng hoàn thành", 11), ("Minh chứng", 60),
)  # fmt: skip
GENERAL = (
    ("STT", 5), ("Kỳ", 12), ("Mã nhân sự", 10), ("Họ và tên", 24), *((text, 14) for text in CRITERIA),
    ("Tổng cộng", 9),
)  # fmt: skip
LEADERS = (
    ("STT", 5), ("Kỳ", 12), ("Mã nhân sự", 10), ("Họ và tên", 24), ("Tổ chức thực hiện (đ, %)", 12),
    ("Đoàn kết nội bộ (e, %)", 12),
)  # fmt: skip


def units(province: Province) -> Sheet:
    rows = [
        (n, u.code, u.name, u.abbreviation, u.block, u.parent, u.role, PLACE, u.since)
        for n, u in enumerate(province.units, 1)
    ]
    return Sheet("Đơn vị", "DANH SÁCH CƠ QUAN, ĐƠN VỊ", UNITS, rows)


def positions(province: Province) -> Sheet:
    rows = [(n, p.code, p.name, p.group, p.unit) for n, p in enumerate(province.positions.values(), 1)]
    return Sheet("Vị trí việc làm", "DANH MỤC VỊ TRÍ VIỆC LÀM", POSITIONS, rows)


def people(province: Province) -> Sheet:
    rows = [person_row(n, p) for n, p in enumerate(province.people, 1)]
    return Sheet("Nhân sự", "DANH SÁCH CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC, NGƯỜI LAO ĐỘNG", PEOPLE, rows)


def person_row(number: int, p: Person) -> list[Cell]:
    since = p.since.strftime("%d/%m/%Y") if number % 9 == 0 else p.since  # some offices type dates as text
    return [
        number, p.code, p.name, p.login, f"{p.login}@haivan.example", p.unit, p.position, p.title, p.subject, p.duty,
        p.reviewer, "; ".join(p.fields), p.duty_group, "; ".join(p.roles), since,
    ]  # fmt: skip


def catalogue() -> list[Sheet]:
    def rows() -> Iterator[Sequence[Cell] | Banner]:
        number = 0
        for title, products in sections():
            yield Banner(title)
            for p in products:
                number += 1
                note = "Sản phẩm chuẩn" if p.factor == 1 and p.code == "B-01" else None
                yield (number, p.code, p.task, p.detail, p.output, p.group, FRAMES[p.group], p.points, p.factor, note)

    title = "DANH MỤC SẢN PHẨM, CÔNG VIỆC VÀ HỆ SỐ QUY ĐỔI"
    about = [("UBND", "Danh mục sản phẩm, công việc tỉnh Hải Vân", STANDARD_POINTS)]
    return [
        Sheet("Danh mục sản phẩm", title, PRODUCTS, rows(), numbered=True),
        Sheet("Thông tin chung", "THÔNG TIN CHUNG CỦA DANH MỤC", CATALOGUE, about),
    ]


def assignments(lines: Sequence[Line]) -> Sheet:
    rows = [
        (n, _month(x), x.person.code, x.person.name, x.product.code, x.requirement, x.due, x.assigned, x.kind)
        for n, x in enumerate(lines, 1)
    ]
    return Sheet("Giao việc", "BẢNG GIAO SẢN PHẨM, CÔNG VIỆC QUÝ III NĂM 2026", LINES, rows)


def results(cards: Sequence[Card]) -> list[Sheet]:
    lines = [line for card in cards for line in card.lines]
    done = [
        (n, _month(x), x.person.code, x.person.name, x.product.code, x.due, x.kind, x.done, x.evidence)
        for n, x in enumerate(lines, 1)
    ]
    general = [
        (n, "Quý III/2026", c.person.code, c.person.name, *c.general, sum(c.general, Decimal()))
        for n, c in enumerate(cards, 1)
    ]
    leaders = [card for card in cards if card.person.duty != STAFF]
    declared = [
        (n, "Quý III/2026", c.person.code, c.person.name, c.organising, c.unity) for n, c in enumerate(leaders, 1)
    ]
    return [
        Sheet("Kết quả", "KẾT QUẢ THỰC HIỆN SẢN PHẨM, CÔNG VIỆC QUÝ III NĂM 2026", RESULTS, done),
        Sheet("Tiêu chí chung", f"TỰ CHẤM ĐIỂM TIÊU CHÍ CHUNG (TỐI ĐA {sum(MAXIMA):.0f} ĐIỂM)", GENERAL, general),
        Sheet("Tiêu chí lãnh đạo", "TỰ ĐÁNH GIÁ TIÊU CHÍ CỦA NGƯỜI LÃNH ĐẠO, QUẢN LÝ", LEADERS, declared),
    ]


def broken(province: Province) -> list[Sheet]:
    """Each row holds one fault and says nothing of it: the product has to find them."""
    good = [p for p in province.of_agency("STP") if p.duty != DEPUTY][:12]
    rows = [person_row(n, p) for n, p in enumerate(good, 1)]
    column = {heading: index for index, (heading, _width) in enumerate(PEOPLE)}
    for row, heading, value in (
        (1, "Từ ngày", "31/02/2026"),
        (2, "Đơn vị (mã)", "STP-KHONGCO"),
        (3, "Mã", rows[2][column["Mã"]]),
        (4, "Họ và tên", None),
        (5, "Nhóm đối tượng", "cong chuc"),
        (6, "Cấp trên trực tiếp (mã)", rows[6][column["Mã"]]),
        (7, "Cấp trên trực tiếp (mã)", "HV9999"),
        (8, "Thư điện tử", "khong phai thu"),
        (9, "Tên đăng nhập", rows[10][column["Tên đăng nhập"]]),
        (11, "Vai trò hệ thống", "Giám đốc mạng"),
    ):
        rows[row][column[heading]] = value
    since = date(2025, 7, 1)
    tree: list[list[Cell]] = [
        [1, "A1", "Đơn vị thứ nhất", "A1", "Nhà nước", "A2", "Cơ quan sử dụng", PLACE, since],
        [2, "A2", "Đơn vị thứ hai", "A2", "Nhà nước", "A1", "Cơ quan sử dụng", PLACE, since],
        [3, "A3", "Đơn vị thứ ba", "A3", "Khối khác", "UBND", "Cơ quan sử dụng", PLACE, since],
        [4, "A4", "Đơn vị thứ tư", "A4", "Nhà nước", "KHONGCO", "Cơ quan sử dụng", PLACE, since],
        [5, "A5", "Đơn vị thứ năm", "A5", "Nhà nước", "A5", "Cơ quan sử dụng", PLACE, "tháng bảy"],
    ]
    return [
        Sheet("Nhân sự", "DANH SÁCH CÓ LỖI ĐỂ THỬ", PEOPLE, rows),
        Sheet("Đơn vị", "DANH SÁCH ĐƠN VỊ CÓ LỖI ĐỂ THỬ", UNITS, tree),
    ]


def _month(line: Line) -> str:
    return f"{line.month:%m/%Y}"
