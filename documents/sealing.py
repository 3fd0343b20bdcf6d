"""The agency's seal with the data that prove it for decades, as stored files; the rows are written by the caller.

Each signature leaves one file and one revision: the seal itself (B-T), then the document time stamp over the file
and the proofs of all its signatures (B-LTA). Nothing counts before the last of them is stored.
"""

from dataclasses import dataclass

from django.conf import settings

from documents import archive, failpoints, keys, numbering
from documents.models import Document
from documents.signing import Seal, sign_pdf
from documents.signing.longterm import require_signers as require_signers_of
from documents.signing.longterm import stamp_archive
from documents.signing.revocation import Authorities, authorities

SEAL, TIMESTAMP = "seal", "timestamp"  # roles of revisions that no person signs


@dataclass(frozen=True)
class Made:
    """One more state of a file, stored under its hash."""

    sha256: str
    size: int
    step: str
    role: str
    fingerprint: str


def require_signers(document: Document) -> None:
    """SignerRevoked, as the seal would find it; RevocationUnavailable when the authority is silent."""
    require_signers_of(archive.read(document.current_sha256), trusted_authorities())


def seal(document: Document) -> list[Made]:
    """Number, date and seal, then the long-term data; raises what `pipeline.trouble_of` puts into words."""
    key, unit = keys.open_seal(document.unit), document.unit
    late = {}
    if document.kind.numbered and document.issued_on:
        late = numbering.late_fields(text=document.number_text, place=unit.place, on=document.issued_on)
    sealed = sign_pdf(
        archive.read(document.current_sha256),
        field="seal",
        signer=key,
        timestamps=keys.timestamps(),
        certify=not document.slots.filter(listed_in__isnull=True).exists(),  # a list leaves no signature in the file
        fill=late,
        name=unit.name,
        reason=document.number_text,
        location=unit.place,
        appearance=Seal(unit.name, ring=unit.parent.name if unit.parent else ""),
    )
    stamped = stamp_archive(sealed, timestamps=keys.timestamps(), authorities=trusted_authorities())
    failpoints.hit("pipeline.seal.made")
    made = [
        Made(archive.store(sealed), len(sealed), "sealed", SEAL, key.fingerprint),
        Made(archive.store(stamped.pdf), len(stamped.pdf), "stamped", TIMESTAMP, stamped.fingerprint),
    ]
    failpoints.hit("pipeline.seal.stored")
    return made


def renew(pdf: bytes) -> Made:
    """The file with fresh revocation data and one more document time stamp, stored."""
    stamped = stamp_archive(pdf, timestamps=keys.timestamps(), authorities=trusted_authorities())
    return Made(archive.store(stamped.pdf), len(stamped.pdf), "renewed", TIMESTAMP, stamped.fingerprint)


def trusted_authorities() -> Authorities:
    """The authorities of the settings, one object a process."""
    return authorities(tuple(settings.TRUST_ROOTS))
