"""Signatures on PDFs: PAdES with an RFC 3161 time stamp, each an incremental update on a pre-placed field.

The first signature certifies (DocMDP P=2: form filling and signing only); later text fields are filled in the
revision of the signature that answers for them.
"""

from documents.signing.appearances import Handwriting, Seal
from documents.signing.keys import (
    CertificateExpired,
    CertificateNotYetValid,
    KeyUnusable,
    Pkcs12Signer,
    Signer,
    WrongPin,
    WrongSigner,
)
from documents.signing.pdf import SignatureRefused, sign_pdf
from documents.signing.timestamps import TimestampService, TimestampUnavailable

__all__ = [
    "CertificateExpired",
    "CertificateNotYetValid",
    "Handwriting",
    "KeyUnusable",
    "Pkcs12Signer",
    "Seal",
    "SignatureRefused",
    "Signer",
    "TimestampService",
    "TimestampUnavailable",
    "WrongPin",
    "WrongSigner",
    "sign_pdf",
]
