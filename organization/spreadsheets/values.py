"""One cell into one value of its column's kind, or a reason why not."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from organization.spreadsheets.workbook import Cell

Kind = Literal["text", "code", "date", "month", "decimal", "integer", "choice"]
_CODE = re.compile(r"[\w./-]{1,40}")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_EXACT = 10**15  # from here on Excel has rounded the number


@dataclass(frozen=True)
class Column:
    """One column: ``heading`` and ``aliases`` are its names in the file, ``choices`` maps a written word to a value.

    ``many`` cells hold several values separated by semicolons. Numbers may be bounded (both ends included).
    """

    name: str
    heading: str
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    many: bool = False
    max_length: int = 250
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None


class Unreadable(ValueError):
    """The cell does not hold what its column asks; the text is the reason."""


def read_value(column: Column, cell: Cell) -> Any:
    """The cell's value: None (or [], or "" for text) where an optional cell is empty. Raises Unreadable."""
    if cell is None:
        if column.required:
            raise Unreadable(_("This cell must not be empty."))
        return [] if column.many else ("" if column.kind in ("text", "code") else None)
    if column.many:
        parts = [part.strip() for part in as_text(cell).split(";")]
        return [_READERS[column.kind](column, part) for part in parts if part]
    return _READERS[column.kind](column, cell)


def shown(value: Any) -> str:
    """A value as a person typed it, shortened for a message."""
    match value:
        case None:
            text = ""
        case date():
            text = f"{value:%d/%m/%Y}"
        case Decimal():
            text = as_text(value).replace(".", ",")
        case list():
            text = "; ".join(value)
        case _:
            text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def as_text(cell: Cell) -> str:
    """What the cell shows: the number 7.0 is "7", a date is dd/mm/yyyy."""
    match cell:
        case Decimal():
            return format(cell.normalize(), "f")
        case date():
            return f"{cell:%d/%m/%Y}"
        case bool() | None:
            raise Unreadable(_("A logical value stands here instead of text."))
    return str(cell)


def fold(text: str) -> str:
    """How headings and choices are compared: without case, hints in brackets, signs and double spaces."""
    plain = re.sub(r"\([^)]*\)|[*:.]", " ", unicodedata.normalize("NFC", text))
    return " ".join(plain.casefold().split())


def _text(column: Column, cell: Cell) -> str:
    text = as_text(cell)
    if len(text) > column.max_length:
        raise Unreadable(_("At most %(count)d characters are allowed.") % {"count": column.max_length})
    return text


def _code(column: Column, cell: Cell) -> str:
    """An identity: never a number, so "007" keeps its noughts."""
    if isinstance(cell, date):
        raise Unreadable(_("Excel took this code for a date. Format the column as text and type it again."))
    if isinstance(cell, Decimal) and not 0 <= cell < _EXACT:
        raise Unreadable(_("Excel cut this long number. Format the column as text and type it again."))
    text = as_text(cell)
    if not _CODE.fullmatch(text):
        raise Unreadable(_("A code has at most 40 letters, digits, dots, dashes or slashes, and no spaces."))
    return text


def _date(column: Column, cell: Cell) -> date:
    if isinstance(cell, date):
        found = cell
    else:
        written = _DATE.fullmatch(cell) if isinstance(cell, str) else None
        if not written:
            raise Unreadable(_("This is not a date (day/month/year, such as 05/09/2026)."))
        day, month, year = map(int, written.groups())
        found = _calendar_day(year, month, day)
    if not 1900 <= found.year <= 2100:
        raise Unreadable(_("The year must lie between 1900 and 2100."))
    return found


def _month(column: Column, cell: Cell) -> date:
    """The first day of the month; Excel often makes a date of "07/2026"."""
    written = _MONTH.fullmatch(cell) if isinstance(cell, str) else None
    if written:
        return _calendar_day(int(written[2]), int(written[1]), 1)
    if isinstance(cell, date):
        return cell.replace(day=1)
    raise Unreadable(_("This is not a month (month/year, such as 07/2026)."))


def _calendar_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(_("There is no such day in the calendar."))


def _decimal(column: Column, cell: Cell) -> Decimal:
    return _bounded(column, _number(cell, _("This is not a number (write 2,5 or 2.5, no thousands separators).")))


def _integer(column: Column, cell: Cell) -> int:
    reason = _("This is not a whole number.")
    number = _number(cell, reason)
    if number != number.to_integral_value():
        raise Unreadable(reason)
    return int(_bounded(column, number))


def _number(cell: Cell, reason: str) -> Decimal:
    if isinstance(cell, str) and _NUMBER.fullmatch(cell):
        return Decimal(cell.replace(",", "."))
    if isinstance(cell, Decimal) and cell.is_finite():
        return cell
    raise Unreadable(reason)


def _bounded(column: Column, number: Decimal) -> Decimal:
    if column.minimum is not None and number < column.minimum:
        raise Unreadable(_("The number must be at least %(bound)s.") % {"bound": shown(Decimal(column.minimum))})
    if column.maximum is not None and number > column.maximum:
        raise Unreadable(_("The number must be at most %(bound)s.") % {"bound": shown(Decimal(column.maximum))})
    return number


def _choice(column: Column, cell: Cell) -> str:
    values = {fold(word): value for word, value in column.choices.items()}
    try:
        return values[fold(as_text(cell))]
    except KeyError:
        raise Unreadable(_("Choose one of: %(words)s.") % {"words": ", ".join(column.choices)})


_READERS = {
    "text": _text,
    "code": _code,
    "date": _date,
    "month": _month,
    "decimal": _decimal,
    "integer": _integer,
    "choice": _choice,
}
