"""Opening a key for signatures, by the door that its owner uses."""

from functools import lru_cache
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils import timezone

from documents.keys import files, pins
from documents.keys.standing import certificates_of, require_not_revoked
from documents.models import Door, SigningKey
from documents.signing import (
    CertificateExpired,
    CscSigner,
    DoorClosed,
    KeyUnusable,
    Pkcs11Signer,
    Pkcs12Signer,
    Signer,
    SigningService,
    TimestampService,
    TokenKey,
    WrongPin,
    softtokens,
)
from organization.models import Person, Unit

_refused: set[tuple[str, str, str]] = set()  # PINs of seals that the signing service has refused, one try a process


class NoKey(KeyUnusable):
    """Nobody has registered a key for this person or agency, or its file is gone."""


def key_of(person: Person) -> SigningKey:
    """The person's active key, whatever its door. NoKey."""
    key = SigningKey.objects.filter(person=person, active=True).first()
    if key is None:
        raise NoKey(str(person.uuid))
    return key


def door_of(person: Person) -> Door | None:
    """The door that the person uses; None without a key."""
    door = SigningKey.objects.filter(person=person, active=True).values_list("door", flat=True).first()
    return Door(door) if door else None


def open_person_key(person: Person, *, pin: str) -> Signer:
    """The person's active key. NoKey, WrongPin, PinLocked, or another KeyUnusable.

    A personal token opens no door here: it signs by `prepare_signature`.
    """
    key = key_of(person)
    trial = pins.begin(key)
    try:
        opened = _opened(key, pin, trial)
    except WrongPin as error:
        error.left = trial.left
        raise
    except KeyUnusable:
        trial.was_not_judged()
        raise
    require_not_revoked([opened.certificate, *opened.chain])
    return opened


def open_seal(unit: Unit) -> Signer:
    """The agency's active seal, opened once a process. NoKey or another KeyUnusable."""
    key = SigningKey.objects.filter(unit=unit, active=True).first()
    if key is None:
        raise NoKey(str(unit.uuid))
    if timezone.now() > key.valid_until:
        raise CertificateExpired(str(unit.uuid))
    seal = _service_seal(key) if key.door == Door.CSC else _opened_seal(key.pk, key.place)
    require_not_revoked([seal.certificate, *seal.chain])
    return seal


def timestamps() -> TimestampService:
    """The time-stamp service of the settings; one object for many signatures."""
    return _timestamps(settings.TIMESTAMP_URL, tuple(settings.TRUST_ROOTS))


def service() -> SigningService:
    """The remote signing service of the settings. DoorClosed when there is none."""
    if not settings.CSC_URL:
        raise DoorClosed("no remote signing service is set up")
    return SigningService(settings.CSC_URL, token=settings.CSC_TOKEN)


def service_certificates(credential: str) -> list[x509.Certificate]:
    """The certificate and chain of a key at the remote signing service. DoorClosed."""
    return list(service().credential(credential).certificates)


def token_key(token: str, label: str) -> TokenKey:
    """Where a key of this server's hardware module lies. DoorClosed when no module is set up."""
    configuration = softtokens.configuration_of(settings.KEYS_DIR)
    module = settings.PKCS11_MODULE or (softtokens.installed() if configuration else "")
    if not module:
        raise DoorClosed("no hardware module is set up")
    return TokenKey(module, token, label, configuration)


def _opened(key: SigningKey, pin: str, trial: pins.Trial) -> Pkcs12Signer | Pkcs11Signer | CscSigner:
    known = key.fingerprint
    match key.door:
        case Door.PKCS11:
            place, found = token_key(key.token, key.credential), certificates_of(key)
            opened: Pkcs11Signer | Pkcs12Signer = Pkcs11Signer.open(
                place, pin, certificates=found, expected_fingerprint=known
            )
        case Door.CSC:
            remote = CscSigner.open(service(), key.credential, pin, expected_fingerprint=known)
            (trial.was_right if remote.pin_was_tried else trial.was_not_judged)()
            return remote
        case Door.TOKEN:
            raise DoorClosed("the key is on the person's own token")
        case _:
            opened = Pkcs12Signer.open(_file(key.path), pin, expected_fingerprint=known)
    trial.was_right()
    return opened


@lru_cache(maxsize=256)
def _opened_seal(pk: int, _place: tuple[str, ...]) -> Pkcs12Signer | Pkcs11Signer:
    key = SigningKey.objects.get(pk=pk)
    pin, known = _pin_beside(key.path), key.fingerprint
    if key.door == Door.PKCS11:
        place, found = token_key(key.token, key.credential), certificates_of(key)
        return Pkcs11Signer.open(place, pin, certificates=found, expected_fingerprint=known, stay=True)
    return Pkcs12Signer.open(_file(key.path), pin, expected_fingerprint=known)


def _service_seal(key: SigningKey) -> CscSigner:
    pin = _pin_beside(key.path)
    kept = (settings.CSC_URL, key.credential, pin)
    if kept in _refused:
        raise WrongPin(f"the PIN kept for the key {key.credential!r} is wrong")  # repeated, it would lock the key
    try:
        return CscSigner.open(service(), key.credential, pin, expected_fingerprint=key.fingerprint)
    except WrongPin:
        _refused.add(kept)
        raise


@lru_cache(maxsize=4)
def _timestamps(url: str, roots: tuple[Path, ...]) -> TimestampService:
    return TimestampService(url, roots=roots)


def _pin_beside(path: str) -> str:
    return _file(f"{path}.pin").decode()


def _file(path: str) -> bytes:
    try:
        return files.read(path)
    except FileNotFoundError:
        raise NoKey(path) from None
