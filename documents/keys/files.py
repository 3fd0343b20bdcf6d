"""Files below KEYS_DIR, for this account only."""

import os
from pathlib import Path

from django.conf import settings


def read(path: str) -> bytes:
    """The file at this path below KEYS_DIR. FileNotFoundError."""
    return (settings.KEYS_DIR / path).read_bytes()


def write(path: str, data: bytes) -> None:
    """A file for this account only; whole or not there."""
    target: Path = settings.KEYS_DIR / path
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(target)
