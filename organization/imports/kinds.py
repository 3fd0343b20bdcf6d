"""What an import is: its tables, its checks, what it says against what stands, and how it is written."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils.functional import Promise

from organization.models import Person
from organization.spreadsheets import Column, Row, RowError, load_row, read_table, read_workbook

Sheets = Mapping[str, Sequence[Row]]  # rows by the name of their table
Facts = dict[Hashable, Any]  # by the row's identity: everything the list states of it, comparable


class Write(Protocol):
    """Writes the rows whose identity is in `keys`, inside the caller's transaction."""

    def __call__(self, sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None: ...


class ImportRefused(Exception):
    """Nothing was stored; `errors` name sheet, row, column and reason."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__("; ".join(f"{e.sheet} {e.row} {e.column}: {e.reason}" for e in errors[:5]))
        self.errors = list(errors)


@dataclass(frozen=True)
class Table:
    """One sheet of the file. A sheet that is not `required` may be missing."""

    name: str
    sheet: str
    columns: tuple[Column, ...]
    required: bool = True


@dataclass(frozen=True)
class Preview:
    """What storing would do. `rows` are plain JSON data to keep until somebody confirms them.

    `left_out` are sound rows that cannot be stored yet, each with its reason; the others do not wait for them.
    """

    errors: list[RowError] = field(default_factory=list)
    left_out: list[RowError] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def summary(self) -> dict[str, int]:
        counts = {name: getattr(self, name) for name in ("new", "changed", "unchanged")}
        return counts | {"left_out": len(self.left_out), "errors": len(self.errors)}


@dataclass(frozen=True)
class ImportKind:
    """A kind of list. `stated` and `standing` give the facts of the file and of the database by the same identity."""

    code: str
    title: str | Promise
    tables: tuple[Table, ...]
    check: Callable[[Sheets], list[RowError]]
    stated: Callable[[Sheets], Facts]
    standing: Callable[[Sheets], Facts]
    write: Write
    leave_out: Callable[[Sheets], list[RowError]] = lambda sheets: []

    def preview(self, data: bytes) -> Preview:
        """Read a file and compare it with what is stored. Raises WorkbookRefused when it cannot be read at all."""
        workbook = read_workbook(data)
        sheets: dict[str, list[Row]] = {}
        errors: list[RowError] = []
        present = {sheet.name.casefold() for sheet in workbook.sheets}
        for table in self.tables:
            if not table.required and table.sheet.casefold() not in present:
                sheets[table.name] = []
                continue
            sheets[table.name], faults = read_table(workbook, table.sheet, table.columns)
            errors += faults
        errors = in_order([*errors, *self.check(sheets)])
        if errors:
            return Preview(errors=errors)
        left_out = in_order(self.leave_out(sheets))
        rows = [{"table": name, **row.as_json()} for name, found in sheets.items() for row in found]
        new, changed, unchanged = self._compare(_without(sheets, left_out))
        return Preview([], left_out, len(new), len(changed), len(unchanged), rows)

    def store(self, rows: Sequence[Mapping[str, Any]], *, by: Person, at: datetime) -> dict[str, int]:
        """Write the rows of a preview, all or none; what already stands is left alone. Raises ImportRefused."""
        sheets = self.load(rows)
        with transaction.atomic():
            if errors := self.check(sheets):
                raise ImportRefused(in_order(errors))
            left_out = self.leave_out(sheets)
            sheets = _without(sheets, left_out)
            new, changed, unchanged = self._compare(sheets)
            if new or changed:
                self.write(sheets, keys=new | changed, by=by, at=at)
        return Preview([], left_out, len(new), len(changed), len(unchanged)).summary

    def import_file(self, data: bytes, *, by: Person, at: datetime) -> dict[str, int]:
        """Preview and store in one go. Raises ImportRefused or WorkbookRefused."""
        preview = self.preview(data)
        if preview.errors:
            raise ImportRefused(preview.errors)
        return self.store(preview.rows, by=by, at=at)

    def load(self, rows: Sequence[Mapping[str, Any]]) -> Sheets:
        """The rows of a preview, typed again."""
        columns = {table.name: table.columns for table in self.tables}
        sheets: dict[str, list[Row]] = {table.name: [] for table in self.tables}
        for row in rows:
            sheets[row["table"]].append(load_row(row, columns[row["table"]]))
        return sheets

    def _compare(self, sheets: Sheets) -> tuple[set[Hashable], set[Hashable], set[Hashable]]:
        stated, standing = self.stated(sheets), self.standing(sheets)
        new = {key for key in stated if key not in standing}
        changed = {key for key in stated if key in standing and standing[key] != stated[key]}
        return new, changed, set(stated) - new - changed


def _without(sheets: Sheets, left_out: Sequence[RowError]) -> Sheets:
    places = {(error.sheet, error.row) for error in left_out}
    return {name: [r for r in rows if (r.sheet, r.number) not in places] for name, rows in sheets.items()}


def in_order(errors: Sequence[RowError]) -> list[RowError]:
    """By sheet, in the order of first mention, then by row and column."""
    sheets = list(dict.fromkeys(error.sheet for error in errors))
    return sorted(errors, key=lambda e: (sheets.index(e.sheet), e.row, len(e.column.split(" ")[0]), e.column))


def repeated(rows: Sequence[Row], name: str, reason: str) -> list[RowError]:
    """An error for every row whose value in the column already stands in a row above; case does not count."""
    seen: dict[str, int] = {}
    errors = []
    for row in rows:
        if not (value := row[name]):
            continue
        first = seen.setdefault(value.casefold(), row.number)
        if first != row.number:
            errors.append(row.error(name, reason % {"row": first}))
    return errors


def in_a_circle(above: Mapping[str, str | None]) -> set[str]:
    """Which of these point, step by step, back to themselves (two or more steps)."""
    found = set()
    for start in above:
        step, seen = above[start], {start}
        while step is not None and step not in seen:
            seen.add(step)
            step = above.get(step)
        if step == start and above[start] != start:
            found.add(start)
    return found
