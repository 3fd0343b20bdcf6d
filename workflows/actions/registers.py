"""The clerk's register of a day: the sheet is closed and stamped, then its readable form waits for his signature."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import register
from documents.actions import SlotSpec, request_document
from documents.models import Document, RegisterLine, State
from documents.numbering import NumberingRefused
from documents.signing import TimestampUnavailable
from organization.actions import journal
from organization.models import Person, Unit
from workflows.errors import NotReady, Refused
from workflows.facts import registers as facts
from workflows.policy import rules

logger = logging.getLogger(__name__)


def close_day(*, unit: Unit, day: date, by: Person, at: datetime) -> None:
    """Close the register up to this day and have its sheets stamped; once more does nothing. Outside a transaction.

    NotAllowed, Refused for a day to come, NotReady after a restore.
    """
    on = timezone.localdate(at)
    rules.require_clerk(unit, by, on)
    if day > on:
        raise Refused(_("The register of a day to come cannot be closed."))
    try:
        register.write_sheet(unit=unit, on=day)
        register.stamp_sheets(unit)  # what other agencies owe is the sweep's
    except NumberingRefused as refused:
        raise NotReady(str(refused)) from refused
    except TimestampUnavailable as error:
        logger.warning("register.stamps_owed %s", error)  # the sweep makes it; the page says that it is owed


@transaction.atomic
def register_of_day(*, unit: Unit, day: date, by: Person, at: datetime) -> Document:
    """Owe the register of this day, signed by the clerk and sealed; for the same lines it is the same document.

    NotAllowed, NotReady when nothing was entered.
    """
    on = timezone.localdate(at)
    rules.require_clerk(unit, by, on)
    Unit.objects.select_for_update().get(pk=unit.pk)  # two windows ask one after the other
    entered = RegisterLine.objects.filter(unit=unit, day=day)
    if not entered.exists():
        raise NotReady(_("Nothing was entered in the register on that day."))
    before = Document.objects.filter(kind__code="register_day", unit=unit, facts__day=day.isoformat())
    for document in before.exclude(state=State.CANCELLED):
        if len(document.facts["lines"]) == entered.count():
            return document
    owed = request_document(
        kind="register_day",
        unit=unit,
        facts=facts.register_day(unit, day, clerk=by, on=on),
        signers=[SlotSpec("clerk", by)],
        at=at,
    )
    journal(event="register.day_written", subject=owed, at=at, by=by, unit=unit, day=day.isoformat())
    return owed
