"""One time stamp for up to 20,000 files, its renewal, and the record of one file out of the stored trees."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from documents import archive, keys
from documents.evidence.records import ArchiveTimeStamp, record, rehashed_leaf, sequence, time_stamp
from documents.evidence.trees import digest, grow, reduced
from documents.models import Document, DocumentRevision, EvidenceEntry, EvidenceStamp, RegisterSheet, StampPurpose
from documents.signing.stamps import read_token, request_token

BATCH = 20_000
ALGORITHM = "sha256"
RENEW_BEFORE = timedelta(days=540)  # of the end of the time-stamp certificate

Leaf = tuple[bytes, str]
"""A leaf and what it stands for: a file's SHA-256, or the ordinal of an earlier stamp."""


class NoEvidence(LookupError):
    """No time stamp stands for this file yet."""


def stamp_new(*, batch: int = BATCH) -> list[EvidenceStamp]:
    """Stamp every published file that no evidence stands for yet. TimestampUnavailable, FileMissing, FileCorrupt."""
    made = []
    while stamp := _stamp_batch(batch):
        made.append(stamp)
    return made


def renew_stamps(*, at: datetime, every: bool = False) -> list[EvidenceStamp]:
    """Time-stamp the time stamps again before their certificates end (RFC 4998, 5.2): one stamp for all of a hash."""
    old: dict[str, list[EvidenceStamp]] = {}
    for stamp in EvidenceStamp.objects.filter(renewed_by__isnull=True):
        if (every or stamp.valid_until < at + RENEW_BEFORE) and not _superseded(stamp):
            old.setdefault(stamp.algorithm, []).append(stamp)
    made = []
    for algorithm, stamps in sorted(old.items()):
        leaves = [(digest(algorithm, archive.read(stamp.token_sha256)), str(stamp.ordinal)) for stamp in stamps]
        made.append(_stamp(_next(), StampPurpose.RENEWAL, algorithm, leaves, renews=stamps))
    return made


def rehash(*, algorithm: str, batch: int = BATCH) -> list[EvidenceStamp]:
    """Renew the hash trees with another algorithm (RFC 4998, 5.3): every file is read again, with its evidence.

    What was disposed of has no bytes to be read; its old evidence stays as it is. FileMissing, FileCorrupt.
    """
    made: list[EvidenceStamp] = []
    gone = DocumentRevision.objects.filter(document__tombstone__isnull=False, sha256=OuterRef("sha256"))
    while True:
        ordinal = _next()
        done = EvidenceEntry.objects.filter(sha256=OuterRef("sha256"), stamp__algorithm=algorithm)
        old = EvidenceEntry.objects.exclude(sha256="").filter(~Exists(done), ~Exists(gone))
        files = sorted(set(old.values_list("sha256", flat=True).order_by("sha256").distinct()[:batch]))
        if not files:
            return made
        leaves = [
            (rehashed_leaf(algorithm, archive.read(each), sequence(_chains(each)).dump()), each) for each in files
        ]
        made.append(_stamp(ordinal, StampPurpose.REHASH, algorithm, leaves))


def record_of(sha256: str) -> bytes:
    """The evidence record (DER) of the file with this SHA-256. NoEvidence, FileMissing, FileCorrupt."""
    chains = _chains(sha256)
    if not chains:
        raise NoEvidence(sha256)
    return record(chains)


def leaves_of(stamp: EvidenceStamp) -> list[Leaf]:
    """The leaves of a stamp's tree in their order. FileMissing, FileCorrupt."""
    return _pairs(stamp.leaves_sha256)


def _stamp_batch(batch: int) -> EvidenceStamp | None:
    ordinal = _next()  # first: a second worker that read the same files fails on this number
    files = sorted(set(_unstamped(batch)))[:batch]
    if not files:
        return None
    return _stamp(ordinal, StampPurpose.FIRST, ALGORITHM, [(bytes.fromhex(each), each) for each in files])


