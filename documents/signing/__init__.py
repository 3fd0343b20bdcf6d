"""Signatures on PDFs: PAdES with an RFC 3161 time stamp, each an incremental update on a pre-placed field.

The first signature certifies (DocMDP P=2: form filling and signing only); later text fields are filled in the
revision of the signature that answers for them.
"""

from documents.signing.appearances import Handwriting, Seal
from documents.signing.attachments import NoFacts, attached_facts, listed_hashes, revision_hashes
from documents.signing.filling import FillingRefused, fill_pdf
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
    "FillingRefused",
    "Handwriting",
    "KeyUnusable",
    "NoFacts",
    "Pkcs12Signer",
    "Seal",
    "SignatureRefused",
    "Signer",
    "TimestampService",
    "TimestampUnavailable",
    "WrongPin",
    "WrongSigner",
    "attached_facts",
    "fill_pdf",
    "listed_hashes",
    "revision_hashes",
    "sign_pdf",
]
