"""What a judgement says: grades, findings, one report a signature and one a file."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _


class Verdict(StrEnum):
    """How far a file may be relied on, best first."""

    VALID = "valid"
    REMARKS = "remarks"
    UNTRUSTED = "untrusted"
    BROKEN = "broken"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"

    @property
    def sentence(self) -> str:
        """The verdict in one sentence for a person who decides on a paper."""
        return {
            Verdict.VALID: _("Valid: every signature is intact, trusted and provable, and nothing else was changed."),
            Verdict.REMARKS: _("Valid with remarks: intact and trusted, but read what is missing or unusual."),
            Verdict.UNTRUSTED: _("Not proven: the file is not damaged, but who signed or when cannot be relied on."),
            Verdict.BROKEN: _("Not valid: a signature is damaged or the file was changed after it was signed."),
            Verdict.UNSIGNED: _("Not signed: the file has no electronic signature."),
            Verdict.UNREADABLE: _("Not readable as a signed PDF."),
        }[self]


WORST_FIRST = (*reversed(Verdict),)


@dataclass(frozen=True)
class Finding:
    """One fact worth telling: the best verdict it leaves possible, the words, and the field it is about."""

    grade: Verdict
    text: str
    field: str = ""


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
    """What came after it: "none", "long_term_data", "form_filling", "annotations" or "other"."""
    allowed: bool
    """Whether what came after is allowed by the signatures before it."""
    revision_sha256: str
    """Of the file as it was right after this signature."""
    subfilter: str = ""
    organization: str = ""
    chain: tuple[str, ...] = ()
    """Names of the authorities from the issuer up to the root, as far as their certificates are known."""
    root_known: bool = False
    timestamp_authority: str = ""
    level: str = ""
    """PAdES baseline level reached: "B-B", "B-T", "B-LT" or "B-LTA"; empty for signatures of another family."""
    longterm_missing: tuple[str, ...] = ()
    """Names of the certificates for which the file holds no revocation data of the right time."""
    proven_at: datetime | None = None
    """The latest moment at which the signature existed for certain: a trusted time stamp on it or after it."""
    judged_at: datetime | None = None
    """The moment at which the signer's certificate was judged."""
    judged_by: str = "now"
    """Where that moment comes from: "timestamp", "later", "now" or "claimed"."""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    weak: tuple[str, ...] = ()
    """Old algorithms in use, such as "SHA-1" or "RSA-1024"."""
    changed: tuple[str, ...] = ()
    """What was changed after this signature, in words."""
    filled: tuple[str, ...] = ()
    """Form fields written after this signature."""

    @property
    def longterm(self) -> bool:
        """Whether the file itself holds what is needed to judge this signature in decades."""
        return self.level in ("B-LT", "B-LTA") or (
            not self.level and bool(self.proven_at) and not self.longterm_missing
        )


@dataclass(frozen=True)
class PaperDates:
    """The three dates that a paper has; None where the file does not say it in a form that can be read."""

    document: date | None = None
    signed: date | None = None
    issued: date | None = None


@dataclass(frozen=True)
class Listing:
    """A signed list that answers for one state of the file: its code, the state's hash, the role, who signed."""

    code: str
    sha256: str
    role: str
    signers: tuple[SignatureReport, ...]


@dataclass(frozen=True)
class PdfReport:
    """The judgement of one file; `ok` when nothing is wrong. Remarks are facts worth knowing, not faults."""

    sha256: str
    signatures: tuple[SignatureReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    states: tuple[str, ...] = ()
    """SHA-256 of every state that the file has had, the present one last."""
    dates: PaperDates = field(default_factory=PaperDates)
    code: str = ""
    """Internal code of a document of this product, as its attached facts claim it."""
    lists: tuple[str, ...] = ()
    """Codes of the signed lists that the file names in place of a signature."""
    listings: tuple[Listing, ...] = ()
    """Those of them that were given and sign a state of this file."""

    @property
    def verdict(self) -> Verdict:
        """The worst grade of all findings."""
        grades = {each.grade for each in self.findings}
        return next((grade for grade in WORST_FIRST if grade in grades), Verdict.VALID)

    @property
    def ok(self) -> bool:
        """Signed, and without any problem."""
        return self.verdict in (Verdict.VALID, Verdict.REMARKS)

    @property
    def problems(self) -> list[str]:
        """Everything that is wrong, in words."""
        return [each.text for each in self.findings if each.grade not in (Verdict.VALID, Verdict.REMARKS)]

    @property
    def notes(self) -> list[str]:
        """Everything worth knowing that is not wrong, in words."""
        return [each.text for each in self.findings if each.grade in (Verdict.VALID, Verdict.REMARKS)]

    @property
    def signers(self) -> tuple[SignatureReport, ...]:
        """The signatures of people and agencies, without the document's own time stamps."""
        return tuple(each for each in self.signatures if each.kind == "signature")

    def findings_of(self, name: str) -> list[Finding]:
        """What there is to say about the signature in this field."""
        return [each for each in self.findings if each.field == name]
