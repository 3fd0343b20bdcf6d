"""Excel files that we hand out: plain tables, the same bytes for the same rows, and no cell that starts a formula."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter
from django.utils import timezone

Value = str | int | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True)
class Table:
    """One sheet: a title, notes under it, a header of (heading, width in characters), rows. None: an empty cell."""

    sheet: str
    title: str
    headings: Sequence[tuple[str, int]]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str] = ()


def harmless(text: str) -> str:
    """The text with an apostrophe before what a spreadsheet program could take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def write_workbook(tables: Sequence[Table], *, created: datetime) -> bytes:
    """An .xlsx file. Counts are numbers, everything else is text; `created` is the only time in it."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        book.set_properties({"created": timezone.make_naive(created, timezone.get_default_timezone())})
        bold = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#E8EDF5"})
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        for table in tables:
            sheet = book.add_worksheet(table.sheet)
            sheet.write_string(0, 0, harmless(table.title), bold)
            for offset, note in enumerate(table.notes, start=1):
                sheet.write_string(offset, 0, harmless(note))
            top = len(table.notes) + 2
            for column, (heading, width) in enumerate(table.headings):
                sheet.set_column(column, column, width)
                sheet.write_string(top, column, heading, head)
            sheet.freeze_panes(top + 1, 0)
            for number, row in enumerate(table.rows, start=top + 1):
                for column, value in enumerate(row):
                    if value is None:
                        sheet.write_blank(number, column, None, cell)
                    elif isinstance(value, str):
                        sheet.write_string(number, column, harmless(value), cell)
                    else:
                        sheet.write_number(number, column, value, cell)
            sheet.set_landscape()
            sheet.fit_to_pages(1, 0)
    return buffer.getvalue()
