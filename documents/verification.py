"""What a signed PDF proves: who signed which revision when, and whether anything else happened to it."""

import asyncio
import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO

from asn1crypto import pem, x509
from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import (
    DocumentTimestampStatus,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

# What hostile bytes make the parsers raise; each means "not readable as what it claims to be".
UNREADABLE = (
    PdfError,
    SignatureValidationError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
    EOFError,
    zlib.error,
    struct.error,
    UnsupportedAlgorithm,
)
MODIFICATIONS = {
    ModificationLevel.NONE: "none",
    ModificationLevel.LTA_UPDATES: "long_term_data",
    ModificationLevel.FORM_FILLING: "form_filling",
    ModificationLevel.ANNOTATIONS: "annotations",
    ModificationLevel.OTHER: "other",
}
HARMLESS = ("none", "long_term_data", "form_filling")


@dataclass(frozen=True)
class SignatureReport:
    """One signature (or document time stamp) in the file, in the order of signing."""

    field: str
    kind: str
    """"signature" or "timestamp"."""
    signer: str
    issuer: str
    fingerprint: str
    signed_at: datetime | None
    """As the signer's machine claims."""
    timestamped_at: datetime | None
    timestamp_trusted: bool
    certified: bool
    intact: bool
    trusted: bool
    covers: str
    """"file", "revision" or "part"."""
    modification: str
    """What came after it: one of MODIFICATIONS."""
    allowed: bool
    """Whether what came after is allowed by the signatures before it."""
    revision_sha256: str
    """Of the file as it was right after this signature."""


@dataclass(frozen=True)
class PdfReport:
    """The judgement of one file; `ok` when nothing is wrong. Notes are facts worth knowing, not faults."""

    sha256: str
    signatures: tuple[SignatureReport, ...] = ()
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Signed, and without any problem."""
        return bool(self.signatures) and not self.problems


def verify_pdf(
    data: bytes,
    *,
    trust_roots: Sequence[bytes],
    expected_sha256s: Sequence[str] = (),
    house_rules: bool = True,
    at: datetime | None = None,
) -> PdfReport:
    """Judge a PDF against trust roots (PEM or DER); each signer's validity counts at its trusted time stamp.

    `expected_sha256s`: the file's hash after each signature in order, as kept in the archive (finds truncation).
    `house_rules`: the first signature certifies (P=2), every signature is time-stamped and in a pre-placed field;
    without them (documents of others) their absence is only noted. `at` is the time of the judgement.
    """
    report = PdfReport(sha256(data).hexdigest())
    roots, at = [_certificate(root) for root in trust_roots], at or datetime.now(UTC)
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        signatures = list(reader.embedded_signatures)
        places = {name for name, _value, _ref in enumerate_sig_fields(reader.get_historical_resolver(0))}
        judged = [_judge(signature, data, roots, at) for signature in signatures]
    except UNREADABLE as error:
        report.problems.append(_("The file cannot be read as a signed PDF: %(why)s") % {"why": error})
        return report
    report = PdfReport(report.sha256, tuple(judged))
    if not judged:
        report.problems.append(_("The file is not signed."))
        return report
    for each in judged:
        report.problems.extend(_faults(each))
    if judged[-1].covers != "file":
        report.problems.append(_("Something was added after the last signature."))
    faults = report.problems if house_rules else report.notes
    faults.extend(_house_faults(judged, signatures, places))
    report.problems.extend(_missing(judged, list(expected_sha256s)))
    return report


def _judge(
    signature: EmbeddedPdfSignature, data: bytes, roots: list[x509.Certificate], at: datetime
) -> SignatureReport:
    """Validate one signature at the time of its trusted time stamp, else at the time of the judgement."""
    status = _validated(signature, roots, at, at)
    stamped_at = stamp_trusted = None
    if isinstance(status, PdfSignatureStatus):
        stamp = status.timestamp_validity
        stamped_at = stamp.timestamp if stamp else None
        stamp_trusted = bool(stamp and stamp.valid and stamp.intact and stamp.trusted)
        if stamped_at and stamp_trusted and not status.trusted:
            status = _validated(signature, roots, stamped_at, at)
    else:
        stamped_at, stamp_trusted = status.timestamp, status.trusted
    certificate, begin = signature.signer_cert, [int(each) for each in signature.byte_range]
    coverage = {SignatureCoverageLevel.ENTIRE_FILE: "file", SignatureCoverageLevel.ENTIRE_REVISION: "revision"}
    modification = MODIFICATIONS.get(status.modification_level or ModificationLevel.NONE, "other")
    return SignatureReport(
        field=signature.field_name,
        kind="signature" if isinstance(status, PdfSignatureStatus) else "timestamp",
        signer=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        fingerprint=certificate.sha256.hex(),
        signed_at=signature.self_reported_timestamp,
        timestamped_at=stamped_at,
        timestamp_trusted=bool(stamp_trusted),
        certified=signature.docmdp_level == MDPPerm.FILL_FORMS,
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        covers=coverage.get(status.coverage or SignatureCoverageLevel.UNCLEAR, "part"),
        modification=modification,
        allowed=status.docmdp_ok is not False and modification in HARMLESS,
        revision_sha256=sha256(data[: begin[-2] + begin[-1]]).hexdigest(),
    )


def _validated(
    signature: EmbeddedPdfSignature, roots: list[x509.Certificate], moment: datetime, at: datetime
) -> PdfSignatureStatus | DocumentTimestampStatus:
    """The library's judgement, with the signer's certificate at `moment` and the time stamp's at `at`."""
    signer_context = ValidationContext(trust_roots=roots, moment=moment, best_signature_time=moment)
    stamp_context = ValidationContext(trust_roots=roots, moment=at)

    async def work() -> PdfSignatureStatus | DocumentTimestampStatus:
        if signature.sig_object_type == "/DocTimeStamp":
            return await async_validate_pdf_timestamp(signature, stamp_context)
        return await async_validate_pdf_signature(signature, signer_context, stamp_context)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work())
    with ThreadPoolExecutor(1) as thread:  # the calling thread already has an event loop
        return thread.submit(asyncio.run, work()).result()


