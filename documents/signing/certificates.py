"""Certificates as people and services hand them in: reading them, and whose they say they are."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from documents.signing.keys import CertificateUnreadable, asn1_of, common_name_of
from documents.signing.revocation import RevocationUnavailable, SignerRevoked, authorities

LARGEST = 100_000  # bytes of an uploaded certificate with its chain
PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


class Standing:
    """What the authority says of a certificate: `unknown` when it cannot be asked or is not one we trust."""

    GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"


def read(data: bytes) -> list[x509.Certificate]:
    """The certificates of a file (DER or PEM), the signer's first. CertificateUnreadable."""
    if len(data) > LARGEST:
        raise CertificateUnreadable("too large for a certificate")
    try:
        found = [x509.load_pem_x509_certificate(each) for each in PEM.findall(data)]
        found = found or [x509.load_der_x509_certificate(data)]
        signer_key = found[0].public_key()
    except ValueError as error:
        raise CertificateUnreadable(f"no X.509 certificate: {error}") from error
    if isinstance(signer_key, rsa.RSAPublicKey) and signer_key.key_size < 2048:
        raise CertificateUnreadable("an RSA key of less than 2048 bits")
    if not isinstance(signer_key, (rsa.RSAPublicKey, ec.EllipticCurvePublicKey)):
        raise CertificateUnreadable("neither an RSA nor an elliptic-curve key")
    return found


def write(certificates: Sequence[x509.Certificate]) -> str:
    """The certificates as PEM text, in this order."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


def standing(certificate: x509.Certificate, chain: Sequence[x509.Certificate], roots: Sequence[Path]) -> str:
    """What the authorities behind these roots say now: one of `Standing`."""
    return standing_with_reason(certificate, chain, roots)[0]


def standing_with_reason(
    certificate: x509.Certificate, chain: Sequence[x509.Certificate], roots: Sequence[Path]
) -> tuple[str, str]:
    """The standing, and why it is unknown."""
    try:
        proof = authorities(tuple(roots)).prove(asn1_of(certificate), [asn1_of(each) for each in chain])
    except RevocationUnavailable as error:
        return Standing.UNKNOWN, str(error)
    except SignerRevoked as error:
        return Standing.REVOKED, str(error)
    revoked = proof.revoked_at is not None and proof.revoked_at <= datetime.now(UTC)
    return (Standing.REVOKED if revoked else Standing.GOOD), ""


def leads_to(chain: Sequence[x509.Certificate], roots: Sequence[Path]) -> bool:
    """Whether each certificate was issued by another of the chain up to one of these roots; dates and uses apart."""
    trusted = [root for path in roots if path.exists() for root in read(path.read_bytes())]
    known, current = [*trusted, *chain[1:]], chain[0]
    for _step in range(len(chain) + 1):
        issuer = next((each for each in known if each != current and _issued(current, each)), None)
        if issuer is None or issuer in trusted:
            return issuer is not None
        current = issuer
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False


def named_uuid(certificate: x509.Certificate) -> UUID | None:
    """The person or agency that the subject's serial number names, when it is one of our identifiers."""
    for attribute in certificate.subject.get_attributes_for_oid(x509.NameOID.SERIAL_NUMBER):
        try:
            return UUID(str(attribute.value))
        except ValueError:
            continue
    return None


def bears_name(certificate: x509.Certificate, full_name: str) -> bool:
    """Whether the certificate's common name is this name, case, spaces and composition of letters apart."""
    return _plain(common_name_of(certificate)) == _plain(full_name)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
