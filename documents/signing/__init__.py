"""Signatures on PDFs: PAdES with an RFC 3161 time stamp, each an incremental update on a pre-placed field.

The first signature certifies (DocMDP P=2: form filling and signing only); later text fields are filled in the
revision of the signature that answers for them.
"""

from documents.signing.appearances import Handwriting, Seal
from documents.signing.attachments import NoFacts, attached_facts, listed_hashes, revision_hashes
from documents.signing.filling import FillingRefused, fill_pdf
from documents.signing.interrupted import HalfSigned, NoRoom, SignatureWrong, complete_pdf, prepare_pdf
from documents.signing.keys import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnreadable,
    CertificateUntrusted,
    DoorClosed,
    KeyFileUnreadable,
    KeyUnusable,
    PinLocked,
    Pkcs12Signer,
    Signer,
    WrongPin,
    WrongSigner,
    require_usable,
)
from documents.signing.pdf import SignatureRefused, sign_pdf
from documents.signing.remote import CscSigner, SigningService
from documents.signing.timestamps import TimestampService, TimestampUnavailable
from documents.signing.tokens import Pkcs11Signer, TokenKey

__all__ = [
    "CertificateExpired",
    "CertificateNotYetValid",
    "CertificateRevoked",
    "CertificateUnreadable",
    "CertificateUntrusted",
    "CscSigner",
    "DoorClosed",
    "FillingRefused",
    "HalfSigned",
    "Handwriting",
    "KeyFileUnreadable",
    "KeyUnusable",
    "NoFacts",
    "NoRoom",
    "PinLocked",
    "Pkcs11Signer",
    "Pkcs12Signer",
    "Seal",
    "SignatureRefused",
    "SignatureWrong",
    "Signer",
    "SigningService",
    "TimestampService",
    "TimestampUnavailable",
    "TokenKey",
    "WrongPin",
    "WrongSigner",
    "attached_facts",
    "complete_pdf",
    "fill_pdf",
    "listed_hashes",
    "prepare_pdf",
    "require_usable",
    "revision_hashes",
    "sign_pdf",
]
