"""Certificates: names, chains, keys too old to be relied on, and the revocation data found for them."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto import pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

LONGEST_CHAIN = 10
NOT_ISSUED = (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm)


@lru_cache(maxsize=1000)
def loaded(data: bytes) -> x509.Certificate:
    """A certificate out of its DER bytes, parsed once. ValueError."""
    return x509.load_der_x509_certificate(data)


def roots_of(files: Iterable[bytes]) -> list[asn1.Certificate]:
    """Every certificate in these files (PEM, also several in one, or DER). ValueError."""
    found: list[asn1.Certificate] = []
    for data in files:
        ders = [der for _kind, _headers, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found.extend(asn1.Certificate.load(der) for der in ders)
    return found


def common_name(name: asn1.Name) -> str:
    """The name that people read: the common name, else all of it."""
    found = name.native.get("common_name", name.human_friendly)
    return str(found[-1] if isinstance(found, list) else found)


def organization(name: asn1.Name) -> str:
    """The organisation that the certificate names, if any."""
    found = name.native.get("organization_name", "")
    return str(found[-1] if isinstance(found, list) else found)


def chain_of(leaf: asn1.Certificate, pool: Sequence[asn1.Certificate]) -> list[asn1.Certificate]:
    """The certificate and those above it, each one's signature checked, as far as the pool reaches."""
    chain = [leaf]
    while len(chain) < LONGEST_CHAIN and chain[-1].subject != chain[-1].issuer:
        above = next((each for each in pool if each not in chain and _issued(chain[-1], each)), None)
        if above is None:
            break
        chain.append(above)
    return chain


def _issued(child: asn1.Certificate, parent: asn1.Certificate) -> bool:
    if child.issuer != parent.subject:
        return False
    try:
        loaded(child.dump()).verify_directly_issued_by(loaded(parent.dump()))
    except NOT_ISSUED:
        return False
    return True


def weak_parts(certificate: asn1.Certificate, digest: str) -> tuple[str, ...]:
    """Algorithms under a signature that were common and no longer resist an attacker with means."""
    weak = [digest.upper().replace("SHA1", "SHA-1")] if digest.lower() in ("md5", "sha1") else []
    key = certificate.public_key
    if key.algorithm == "rsa" and key.bit_size < 2048:
        weak.append(f"RSA-{key.bit_size}")
    return tuple(weak)


@dataclass(frozen=True)
class Revocation:
    """What the data say about one certificate: whether its state at a moment is known, and when it was revoked."""

    known: bool
    revoked_at: datetime | None = None


@dataclass
class Evidence:
    """Certificates, revocation lists and OCSP answers that came with a file or were given along."""

    certificates: list[asn1.Certificate] = field(default_factory=list)
    crls: list[x509.CertificateRevocationList] = field(default_factory=list)
    answers: list[ocsp.OCSPResponse] = field(default_factory=list)

    def add(
        self, *, certificates: Iterable[bytes] = (), crls: Iterable[bytes] = (), ocsps: Iterable[bytes] = ()
    ) -> None:
        """Take these DER bytes; what cannot be read as what it claims to be proves nothing and is left out."""
        for data in certificates:
            with suppress(ValueError):
                loaded(data)
                self.certificates.append(asn1.Certificate.load(data))
        for data in crls:
            with suppress(ValueError):
                self.crls.append(x509.load_der_x509_crl(pem.unarmor(data)[2] if pem.detect(data) else data))
        for data in ocsps:
            with suppress(ValueError):
                self.answers.append(ocsp.load_der_ocsp_response(data))

    def revocation(self, certificate: asn1.Certificate, issuer: asn1.Certificate, *, at: datetime) -> Revocation:
        """The state of one certificate at a moment, by lists and answers whose own signatures are good."""
        found, above = loaded(certificate.dump()), loaded(issuer.dump())
        known, revoked = False, []
        for this, following, when in [*self._listed(found, above), *self._answered(found, above)]:
            known = known or this >= at or (following is not None and following >= at)
            revoked += [when] if when else []
        return Revocation(known or bool(revoked), min(revoked, default=None))

    def _listed(
        self, found: x509.Certificate, issuer: x509.Certificate
    ) -> Iterable[tuple[datetime, datetime | None, datetime | None]]:
        for crl in self.crls:
            if crl.issuer != found.issuer or not _concerns(crl, found) or not _signed_by(crl, issuer):
                continue
            entry = crl.get_revoked_certificate_by_serial_number(found.serial_number)
            yield crl.last_update_utc, crl.next_update_utc, entry.revocation_date_utc if entry else None

    def _answered(
        self, found: x509.Certificate, issuer: x509.Certificate
    ) -> Iterable[tuple[datetime, datetime | None, datetime | None]]:
        for answer in self.answers:
            if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
                continue
            for single in answer.responses:
                if single.serial_number != found.serial_number or not _answer_counts(answer, single, found, issuer):
                    continue
                if single.certificate_status != ocsp.OCSPCertStatus.UNKNOWN:
                    yield single.this_update_utc, single.next_update_utc, single.revocation_time_utc


def _concerns(crl: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Whether a list speaks about certificates like this one at all (RFC 5280, issuing distribution point)."""
    try:
        point = crl.extensions.get_extension_for_class(x509.IssuingDistributionPoint).value
    except x509.ExtensionNotFound:
        return True
    authority = False
    with suppress(x509.ExtensionNotFound):
        authority = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    wrong_side = point.only_contains_user_certs if authority else point.only_contains_ca_certs
    other = point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs
    return not wrong_side and not other


def _signed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # TypeError for other keys
    except NOT_ISSUED:
        return False


def _answer_counts(
    answer: ocsp.OCSPResponse, single: ocsp.OCSPSingleResponse, found: x509.Certificate, issuer: x509.Certificate
) -> bool:
    """Whether an OCSP answer is about this issuer and signed by it or by a responder it has named (RFC 6960)."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(found, issuer, single.hash_algorithm).build()
    if single.issuer_key_hash != builder.issuer_key_hash:
        return False
    for responder in [issuer, *answer.certificates]:
        if responder != issuer and not _may_answer(responder, issuer):
            continue
        if _verifies(responder, answer):
            return True
    return False


def _may_answer(responder: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (*NOT_ISSUED, x509.ExtensionNotFound):
        return False
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage


def _verifies(responder: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    key, signed, digest = responder.public_key(), answer.tbs_response_bytes, answer.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and digest:
            key.verify(answer.signature, signed, padding.PKCS1v15(), digest)
        elif isinstance(key, ec.EllipticCurvePublicKey) and digest:
            key.verify(answer.signature, signed, ec.ECDSA(digest))
        elif isinstance(key, (ed25519.Ed25519PublicKey, ed448.Ed448PublicKey)):
            key.verify(answer.signature, signed)
        else:
            return False
    except NOT_ISSUED:
        return False
    return True
