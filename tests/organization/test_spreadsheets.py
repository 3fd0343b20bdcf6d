import io
import unicodedata
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from organization.spreadsheets import Column, Sheet, Workbook, WorkbookRefused, limits, load_row, read_table
from organization.spreadsheets import read_workbook as read
from organization.spreadsheets.tables import letters
from tests.organization.excel import excel

CODE = Column("code", "Mã", "code", required=True)
NAME = Column("name", "Họ và tên", required=True, aliases=("Họ tên",))
SINCE = Column("since", "Từ ngày", "date")
GROUP = Column("group", "Nhóm", "choice", choices={"Công chức": "cong_chuc", "Hợp đồng": "contract"})
POINTS = Column("points", "Điểm", "decimal", minimum=0, maximum=50)
COUNT = Column("count", "Số lượng", "integer", minimum=1)
FIELDS = Column("fields", "Lĩnh vực", "code", many=True)
MONTH = Column("month", "Tháng", "month")
ALL = (CODE, NAME, SINCE, GROUP, POINTS, COUNT, FIELDS, MONTH)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def table(heading: str, value: object, column: Column):
    """One row with one asked cell beside a code."""
    book = Workbook([Sheet("Trang", [["Mã", heading], ["A1", value]])])
    return read_table(book, None, (CODE, column))


def value_of(heading: str, value: object, column: Column):
    rows, errors = table(heading, value, column)
    assert errors == []
    return rows[0][column.name]


def reason_of(heading: str, value: object, column: Column) -> str:
    rows, errors = table(heading, value, column)
    assert [row.sound for row in rows] == [False]
    assert [error.row for error in errors] == [2]
    return errors[0].reason


def test_a_real_file_with_title_rows_and_sections_gives_its_rows():
    data = excel(
        (
            "Nhân sự",
            [
                ("ỦY BAN NHÂN DÂN TỈNH HẢI VÂN",),
                [],
                ("DANH SÁCH",),
                ["STT", "Mã", "Họ và tên", "Từ ngày", "Nhóm", "Điểm", "Số lượng"],
                ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
                ("A. LÃNH ĐẠO",),
                [1, "007", "Nguyễn Văn Hùng", date(2026, 9, 5), "công chức", 2.5, 3],
                [2],
                [3, 7.0, "Trần Thị  Hương ", "5/9/2026", "HỢP ĐỒNG", "8,5", "4"],
            ],
        )
    )
    rows, errors = read_table(read(data), "Nhân sự", ALL)
    assert errors == []
    assert [row.number for row in rows] == [7, 9]
    assert [row["code"] for row in rows] == ["007", "7"]
    assert [row["name"] for row in rows] == ["Nguyễn Văn Hùng", "Trần Thị Hương"]
    assert [row["since"] for row in rows] == [date(2026, 9, 5)] * 2
    assert [row["group"] for row in rows] == ["cong_chuc", "contract"]
    assert [row["points"] for row in rows] == [Decimal("2.5"), Decimal("8.5")]
    assert [row["count"] for row in rows] == [3, 4]
    assert [row["fields"] for row in rows] == [[], []]


def test_a_table_that_does_not_begin_in_a1_keeps_its_row_numbers_and_letters():
    data = excel(("Trang", [[], [], [None, None, "Mã", "Họ tên"], [None, None, "A 1", "Lê Minh Tuấn"]]))
    _rows, errors = read_table(read(data), None, ALL)
    assert [(error.row, error.column, error.value) for error in errors] == [(4, "C (Mã)", "A 1")]


def test_decomposed_letters_are_read_as_composed():
    heading, name = (unicodedata.normalize("NFD", text) for text in ("HỌ VÀ TÊN", "Nguyễn Thị Thủy"))
    rows, errors = read_table(read(excel(("Trang", [["mã", heading], ["A1", name]]))), None, ALL)
    assert errors == []
    assert rows[0]["name"] == unicodedata.normalize("NFC", name)


def test_invisible_characters_do_not_make_a_second_identity():
    rows, _errors = read_table(read(excel(("T", [["Mã", "Họ tên"], ["SN\u200bV\u202e", "A"]]))), None, ALL)
    assert rows[0]["code"] == "SNV"


