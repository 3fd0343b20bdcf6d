"""Every named file is there and whole, and no other file lies there longer than a step takes."""

from collections.abc import Iterator
from itertools import chain

from django.utils import timezone

from documents import archive, reconciliation
from documents.inspection.faults import WHOLE, Fault, Scope
from documents.models import DocumentRevision, EvidenceStamp, RegisterSheet, SheetToken, Tombstone


def named() -> Iterator[str]:
    """Every hash that a row names and that nobody has disposed of, one by one."""
    disposed = Tombstone.objects.values("document")
    yield from DocumentRevision.objects.exclude(document__in=disposed).values_list("sha256", flat=True).iterator(5000)
    yield from RegisterSheet.objects.values_list("sha256", flat=True).iterator(5000)
    yield from SheetToken.objects.values_list("sha256", flat=True).iterator(5000)
    for leaves, token in EvidenceStamp.objects.values_list("leaves_sha256", "token_sha256"):
        yield from (leaves, token)


def known_hashes() -> set[str]:
    """Every hash that a row, or a sheet found again after a restore, names."""
    return set(chain(named(), reconciliation.hashes_of_recovered_sheets()))


def check_files(scope: Scope = WHOLE) -> Iterator[Fault | str]:
    """Re-hash what rows name; what lies there without a row is an orphan."""
    if scope.sample is not None:
        drawn = DocumentRevision.objects.filter(document__tombstone__isnull=True).order_by("?")
        yield from map(_checked, drawn.values_list("sha256", flat=True)[: scope.sample])
        return
    for digest in named():
        yield _checked(digest)
    disposed = DocumentRevision.objects.filter(document__tombstone__isnull=False)
    for digest in disposed.values_list("sha256", flat=True).iterator(5000):
        if archive.path_of(digest).exists():
            yield Fault("files", digest, "disposed of, and still there")
    for path in archive.orphans(known_hashes(), at=timezone.now()):
        yield Fault("files", path.name, "orphan: no row names this file")


def _checked(digest: str) -> Fault | str:
    try:
        archive.read(digest)
    except archive.FileMissing:
        return Fault("files", digest, "missing")
    except archive.FileCorrupt:
        return Fault("files", digest, "corrupt")
    return digest
