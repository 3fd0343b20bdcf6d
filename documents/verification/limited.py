"""Judging a stranger's file: a child process parses it under limits of memory and time, never the web worker."""

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.verification.reports import Finding, PdfReport, Verdict
from documents.verification.transport import from_json

MOST_BYTES = 20 * 1024 * 1024
WALL_SECONDS = 60
# A child may take 1 GiB: two of one process side by side, others wait their turn for a while.
TURNS = threading.BoundedSemaphore(2)
PATIENCE = 20.0

logger = logging.getLogger(__name__)


class VerifierBusy(Exception):
    """Too many files are being judged at this moment."""

    def __str__(self) -> str:
        return _("Several files are being judged at this moment. Wait a minute and send yours again.")


def verify_limited(data: bytes, *, trust_roots: Sequence[bytes], lists: Sequence[bytes] = ()) -> PdfReport:
    """`verify_pdf` without our own rules, in a child of 1 GiB and 30 CPU seconds; nothing is stored or fetched.

    A file that costs more, or kills the child, is reported as not readable. VerifierBusy when no turn comes.
    """
    parts = [data, *lists]
    head = {
        "language": get_language() or settings.LANGUAGE_CODE,
        "words": [str(path) for path in settings.LOCALE_PATHS],
        "roots": [root.decode("latin-1") for root in trust_roots],
        "sizes": [len(part) for part in parts],
    }
    if sum(map(len, parts)) > 2 * MOST_BYTES:
        return _unreadable(data, _("The file is larger than 20 MB."))
    if not TURNS.acquire(timeout=PATIENCE):
        raise VerifierBusy
    try:
        child = subprocess.run(  # our own interpreter and module; the file goes in by stdin
            [sys.executable, "-m", "documents.verification"],
            input=b"\n".join([json.dumps(head).encode(), b"".join(parts)]),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parent.parent.parent,
            env={"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _unreadable(data, _("The file takes too much memory or time to judge."))
    finally:
        TURNS.release()
    if child.returncode:
        logger.warning("verification.child_ended code=%s sha256=%s", child.returncode, sha256(data).hexdigest())
        return _unreadable(data, _("The file takes too much memory or time to judge."))
    return from_json(json.loads(child.stdout))


def _unreadable(data: bytes, why: str) -> PdfReport:
    return PdfReport(sha256(data).hexdigest(), findings=(Finding(Verdict.UNREADABLE, why),))
