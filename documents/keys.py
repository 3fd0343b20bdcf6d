"""Keys of people and seals of agencies: where they lie, how they are opened, which one is the active one.

A person's PIN comes with the web request that signs and is forgotten with it. A seal is opened by the worker; its
PIN lies beside its file, readable by the worker's account only.
"""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from documents.models import SigningKey
from documents.signing import (
    CertificateExpired,
    CertificateNotYetValid,
    KeyUnusable,
    Pkcs12Signer,
    TimestampService,
    WrongPin,
    WrongSigner,
)
from organization.models import Person, Unit

__all__ = [
    "CertificateExpired",
    "CertificateNotYetValid",
    "KeyUnusable",
    "NoKey",
    "WrongPin",
    "WrongSigner",
    "enrol_person_key",
    "enrol_seal",
    "open_person_key",
    "open_seal",
    "timestamps",
]


class NoKey(KeyUnusable):
    """Nobody has registered a key for this person or agency, or its file is gone."""


@transaction.atomic
def enrol_person_key(*, person: Person, data: bytes, pin: str) -> SigningKey:
    """Register a key file (PKCS#12) as the person's active key; the one before stays for the record. KeyUnusable."""
    opened = Pkcs12Signer.open(data, pin)
    SigningKey.objects.filter(person=person, active=True).update(active=False)
    return _enrol(opened, data, f"people/{person.uuid}-{opened.fingerprint[:16]}.p12", person=person)


@transaction.atomic
def enrol_seal(*, unit: Unit, data: bytes, pin: str) -> SigningKey:
    """Register a key file (PKCS#12) as the agency's active seal, its PIN beside it for the worker. KeyUnusable."""
    opened = Pkcs12Signer.open(data, pin)
    SigningKey.objects.filter(unit=unit, active=True).update(active=False)
    path = f"seals/{unit.uuid}-{opened.fingerprint[:16]}.p12"
    _write(settings.KEYS_DIR / f"{path}.pin", pin.encode())
    return _enrol(opened, data, path, unit=unit)


def open_person_key(person: Person, *, pin: str) -> Pkcs12Signer:
    """The person's active key. NoKey, WrongPin, or another KeyUnusable."""
    key = SigningKey.objects.filter(person=person, active=True).first()
    if key is None:
        raise NoKey(str(person.uuid))
    return Pkcs12Signer.open(_file(key.path), pin, expected_fingerprint=key.fingerprint)


def open_seal(unit: Unit) -> Pkcs12Signer:
    """The agency's active seal, opened once a process. NoKey or another KeyUnusable."""
    key = SigningKey.objects.filter(unit=unit, active=True).first()
    if key is None:
        raise NoKey(str(unit.uuid))
    if timezone.now() > key.valid_until:
        raise CertificateExpired(str(unit.uuid))
    return _opened_seal(key.path, key.fingerprint)


def timestamps() -> TimestampService:
    """The time-stamp service of the settings; one object for many signatures."""
    return _timestamps(settings.TIMESTAMP_URL)


@lru_cache(maxsize=256)
def _opened_seal(path: str, fingerprint: str) -> Pkcs12Signer:
    return Pkcs12Signer.open(_file(path), _file(f"{path}.pin").decode(), expected_fingerprint=fingerprint)


@lru_cache(maxsize=4)
def _timestamps(url: str) -> TimestampService:
    return TimestampService(url)


def _file(path: str) -> bytes:
    try:
        return (settings.KEYS_DIR / path).read_bytes()
    except FileNotFoundError:
        raise NoKey(path) from None


def _enrol(opened: Pkcs12Signer, data: bytes, path: str, **owner: Person | Unit) -> SigningKey:
    _write(settings.KEYS_DIR / path, data)
    return SigningKey.objects.create(
        path=path,
        fingerprint=opened.fingerprint,
        valid_from=opened.certificate.not_valid_before_utc,
        valid_until=opened.certificate.not_valid_after_utc,
        **owner,
    )


def _write(path: Path, data: bytes) -> None:
    """A file for this account only; whole or not there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(path.name + ".part")
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
