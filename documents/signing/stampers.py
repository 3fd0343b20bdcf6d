"""Whether a token that a time-stamp service answers is worth anything, before it goes into a file for good."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import new as new_hash
from pathlib import Path

from asn1crypto import cms, pem, x509
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity, validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext

TRUSTED_FOR = timedelta(hours=1)  # a chain found good is not built again for each signature
MOST = 100  # certificates of time-stamp authorities kept in one process


class TokenWorthless(ValueError):
    """The token's signature is broken, or nobody we trust has made it."""


class Stampers:
    """The time-stamp certificates that lead to these roots; each chain is judged once an hour, each token always."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(roots)
        self._trusted: dict[bytes, datetime] = {}
        self._lock = threading.Lock()

    async def require(self, token: cms.ContentInfo, digest: bytes) -> None:
        """TokenWorthless for a token that does not prove when these bytes existed; OSError without the roots."""
        signed, now = token["content"], datetime.now(UTC)
        try:
            certificate = extract_certificate_info(signed).signer_cert
            if self._trusted.get(certificate.sha256, now) > now:
                _require_intact(signed, certificate)
            else:
                await self._judge(signed, digest, now)
                self._remember(certificate, now)
        except (SignatureValidationError, KeyError, TypeError, AttributeError) as error:
            raise TokenWorthless(f"no token that proves anything: {error}") from error

    async def _judge(self, signed: cms.SignedData, digest: bytes, now: datetime) -> None:
        roots = [path.read_bytes() for path in self.roots]
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(pem.unarmor(each)[2] if pem.detect(each) else each) for each in roots],
            moment=now,
        )
        status = TimestampSignatureStatus(**await validate_tst_signed_data(signed, context, lambda _name: digest))
        if not (status.intact and status.valid):
            raise TokenWorthless("the token's signature is broken")
        if not status.trusted:
            raise TokenWorthless("the token's authority is not trusted")

    def _remember(self, certificate: x509.Certificate, now: datetime) -> None:
        with self._lock:
            if len(self._trusted) >= MOST:
                self._trusted.clear()
            self._trusted[certificate.sha256] = min(now + TRUSTED_FOR, certificate.not_valid_after)


def _require_intact(signed: cms.SignedData, certificate: x509.Certificate) -> None:
    """The token's own signature by this certificate; that its imprint is ours, the caller has compared."""
    info, content = extract_signer_info(signed), signed["encap_content_info"]
    digest = new_hash(info["digest_algorithm"]["algorithm"].native, bytes(content["content"])).digest()
    if not all(validate_sig_integrity(info, certificate, content["content_type"].native, digest)):
        raise TokenWorthless("the token's signature is broken")
