"""Files (hồ sơ): the archived documents of one matter, in the order of their archiving; a document never leaves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive
from documents.actions import DocumentRefused
from documents.finding import LOCAL
from documents.models import Document, FileAccess, FileEntry, RecordsFile
from documents.signing.pages import NoPages, page_count
from organization.actions import journal
from organization.models import Person, Unit

# What keeps a matter's documents from being filed until somebody has restored a stored file.
UNFILED = (archive.FileMissing, archive.FileCorrupt, NoPages, OSError)


@dataclass(frozen=True)
class Matter:
    """What a file is about: `origin` names it once for ever ("period/<uuid>"), the rest stands on its cover."""

    origin: str
    title: str
    opened_on: date
    keywords: str = ""
    access: str = FileAccess.RESTRICTED


def keep_file(
    *, unit: Unit, matter: Matter, documents: Iterable[Document], closed: bool, at: datetime
) -> RecordsFile | None:
    """Open the matter's file and lay in what is archived and not in a file yet; close it when asked to.

    Doing it again repairs: it adds what is missing and changes nothing else. None while there is nothing to keep.
    One of UNFILED when a document cannot be read; nothing is filed then.
    """
    new = [row for row in documents if row.archived_at and not FileEntry.objects.filter(document=row).exists()]
    file = RecordsFile.objects.filter(unit=unit, origin=matter.origin).first()
    if file is None and not new:
        return None
    pages = {row.pk: page_count(archive.read(row.current_sha256)) for row in new}  # before any row is locked
    with transaction.atomic():
        file = _locked(unit, matter, at)
        _lay_in(file, new, pages, at)
        if closed and (file.closed_on is None or new):
            _close(file, at)
    return file


def _locked(unit: Unit, matter: Matter, at: datetime) -> RecordsFile:
    Unit.objects.select_for_update().get(pk=unit.pk)  # one writer an agency: the file's number has no gap
    file = RecordsFile.objects.select_for_update().filter(unit=unit, origin=matter.origin).first()
    if file is not None:
        return file
    year = matter.opened_on.year
    last = RecordsFile.objects.filter(unit=unit, year=year).aggregate(last=Max("ordinal"))["last"] or 0
    file = RecordsFile.objects.create(
        unit=unit,
        origin=matter.origin,
        year=year,
        ordinal=last + 1,
        code=f"{unit.code}.{year}.{last + 1:04d}",
        title=matter.title[:300],
        opened_on=matter.opened_on,
        keywords=matter.keywords[:300],
        access=matter.access,
    )
    journal(event="file.opened", subject=file, at=at, by=None, unit=unit, code=file.code)
    return file


def _lay_in(file: RecordsFile, documents: list[Document], pages: dict[int, int], at: datetime) -> None:
    present = set(FileEntry.objects.filter(document__in=documents).values_list("document_id", flat=True))
    last = file.entries.aggregate(last=Max("ordinal"))["last"] or 0
    ordered = sorted(documents, key=lambda row: (row.archived_at or at, row.pk))
    missing = [row for row in ordered if row.pk not in present]
    FileEntry.objects.bulk_create(
        FileEntry(file=file, document=row, ordinal=last + place, pages=pages[row.pk], at=at)
        for place, row in enumerate(missing, start=1)
    )
    if missing:
        file.version += 1
        file.save(update_fields=["version"])


def _close(file: RecordsFile, at: datetime) -> None:
    """Closed on the day of the last document that came in: a late one moves the day, never back."""
    last = file.entries.aggregate(last=Max("document__archived_at"))["last"] or at
    day = max(timezone.localdate(at, LOCAL), timezone.localdate(last, LOCAL))
    if file.closed_on is not None and day <= file.closed_on:
        return
    before, file.closed_on = file.closed_on, day
    file.version += 1
    file.save(update_fields=["closed_on", "version"])
    journal(
        event="file.closed",
        subject=file,
        at=at,
        by=None,
        unit=file.unit,
        changed_from=str(before or ""),
        changed_to=str(day),
    )


@transaction.atomic
def describe(
    *, file: RecordsFile, title: str, keywords: str, access: str, expected_version: int, by: Person, at: datetime
) -> RecordsFile:
    """Change what stands on the cover: title, keywords, access level. DocumentRefused for an old page."""
    row = RecordsFile.objects.select_for_update().select_related("unit").get(pk=file.pk)
    if row.version != expected_version:
        raise DocumentRefused(_("This has been changed since you opened the page. Look at it again."))
    if not title.strip():
        raise DocumentRefused(_("A file needs a title."))
    before, row.access = row.access, FileAccess(access)
    row.title, row.keywords = title.strip()[:300], keywords.strip()[:300]
    row.version += 1
    row.save(update_fields=["title", "keywords", "access", "version"])
    journal(
        event="file.described", subject=row, at=at, by=by, unit=row.unit, changed_from=before, changed_to=row.access
    )
    return row


def sought(files: QuerySet[RecordsFile], query: str) -> QuerySet[RecordsFile]:
    """Files whose code, title or keywords hold the words."""
    if not query:
        return files
    return files.filter(Q(code__icontains=query) | Q(title__icontains=query) | Q(keywords__icontains=query))


def counted(files: QuerySet[RecordsFile]) -> QuerySet[RecordsFile]:
    """Each file with `documents` and `pages`, the numbers on its cover, the newest first."""
    numbers = files.annotate(documents=Count("entries"), pages=Sum("entries__pages", default=0))
    return numbers.order_by("-year", "unit", "-ordinal")


def listing(file: RecordsFile) -> str:
    """The file's documents as text, `sha256  code  number` a line in their order: what an approval is about."""
    rows = file.entries.order_by("ordinal").values_list(
        "document__current_sha256", "document__code", "document__number_text"
    )
    return "".join(f"{digest}  {code}  {number or '-'}\n" for digest, code, number in rows)


def listing_sha256(file: RecordsFile) -> str:
    return sha256(listing(file).encode()).hexdigest()


def is_disposed(file: RecordsFile) -> bool:
    """Whether every document of the file was disposed of."""
    stones = file.entries.filter(document__tombstone__isnull=False).count()  # those of withdrawn forms apart
    return bool(stones) and stones == file.entries.count()
