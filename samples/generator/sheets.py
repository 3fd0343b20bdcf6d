"""Writes tables the way offices draw them: a heading block above the header row, dates dd/mm/yyyy, borders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

Cell = str | int | Decimal | date | None


@dataclass(frozen=True)
class Banner:
    """A merged section heading inside a table."""

    text: str


@dataclass(frozen=True)
class Sheet:
    name: str
    title: str
    headings: Sequence[tuple[str, int]]  # heading, width in characters
    rows: Iterable[Sequence[Cell] | Banner]
    numbered: bool = False  # a row (1) (2) (3) ... under the header


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write one workbook; the same input gives the same bytes."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"author": "Sở Nội vụ tỉnh Hải Vân", "created": datetime(2026, 10, 1, 8, tzinfo=UTC)})
        looks = {
            "plain": book.add_format({"font_name": "Times New Roman", "font_size": 12}),
            "bold": book.add_format({"font_name": "Times New Roman", "bold": True, "align": "center"}),
            "note": book.add_format({"font_name": "Times New Roman", "italic": True, "align": "center"}),
            "head": _cell(book, bold=True, align="center", valign="vcenter", bg_color="#E8EEF7"),
            "banner": _cell(book, bold=True, bg_color="#F5F5F5"),
            "text": _cell(book, valign="top"),
            "date": _cell(book, valign="top", num_format="dd/mm/yyyy", align="center"),
            "number": _cell(book, valign="top", align="center"),
        }
        for sheet in sheets:
            _write_sheet(book, sheet, looks)


def _cell(book, **properties):
    return book.add_format({"font_name": "Times New Roman", "border": 1, "text_wrap": True, **properties})


def _write_sheet(book, sheet: Sheet, looks: dict) -> None:
    page = book.add_worksheet(sheet.name)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    last = len(sheet.headings) - 1
    half = max(1, last // 2)
    page.merge_range(0, 0, 0, half, "ỦY BAN NHÂN DÂN TỈNH HẢI VÂN", looks["plain"])
    page.merge_range(1, 0, 1, half, "SỞ NỘI VỤ", looks["bold"])
    page.merge_range(3, 0, 3, last, sheet.title, looks["bold"])
    page.merge_range(4, 0, 4, last, "(Dữ liệu hư cấu, chỉ dùng để chạy thử)", looks["note"])
    for column, (heading, width) in enumerate(sheet.headings):
        page.set_column(column, column, width)
        page.write_string(6, column, heading, looks["head"])
    row = 7
    if sheet.numbered:
        for column in range(last + 1):
            page.write_string(row, column, f"({column + 1})", looks["note"])
        row += 1
    page.freeze_panes(row, 0)
    for cells in sheet.rows:
        if isinstance(cells, Banner):
            page.merge_range(row, 0, row, last, cells.text, looks["banner"])
        else:
            for column, value in enumerate(cells):
                _write_cell(page, row, column, value, looks)
        row += 1


def _write_cell(page, row: int, column: int, value: Cell, looks: dict) -> None:
    match value:
        case None | "":
            page.write_blank(row, column, None, looks["text"])
        case date():
            page.write_datetime(row, column, value, looks["date"])
        case int() | Decimal():
            page.write_number(row, column, value, looks["number"])
        case _:
            page.write_string(row, column, value, looks["text"])
