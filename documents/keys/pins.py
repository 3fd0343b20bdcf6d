"""Wrong PINs are counted per key and address, in the database, before a PIN is tried: parallel guesses count too."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from documents.models import PinTrial, SigningKey
from documents.signing import PinLocked

MOST = 5
LOCKED_FOR = timedelta(minutes=15)
_address: ContextVar[str] = ContextVar("address", default="")


@contextmanager
def typed_at(address: str) -> Iterator[None]:
    """PINs tried inside come from this network address."""
    before = _address.set(address)
    try:
        yield
    finally:
        _address.reset(before)


@dataclass(frozen=True)
class Trial:
    """One PIN being tried. Left alone it counts as wrong; `left` tries follow it."""

    pk: int
    left: int

    def was_right(self) -> None:
        """Forget what was counted before."""
        PinTrial.objects.filter(pk=self.pk).update(wrong=0, locked_until=None)

    def was_not_judged(self) -> None:
        """The PIN was never compared: give the try back."""
        PinTrial.objects.filter(pk=self.pk, wrong__gt=0).update(wrong=F("wrong") - 1, locked_until=None)


@transaction.atomic
def begin(key: SigningKey) -> Trial:
    """Count one try, on the database's clock. PinLocked while too many were wrong."""
    address = _address.get()[:64]
    PinTrial.objects.get_or_create(key=key, address=address)
    row = PinTrial.objects.select_for_update().annotate(now=Now()).get(key=key, address=address)
    if row.locked_until and row.locked_until > row.now:
        raise PinLocked("too many wrong PINs", until=row.locked_until)
    row.wrong = 1 if row.locked_until else row.wrong + 1
    row.locked_until = row.now + LOCKED_FOR if row.wrong >= MOST else None
    row.save(update_fields=["wrong", "locked_until"])
    return Trial(row.pk, MOST - row.wrong)
