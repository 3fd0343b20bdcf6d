"""Small Excel files for tests."""

import io
from collections.abc import Sequence
from datetime import date

import xlsxwriter


def excel(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook of named sheets; None leaves a cell empty, a one-cell tuple is merged over five columns."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets:
            page = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                if isinstance(cells, tuple) and len(cells) == 1:
                    page.merge_range(row, 0, row, 4, cells[0])
                    continue
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        page.write_datetime(row, column, value, day)
                    elif value is not None:
                        page.write(row, column, value)
    return buffer.getvalue()
