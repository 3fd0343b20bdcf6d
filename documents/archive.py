"""The content-addressed store: a file lies under its own SHA-256, is written once and never changed.

Order of a write: temporary file on the same filesystem → fsync → read-only → rename → fsync of the folder; only
then may a row name the hash. A crash in between leaves an orphan, which is moved to a logged quarantine.
"""

import contextlib
import logging
import os
import re
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from documents import failpoints

logger = logging.getLogger(__name__)
HASH = re.compile(r"[0-9a-f]{64}")
STAGING = "staging"
QUARANTINE = "quarantine"
IN_FLIGHT = timedelta(hours=1)  # a file without a row may belong to a step that is still running


class FileMissing(Exception):
    """No file lies under this hash."""


class FileCorrupt(Exception):
    """The file under this hash has other bytes."""


def path_of(digest: str) -> Path:
    """Where the file of this hash lies. ValueError for anything that is no SHA-256 in lower-case hexadecimal."""
    if not HASH.fullmatch(digest):
        raise ValueError(f"not a SHA-256: {digest!r}")
    return settings.ARCHIVE_DIR / digest[:2] / digest[2:4] / digest


def store(data: bytes) -> str:
    """Keep these bytes durably and return their SHA-256; the same bytes twice are one file. OSError."""
    digest = sha256(data).hexdigest()
    target = path_of(digest)
    if target.exists():
        os.utime(target)  # in flight again: the orphans' quarantine leaves it alone
        if sha256(target.read_bytes()).hexdigest() == digest:
            _sync(target.parent)  # the writer before us may have died between its rename and its fsync
            return digest
        quarantine(target, reason="corrupt")
    _make(target.parent)
    staged = _make(settings.ARCHIVE_DIR / STAGING) / uuid.uuid4().hex
    try:
        with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        failpoints.hit("archive.written")
        staged.chmod(0o444)
        staged.rename(target)
    except OSError:
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)
        raise
    failpoints.hit("archive.renamed")
    _sync(target.parent)
    return digest


def read(digest: str) -> bytes:
    """The bytes under this hash, checked against it. FileMissing, FileCorrupt."""
    try:
        data = path_of(digest).read_bytes()
    except FileNotFoundError:
        raise FileMissing(digest) from None
    if sha256(data).hexdigest() != digest:
        raise FileCorrupt(digest)
    return data


def destroy(digest: str) -> bool:
    """Remove the file of this hash durably: of what was disposed of, nothing else. False when none was there."""
    return destroy_copy(path_of(digest))


def destroy_copy(path: Path) -> bool:
    """The same for a package that holds copies of what was disposed of."""
    if not path.exists():
        return False
    path.unlink()
    _sync(path.parent)
    return True


def stored() -> Iterator[Path]:
    """Every file of the archive; staging and quarantine are not part of it."""
    for first in sorted(settings.ARCHIVE_DIR.glob("[0-9a-f][0-9a-f]")):
        for second in sorted(first.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(path for path in second.iterdir() if path.is_file())


def orphans(known: set[str], *, at: datetime, older_than: timedelta = IN_FLIGHT) -> Iterator[Path]:
    """Files that no row names, and staged leftovers, both untouched for longer than `older_than`."""
    limit = (at - older_than).timestamp()
    staging = settings.ARCHIVE_DIR / STAGING
    for path in [*stored(), *(sorted(staging.iterdir()) if staging.exists() else ())]:
        if path.name not in known:
            with contextlib.suppress(FileNotFoundError):  # a running step has just renamed it
                if path.stat().st_mtime <= limit:
                    yield path


def quarantine(path: Path, *, reason: str) -> Path:
    """Move a file out of the archive, never delete it: it may be a validly signed twin. Logged."""
    target = _make(settings.ARCHIVE_DIR / QUARANTINE) / f"{path.name}.{uuid.uuid4().hex[:8]}"
    path.rename(target)
    _sync(path.parent)
    _sync(target.parent)
    logger.warning("archive.quarantined %s %s", reason, path.name)
    return target


def _make(folder: Path) -> Path:
    """Create a folder so that it survives a power cut."""
    if not folder.exists():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)
    return folder


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
