"""What proves a certificate for decades: its chain, and lists or answers that say whether it was taken back.

Revocation lists (CRL) lie beside the trust roots (`root.pem` → `root.crl`) or are fetched, as OCSP answers are, from
the addresses that the certificates name; both are kept in the process until their next update.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from asn1crypto import crl, ocsp, pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers import Fetchers
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from documents.signing.loops import finished

# At INFO the library writes the subject of each certificate that it asks about: a person's name.
logging.getLogger("pyhanko_certvalidator").setLevel(logging.WARNING)

TIMEOUT = 5.0  # seconds for one request to an authority
LONGEST = timedelta(hours=24)  # an answer without a next update, or with a far one, is asked for again after this
MOST = 20_000  # certificates kept proved in one process


class RevocationUnavailable(Exception):
    """An authority's revocation data cannot be had now, or its chain not be built: the document waits."""


class SignerRevoked(Exception):
    """The certificate had been taken back, or was not valid, when it signed."""


@dataclass(frozen=True)
class Proof:
    """The chain of one certificate (root first, itself last) with the revocation data of every link."""

    certificates: tuple[x509.Certificate, ...]
    crls: tuple[crl.CertificateList, ...]
    ocsps: tuple[ocsp.OCSPResponse, ...]
    revoked_at: datetime | None
    stale_at: datetime

    def require_valid_at(self, moment: datetime) -> None:
        """SignerRevoked when the certificate did not count at this moment."""
        leaf = self.certificates[-1]
        if self.revoked_at and self.revoked_at <= moment:
            raise SignerRevoked(f"{_named(leaf)}: revoked at {self.revoked_at:%Y-%m-%d %H:%M:%S} UTC")
        if not leaf.not_valid_before <= moment <= leaf.not_valid_after:
            raise SignerRevoked(f"{_named(leaf)}: not valid at {moment:%Y-%m-%d}")


class Authorities:
    """The trusted authorities; keep one object for many documents, so that each chain is judged once a list."""

    def __init__(self, roots: Sequence[Path], *, fetching: bool = True, timeout: float = TIMEOUT) -> None:
        self.paths, self.fetching, self.timeout = tuple(roots), fetching, timeout
        self._proofs: dict[bytes, Proof] = {}
        self._lists: tuple[object, ...] = ()
        self._lock = threading.Lock()

    def prove(self, certificate: x509.Certificate, others: Iterable[x509.Certificate] = ()) -> Proof:
        """The proof of a certificate that a trusted authority has issued. RevocationUnavailable, SignerRevoked."""
        self._forget_after_new_lists()
        proof = self._proofs.get(certificate.sha256)
        if proof is None or proof.stale_at <= datetime.now(UTC):
            proof = finished(self._prove(certificate, list(others)))
            with self._lock:
                if len(self._proofs) >= MOST:
                    self._proofs.clear()
                self._proofs[certificate.sha256] = proof
        return proof

    def _forget_after_new_lists(self) -> None:
        """A new list beside a root may name a certificate that was good a minute ago."""
        state = tuple(path.stat().st_mtime_ns for path in self._list_paths())
        if state != self._lists:
            with self._lock:
                self._lists = state
                self._proofs.clear()

    def _list_paths(self) -> list[Path]:
        return [each for path in self.paths if (each := path.with_suffix(".crl")).exists()]

    async def _prove(self, certificate: x509.Certificate, others: list[x509.Certificate]) -> Proof:
        now = datetime.now(UTC)
        ended = certificate.not_valid_after < now  # signed in time, sealed later
        backend = AIOHttpFetcherBackend(per_request_timeout=self.timeout)
        fetchers = backend.get_fetchers() if self.fetching else None  # what one look fetches, the next one finds
        try:
            moment = certificate.not_valid_after if ended else None
            return await self._validated(certificate, others, now, fetchers, moment=moment)
        except RevokedError as error:
            # Taken back since: what it signed before still counts, so the proof is built for the moment before.
            before = max(error.revocation_dt - timedelta(seconds=1), certificate.not_valid_before)
            return await self._validated(
                certificate, others, now, fetchers, moment=before, revoked_at=error.revocation_dt
            )
        finally:
            await backend.close()

    async def _validated(
        self,
        certificate: x509.Certificate,
        others: list[x509.Certificate],
        now: datetime,
        fetchers: Fetchers | None,
        *,
        moment: datetime | None,
        revoked_at: datetime | None = None,
    ) -> Proof:
        """The proof for `moment` (now), by the lists and answers of today: they tell of the past too."""
        try:
            context = ValidationContext(
                trust_roots=[_certificate(path.read_bytes()) for path in self.paths],
                crls=[_der(path.read_bytes()) for path in self._list_paths()],
                other_certs=others,
                moment=moment,
                retroactive_revinfo=moment is not None,
                revocation_mode="require",
                allow_fetching=fetchers is not None,
                fetchers=fetchers,
            )
            path = await CertificateValidator(certificate, others, context).async_validate_usage(set())
        except RevokedError:
            if revoked_at is None:
                raise
            raise SignerRevoked(f"{_named(certificate)}: never valid, or under a revoked one") from None
        except (ValidationError, PathError, OSError, ValueError) as error:
            # The library names the subject; a log names no person, so neither its text nor its error goes on.
            words = str(error).replace(certificate.subject.human_friendly, "…")
            raise RevocationUnavailable(f"{_named(certificate)}: {words}") from None
        chain = tuple(path)
        issuers = {each.issuer.hashable for each in chain}
        crls = tuple(each for each in context.crls if each.issuer.hashable in issuers)
        ocsps = tuple(context.ocsps)
        due = [now + LONGEST, *filter(None, (each["tbs_cert_list"]["next_update"].native for each in crls))]
        due += filter(None, map(_next_update, ocsps))
        return Proof(chain, crls, ocsps, revoked_at, min(due))


@lru_cache(maxsize=8)
def authorities(roots: tuple[Path, ...], *, fetching: bool = True) -> Authorities:
    """The authorities behind these roots, one object a process."""
    return Authorities(roots, fetching=fetching)


def _next_update(answer: ocsp.OCSPResponse) -> datetime | None:
    return answer.response_data["responses"][0]["next_update"].native


def _named(certificate: x509.Certificate) -> str:
    """The certificate for a log, which holds no names of people."""
    return f"certificate {certificate.serial_number:x}"


def _der(data: bytes) -> bytes:
    return pem.unarmor(data)[2] if pem.detect(data) else data


def _certificate(data: bytes) -> x509.Certificate:
    return x509.Certificate.load(_der(data))
