"""One signature after the other, the last first: what stands later proves when the earlier ones existed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise
from zoneinfo import ZoneInfo

from asn1crypto import cms, x509
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import NonexistentAttributeError, extract_signer_info, find_unique_cms_attribute
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel, generic_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy, DisallowWeakAlgorithmsPolicy

from documents.verification.certificates import Evidence, chain_of, common_name, organization, weak_parts
from documents.verification.changes import changes_since
from documents.verification.files import SignedFile
from documents.verification.oldest import WrappedSha1Signature
from documents.verification.reports import SignatureReport

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
MODIFICATIONS = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "long_term_data",
    ModificationLevel.FORM_FILLING: "form_filling",
    ModificationLevel.ANNOTATIONS: "annotations",
    ModificationLevel.OTHER: "other",
}
HARMLESS = ("none", "long_term_data", "form_filling")
COVERAGE = {SignatureCoverageLevel.ENTIRE_FILE: "file", SignatureCoverageLevel.ENTIRE_REVISION: "revision"}
# Old documents are described, not refused: only what anybody can forge today counts for nothing.
ALGORITHMS = DisallowWeakAlgorithmsPolicy(frozenset({"md2", "md5"}), rsa_key_size_threshold=1024)
NO_LISTS = CertRevTrustPolicy(NO_REVOCATION)  # revocation is judged by `Evidence`, with words for a person
SIGNS = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
PADES = "/ETSI.CAdES.detached"


@dataclass
class Judge:
    """The common ground of one judgement: the file, who is trusted, what is known about revocation, and when."""

    file: SignedFile
    roots: Sequence[x509.Certificate]
    given: Evidence
    at: datetime

    async def judged(self) -> list[SignatureReport]:
        """Every signature in the order of signing."""
        made: list[SignatureReport] = []
        stamps: list[tuple[int, SignatureReport]] = []  # trusted document time stamps, the last first
        for signature in reversed(self.file.signatures):
            if signature.sig_object_type == "/DocTimeStamp":
                report = await self._stamp(signature, stamps)
                if report.intact and report.trusted and report.covers != "part":
                    stamps.append((signature.signed_revision, report))
            else:
                report = await self._signature(signature, stamps)
            made.append(report)
        return made[::-1]

    async def _stamp(self, signature: EmbeddedPdfSignature, stamps: list) -> SignatureReport:
        signature.compute_integrity_info()
        later = stamps[-1][1].timestamped_at if stamps else None
        status = await self._token(signature.signed_data, signature.compute_digest, later or self.at)
        chain, evidence = self._chain(signature), self._evidence(signature, stamps)
        revoked = self._gone_before(chain, status.timestamp, evidence)
        report = self._common(signature, status, chain)
        report = replace(report, trusted=report.trusted and not revoked, revoked_at=revoked)
        return replace(
            report,
            kind="timestamp",
            signed_at=None,
            timestamped_at=status.timestamp,
            timestamp_trusted=report.trusted,
            timestamp_authority=report.signer,
            proven_at=later,
            judged_at=status.validation_time,
            judged_by="later" if later else "now" if status.validation_time == self.at else "claimed",
            longterm_missing=self._missing(chain, later or self.at, evidence),
        )

    async def _signature(self, signature: EmbeddedPdfSignature, stamps: list) -> SignatureReport:
        signature.compute_integrity_info()
        later = stamps[-1][1].timestamped_at if stamps else None
        token, evidence = await self._own_token(signature, later or self.at), self._evidence(signature, stamps)
        stamp_chain = self._chain_of(token.signing_cert, _token_certificates(signature)) if token else []
        trusted = bool(token and token.valid and token.intact and token.trusted)
        trusted = trusted and not (token and self._gone_before(stamp_chain, token.timestamp, evidence))
        stamped = token.timestamp if token else None
        proven = stamped if trusted else later
        claimed = _aware(signature.self_reported_timestamp)
        moment, by = proven or self.at, "timestamp" if trusted else "later" if later else "now"
        status = await self._cms(signature, moment)
        if not status.trusted and not proven and claimed and _out_of_time(signature.signer_cert, moment):
            status, moment, by = await self._cms(signature, claimed), claimed, "claimed"
        chain = self._chain(signature)
        revoked = self._revoked(chain, moment, evidence)
        missing = self._missing(chain, moment, evidence)
        authority = ""
        stamp_missing: tuple[str, ...] = ()
        if token:
            authority = common_name(token.signing_cert.subject)
            stamp_missing = self._missing(stamp_chain, later or moment, evidence)
        report = self._common(signature, status, chain)
        held = not revoked or bool(proven and revoked > proven)
        report = replace(
            report,
            trusted=report.trusted and held,
            signed_at=claimed,
            timestamped_at=stamped,
            timestamp_trusted=trusted,
            timestamp_authority=authority,
            proven_at=proven,
            judged_at=moment,
            judged_by=by,
            revoked_at=revoked,
            longterm_missing=tuple(dict.fromkeys((*missing, *stamp_missing))),
        )
        return replace(report, level=self._level(signature, report, stamps))

    def _common(
        self, signature: EmbeddedPdfSignature, status: SignatureStatus, chain: list[x509.Certificate]
    ) -> SignatureReport:
        """What signatures and document time stamps have in common."""
        certificate, signed = signature.signer_cert, [int(each) for each in signature.byte_range]
        found, kept = signature.diff_result, signature.summarise_integrity_info()
        level = found.modification_level if isinstance(found, DiffResult) else ModificationLevel.OTHER
        covers = COVERAGE.get(signature.coverage or SignatureCoverageLevel.UNCLEAR, "part")
        modification = MODIFICATIONS.get(level, "other")
        changed: tuple[str, ...] = ()
        if modification not in HARMLESS and covers != "part":
            changed = changes_since(self.file.reader, signature.signed_revision)
        return SignatureReport(
            field=signature.field_name,
            kind="signature",
            signer=common_name(certificate.subject),
            issuer=common_name(certificate.issuer),
            fingerprint=certificate.sha256.hex(),
            signed_at=None,
            timestamped_at=None,
            timestamp_trusted=False,
            certified=signature.docmdp_level == MDPPerm.FILL_FORMS,
            intact=bool(status.intact and status.valid),
            trusted=bool(status.trusted),
            covers=covers,
            modification=modification,
            allowed=kept["docmdp_ok"] is not False and modification in HARMLESS,
            revision_sha256=sha256(self.file.data[: signed[-2] + signed[-1]]).hexdigest(),
            subfilter=str(signature.sig_object.get("/SubFilter", "")).removeprefix("/"),
            organization=organization(certificate.subject),
            chain=tuple(common_name(each.subject) for each in chain[1:]) or (common_name(certificate.issuer),),
            root_known=any(each in self.roots for each in chain),
            valid_from=certificate.not_valid_before,
            valid_until=certificate.not_valid_after,
            weak=weak_parts(certificate, signature.md_algorithm),
            changed=changed,
            filled=tuple(sorted(found.changed_form_fields)) if isinstance(found, DiffResult) else (),
        )

    async def _cms(self, signature: EmbeddedPdfSignature, moment: datetime) -> SignatureStatus:
        """The library's judgement of the signature's own CMS, its certificate at `moment`."""
        wrapped = isinstance(signature, WrappedSha1Signature)
        kwargs = await generic_cms.cms_basic_validation(
            signature.signed_data,
            raw_digest=None if wrapped else signature.compute_digest(),
            validation_context=self._context(signature, moment),
            key_usage_settings=SIGNS,
        )
        if isinstance(signature, WrappedSha1Signature):
            kwargs["intact"] = kwargs["intact"] and signature.digest_matches()
        return SignatureStatus(**kwargs)

    async def _own_token(self, signature: EmbeddedPdfSignature, moment: datetime) -> TimestampSignatureStatus | None:
        """The time stamp on the signature, the first trusted one if there are several."""
        checker, found = generic_cms.message_imprint_checker(signature.signer_info), None
        for token in generic_cms.extract_tst_data_iter(signature.signer_info, signed=False):
            found = await self._token(token, checker, moment)
            if found.trusted and found.intact:
                break
        return found

    async def _token(self, token: cms.SignedData, imprint, moment: datetime) -> TimestampSignatureStatus:
        """A time-stamp token at `moment`; an authority that has expired meanwhile is judged at the token's time."""
        kwargs = await generic_cms.validate_tst_signed_data(token, self._context(None, moment), imprint)
        status = TimestampSignatureStatus(**kwargs)
        if not status.trusted and _out_of_time(status.signing_cert, moment):
            context = self._context(None, status.timestamp)
            status = TimestampSignatureStatus(**await generic_cms.validate_tst_signed_data(token, context, imprint))
        return status

    def _context(self, signature: EmbeddedPdfSignature | None, moment: datetime) -> ValidationContext:
        return ValidationContext(
            trust_roots=list(self.roots),
            other_certs=[*self._stored.certificates, *self.given.certificates],
            moment=moment,
            best_signature_time=moment,
            revinfo_policy=NO_LISTS,
            algorithm_usage_policy=ALGORITHMS,
        )

    def __post_init__(self) -> None:
        self._stored = self.file.evidence(self.file.reader)
        self._views: dict[int, Evidence] = {}

    def _chain(self, signature: EmbeddedPdfSignature) -> list[x509.Certificate]:
        return self._chain_of(signature.signer_cert, signature.other_embedded_certs)

    def _chain_of(self, leaf: x509.Certificate, along: Sequence[x509.Certificate]) -> list[x509.Certificate]:
        return chain_of(leaf, [*self.roots, *along, *self._stored.certificates, *self.given.certificates])

    def _evidence(self, signature: EmbeddedPdfSignature, stamps: list) -> Evidence:
        """All revocation data there is: in the file's store, in the signature itself, and given along."""
        stored, given = self._stored, self.given
        found = Evidence(crls=[*stored.crls, *given.crls], answers=[*stored.answers, *given.answers])
        _take_archived(signature, found)
        return found

    def _revoked(self, chain: list[x509.Certificate], moment: datetime, evidence: Evidence) -> datetime | None:
        """The earliest revocation of the signer's certificate or an authority above it."""
        found = (evidence.revocation(child, above, at=moment).revoked_at for child, above in _pairs(chain))
        return min((when for when in found if when), default=None)

    def _gone_before(self, chain: list[x509.Certificate], moment: datetime, evidence: Evidence) -> datetime | None:
        """When the chain of a time stamp was revoked, if that was before it was made: then it proves nothing."""
        revoked = self._revoked(chain, moment, evidence)
        return revoked if revoked and revoked <= moment else None

    def _missing(self, chain: list[x509.Certificate], moment: datetime, evidence: Evidence) -> tuple[str, ...]:
        """Certificates below the root whose state at `moment` nothing here tells."""
        unknown = [c for c, above in _pairs(chain) if not evidence.revocation(c, above, at=moment).known]
        if chain[-1].subject != chain[-1].issuer:
            unknown.append(chain[-1])
        return tuple(common_name(each.subject) for each in unknown)

    def _level(self, signature: EmbeddedPdfSignature, report: SignatureReport, stamps: list) -> str:
        """The PAdES baseline level (ETSI EN 319 142-1) that the signature reaches with what the file holds."""
        attributes = signature.signer_info["signed_attrs"]
        named = {each["type"].native for each in attributes} if attributes else set()
        if report.subfilter != PADES[1:] or not named & {"signing_certificate", "signing_certificate_v2"}:
            return ""
        if not report.proven_at:
            return "B-B"
        if report.longterm_missing:
            return "B-T"
        later = [revision for revision, _stamp in stamps if revision > signature.signed_revision]
        return "B-LTA" if any(self._stored_before(revision) for revision in later) else "B-LT"

    def _stored_before(self, revision: int) -> bool:
        """Whether the store already held revocation data in the revision that a document time stamp covers."""
        if revision not in self._views:
            self._views[revision] = self.file.evidence(self.file.reader.get_historical_resolver(revision))
        held = self._views[revision]
        return bool(held.crls or held.answers)