def _unstamped(batch: int) -> Iterator[str]:
    known = EvidenceEntry.objects.filter(sha256=OuterRef("current_sha256"))
    documents = Document.objects.filter(~Exists(known), archived_at__isnull=False).order_by("pk")
    yield from documents.values_list("current_sha256", flat=True)[:batch]
    sheets = RegisterSheet.objects.filter(~Exists(EvidenceEntry.objects.filter(sha256=OuterRef("sha256"))))
    yield from sheets.order_by("pk").values_list("sha256", flat=True)[:batch]


def _stamp(
    ordinal: int,
    purpose: StampPurpose,
    algorithm: str,
    leaves: Sequence[Leaf],
    *,
    renews: Sequence[EvidenceStamp] = (),
) -> EvidenceStamp:
    leaves = sorted(leaves)
    text = "".join(f"{leaf.hex()}  {subject}\n" for leaf, subject in leaves).encode()
    root = grow(algorithm, [leaf for leaf, _subject in leaves])[-1][0]
    token = request_token(keys.timestamps(), root, algorithm)
    said = read_token(token)
    leaves_sha256, token_sha256 = archive.store(text), archive.store(token)
    with transaction.atomic():
        stamp = EvidenceStamp.objects.create(
            ordinal=ordinal,
            purpose=purpose,
            algorithm=algorithm,
            count=len(leaves),
            leaves_sha256=leaves_sha256,
            token_sha256=token_sha256,
            stamped_at=said.at,
            valid_until=said.valid_until,
        )
        entries = [EvidenceEntry(stamp=stamp, renews=each) for each in renews] or [
            EvidenceEntry(stamp=stamp, sha256=subject) for _leaf, subject in leaves
        ]
        EvidenceEntry.objects.bulk_create(entries, batch_size=2000)
    _publish(stamp, text, token)
    return stamp


def _publish(stamp: EvidenceStamp, leaves: bytes, token: bytes) -> None:
    """Readable copies; the archive's own files are the ones that count."""
    folder = settings.ARCHIVE_DIR / "evidence"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{stamp.ordinal:05d}-{stamp.purpose}-{stamp.algorithm}.txt").write_bytes(leaves)
    (folder / f"{stamp.ordinal:05d}-{stamp.purpose}-{stamp.algorithm}.tst").write_bytes(token)


def _chains(sha256: str) -> list[list[ArchiveTimeStamp]]:
    chains = []
    for entry in EvidenceEntry.objects.filter(sha256=sha256).select_related("stamp").order_by("stamp__ordinal"):
        stamp, subject, chain = entry.stamp, sha256, []
        while True:
            chain.append(_time_stamp(stamp, subject))
            renewal = EvidenceEntry.objects.filter(renews=stamp).select_related("stamp").first()
            if renewal is None:
                break
            stamp, subject = renewal.stamp, str(stamp.ordinal)
        chains.append(chain)
    return chains


def _time_stamp(stamp: EvidenceStamp, subject: str) -> ArchiveTimeStamp:
    places, levels, token = _tree(stamp.leaves_sha256, stamp.token_sha256, stamp.algorithm)
    return time_stamp(stamp.algorithm, reduced(levels, places[subject]), token)


@lru_cache(maxsize=4)
def _tree(leaves: str, token: str, algorithm: str) -> tuple[dict[str, int], list[list[bytes]], bytes]:
    pairs = _pairs(leaves)
    places = {subject: place for place, (_leaf, subject) in enumerate(pairs)}
    return places, grow(algorithm, [leaf for leaf, _subject in pairs]), archive.read(token)


def _pairs(leaves: str) -> list[Leaf]:
    rows = (line.split("  ") for line in archive.read(leaves).decode().splitlines())
    return [(bytes.fromhex(leaf), subject) for leaf, subject in rows]


def _superseded(stamp: EvidenceStamp) -> bool:
    """Whether newer chains stand for everything that this stamp stands for."""
    if stamp.purpose == StampPurpose.RENEWAL:
        return all(_superseded(entry.renews) for entry in stamp.entries.select_related("renews") if entry.renews)
    newer = EvidenceEntry.objects.filter(sha256=OuterRef("sha256"), stamp__ordinal__gt=stamp.ordinal)
    return not stamp.entries.filter(~Exists(newer)).exists()


def _next() -> int:
    return (EvidenceStamp.objects.aggregate(last=Max("ordinal"))["last"] or 0) + 1