def test_a_missing_required_column_is_named():
    rows, errors = read_table(read(excel(("Trang", [["Mã", "Từ ngày"], ["A1", date(2026, 1, 1)]]))), None, ALL)
    assert rows == []
    assert "Họ và tên" in errors[0].reason


def test_a_heading_that_stands_twice_is_reported():
    book = Workbook([Sheet("Trang", [["Mã", "Họ tên", "Mã"], ["A1", "Lê An", "A2"]])])
    _rows, errors = read_table(book, None, (CODE, NAME))
    assert [error.column for error in errors] == ["C (Mã)"]


def test_a_missing_sheet_is_reported_among_several():
    book = Workbook([Sheet("Một", []), Sheet("Hai", [])])
    assert read_table(book, "Ba", ALL)[1][0].sheet == "Ba"


def test_an_empty_table_is_an_error():
    assert read_table(Workbook([Sheet("Trang", [["Mã"]])]), None, (CODE,))[1][0].reason == "The table has no rows."


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("05/09/2026", date(2026, 9, 5)),
        ("5-9-2026", date(2026, 9, 5)),
        ("05.09.2026", date(2026, 9, 5)),
        (date(2026, 9, 5), date(2026, 9, 5)),
    ],
)
def test_a_date_reads_day_first(written, expected):
    assert value_of("Từ ngày", written, SINCE) == expected


@pytest.mark.parametrize(
    "written", ["31/02/2026", "2026-09-05", "tháng chín", "05/13/2026", "1/1/1800", Decimal(46000)]
)
def test_a_wrong_date_is_refused(written):
    assert reason_of("Từ ngày", written, SINCE)


@pytest.mark.parametrize(
    ("written", "expected"), [("07/2026", date(2026, 7, 1)), (date(2026, 7, 9), date(2026, 7, 1))]
)
def test_a_month_is_its_first_day(written, expected):
    assert value_of("Tháng", written, MONTH) == expected


@pytest.mark.parametrize("written", ["13/2026", "7", "tháng 7"])
def test_a_wrong_month_is_refused(written):
    assert reason_of("Tháng", written, MONTH)


@pytest.mark.parametrize(
    ("written", "expected"), [("8,5", "8.5"), ("8.5", "8.5"), (Decimal("2.25"), "2.25"), ("12", "12"), ("0", "0")]
)
def test_a_decimal_accepts_comma_and_point(written, expected):
    assert value_of("Điểm", written, POINTS) == Decimal(expected)


@pytest.mark.parametrize("written", ["1.312,5", "1 312", "1e3", "NaN", "-1", "50,01", "năm", True, date(2026, 1, 1)])
def test_a_wrong_decimal_is_refused(written):
    assert reason_of("Điểm", written, POINTS)


@pytest.mark.parametrize("written", [Decimal("2.5"), "2,5", "0", "hai", Decimal(-3)])
def test_a_wrong_whole_number_is_refused(written):
    assert reason_of("Số lượng", written, COUNT)


@pytest.mark.parametrize(
    "written", ["A 1", date(2026, 1, 2), Decimal("123456789012345678"), Decimal(-1), "x" * 41, "=1"]
)
def test_a_wrong_code_is_refused(written):
    book = Workbook([Sheet("Trang", [["Mã"], [written]])])
    _rows, errors = read_table(book, None, (CODE,))
    assert [error.column for error in errors] == ["A (Mã)"]


def test_a_wrong_choice_names_the_words_that_are_allowed():
    assert "Công chức, Hợp đồng" in reason_of("Nhóm", "Quan chức", GROUP)


def test_several_values_are_separated_by_semicolons():
    assert value_of("Lĩnh vực", "SNV-VP; SNV-CCHC ;", FIELDS) == ["SNV-VP", "SNV-CCHC"]


def test_text_beyond_its_length_is_refused():
    assert "250" in reason_of("Họ tên", "a" * 251, NAME)


def test_every_fault_of_a_row_is_reported_at_once():
    book = Workbook([Sheet("Trang", [["Mã", "Họ tên", "Từ ngày", "Điểm"], ["A1", None, "hôm qua", "nhiều"]])])
    rows, errors = read_table(book, None, ALL)
    assert [error.column for error in errors] == ["B (Họ tên)", "C (Từ ngày)", "D (Điểm)"]
    assert [error.value for error in errors] == ["", "hôm qua", "nhiều"]
    assert rows[0]["code"] == "A1"


