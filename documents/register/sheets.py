"""Closing the register: one more sheet, chained, its readable copy, its time stamp. Each step may be repeated."""

import re
import shutil
from datetime import date
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from django.conf import settings
from django.db import transaction

from documents import archive, failpoints, keys, numbering
from documents.models import RegisterLine, RegisterSheet, SheetToken
from documents.numbering import SHEETS
from documents.register.lines import sheet_text
from documents.signing.stamps import read_token, request_token
from organization.models import Unit

NO_SHEET = "0" * 64
OUTSIDERS = Path(__file__).resolve().parent.parent / "outsiders"
SCRIPTS = ("verify.sh", "HUONG-DAN-KIEM-TRA.txt")


def write_sheet(*, unit: Unit, on: date) -> RegisterSheet | None:
    """Close the register up to this day (included) as one more sheet; None when there is nothing to close.

    Call outside a transaction: outsiders see the copy only once the row stands. NumberingRefused.
    """
    sheet = _close(unit, on)
    if sheet is not None:
        publish(sheet)
    return sheet


@transaction.atomic
def _close(unit: Unit, on: date) -> RegisterSheet | None:
    ordinal = numbering.take_number(unit=unit, book=SHEETS, year=0)  # first here: it lets one writer in at a time
    previous = RegisterSheet.objects.filter(unit=unit).order_by("ordinal").last()
    entered = RegisterLine.objects.filter(unit=unit, sequence__gt=previous.last_sequence if previous else 0)
    # Up to the first line of a later day: around midnight a line may stand behind one of the next day.
    lines = list(takewhile(lambda line: line.day <= on, entered.order_by("sequence")))
    if not lines:
        transaction.set_rollback(True)
        return None
    chained = previous.sha256 if previous else NO_SHEET
    digest = archive.store(sheet_text(chained, lines).encode())
    failpoints.hit("register.sheet_stored")
    return RegisterSheet.objects.create(
        unit=unit,
        ordinal=ordinal,
        day=on,
        previous_sha256=chained,
        sha256=digest,
        last_sequence=lines[-1].sequence,
    )


def stamp_sheets(unit: Unit | None = None) -> int:
    """Time-stamp every sheet, or every one of this agency, that has no token yet; how many were.

    TimestampUnavailable: the rest stays owed.
    """
    stamped, owed = 0, RegisterSheet.objects.filter(token__isnull=True)
    if unit is not None:
        owed = owed.filter(unit=unit)
    for sheet in owed.order_by("pk").select_related("unit"):
        token = request_token(keys.timestamps(), bytes.fromhex(sheet.sha256))
        digest = archive.store(token)
        # A second worker may have been faster: the first row counts, this token becomes an orphan.
        defaults = {"sha256": digest, "stamped_at": read_token(token).at}
        SheetToken.objects.get_or_create(sheet=sheet, defaults=defaults)
        publish(sheet)
        stamped += 1
    return stamped


def folder_of(unit: Unit) -> Path:
    """Where outsiders find this agency's sheets."""
    return settings.ARCHIVE_DIR / "registers" / re.sub(r"[^\w-]", "_", unit.code)


def name_of(sheet: RegisterSheet) -> str:
    """The name of a sheet's copy, without its ending."""
    return f"{sheet.day:%Y-%m-%d}-{sheet.ordinal:05d}"


def publish(sheet: RegisterSheet) -> None:
    """Readable copies of a sheet and its token; the archive's own files are the ones that count."""
    folder = folder_of(sheet.unit)
    folder.mkdir(parents=True, exist_ok=True)
    _copy(folder / f"{name_of(sheet)}.txt", archive.read(sheet.sha256))
    token = SheetToken.objects.filter(sheet=sheet).first()
    if token is not None:
        _copy(folder / f"{name_of(sheet)}.tst", archive.read(token.sha256))
    for name in SCRIPTS:
        if not (folder.parent / name).exists():
            shutil.copy(OUTSIDERS / name, folder.parent / name)


def publish_missing() -> int:
    """Write the copies again that a crash or a hand has taken away; how many sheets had one missing."""
    written = 0
    for sheet in RegisterSheet.objects.select_related("unit", "token").iterator(500):
        wanted = [".txt", *([".tst"] if hasattr(sheet, "token") else [])]
        if not all((folder_of(sheet.unit) / f"{name_of(sheet)}{ending}").exists() for ending in wanted):
            publish(sheet)
            written += 1
    return written


def _copy(path: Path, data: bytes) -> None:
    if path.exists() and sha256(path.read_bytes()).digest() == sha256(data).digest():
        return
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
