"""High-water marks: how far each counter has come, kept beside the archive and not in the database.

They are what a restored database is compared with. A mark is written after the commit that took the number and
before anybody is told of it; a counter at or below its mark has been put back to an earlier day.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

MARKS = "marks"
RESTORED = "restored"  # deploy/restore leaves this file; `manage.py reconcile` takes it away
TAIL = 4096  # bytes; lines of writers side by side may stand a little out of order, never this far


@dataclass(frozen=True)
class Mark:
    """The highest number that a counter has given for certain."""

    unit: UUID
    book: str
    year: int
    number: int


def keep(unit: UUID, book: str, year: int, number: int) -> None:
    """Note that this number is given, durably. OSError."""
    folder = settings.ARCHIVE_DIR / MARKS / str(unit)
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{book}-{year}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        # The first line end closes a line that a power cut has left half written: digits must not run together.
        os.write(descriptor, f"\n{number}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def highest(unit: UUID, book: str, year: int) -> int:
    """The highest number that was noted; 0 when none was."""
    try:
        with (settings.ARCHIVE_DIR / MARKS / str(unit) / f"{book}-{year}").open("rb") as file:
            file.seek(0, os.SEEK_END)
            size = file.tell()
            file.seek(max(0, size - TAIL))
            lines = file.read().split(b"\n")
    except FileNotFoundError:
        return 0
    # A write cut short by a crash leaves a line without its end, and the first one here may have lost its beginning.
    whole = lines[1 if size > TAIL else 0 : -1]
    return max((int(line) for line in whole if line.isdigit()), default=0)


def every() -> Iterator[Mark]:
    """Every counter's mark."""
    for folder in sorted((settings.ARCHIVE_DIR / MARKS).glob("*-*-*-*-*")):
        for path in sorted(folder.iterdir()):
            book, _dash, year = path.name.rpartition("-")
            unit = UUID(folder.name)
            yield Mark(unit, book, int(year), highest(unit, book, int(year)))


def restored() -> bool:
    """Whether a restore has left word that nobody has compared the counters since."""
    return (settings.ARCHIVE_DIR / MARKS / RESTORED).exists()


def forget_restore() -> None:
    """The counters have been compared."""
    (settings.ARCHIVE_DIR / MARKS / RESTORED).unlink(missing_ok=True)
