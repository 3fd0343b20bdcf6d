"""What the authority says of a registered certificate: asked when it is registered and each time it signs."""

import logging
from collections.abc import Sequence

from cryptography import x509
from django.conf import settings

from documents.models import SigningKey
from documents.signing import CertificateRevoked, certificates

logger = logging.getLogger(__name__)


def certificates_of(key: SigningKey) -> list[x509.Certificate]:
    """The registered certificate and its chain; empty for a key file registered before they were kept."""
    return certificates.read(key.certificates.encode()) if key.certificates else []


def standing_of(key: SigningKey) -> str:
    """good, revoked or unknown (`documents.signing.certificates.Standing`)."""
    found = certificates_of(key)
    return _ask(found)[0] if found else certificates.Standing.UNKNOWN


def require_not_revoked(found: Sequence[x509.Certificate]) -> str:
    """Refuse a revoked certificate. One whose standing is unknown may sign: the seal proves all later. Returns it.

    CertificateRevoked.
    """
    standing, reason = _ask(found)
    if standing == certificates.Standing.REVOKED:
        raise CertificateRevoked(f"serial number {found[0].serial_number:x}")
    if standing == certificates.Standing.UNKNOWN:
        logger.warning("key.standing_unknown serial=%x %s", found[0].serial_number, reason)
    return standing


def _ask(found: Sequence[x509.Certificate]) -> tuple[str, str]:
    return certificates.standing_with_reason(found[0], found[1:], settings.TRUST_ROOTS)
