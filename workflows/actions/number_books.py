"""The clerk's acts on the number books of an agency: set aside, name, cancel, go on after paper."""

from datetime import date, datetime

from django.utils import timezone

from documents.actions import numbers
from documents.models import NumberUse
from organization.models import Person, Unit
from workflows.policy import rules


def reserve(*, unit: Unit, book: str, count: int, text: str, by: Person, at: datetime) -> list[NumberUse]:
    """Set the next numbers of this year's book aside. NotAllowed, DocumentRefused."""
    rules.require_clerk(unit, by, timezone.localdate(at))
    return numbers.reserve_numbers(unit=unit, book=book, count=count, text=text, by=by, at=at)


def go_on_after(*, unit: Unit, book: str, last: int, by: Person, at: datetime) -> NumberUse:
    """Begin after the last number used on paper. NotAllowed, DocumentRefused."""
    rules.require_clerk(unit, by, timezone.localdate(at))
    return numbers.import_last_number(unit=unit, book=book, last=last, by=by, at=at)


def assign(*, use: NumberUse, text: str, dated_on: date, by: Person, at: datetime) -> NumberUse:
    """Name the paper document that bears a reserved number. NotAllowed, DocumentRefused."""
    rules.require_clerk(use.unit, by, timezone.localdate(at))
    return numbers.assign_number(use=use, text=text, dated_on=dated_on, by=by, at=at)


def cancel(*, use: NumberUse, reason: str, by: Person, at: datetime) -> NumberUse:
    """Cancel a number that no document of this system bears; it stays used. NotAllowed, DocumentRefused."""
    rules.require_clerk(use.unit, by, timezone.localdate(at))
    return numbers.cancel_number(use=use, reason=reason, by=by, at=at)
