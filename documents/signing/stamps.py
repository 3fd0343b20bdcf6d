"""Time-stamp tokens (RFC 3161) that stand by themselves: asked for, and judged against trust roots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import cms, pem, tsp, x509
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

from documents.signing.loops import finished
from documents.signing.timestamps import TimestampService, TimestampUnavailable


class TokenInvalid(Exception):
    """The token does not prove that these bytes existed at its time; the text says why."""


@dataclass(frozen=True)
class Token:
    """What a token says of itself: its time, the digest it stands for, and until when its certificate is valid."""

    at: datetime
    algorithm: str
    imprint: bytes
    valid_until: datetime


def request_token(service: TimestampService, digest: bytes, algorithm: str = "sha256") -> bytes:
    """A token (DER) for this digest. TimestampUnavailable."""
    try:
        return finished(service.async_timestamp(digest, algorithm)).dump()
    except (TimestampRequestError, OSError) as error:
        raise TimestampUnavailable(str(error)) from error


def read_token(token: bytes) -> Token:
    """What the token says, unproven. TokenInvalid when it is none."""
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        info = signed["encap_content_info"]["content"].parsed
        if not isinstance(info, tsp.TSTInfo):
            raise TokenInvalid("no time-stamp token")
        imprint = info["message_imprint"]
        ends = [each.chosen.not_valid_after for each in signed["certificates"] if _stamps(each.chosen)]
        return Token(
            at=info["gen_time"].native,
            algorithm=imprint["hash_algorithm"]["algorithm"].native,
            imprint=imprint["hashed_message"].native,
            valid_until=min(ends) if ends else info["gen_time"].native,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TokenInvalid(f"no time-stamp token: {type(error).__name__}") from error


def judge_token(token: bytes, digest: bytes, *, trust_roots: Sequence[bytes], at: datetime | None = None) -> Token:
    """The token's content when it is genuine, trusted at `at` (now) and stands for this digest. TokenInvalid."""
    read = read_token(token)
    if read.imprint != digest:
        raise TokenInvalid("the token stands for other bytes")
    roots = [x509.Certificate.load(pem.unarmor(root)[2] if pem.detect(root) else root) for root in trust_roots]
    context = ValidationContext(trust_roots=roots, moment=at or datetime.now(UTC))
    try:
        signed = cms.ContentInfo.load(token)["content"]
        found = finished(validate_tst_signed_data(signed, context, lambda _algorithm: digest))
    except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
        raise TokenInvalid(str(error)) from error
    status = TimestampSignatureStatus(**found)
    if not (status.intact and status.valid):
        raise TokenInvalid("the token's signature is broken")
    if not status.trusted:
        raise TokenInvalid("the token's authority is not trusted")
    return read


def _stamps(certificate: x509.Certificate) -> bool:
    usage = certificate.extended_key_usage_value
    return bool(usage and "time_stamping" in usage.native)
