"""An agency's register in plain text: `sha256  number  time  kind`, checkable with sha256sum and grep alone.

Sheets are closed daily or on demand; the first line of a sheet is the hash of the sheet before it.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from itertools import takewhile
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from documents import archive, failpoints, numbering
from documents.models import Document, RegisterEvent, RegisterLine, RegisterSheet
from organization.models import Unit

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
LINES, SHEETS = "register", "register-sheets"  # counters that run on without a year
NO_SHEET = "0" * 64


def write_line(*, document: Document, event: RegisterEvent, at: datetime) -> RegisterLine:
    """Enter that a document counts from now on, or no longer counts; its counter makes it the last statement."""
    kind = f"{document.kind.code}" if event == RegisterEvent.ARCHIVED else f"{document.kind.code}:{event}"
    return RegisterLine.objects.create(
        unit=document.unit,
        day=timezone.localdate(at, LOCAL),
        sha256=document.current_sha256,
        number=document.number_text,
        at=at,
        kind=f"practice/{kind}" if document.practice else kind,
        event=event,
        document=document,
        sequence=numbering.take_number(unit=document.unit, book=LINES, year=0),
    )


def line_text(line: RegisterLine) -> str:
    """One line as outsiders read it; "-" stands where the kind takes no number."""
    moment = line.at.astimezone(LOCAL).isoformat(timespec="seconds")
    return f"{line.sha256}  {line.number or '-'}  {moment}  {line.kind}"


def sheet_text(previous_sha256: str, lines: Iterable[RegisterLine]) -> str:
    """A whole sheet: the hash of the one before, then the lines in their order."""
    return "\n".join([previous_sha256, *map(line_text, lines)]) + "\n"


@transaction.atomic
def write_sheet(*, unit: Unit, on: date) -> RegisterSheet | None:
    """Close the register up to this day (included) as one more sheet; None when there is nothing to close."""
    ordinal = numbering.take_number(unit=unit, book=SHEETS, year=0)  # first here: it lets one writer in at a time
    previous = RegisterSheet.objects.filter(unit=unit).order_by("ordinal").last()
    entered = RegisterLine.objects.filter(unit=unit, sequence__gt=previous.last_sequence if previous else 0)
    # Up to the first line of a later day: around midnight a line may stand behind one of the next day.
    lines = list(takewhile(lambda line: line.day <= on, entered.order_by("sequence")))
    if not lines:
        transaction.set_rollback(True)
        return None
    chained = previous.sha256 if previous else NO_SHEET
    text = sheet_text(chained, lines).encode()
    digest = archive.store(text)
    failpoints.hit("register.sheet_stored")
    _publish(unit, f"{on:%Y-%m-%d}-{ordinal:05d}.txt", text)
    return RegisterSheet.objects.create(
        unit=unit,
        ordinal=ordinal,
        day=on,
        previous_sha256=chained,
        sha256=digest,
        last_sequence=lines[-1].sequence,
    )


def _publish(unit: Unit, name: str, text: bytes) -> None:
    """A readable copy in one folder an agency; the archive's own file is the one that counts."""
    folder = settings.ARCHIVE_DIR / "registers" / re.sub(r"[^\w-]", "_", unit.code)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists() or sha256(path.read_bytes()).digest() != sha256(text).digest():
        path.write_bytes(text)
