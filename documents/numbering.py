"""Numbers 1..N per agency, book and year: given at issue, kept on the document, never freed, never skipped."""

from datetime import date, datetime
from functools import partial
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import marks
from documents.formats import document_symbol, place_and_date
from documents.models import DocumentKind, NumberBook
from organization.models import Unit

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
LINES, SHEETS = "register", "register-sheets"  # counters that run on without a year


class NumberingRefused(Exception):
    """No number is given: this database was put back to an earlier day and nobody has run `reconcile` since."""

    def __str__(self) -> str:
        return _(
            "No number is given now: the data was restored from a backup, and the technical staff has not yet "
            "compared it with the archive (manage.py reconcile). Nothing is lost; try again afterwards."
        )


def take_number(*, unit: Unit, book: str, year: int, count: int = 1) -> int:
    """The next number, or the last of the next `count`. NumberingRefused.

    The caller's transaction holds the counter's row until its end, so this comes last in it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction that uses it.")
    counter = NumberBook.objects.filter(unit=unit, book=book, year=year)
    if not counter.update(last=F("last") + count):
        NumberBook.objects.get_or_create(unit=unit, book=book, year=year)
        counter.update(last=F("last") + count)
    number = counter.values_list("last", flat=True).get()
    if marks.restored() or number - count < marks.highest(unit.uuid, book, year):
        raise NumberingRefused
    transaction.on_commit(partial(marks.keep, unit.uuid, book, year, number), robust=True)
    return number


def refused() -> bool:
    """Whether any counter stands below its mark, or a restore waits for `reconcile`: for pages and checks."""
    if marks.restored():
        return True
    # Before the counters: a number taken meanwhile raises its counter first, then its mark.
    kept = list(marks.every())
    counters = {
        (unit, book, year): last
        for unit, book, year, last in NumberBook.objects.values_list("unit__uuid", "book", "year", "last")
    }
    return any(mark.number > counters.get((mark.unit, mark.book, mark.year), 0) for mark in kept)


def database_day() -> date:
    """Today in Vietnam by the database's clock: no web server's clock decides in which year a number falls."""
    now = DocumentKind.objects.annotate(now=Now()).values_list("now", flat=True).first()
    if now is None:
        raise LookupError("the registry of document kinds is empty")
    return local_day(now)


def local_day(moment: datetime) -> date:
    """The day of this moment in Vietnam."""
    return timezone.localdate(moment, LOCAL)


def books() -> list[str]:
    """The books that documents are numbered in."""
    return sorted(set(DocumentKind.objects.filter(numbered=True).values_list("book", flat=True)))


def book_of(kind: DocumentKind, *, practice: bool) -> str:
    """The book in which this kind is numbered; practice documents never take a real number."""
    return f"practice-{kind.book}" if practice else kind.book


def number_text(*, number: int, kind: DocumentKind, unit: Unit) -> str:
    """Number and symbol, such as "05/BB-SNV" (Decree 30/2020, Annex I)."""
    return document_symbol(number, kind.abbreviation, unit.abbreviation).removeprefix("Số: ")


def late_fields(*, text: str, place: str, on: date) -> dict[str, str]:
    """What the seal's revision writes into the page: number and dateline."""
    return {"number": f"Số: {text}", "issued_on": place_and_date(place, on)}
