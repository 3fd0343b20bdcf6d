"""PKCS#11: keys in a hardware module or token that this server reaches; they sign there and never leave it.

One library and one login per process, taken after a fork and again when the module has lost the session. The
standard lets a library be used without locks of its own, so one lock guards it.
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash
from typing import Any, TypeVar

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pkcs11 import exceptions as refusal
from pkcs11.util.ec import encode_ecdsa_signature

from documents.signing.keys import (
    CertificateSigner,
    DoorClosed,
    PinLocked,
    WrongPin,
    WrongSigner,
    require_usable,
    verify_raw,
)

RSA_MECHANISMS = {
    "sha256": pkcs11.Mechanism.SHA256_RSA_PKCS,
    "sha384": pkcs11.Mechanism.SHA384_RSA_PKCS,
    "sha512": pkcs11.Mechanism.SHA512_RSA_PKCS,
}
WRONG_PIN = (refusal.PinIncorrect, refusal.PinInvalid, refusal.PinLenRange)
T = TypeVar("T")


@dataclass(frozen=True)
class TokenKey:
    """Where a key lies: the module's library, the token by its label, the key on it by its label.

    `configuration` is the file that a software token reads its place from (SOFTHSM2_CONF); empty for hardware.
    """

    module: str
    token: str
    label: str
    configuration: str = ""


class Pkcs11Signer(CertificateSigner):
    """A key on a token, with the certificate that is registered for it."""

    @classmethod
    def open(
        cls,
        place: TokenKey,
        pin: str,
        *,
        certificates: Sequence[x509.Certificate],
        stay: bool = False,
        expected_fingerprint: str = "",
        at: datetime | None = None,
    ) -> "Pkcs11Signer":
        """Log in and find the key. `stay` keeps one login for the process (a seal); else each signature logs in.

        WrongPin, PinLocked, WrongSigner, DoorClosed, CertificateExpired, CertificateNotYetValid.
        """
        certificate, *chain = certificates
        require_usable(certificate, expected_fingerprint=expected_fingerprint, at=at)
        _with_key(place, pin, stay, lambda key: None)

        def sign(message: bytes, digest: str) -> bytes:
            signature = _with_key(place, pin, stay, lambda key: _signed(key, certificate, message, digest))
            if not verify_raw(certificate, signature, message, digest):
                raise WrongSigner("the key on the token is not the certificate's")
            return signature

        return cls(certificate, chain, sign)


def _signed(key: Any, certificate: x509.Certificate, message: bytes, digest: str) -> bytes:
    """RSA hashes in the module; ECDSA takes the hash (software tokens know no other way) and answers r and s."""
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return key.sign(message, mechanism=RSA_MECHANISMS[digest])
    return encode_ecdsa_signature(key.sign(new_hash(digest, message).digest(), mechanism=pkcs11.Mechanism.ECDSA))


class _Process:
    """What this process has open; a forked child starts with nothing."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.library: tuple[str, str] | None = None  # module and configuration that are initialised here
        self.sessions: dict[tuple[str, str], Any] = {}
        self.keys: dict[tuple[str, str, str], Any] = {}
        self.refused: set[tuple[str, str, str]] = set()


_process = _Process()


def _after_fork() -> None:
    global _process
    _process = _Process()


os.register_at_fork(after_in_child=_after_fork)


def forget() -> None:
    """Close what is open; the next signature loads the module and logs in again."""
    with _process.lock:
        _process.library = None
        _process.sessions.clear()
        _process.keys.clear()
        _process.refused.clear()


def _library(place: TokenKey) -> Any:
    """The module, initialised in this process for this configuration."""
    wanted = (place.module, place.configuration)
    if _process.library != wanted:
        if place.configuration:
            os.environ["SOFTHSM2_CONF"] = place.configuration  # read by the module when it is initialised
        _process.sessions.clear()
        _process.keys.clear()
        library = pkcs11.lib(place.module)
        # A fresh start also in a forked child, where the parent's state must not be used, and after a lost session.
        with suppress(refusal.PKCS11Error):
            library.finalize()
        library.initialize()
        _process.library = wanted
    return pkcs11.lib(place.module)


def with_session(place: TokenKey, pin: str, work: Callable[[Any], T], *, writing: bool = False) -> T:
    """Do something in a session of its own, once more from the start when the module has lost it.

    WrongPin, PinLocked, DoorClosed.
    """
    return _guarded(place, pin, lambda: _in_session(place, pin, work, stay=False, writing=writing))


def _with_key(place: TokenKey, pin: str, stay: bool, work: Callable[[Any], T]) -> T:
    slot = (place.module, place.token, place.label)

    def use(session: Any) -> T:
        if stay and (key := _process.keys.get(slot)) is not None and key.session is session:
            return work(key)
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY,
            pkcs11.Attribute.LABEL: place.label,
        }
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            raise refusal.NoSuchKey(place.label)
        if stay:
            _process.keys[slot] = found[0]
        return work(found[0])

    kept = (place.token, place.label, pin)
    with _process.lock:
        if stay and kept in _process.refused:
            raise WrongPin(f"the PIN kept for token {place.token} is wrong")  # repeated, it would lock the token
        try:
            return _guarded(place, pin, lambda: _in_session(place, pin, use, stay=stay, writing=False))
        except (WrongPin, PinLocked):
            if stay:
                _process.refused.add(kept)
            raise


def _guarded(place: TokenKey, pin: str, work: Callable[[], T]) -> T:
    """The module's refusals in our words; what may be a lost session is tried again with a new one."""
    with _process.lock:
        try:
            try:
                return work()
            except (*WRONG_PIN, refusal.PinLocked):
                raise
            except refusal.PKCS11Error:
                _process.library = None
                return work()
        except refusal.PKCS11Error as error:
            _process.library = None  # a refused login leaves a session open
            if isinstance(error, refusal.PinLocked):
                raise PinLocked(f"token {place.token} is locked") from error
            if isinstance(error, WRONG_PIN):
                raise WrongPin(f"the PIN does not open token {place.token}") from error
            raise DoorClosed(f"token {place.token}: {type(error).__name__} {error}") from error


def _in_session(place: TokenKey, pin: str, work: Callable[[Any], T], *, stay: bool, writing: bool) -> T:
    library, slot = _library(place), (place.module, place.token)
    session = _process.sessions.get(slot) if stay else None
    if session is None:
        session = library.get_token(token_label=place.token).open(user_pin=pin, rw=writing)
    if stay:
        _process.sessions[slot] = session
        return work(session)
    try:
        return work(session)
    finally:
        session.close()  # the last session closed is the logout
