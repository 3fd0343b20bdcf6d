"""Signed lists: what stands for the signatures of forms that name one (decision 0014)."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents import archive
from documents.models import Document, DocumentRevision, SignatureSlot, State
from documents.signing import NoFacts, listed_hashes, revision_hashes

__all__ = ["forms_of", "list_problems", "listed_hashes", "listed_revisions", "with_lists"]
STANDING = (State.SIGNED, State.ARCHIVED)


def with_lists(documents: QuerySet[Document]) -> QuerySet[Document]:
    """These documents and the lists that stand for their signatures: kept together, since one is no proof alone."""
    held = documents.order_by().values("pk")
    lists = SignatureSlot.objects.filter(document__in=held, listed_in__isnull=False).order_by().values("listed_in")
    return Document.objects.filter(Q(pk__in=held) | Q(pk__in=lists))


def listed_revisions(document: Document) -> list[DocumentRevision]:
    """The stored states of this document whose hash stands in a signed list."""
    return [revision for revision in document.revisions.all() if revision.step == "listed"]


def forms_of(signed_list: Document) -> list[SignatureSlot]:
    """The signatures for which this list stands, in the order of its table."""
    slots = SignatureSlot.objects.filter(listed_in=signed_list).select_related("document__kind", "document__subject")
    order = {row["code"]: row["number"] for row in signed_list.facts.get("documents", [])}
    return sorted(slots, key=lambda slot: order.get(slot.document.code, 0))


def list_problems(document: Document) -> Iterator[str]:
    """What is wrong with the lists that stand for this document's signatures; nothing when it names none.

    The list's own signature is judged with the list: it is a document of the archive like any other.
    """
    slots = [slot for slot in document.slots.select_related("listed_in") if slot.listed_in_id]
    revisions = {revision.role: revision for revision in listed_revisions(document)}
    if set(revisions) != {slot.role for slot in slots}:
        yield _("The signatures by list and the stored revisions differ.")
    for slot in slots:
        if slot.listed_in is not None and slot.role in revisions:
            yield from _problems(document, slot, slot.listed_in, revisions[slot.role])


def _problems(document: Document, slot: SignatureSlot, named: Document, revision: DocumentRevision) -> Iterator[str]:
    words = {"code": named.code}
    if named.state not in STANDING:
        yield _("The list %(code)s is not in force.") % words
    signer = named.slots.first()
    if signer is None or (signer.expected_signer_id, signer.fingerprint) != (
        slot.expected_signer_id,
        slot.fingerprint,
    ):
        yield _("The list %(code)s was signed by another person than the one expected here.") % words
    try:
        row = listed_hashes(archive.read(named.current_sha256)).get(revision.sha256)
        follows = revision.sha256 in revision_hashes(archive.read(document.current_sha256))
    except (archive.FileMissing, archive.FileCorrupt, NoFacts):
        yield _("The list %(code)s or this file cannot be read.") % words
        return
    if row is None or (row["code"], row["role"]) != (document.code, slot.role):
        yield _("The list %(code)s does not hold the hash of this document.") % words
    if not follows:
        yield _("The file does not go on from the bytes that the list %(code)s holds.") % words
