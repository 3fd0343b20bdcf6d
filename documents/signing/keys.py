"""Keys that sign: what a signer is, and the key file (PKCS#12) opened by a PIN."""

from datetime import UTC, datetime
from typing import Any, Protocol

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore


class KeyUnusable(Exception):
    """The person's or agency's key cannot be used now; the subclasses say why."""


class WrongPin(KeyUnusable):
    """The PIN does not open this key file."""


class CertificateExpired(KeyUnusable):
    """The certificate's validity is over."""


class CertificateNotYetValid(KeyUnusable):
    """The certificate's validity has not begun."""


class WrongSigner(KeyUnusable):
    """The key belongs to another certificate than the one registered for the expected signer."""


class Signer(Protocol):
    """Something that signs for one certificate: a key file, a token, a remote service."""

    fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""
    common_name: str

    def cms_signer(self) -> CmsSigner:
        """The signer as the PDF library takes it."""


class Pkcs12Signer:
    """A key file (PKCS#12) opened by its PIN; the key stays in memory only as long as this object."""

    def __init__(self, certificate: x509.Certificate, key: Any, chain: list[x509.Certificate]) -> None:
        self.certificate = certificate
        self.fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
        names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        self.common_name = str(names[0].value) if names else certificate.subject.rfc4514_string()
        self._signer = _KeySigner(certificate, key, chain)

    @classmethod
    def open(
        cls, data: bytes, pin: str, *, expected_fingerprint: str = "", at: datetime | None = None
    ) -> "Pkcs12Signer":
        """Open and check a key file: WrongPin, WrongSigner, CertificateExpired or CertificateNotYetValid."""
        try:
            key, certificate, chain = pkcs12.load_key_and_certificates(data, pin.encode())
        except ValueError as error:
            raise WrongPin("the PIN does not open this key file, or the file is not PKCS#12") from error
        if certificate is None or not isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)):
            raise KeyUnusable("the key file holds no usable key and certificate")
        opened = cls(certificate, key, chain)
        if expected_fingerprint and opened.fingerprint != expected_fingerprint.lower().replace(":", ""):
            raise WrongSigner(f"the key belongs to {opened.common_name}")
        at = at or datetime.now(UTC)
        if at > certificate.not_valid_after_utc:
            raise CertificateExpired(f"expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
        if at < certificate.not_valid_before_utc:
            raise CertificateNotYetValid(f"valid from {certificate.not_valid_before_utc:%Y-%m-%d}")
        return opened

    def cms_signer(self) -> CmsSigner:
        """The signer as the PDF library takes it."""
        return self._signer


class _KeySigner(CmsSigner):
    """Signs with a key parsed once (the library's own file signer parses it for every signature)."""

    def __init__(self, certificate: x509.Certificate, key: Any, chain: list[x509.Certificate]) -> None:
        self._key = key
        store = SimpleCertificateStore()
        store.register_multiple([_asn1(each) for each in chain])
        super().__init__(signing_cert=_asn1(certificate), cert_registry=store, embed_roots=False)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        digest = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest_algorithm]
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))
