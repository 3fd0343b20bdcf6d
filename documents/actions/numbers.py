"""The clerk's acts on a number book that no document of this system stands behind; each number stays used."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import numbering
from documents.actions.refusals import DocumentRefused
from documents.models import NumberBook, NumberUse, UseEvent
from organization.actions import journal
from organization.models import Person, Unit

MOST_AT_ONCE = 50
HIGHEST = 99_999  # beyond it somebody has mistyped


@transaction.atomic
def reserve_numbers(*, unit: Unit, book: str, count: int, text: str, by: Person, at: datetime) -> list[NumberUse]:
    """Set the next numbers of this year's book aside for papers written outside this system. DocumentRefused."""
    _require_book(book)
    if not 1 <= count <= MOST_AT_ONCE:
        raise DocumentRefused(_("Between 1 and %(most)s numbers are reserved at once.") % {"most": MOST_AT_ONCE})
    if not text.strip():
        raise DocumentRefused(_("Say what the numbers are reserved for."))
    year = numbering.database_day().year
    uses = [
        NumberUse(unit=unit, book=book, year=year, event=UseEvent.RESERVED, text=text.strip()[:500], by=by, at=at)
        for _each in range(count)
    ]
    for use in uses:
        journal(event="number.reserved", subject=use, at=at, by=by, unit=unit, book=book, year=year)
    last = _taken(unit, book, year, count)
    for number, use in enumerate(uses, last - count + 1):
        use.first = use.last = number
    return NumberUse.objects.bulk_create(uses)


@transaction.atomic
def import_last_number(*, unit: Unit, book: str, last: int, by: Person, at: datetime) -> NumberUse:
    """Begin after the last number that this year's book has used on paper; only upwards. DocumentRefused."""
    _require_book(book)
    year = numbering.database_day().year
    # The row's lock, before it is known how many numbers there are to take.
    NumberBook.objects.get_or_create(unit=unit, book=book, year=year)
    stands = NumberBook.objects.select_for_update().get(unit=unit, book=book, year=year).last
    if not stands < last <= HIGHEST:
        raise DocumentRefused(
            _("The book already stands at %(stands)s: the last number on paper must lie above it, up to %(highest)s.")
            % {"stands": stands, "highest": HIGHEST}
        )
    use = NumberUse(
        unit=unit, book=book, year=year, first=stands + 1, last=last, event=UseEvent.ON_PAPER, by=by, at=at
    )
    journal(event="number.imported", subject=use, at=at, by=by, unit=unit, book=book, year=year, last=last)
    _taken(unit, book, year, last - stands)
    use.save()
    return use


@transaction.atomic
def assign_number(*, use: NumberUse, text: str, dated_on: date | None, by: Person, at: datetime) -> NumberUse:
    """Name the paper document that bears a reserved number, and its date. DocumentRefused."""
    if not text.strip() or dated_on is None:
        raise DocumentRefused(_("Name the paper document and its date."))
    if dated_on.year != use.year:
        raise DocumentRefused(_("A number of %(year)s belongs to a document of that year.") % {"year": use.year})
    return _settle(use, UseEvent.ASSIGNED, text=text, dated_on=dated_on, by=by, at=at)


@transaction.atomic
def cancel_number(*, use: NumberUse, reason: str, by: Person, at: datetime) -> NumberUse:
    """Cancel a number that was reserved or stands on a paper document; it stays used. DocumentRefused."""
    if not reason.strip():
        raise DocumentRefused(_("A cancellation needs a reason."))
    return _settle(use, UseEvent.CANCELLED, text=reason, dated_on=None, by=by, at=at)


def _settle(
    use: NumberUse, event: UseEvent, *, text: str, dated_on: date | None, by: Person, at: datetime
) -> NumberUse:
    # One clerk at a time in this book: two windows must not both say what became of a number.
    NumberBook.objects.select_for_update().get(unit=use.unit, book=use.book, year=use.year)
    later = NumberUse.objects.filter(follows=use).select_related("by").first()
    if later is not None:
        who = later.by.full_name if later.by else ""
        moment = timezone.localtime(later.at, numbering.LOCAL)
        raise DocumentRefused(
            _("Already handled by %(name)s at %(at)s. Look at the new state before you go on.")
            % {"name": who, "at": f"{moment:%H:%M %d/%m/%Y}"}
        )
    if use.event not in NEXT or event not in NEXT[UseEvent(use.event)]:
        raise DocumentRefused(_("Only a reserved number is given to a paper document or cancelled."))
    settled = NumberUse(
        uuid=uuid.uuid4(),
        unit=use.unit,
        book=use.book,
        year=use.year,
        first=use.first,
        last=use.last,
        event=event,
        text=text.strip()[:500],
        dated_on=dated_on,
        follows=use,
        by=by,
        at=at,
    )
    journal(
        event=f"number.{event}",
        subject=settled,
        at=at,
        by=by,
        unit=use.unit,
        changed_from=use.event,
        changed_to=event,
        book=use.book,
        year=use.year,
        number=use.first,
    )
    settled.save()
    return settled


NEXT: dict[UseEvent, tuple[UseEvent, ...]] = {
    UseEvent.RESERVED: (UseEvent.ASSIGNED, UseEvent.CANCELLED),
    UseEvent.ASSIGNED: (UseEvent.CANCELLED,),
}


def _require_book(book: str) -> None:
    if book not in numbering.books():
        raise DocumentRefused(_("There is no such number book."))


def _taken(unit: Unit, book: str, year: int, count: int) -> int:
    try:
        return numbering.take_number(unit=unit, book=book, year=year, count=count)
    except numbering.NumberingRefused as refused:
        raise DocumentRefused(str(refused)) from refused
