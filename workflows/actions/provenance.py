"""Where a file that somebody shows comes from: the bytes of our archive, an earlier state, or not from here."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

from documents import archive
from documents.models import Document, DocumentRevision, Tombstone
from documents.standings import Whereabouts, whereabouts_of
from documents.verification import PdfReport


class Origin(StrEnum):
    ARCHIVED = "archived"
    DISPOSED = "disposed"
    EARLIER = "earlier"
    CONTINUED = "continued"
    CLAIMED = "claimed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Provenance:
    """What the archive knows about a file; document and whereabouts only where its bytes are ours."""

    origin: Origin
    document: Document | None = None
    whereabouts: Whereabouts | None = None


def provenance_of(report: PdfReport) -> Provenance:
    """Compare every state of the file with every stored revision. The claim of a code alone proves nothing."""
    revisions: QuerySet[DocumentRevision] = DocumentRevision.objects.filter(
        sha256__in=report.states or [report.sha256]
    )
    known = {row.sha256: row for row in revisions.select_related("document__kind", "document__unit")}
    if not known:
        return Provenance(Origin.CLAIMED if report.code else Origin.ELSEWHERE)
    last = next(known[each] for each in reversed(report.states or (report.sha256,)) if each in known)
    document = last.document
    origin = Origin.CONTINUED
    if last.sha256 == report.sha256:
        origin = Origin.ARCHIVED if document.current_sha256 == report.sha256 else Origin.EARLIER
    if origin == Origin.ARCHIVED and Tombstone.objects.filter(document=document).exists():
        origin = Origin.DISPOSED
    return Provenance(origin, document, whereabouts_of([document])[document.pk])


def kept_lists(provenance: Provenance) -> list[bytes]:
    """The signed lists that the document names, where the archive still has them whole."""
    found = []
    if provenance.document is not None:
        named = provenance.document.slots.filter(listed_in__isnull=False).select_related("listed_in")
        for digest in dict.fromkeys(slot.listed_in.current_sha256 for slot in named if slot.listed_in):
            try:
                found.append(archive.read(digest))
            except (archive.FileMissing, archive.FileCorrupt):
                continue
    return found
