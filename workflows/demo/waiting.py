"""Waiting for the real worker: the demo makes nothing that the worker should make."""

import time
from collections.abc import Callable

from documents.models import Document, State

QUIET = 5.0  # seconds between two lines of progress
PATIENCE = 300.0  # seconds without any progress before the demo gives up and says what is stuck


class Stuck(Exception):
    """The worker did not get on; the message says what waits and why."""


def until(finished: Callable[[], int], total: int, what: str, say: Callable[[str], None]) -> None:
    """Poll until `finished()` reaches `total`. Raises Stuck when nothing moves for PATIENCE seconds."""
    seen, since, said = -1, time.monotonic(), time.monotonic()
    while (done := finished()) < total:
        if done != seen:
            seen, since = done, time.monotonic()
        if time.monotonic() - said > QUIET:
            said = time.monotonic()
            say(f"  {what}: {done}/{total}")
        if time.monotonic() - since > PATIENCE:
            raise Stuck(f"{what}: {done}/{total}. {_reasons()}")
        time.sleep(0.3)


def for_pages(documents: list[Document], say: Callable[[str], None]) -> None:
    """Until each of these documents waits for a signature (or is further)."""
    wanted = [document.pk for document in documents]
    waiting = Document.objects.filter(pk__in=wanted).exclude(state__in=[State.REQUESTED, State.RENDERED])
    until(waiting.count, len(wanted), "pages made", say)


def for_archive(documents: list[Document], say: Callable[[str], None]) -> None:
    """Until each of these documents stands in the archive."""
    wanted = [document.pk for document in documents]
    until(
        Document.objects.filter(pk__in=wanted, state__in=[State.ARCHIVED, State.CANCELLED]).count,
        len(wanted),
        "documents archived",
        say,
    )


def _reasons() -> str:
    stuck = Document.objects.exclude(last_error="").values_list("code", "last_error")[:5]
    return "; ".join(f"{code}: {reason}" for code, reason in stuck) or "Is the worker running?"
