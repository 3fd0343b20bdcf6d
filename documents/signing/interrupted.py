"""A signature in two halves, for a key that only its owner's computer reaches (a personal token).

First half: the file as it will be signed, its place for the signature filled with nothing that counts, and the
attributes whose SHA-256 the token signs. Second half: the token's signature, verified, time-stamped and put in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from documents.signing.keys import CertificateSigner, RawSigner, verify_raw
from documents.signing.loops import finished
from documents.signing.pdf import SignatureRefused, sign_pdf
from documents.signing.timestamps import TimestampService, TimestampUnavailable

RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


class NoRoom(SignatureRefused):
    """The time-stamp token is larger than the place that the first half left; a new half knows its size."""


class SignatureWrong(Exception):
    """The signature was not made by the certificate's key over this digest."""


@dataclass(frozen=True)
class HalfSigned:
    """What must be kept between the halves; `gap` is where the signature goes, from byte to byte."""

    pdf: bytes
    gap: tuple[int, int]
    document_digest: bytes
    signed_attributes: bytes

    @property
    def digest(self) -> bytes:
        """The 32 bytes that the token signs."""
        return sha256(self.signed_attributes).digest()


def prepare_pdf(pdf: bytes, *, chain: Sequence[x509.Certificate], **options: Any) -> HalfSigned:
    """The first half, with the options of `sign_pdf` and its refusals; nothing is asked of any service."""
    signer = _Unfinished(chain)
    prepared = sign_pdf(pdf, signer=signer, **options)
    gap = _gap(prepared)
    return HalfSigned(prepared, gap, _digest(prepared, gap), signer.recorder.signed_attributes)


def complete_pdf(
    half: HalfSigned, *, chain: Sequence[x509.Certificate], signature: bytes, timestamps: TimestampService
) -> bytes:
    """The signed file (PAdES B-T). SignatureWrong, TimestampUnavailable, NoRoom or another SignatureRefused."""
    certificate = chain[0]
    signature = as_der(signature, certificate)
    if not verify_raw(certificate, signature, half.signed_attributes):
        raise SignatureWrong
    attributes = cms.CMSAttributes.load(half.signed_attributes)
    named = next(each["values"][0].native for each in attributes if each["type"].native == "message_digest")
    if not half.document_digest == named == _digest(half.pdf, half.gap):
        raise SignatureRefused("the prepared file is not the one whose digest was signed")
    signer = RawSigner(certificate, chain[1:], lambda _message, _digest: signature)
    try:
        made = finished(signer.async_sign_prescribed_attributes("sha256", attributes, timestamper=timestamps))
    except TimestampRequestError as error:
        raise TimestampUnavailable(str(error)) from error
    output = BytesIO(half.pdf)
    try:
        PreparedByteRangeDigest(half.document_digest, *half.gap).fill_with_cms(output, made)
    except ValueError as error:
        raise NoRoom(f"the signature does not fit its place: {error}") from error
    return output.getvalue()


def as_der(signature: bytes, certificate: x509.Certificate) -> bytes:
    """An ECDSA signature as DER, also when a token answers r and s side by side; RSA as it is."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        return signature
    try:
        decode_dss_signature(signature)
    except ValueError:
        size = (key.key_size + 7) // 8
        if len(signature) == 2 * size:
            return encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))
    return signature


class _Unfinished(CertificateSigner):
    """A signer that writes down what there is to sign and leaves room for the signature."""

    def __init__(self, chain: Sequence[x509.Certificate]) -> None:
        key = chain[0].public_key()
        room = (key.key_size + 7) // 8 if isinstance(key, rsa.RSAPublicKey) else 150
        super().__init__(chain[0], chain[1:], lambda _message, _digest: bytes(room))
        self.recorder = _Recorder(chain[0], chain[1:], self.sign)
        self._signer = self.recorder


class _Recorder(RawSigner):
    signed_attributes = b""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        self.signed_attributes = data
        return await super().async_sign_raw(data, digest_algorithm, dry_run)

    async def unsigned_attrs(self, *args: Any, **options: Any) -> None:
        """No time stamp yet: there is no signature to stamp."""


def _gap(pdf: bytes) -> tuple[int, int]:
    found = [tuple(map(int, match.groups())) for match in RANGE.finditer(pdf)]
    start, end, rest = found[-1]
    if end + rest != len(pdf):
        raise SignatureRefused("the last signature does not cover the file")
    return start, end


def _digest(pdf: bytes, gap: tuple[int, int]) -> bytes:
    hashed = sha256(pdf[: gap[0]])
    hashed.update(pdf[gap[1] :])
    return hashed.digest()
