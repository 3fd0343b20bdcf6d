"""Keys that sign: what a signer is, why one cannot sign now, and the key file (PKCS#12) opened by a PIN."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from asn1crypto import x509 as asn1
from asn1crypto.algos import EncryptionAlgorithm
from asn1crypto.pkcs12 import Pfx, SafeContents
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
MOST_ROUNDS = 1_000_000  # of key derivation in one key file; the server does nothing else meanwhile
RawSign = Callable[[bytes, str], bytes]
"""Signs bytes with a digest algorithm named in lower case; ECDSA as DER, RSA as PKCS#1 v1.5."""


class KeyUnusable(Exception):
    """The person's or agency's key cannot be used now; the subclasses say why."""


class WrongPin(KeyUnusable):
    """The PIN does not open this key; `left` tries remain, None when nobody counts."""

    left: int | None = None


class KeyFileUnreadable(KeyUnusable):
    """These bytes are no PKCS#12 file: no PIN opens them."""


class PinLocked(KeyUnusable):
    """Too many wrong PINs; `until` is when another may be tried, None when only the token's issuer can tell."""

    def __init__(self, message: str, *, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


class CertificateExpired(KeyUnusable):
    """The certificate's validity is over."""


class CertificateNotYetValid(KeyUnusable):
    """The certificate's validity has not begun."""


class CertificateRevoked(KeyUnusable):
    """The authority has taken the certificate back."""


class CertificateUnreadable(KeyUnusable):
    """What was handed in is no X.509 certificate, or one whose key cannot sign documents."""


class CertificateUntrusted(KeyUnusable):
    """No authority that we trust has issued the certificate."""


class WrongSigner(KeyUnusable):
    """The key belongs to another certificate than the one registered for the expected signer."""


class DoorClosed(KeyUnusable):
    """The token, the hardware module or the signing service does not answer, or not with a usable key."""


class Signer(Protocol):
    """Something that signs for one certificate: a key file, a token, a remote service."""

    certificate: x509.Certificate
    fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""
    common_name: str

    def cms_signer(self) -> CmsSigner:
        """The signer as the PDF library takes it."""


class CertificateSigner:
    """What every door shares: a certificate with its chain, and a way to sign with its key."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], sign: RawSign) -> None:
        self.certificate, self.chain = certificate, tuple(chain)
        self.fingerprint = fingerprint_of(certificate)
        self.common_name = common_name_of(certificate)
        self.sign = sign
        self._signer = RawSigner(certificate, chain, sign)

    def cms_signer(self) -> CmsSigner:
        """The signer as the PDF library takes it."""
        return self._signer


class Pkcs12Signer(CertificateSigner):
    """A key file (PKCS#12) opened by its PIN; the key stays in memory only as long as this object."""

    @classmethod
    def open(
        cls, data: bytes, pin: str, *, expected_fingerprint: str = "", at: datetime | None = None
    ) -> "Pkcs12Signer":
        """Open and check a key file.

        KeyFileUnreadable, WrongPin, WrongSigner, CertificateExpired or CertificateNotYetValid.
        """
        try:
            pfx = Pfx.load(data, strict=True)
            pfx.native  # noqa: B018 (asn1crypto reads on being asked)
            rounds = sum(map(abs, _rounds(pfx)))
        except (ValueError, TypeError, KeyError) as error:
            raise KeyFileUnreadable("not a PKCS#12 file") from error
        if rounds > MOST_ROUNDS:
            raise KeyFileUnreadable(f"asks for {rounds} rounds of key derivation")
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(data, pin.encode())
        except ValueError as error:
            raise WrongPin("the PIN does not open this key file") from error
        if certificate is None or not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
            raise KeyUnusable("the key file holds no usable key and certificate")

        def sign(message: bytes, digest: str) -> bytes:
            """With a key parsed once: the library's own file signer parses it for every signature."""
            if isinstance(key, rsa.RSAPrivateKey):
                return key.sign(message, PKCS1v15(), DIGESTS[digest])
            return key.sign(message, ec.ECDSA(DIGESTS[digest]))

        require_usable(certificate, expected_fingerprint=expected_fingerprint, at=at)
        return cls(certificate, chain, sign)


def _rounds(pfx: Pfx) -> Iterator[int]:
    """How often each part of the file that can be seen has its key derived."""
    if pfx["mac_data"].native:
        yield pfx["mac_data"]["iterations"].native
    for safe in pfx.authenticated_safe:
        if safe["content_type"].native == "encrypted_data":
            yield _rounds_of(safe["content"]["encrypted_content_info"]["content_encryption_algorithm"])
            continue
        for bag in SafeContents.load(safe["content"].native):
            if bag["bag_id"].native == "safe_contents":
                raise ValueError("bags in bags")
            if bag["bag_id"].native == "pkcs8_shrouded_key_bag":
                yield _rounds_of(bag["bag_value"]["encryption_algorithm"])


def _rounds_of(algorithm: EncryptionAlgorithm) -> int:
    asked = algorithm["parameters"]
    if algorithm["algorithm"].native == "pbes2":
        return asked["key_derivation_func"]["parameters"]["iteration_count"].native
    return asked["iterations"].native


class RawSigner(CmsSigner):
    """The PDF library's signer around any way to sign bytes."""

    def __init__(self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], sign: RawSign) -> None:
        self._sign = sign
        store = SimpleCertificateStore()
        store.register_multiple([asn1_of(each) for each in chain])
        super().__init__(signing_cert=asn1_of(certificate), cert_registry=store, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._sign(data, digest_algorithm)


def require_usable(
    certificate: x509.Certificate, *, expected_fingerprint: str = "", at: datetime | None = None
) -> None:
    """The registered certificate and no other, within its validity at this time (now when None).

    WrongSigner, CertificateExpired, CertificateNotYetValid.
    """
    if expected_fingerprint and fingerprint_of(certificate) != expected_fingerprint.lower().replace(":", ""):
        raise WrongSigner(f"the key belongs to {common_name_of(certificate)}")
    at = at or datetime.now(UTC)
    if at > certificate.not_valid_after_utc:
        raise CertificateExpired(f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    if at < certificate.not_valid_before_utc:
        raise CertificateNotYetValid(f"valid from {certificate.not_valid_before_utc:%Y-%m-%d}")


def verify_raw(certificate: x509.Certificate, signature: bytes, message: bytes, digest: str = "sha256") -> bool:
    """Whether this certificate's key made the signature over these bytes."""
    key: Any = certificate.public_key()
    scheme = [PKCS1v15()] if isinstance(key, rsa.RSAPublicKey) else []
    hashed: Any = DIGESTS[digest] if scheme else ec.ECDSA(DIGESTS[digest])
    try:
        key.verify(signature, message, *scheme, hashed)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def common_name_of(certificate: x509.Certificate) -> str:
    """The subject's common name, else the whole subject."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def asn1_of(certificate: x509.Certificate) -> asn1.Certificate:
    """The certificate as the PDF library takes it."""
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