def test_a_row_kept_as_json_comes_back_the_same():
    book = Workbook(
        [
            Sheet(
                "T",
                [
                    ["Mã", "Họ tên", "Từ ngày", "Điểm", "Số lượng", "Tháng"],
                    ["A", "B", "1/2/2026", "2,50", "3", "7/2026"],
                ],
            )
        ]
    )
    row = read_table(book, None, ALL)[0][0]
    assert load_row(row.as_json(), ALL) == row


@given(st.integers(min_value=1, max_value=16384))
def test_letters_count_like_excel(column):
    number = 0
    for letter in letters(column):
        number = number * 26 + ord(letter) - 64
    assert number == column


# --- hostile files ---------------------------------------------------------------------------------------


def repacked(**parts: bytes) -> bytes:
    """A good workbook with parts added or replaced ("_" in a name stands for "/")."""
    buffer = io.BytesIO()
    good = io.BytesIO(excel(("Trang", [["Mã"], ["A1"]])))
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name.replace("/", "_").split(".")[0] not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name.replace("_", "/") + ".xml", content)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        read(data)
    return str(refused.value)


def test_a_stray_cell_in_the_last_corner_ends_the_child_and_not_the_server():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Mã")
        page.write(1_048_575, 16_383, 1)
    assert "stray cell" in refusal(buffer.getvalue())


def test_formatting_without_values_far_away_does_not_matter():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_column(0, 0, ["Mã", "A1"])
        page.write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))
    rows, errors = read_table(read(buffer.getvalue()), None, (CODE,))
    assert ([row["code"] for row in rows], errors) == (["A1"], [])


def test_a_part_that_unpacks_a_thousandfold_is_refused_before_parsing():
    assert "unpacks" in refusal(repacked(xl_media_zeros=b"\0" * 40_000_000))


def test_declared_sizes_are_not_believed():
    data = bytearray(repacked(xl_media_zeros=b"\0" * 40_000_000))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(data))


def test_too_many_parts_are_refused():
    assert "parts" in refusal(repacked(**{f"xl_p{n}": b"" for n in range(limits.MAX_PARTS)}))


def test_too_many_rows_are_refused_by_name():
    rows = [["Mã"], *[["A"]] * limits.MAX_ROWS]
    assert "“Dài”" in refusal(excel(("Dài", rows)))


def test_too_many_columns_are_refused_by_name():
    assert "“Rộng”" in refusal(excel(("Rộng", [["Mã"] * (limits.MAX_COLUMNS + 1)])))


def test_one_long_shared_text_in_many_cells_is_refused():
    assert "more text" in refusal(excel(("Trang", [["x" * 30_000]] * 1_000)))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not an Excel"),
        (b"%PDF-1.7", "not an Excel"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (b"PK\x03\x04" + b"\0" * 100, "damaged"),
        (b"PK\x03\x04" + b"\0" * limits.MAX_BYTES, "10 MB"),
    ],
)
def test_what_is_no_workbook_is_refused_with_a_reason(data, word):
    assert word in refusal(data)


def test_a_zip_that_is_no_workbook_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<a/>")
    assert "not an Excel" in refusal(buffer.getvalue())


def test_a_workbook_with_broken_xml_is_refused():
    assert "damaged" in refusal(repacked(xl_workbook=b"<workbook><sheets><sheet"))


def test_an_entity_bomb_is_not_expanded():
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s">]><sst>%s</sst>' % (b"x" * 9999, b"&b;" * 9999)
    assert refusal(repacked(xl_sharedStrings=bomb))


def test_macros_are_refused():
    data = io.BytesIO(excel(("Trang", [["Mã"], ["A1"]])))
    with zipfile.ZipFile(data, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert "macros" in refusal(data.getvalue())


def test_hidden_sheets_are_not_read():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Thấy").write(0, 0, "Mã")
        hidden = book.add_worksheet("Ẩn")
        hidden.write(0, 0, "Mã")
        hidden.hide()
    assert [sheet.name for sheet in read(buffer.getvalue()).sheets] == ["Thấy"]
