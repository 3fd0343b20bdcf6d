"""A remote signing service by the API of the Cloud Signature Consortium, version 1 or 2 (named in its address).

The key stays with the service: it gets a hash, the person's PIN (and one-time password), and answers a signature,
which is verified before anybody uses it. Short time-outs; whatever the service says no with is one of our words.
"""

import http.client
import json
import secrets
import urllib.error
import urllib.request
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from documents.signing import certificates as reading
from documents.signing.keys import (
    CertificateSigner,
    DoorClosed,
    KeyUnusable,
    PinLocked,
    WrongPin,
    WrongSigner,
    require_usable,
    verify_raw,
)

HASH_OIDS = {
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA_OIDS = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
ECDSA_OIDS = {"sha256": "1.2.840.10045.4.3.2", "sha384": "1.2.840.10045.4.3.3", "sha512": "1.2.840.10045.4.3.4"}
LARGEST = 1_000_000  # bytes of an answer


@dataclass(frozen=True)
class Credential:
    """What the service says of one key: its certificates, and what must be typed for a signature."""

    certificates: tuple[x509.Certificate, ...]
    enabled: bool
    needs_pin: bool
    needs_otp: bool
    many: int
    """How many signatures one authorisation may cover."""
    bound: bool
    """Each authorisation names the hashes it is for (SCAL2)."""


class SigningService:
    """One service; `token` is the bearer of this application, by which the service knows it."""

    def __init__(self, url: str, *, token: str = "", timeout: float = 5.0) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ValueError(f"not an HTTP address: {url!r}")
        self.url, self.token, self.timeout = url.rstrip("/"), token, timeout
        self.version = 2 if self.url.endswith("v2") else 1
        local = urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
        self._opener = urllib.request.build_opener(*[urllib.request.ProxyHandler({})] if local else [])

    def credential(self, name: str) -> Credential:
        """What the service says of a key. DoorClosed when it does not answer or does not know it."""
        asked = {"credentialID": name, "certificates": "chain", "certInfo": False, "authInfo": True}
        answer = self._ask("credentials/info", asked)
        try:
            chain = [x509.load_der_x509_certificate(b64decode(each)) for each in answer["cert"]["certificates"]]
            reading.read(reading.write(chain[:1]).encode())
            objects = [each["type"].upper() for each in answer.get("auth", {}).get("objects", [])]
            presence = {part: answer.get(part, {}).get("presence") for part in ("PIN", "OTP")}
            return Credential(
                certificates=tuple(chain),
                enabled=answer["key"]["status"] == "enabled",
                needs_pin="PIN" in objects or "PASSWORD" in objects or presence["PIN"] == "true",
                needs_otp="OTP" in objects or presence["OTP"] == "true",
                many=max(int(answer.get("multisign", 1)), 1),
                bound=str(answer.get("SCAL", "1")) == "2",
            )
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise DoorClosed(f"the signing service describes the key {name!r} wrongly: {error}") from error

    def authorize(
        self, name: str, *, pin: str, otp: str = "", hashes: Sequence[bytes] = (), digest: str, number: int = 1
    ) -> str:
        """Activation data for this many signatures. WrongPin, PinLocked, DoorClosed."""
        asked: dict[str, Any] = {"credentialID": name, "numSignatures": number}
        encoded = [b64encode(each).decode() for each in hashes]
        if self.version == 1:
            asked |= ({"hash": encoded} if encoded else {}) | {"PIN": pin} | ({"OTP": otp} if otp else {})
        else:
            data = [{"id": "PIN", "value": pin}, *([{"id": "OTP", "value": otp}] if otp else [])]
            asked |= {"hashes": encoded, "hashAlgorithmOID": HASH_OIDS[digest]} if encoded else {}
            asked["authData"] = data
        answer = self._ask("credentials/authorize", asked)
        if not isinstance(answer.get("SAD"), str):
            raise DoorClosed("the signing service gives no activation data")
        return answer["SAD"]

    def sign_hash(self, name: str, activation: str, hashed: bytes, *, digest: str, algorithm: str) -> bytes:
        """The signature over one hash. DoorClosed and the refusals of `authorize`."""
        asked: dict[str, Any] = {"credentialID": name, "SAD": activation, "signAlgo": algorithm}
        encoded = [b64encode(hashed).decode()]
        asked |= {"hash": encoded, "hashAlgo": HASH_OIDS[digest]} if self.version == 1 else {}
        asked |= {"hashes": encoded, "hashAlgorithmOID": HASH_OIDS[digest]} if self.version == 2 else {}
        try:
            (signature,) = self._ask("signatures/signHash", asked)["signatures"]
            return b64decode(signature, validate=True)
        except (KeyError, TypeError, ValueError, NotBase64) as error:
            raise DoorClosed(f"the signing service gives no signature: {error}") from error

    def _ask(self, method: str, asked: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(f"{self.url}/{method}", json.dumps(asked).encode(), headers)  # noqa: S310 - scheme checked
        try:
            with self._opener.open(request, timeout=self.timeout) as response:
                answer = json.loads(response.read(LARGEST))
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, error.read(LARGEST)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise DoorClosed(f"the signing service does not answer: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise DoorClosed("the signing service answers something else")
        return answer


def _refusal(status: int, body: bytes) -> KeyUnusable:
    """The service's own words (RFC 6749 style: error, error_description) as one of ours."""
    try:
        told = json.loads(body)
        error, words = str(told["error"]), str(told.get("error_description", ""))
    except (ValueError, KeyError, TypeError):
        return DoorClosed(f"the signing service answers {status}")
    text = f"{error} {words}".lower()
    if "locked" in text or "blocked" in text:
        return PinLocked(words or error)
    if error in ("invalid_pin", "invalid_otp") or ("invalid" in text and ("pin" in text or "otp" in text)):
        return WrongPin(words or error)
    return DoorClosed(f"the signing service refuses: {error} {words}".strip())


class CscSigner(CertificateSigner):
    """A key at a remote signing service, authorised by the person's PIN for each signature or for one batch."""

    pin_was_tried = True

    @classmethod
    def open(
        cls,
        service: SigningService,
        name: str,
        pin: str,
        *,
        expected_fingerprint: str = "",
        at: datetime | None = None,
    ) -> "CscSigner":
        """Ask for the key and try the PIN, so that a wrong one shows before anything is touched.

        A key that wants a one-time password gets it typed after the PIN and a space; where each signature needs an
        authorisation of its own, that password is not spent on a trial. WrongPin, PinLocked, DoorClosed, WrongSigner,
        CertificateExpired, CertificateNotYetValid.
        """
        key = service.credential(name)
        if not key.enabled:
            raise DoorClosed(f"the signing service has put the key {name!r} out of use")
        certificate, *chain = key.certificates
        require_usable(certificate, expected_fingerprint=expected_fingerprint, at=at)
        pin, otp = (pin.rpartition(" ")[0], pin.rpartition(" ")[2]) if key.needs_otp else (pin, "")
        if key.needs_otp and not pin:
            raise WrongPin("the service wants the PIN, a space and the one-time password")
        permit = _Permit(service, name, pin, otp, key)
        tried = not (key.bound and key.needs_otp)
        if tried:
            permit.renew((secrets.token_bytes(32),) if key.bound else (), "sha256")

        def sign(message: bytes, digest: str) -> bytes:
            hashed = new_hash(digest, message).digest()
            oids = RSA_OIDS if isinstance(certificate.public_key(), rsa.RSAPublicKey) else ECDSA_OIDS
            activation = permit.take(hashed, digest)
            signature = service.sign_hash(name, activation, hashed, digest=digest, algorithm=oids[digest])
            if not verify_raw(certificate, signature, message, digest):
                raise WrongSigner("the service has signed with another key")
            return signature

        opened = cls(certificate, chain, sign)
        opened.pin_was_tried = tried
        return opened


class _Permit:
    """The activation data in hand, and for how many signatures it is good."""

    def __init__(self, service: SigningService, name: str, pin: str, otp: str, key: Credential) -> None:
        self.service, self.name, self.pin, self.otp, self.key = service, name, pin, otp, key
        self.activation, self.left = "", 0

    def take(self, hashed: bytes, digest: str) -> str:
        if self.key.bound:
            self.renew((hashed,), digest)
        elif not self.left:
            self.renew((), digest)
        self.left -= 1
        return self.activation

    def renew(self, hashes: Sequence[bytes], digest: str) -> None:
        number = 1 if self.key.bound else self.key.many
        self.activation = self.service.authorize(
            self.name, pin=self.pin, otp=self.otp, hashes=hashes, digest=digest, number=number
        )
        self.left = number