def _pairs(chain: list[x509.Certificate]) -> list[tuple[x509.Certificate, x509.Certificate]]:
    return list(pairwise(chain))


def _out_of_time(certificate: x509.Certificate, moment: datetime) -> bool:
    return not certificate.not_valid_before <= moment <= certificate.not_valid_after


def _aware(moment: datetime | None) -> datetime | None:
    """A time without a zone is an office's clock in Vietnam."""
    return moment.replace(tzinfo=LOCAL) if moment and moment.tzinfo is None else moment and moment.astimezone(UTC)


def _token_certificates(signature: EmbeddedPdfSignature) -> list[x509.Certificate]:
    found = []
    for token in generic_cms.extract_tst_data_iter(signature.signer_info, signed=False):
        found += [each.chosen for each in token["certificates"] if each.name == "certificate"]
    return found


def _take_archived(signature: EmbeddedPdfSignature, evidence: Evidence) -> None:
    """Revocation data that older Adobe-style signatures carry in a signed attribute."""
    attributes = extract_signer_info(signature.signed_data)["signed_attrs"]
    if not attributes:
        return
    try:
        held = find_unique_cms_attribute(attributes, "adobe_revocation_info_archival")
    except NonexistentAttributeError:
        return
    evidence.add(crls=[each.dump() for each in held["crl"] or ()], ocsps=[each.dump() for each in held["ocsp"] or ()])
