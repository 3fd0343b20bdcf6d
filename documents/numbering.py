"""Numbers 1..N per agency, book and year: given at issue, kept on the document, never freed, never skipped."""

from datetime import date

from django.db import transaction
from django.db.models import F

from documents.formats import document_symbol, place_and_date
from documents.models import DocumentKind, NumberBook
from organization.models import Unit


def take_number(*, unit: Unit, book: str, year: int) -> int:
    """The next number. The caller's transaction holds the counter's row until its end, so this comes last in it."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A number is taken inside the transaction that uses it.")
    counter = NumberBook.objects.filter(unit=unit, book=book, year=year)
    if not counter.update(last=F("last") + 1):
        NumberBook.objects.get_or_create(unit=unit, book=book, year=year)
        counter.update(last=F("last") + 1)
    return counter.values_list("last", flat=True).get()


def book_of(kind: DocumentKind, *, practice: bool) -> str:
    """The book in which this kind is numbered; practice documents never take a real number."""
    return f"practice-{kind.book}" if practice else kind.book


def number_text(*, number: int, kind: DocumentKind, unit: Unit) -> str:
    """Number and symbol, such as "05/BB-SNV" (Decree 30/2020, Annex I)."""
    return document_symbol(number, kind.abbreviation, unit.abbreviation).removeprefix("Số: ")


def late_fields(*, text: str, place: str, on: date) -> dict[str, str]:
    """What the seal's revision writes into the page: number and dateline."""
    return {"number": f"Số: {text}", "issued_on": place_and_date(place, on)}
