"""What the checks say, and how much they look at."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Fault:
    """Something that must not be: what was looked at, which one, and what is wrong with it."""

    check: str
    subject: str
    problem: str


@dataclass(frozen=True)
class Scope:
    """How much is looked at: everything, or `sample` documents and files drawn by lot; by how many processes."""

    sample: int | None = None
    processes: int = 1


class InspectionImpossible(Exception):
    """A check cannot even begin; the text says what is missing."""


WHOLE = Scope()


def trusted_roots() -> list[bytes]:
    """The certificates that everything is judged by. InspectionImpossible."""
    return [_certificate(path) for path in settings.TRUST_ROOTS]


def _certificate(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InspectionImpossible(f"TRUST_ROOTS names {path}, which cannot be read: {error.strerror}.") from error