def _faults(each: SignatureReport) -> list[str]:
    """What is wrong with one signature whatever the house rules."""
    who = {"field": each.field, "signer": each.signer}
    faults = []
    if not each.intact:
        faults.append(_("The signature of %(signer)s (%(field)s) is broken: the signed bytes were changed.") % who)
    if not each.trusted:
        faults.append(_("The certificate of %(signer)s (%(field)s) is not trusted at the time of signing.") % who)
    if each.timestamped_at and not each.timestamp_trusted:
        faults.append(_("The time stamp of %(signer)s (%(field)s) is not trusted.") % who)
    if each.covers == "part":
        faults.append(_("The signature of %(signer)s (%(field)s) does not cover its whole revision.") % who)
    if not each.allowed:
        faults.append(_("After %(signer)s signed (%(field)s) the document was changed beyond form filling.") % who)
    return faults


def _house_faults(
    judged: list[SignatureReport], signatures: list[EmbeddedPdfSignature], places: set[str]
) -> list[str]:
    """What our own documents have and those of others may lack."""
    faults = []
    if not judged[0].certified or "/DocMDP" not in signatures[0].reader.root.get("/Perms", {}):
        faults.append(_("The first signature does not certify the document."))
    for each in judged:
        who = {"field": each.field, "signer": each.signer}
        if not each.timestamped_at:
            faults.append(_("The signature of %(signer)s (%(field)s) has no time stamp.") % who)
        if each.field not in places:
            faults.append(_("%(signer)s signed in a place (%(field)s) that the document did not have.") % who)
    return faults


def _missing(judged: list[SignatureReport], expected: list[str]) -> list[str]:
    """Compare with the hashes kept at each signing; a file cut back to an earlier revision is valid but short."""
    found = [each.revision_sha256 for each in judged]
    if not expected or found == expected:
        return []
    if found == expected[: len(found)]:
        counts = {"found": len(found), "expected": len(expected)}
        return [_("The file was cut back: %(found)d of %(expected)d signed revisions are left.") % counts]
    return [_("The file is not the one archived: its signed revisions have other hashes.")]


def _certificate(data: bytes) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def _common_name(name: x509.Name) -> str:
    found = name.native.get("common_name", name.human_friendly)
    return str(found[-1] if isinstance(found, list) else found)
