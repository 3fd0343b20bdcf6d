"""After a restore: compare the database with what the archive remembers, so that no number is given twice.

The archive is never restored to an earlier day than its files: marks, sheets and stored files that are younger than
the database say what was lost. Numbers lost are kept as used; sheets lost are entered again from their copies.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.db import transaction

from documents import archive, marks, numbering, register
from documents.models import NumberBook, NumberUse, RegisterLine, RegisterSheet, SheetToken, UseEvent
from documents.numbering import LINES, SHEETS
from documents.signing.stamps import read_token
from organization.actions import journal
from organization.models import Unit

COPY = re.compile(r"(\d{4}-\d{2}-\d{2})-(\d{5})\.txt")


class Irreconcilable(Exception):
    """The copies in the archive contradict the database or each other: somebody has to look; nothing was changed."""


@dataclass(frozen=True)
class Known:
    """A last number that somebody knows from the papers: restored data and archive may both be too old."""

    unit: str
    book: str
    year: int
    last: int


@dataclass
class Outcome:
    """What a comparison has found and mended."""

    counters: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    compared: int = 0


@transaction.atomic
def reconcile(*, at: datetime, known: tuple[Known, ...] = ()) -> Outcome:
    """Raise every counter to what the archive and the papers know, enter lost sheets again. Irreconcilable.

    Nothing is lowered and nothing is removed; done again it finds nothing. Numbers are given again after `resume`.
    """
    outcome = Outcome()
    for unit in Unit.objects.filter(code__in=[folder.name for folder in _folders()]):
        _enter_lost_sheets(unit, outcome)
    units = {unit.uuid: unit for unit in Unit.objects.all()}
    codes = {unit.code: unit for unit in units.values()}
    for mark in marks.every():
        if mark.unit not in units:
            raise Irreconcilable(f"The archive holds numbers of an agency that the data does not know: {mark.unit}.")
        _raise(units[mark.unit], mark.book, mark.year, mark.number, at, outcome)
    for each in known:
        if each.unit not in codes:
            raise Irreconcilable(f"No agency has the code {each.unit}.")
        _require_book(codes[each.unit], each)
        _raise(codes[each.unit], each.book, each.year, each.last, at, outcome)
    return outcome


def _require_book(unit: Unit, known: Known) -> None:
    """A counter that a slip of the pen would create would leave the right one too low. Irreconcilable."""
    if NumberBook.objects.filter(unit=unit, book=known.book, year=known.year).exists():
        return
    books, year = numbering.books(), numbering.database_day().year
    if known.book.removeprefix("practice-") not in books:
        raise Irreconcilable(f"{known.unit} numbers in no book {known.book}; there are {', '.join(books)}.")
    if known.year not in (year - 1, year):  # a book of which the backup knows nothing began after it
        raise Irreconcilable(f"{known.unit} has no book {known.book} of the year {known.year}.")


def resume() -> None:
    """Give numbers again: the counters stand where they must, and the marks beside the archive follow. OSError."""
    for counter in NumberBook.objects.select_related("unit"):
        if marks.highest(counter.unit.uuid, counter.book, counter.year) < counter.last:
            marks.keep(counter.unit.uuid, counter.book, counter.year, counter.last)
    marks.forget_restore()


def hashes_of_recovered_sheets() -> Iterator[str]:
    """The files that lost documents have left in the archive: no row names them, a sheet entered again does."""
    for sheet in RegisterSheet.objects.filter(recovered=True).iterator(500):
        for line in archive.read(sheet.sha256).decode().splitlines()[1:]:
            yield line[:64]


def lost_lines(unit: Unit) -> list[range]:
    """Sequences that lost lines had: those of sheets entered again, and what the register's counter was raised by."""
    found, before = [], 0
    for sheet in RegisterSheet.objects.filter(unit=unit).order_by("ordinal"):
        if sheet.recovered:
            found.append(range(before + 1, sheet.last_sequence + 1))
        before = sheet.last_sequence
    uses = NumberUse.objects.filter(unit=unit, book=LINES, event=UseEvent.LOST)
    return found + [range(first, last + 1) for first, last in uses.values_list("first", "last")]


def _raise(unit: Unit, book: str, year: int, to: int, at: datetime, outcome: Outcome) -> None:
    NumberBook.objects.get_or_create(unit=unit, book=book, year=year)
    counter = NumberBook.objects.select_for_update().get(unit=unit, book=book, year=year)
    outcome.compared += 1
    if to <= counter.last:
        return
    outcome.counters.append(f"{unit.code} {book} {year}: {counter.last} -> {to}")
    if book != SHEETS:
        use = NumberUse.objects.create(
            unit=unit, book=book, year=year, first=counter.last + 1, last=to, event=UseEvent.LOST, at=at
        )
        lost = f"{use.first}..{to}"
        journal(event="number.lost", subject=use, at=at, by=None, unit=unit, book=book, year=year, numbers=lost)
    counter.last = to
    counter.save(update_fields=["last"])


def _enter_lost_sheets(unit: Unit, outcome: Outcome) -> None:
    """Sheets whose copies the archive holds and the database does not, in their order and in their chain."""
    known = RegisterSheet.objects.filter(unit=unit).order_by("ordinal").last()
    ordinal, head = (known.ordinal, known.sha256) if known else (0, register.NO_SHEET)
    reached = known.last_sequence if known else 0
    for path in _copies(unit):
        day, number = _name(path)
        if number <= ordinal:
            continue
        data = path.read_bytes()
        lines = data.decode().splitlines()
        if number != ordinal + 1 or not lines or lines[0] != head:
            raise Irreconcilable(f"{path.name} of {unit.code} does not follow the sheet that the data ends with.")
        kept = RegisterLine.objects.filter(unit=unit, sequence__gt=reached, sequence__lt=reached + len(lines))
        if not {register.line_text(line) for line in kept} <= set(lines):
            raise Irreconcilable(f"{path.name} of {unit.code} contradicts lines that the data holds.")
        ordinal, head, reached = number, sha256(data).hexdigest(), reached + len(lines) - 1
        archive.store(data)
        sheet = RegisterSheet.objects.create(
            unit=unit,
            ordinal=number,
            day=day,
            previous_sha256=lines[0],
            sha256=head,
            last_sequence=reached,
            recovered=True,
        )
        if (token := path.with_suffix(".tst")).exists():
            digest = archive.store(token.read_bytes())
            SheetToken.objects.create(sheet=sheet, sha256=digest, stamped_at=read_token(token.read_bytes()).at)
        outcome.sheets.append(f"{unit.code} {path.name}")
    for book, last in ((SHEETS, ordinal), (LINES, reached)):
        counter, _is_new = NumberBook.objects.get_or_create(unit=unit, book=book, year=0)
        if counter.last < last:
            counter.last = last
            counter.save(update_fields=["last"])


def _folders() -> list[Path]:
    return [path for path in sorted((settings.ARCHIVE_DIR / "registers").glob("*")) if path.is_dir()]


def _copies(unit: Unit) -> list[Path]:
    found = [path for path in register.folder_of(unit).iterdir() if COPY.fullmatch(path.name)]
    return sorted(found, key=lambda path: _name(path)[1])


def _name(path: Path) -> tuple[date, int]:
    day, number = COPY.fullmatch(path.name).groups()  # type: ignore[union-attr]
    return date.fromisoformat(day), int(number)
