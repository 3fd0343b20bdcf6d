"""From a sheet to typed rows: the header is found by its names, each broken cell gets a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from organization.spreadsheets.values import Column, Unreadable, fold, read_value, shown
from organization.spreadsheets.workbook import Cell, Sheet, Workbook

HEADER_WITHIN = 40


@dataclass(frozen=True)
class RowError:
    """What is wrong where: ``column`` is letter and heading, ``reason`` a sentence in the reader's language."""

    sheet: str
    row: int
    column: str
    value: str
    reason: str

    def as_json(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in ("sheet", "row", "column", "value", "reason")}


@dataclass(frozen=True)
class Row:
    """One row's values by column name. A cell that could not be read is None and the row not ``sound``."""

    sheet: str
    number: int
    values: Mapping[str, Any]
    places: Mapping[str, str]
    sound: bool = True

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def error(self, name: str, reason: str) -> RowError:
        """A fault found later, by comparing rows."""
        return RowError(self.sheet, self.number, self.places.get(name, ""), shown(self.values[name]), reason)

    def as_json(self) -> dict[str, Any]:
        values = {key: _plain(value) for key, value in self.values.items()}
        return {"sheet": self.sheet, "row": self.number, "values": values, "places": dict(self.places)}


def read_table(workbook: Workbook, sheet: str | None, columns: Sequence[Column]) -> tuple[list[Row], list[RowError]]:
    """Rows below the header of the named sheet (or of the only one) and every fault in reading them.

    Blank rows, numbering rows such as "(1) (2) (3)" and merged section headings inside the table are passed over.
    """
    page = _find_sheet(workbook, sheet)
    if page is None:
        return [], [RowError(sheet or "", 0, "", "", _("The file has no sheet of this name."))]
    index, places = _find_header(page, columns)
    missing = [column.heading for column in columns if column.required and column.name not in places]
    if missing:
        reason = _("No header row with these columns was found: %(columns)s.") % {"columns": ", ".join(missing)}
        return [], [RowError(page.name, page.first_row + index, "", "", reason)]
    rows, errors = [], _repeated_headings(page, index, columns)
    labels = {name: _label(page, index, at) for name, at in places.items()}
    for offset, cells in enumerate(page.rows[index + 1 :], index + 1):
        number = page.first_row + offset
        if _passes_over(page, number, cells, places, is_next=offset == index + 1):
            continue
        row, faults = _read_row(page.name, number, cells, columns, places, labels)
        rows.append(row)
        errors += faults
    if not rows:
        errors.append(RowError(page.name, page.first_row + index, "", "", _("The table has no rows.")))
    return rows, errors


def load_row(data: Mapping[str, Any], columns: Sequence[Column]) -> Row:
    """The inverse of ``Row.as_json``."""
    kinds = {column.name: column for column in columns}
    values = {name: _typed(kinds[name], value) for name, value in data["values"].items()}
    return Row(data["sheet"], data["row"], values, data["places"])


def _read_row(
    sheet: str,
    number: int,
    cells: Sequence[Cell],
    columns: Sequence[Column],
    places: Mapping[str, int],
    labels: Mapping[str, str],
) -> tuple[Row, list[RowError]]:
    values: dict[str, Any] = {}
    errors = []
    for column in columns:
        cell = cells[places[column.name]] if column.name in places else None
        try:
            values[column.name] = read_value(column, cell)
        except Unreadable as fault:
            values[column.name] = [] if column.many else None
            errors.append(RowError(sheet, number, labels[column.name], shown(cell), str(fault)))
    return Row(sheet, number, values, labels, sound=not errors), errors


def _find_sheet(workbook: Workbook, name: str | None) -> Sheet | None:
    for sheet in workbook.sheets:
        if name is not None and fold(sheet.name) == fold(name):
            return sheet
    return workbook.sheets[0] if name is None or len(workbook.sheets) == 1 else None


def _find_header(page: Sheet, columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
    """The row among the first ones that holds most of the headings; which column stands where in it."""
    best: tuple[int, dict[str, int]] = (0, {})
    for index, cells in enumerate(page.rows[:HEADER_WITHIN]):
        found: dict[str, int] = {}
        for at, cell in enumerate(cells):
            for column in columns:
                if column.name not in found and isinstance(cell, str) and fold(cell) in _names(column):
                    found[column.name] = at
        if len(found) > len(best[1]):
            best = (index, found)
    return best


def _repeated_headings(page: Sheet, index: int, columns: Sequence[Column]) -> list[RowError]:
    errors = []
    heads = [fold(cell) if isinstance(cell, str) else "" for cell in page.rows[index]]
    for column in columns:
        twice = [at for at, head in enumerate(heads) if head in _names(column)]
        for at in twice[1:]:
            reason = _("This column stands in the table twice.")
            errors.append(RowError(page.name, page.first_row + index, _label(page, index, at), "", reason))
    return errors


def _passes_over(
    page: Sheet, number: int, cells: Sequence[Cell], places: Mapping[str, int], *, is_next: bool
) -> bool:
    if all(cells[at] is None for at in places.values()):
        return True
    filled = [cell for cell in cells if cell is not None]
    if number in page.merged and len(filled) == 1:
        return True
    numbering = [str(cell).strip("()") for cell in filled]
    return is_next and len(numbering) > 2 and numbering == [str(n) for n in range(1, len(numbering) + 1)]


def _names(column: Column) -> set[str]:
    return {fold(name) for name in (column.heading, *column.aliases)}


def _label(page: Sheet, index: int, at: int) -> str:
    return f"{letters(page.first_column + at)} ({page.rows[index][at]})"


def letters(column: int) -> str:
    """Excel's letters of a one-based column (28 -> "AB")."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
    return value


def _typed(column: Column, value: Any) -> Any:
    if value is None or column.many:
        return value
    if column.kind in ("date", "month"):
        return date.fromisoformat(value)
    return Decimal(value) if column.kind == "decimal" else value
