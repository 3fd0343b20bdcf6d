"""What a signed PDF proves: who signed which revision when, and whether anything else happened to it."""

from documents.verification.limited import VerifierBusy, verify_limited
from documents.verification.pdf import verify_pdf
from documents.verification.reports import Finding, Listing, PaperDates, PdfReport, SignatureReport, Verdict

__all__ = [
    "Finding",
    "Listing",
    "PaperDates",
    "PdfReport",
    "SignatureReport",
    "Verdict",
    "VerifierBusy",
    "verify_limited",
    "verify_pdf",
]
