"""The archive on a disk without room, then with room again; run by test_small_disk in a process of its own.

    python -m tests.faults.small_disk FOLDER full DOCUMENT    the archive's folder is a small file system
    python -m tests.faults.small_disk FOLDER limit DOCUMENT   no file of this process may grow beyond a kilobyte

Prints one JSON object: the kernel's refusal, what it left in the archive, the document then, and afterwards.
"""

import json
import os
import resource
import signal
import sys

import django

BIG = 200_000  # bytes, more than the small file system holds


def main(way: str, document: int) -> None:
    """Fill, try, free, try again."""
    django.setup()
    from documents import archive

    told: dict = {"refused": _limited() if way == "limit" else _store()}
    told["left"] = [path.name for path in archive.stored()]
    if way == "full":
        filling = _filled()
        told["waits"] = _advanced(document)
        told["left"] += [path.name for path in archive.stored()]
        filling.unlink()
        told["goes_on"] = _advanced(document)
        told["whole"] = [archive.read(path.name)[:5].decode("latin-1") for path in archive.stored()]
    told["staged"] = [path.name for path in (archive.settings.ARCHIVE_DIR / archive.STAGING).iterdir()]
    print(json.dumps(told))


def _store() -> int:
    """The number of the error with which the kernel refuses a file."""
    from documents import archive

    try:
        archive.store(os.urandom(BIG))
    except OSError as error:
        return error.errno or 0
    return 0


def _limited() -> int:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    refused = _store()
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    return refused


def _filled():
    """A file that takes whatever room is left."""
    from django.conf import settings

    path = settings.ARCHIVE_DIR / "filling"
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            return path


def _advanced(document: int) -> list[str]:
    """State and trouble of the document after its next step."""
    from documents import pipeline
    from documents.models import Document

    rows = Document.objects.filter(pk=document)
    rows.update(next_attempt_at=rows.get().requested_at)
    pipeline.advance(document)
    row = rows.get()
    return [row.state, row.last_error]


if __name__ == "__main__":
    main(sys.argv[2], int(sys.argv[3]))
