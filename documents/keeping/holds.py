"""Holds: while a dispute, a petition or an audit runs, nothing of the file or document is disposed of."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from documents.actions import DocumentRefused
from documents.models import Document, FileEntry, Hold, RecordsFile, Tombstone
from organization.actions import journal
from organization.models import Person


def standing(files: Iterable[RecordsFile]) -> QuerySet[Hold]:
    """Holds in force on these files or on any document in them."""
    keys = [file.pk for file in files]
    return Hold.objects.filter(
        Q(file__in=keys) | Q(document__file_entry__file__in=keys), released_at__isnull=True
    ).select_related("placed_by", "document__kind", "document__file_entry", "file")


def of_file(file: RecordsFile) -> QuerySet[Hold]:
    """Every hold on the file or on a document in it, also the released ones."""
    return among(RecordsFile.objects.filter(pk=file.pk).values("pk"))


def among(files: QuerySet) -> QuerySet[Hold]:
    """Holds on these files (a query of keys) or on documents in them."""
    on_file = Q(file__in=files) | Q(document__file_entry__file__in=files)
    return Hold.objects.filter(on_file).select_related(
        "file__unit", "document__kind", "document__file_entry__file__unit", "placed_by", "released_by"
    )


def file_of(hold: Hold) -> RecordsFile:
    """The file that is held, or in which the held document lies."""
    if hold.file is not None:
        return hold.file
    return FileEntry.objects.select_related("file__unit").get(document=hold.document_id).file


@transaction.atomic
def place_hold(
    *,
    ground: str,
    reason: str,
    by: Person,
    at: datetime,
    file: RecordsFile | None = None,
    document: Document | None = None,
) -> Hold:
    """Stop the disposition of one file or one document. DocumentRefused without a reason, or when it is too late."""
    subject = file or document
    if subject is None or (file and document):
        raise ValueError("a hold is on a file or on a document")
    if not reason.strip():
        raise DocumentRefused(_("A hold needs a reason."))
    # The row that a disposition locks too: whoever comes second sees the other.
    kept = file or RecordsFile.objects.filter(entries__document=document).first()
    if kept is not None:
        RecordsFile.objects.select_for_update().get(pk=kept.pk)
    gone = Tombstone.objects.filter(Q(file=file) if file else Q(document=document))
    if gone.exists():
        raise DocumentRefused(_("It was already disposed of."))
    hold = Hold.objects.create(
        file=file,
        document=document,
        ground=Hold.Ground(ground),
        reason=reason.strip()[:500],
        placed_by=by,
        placed_at=at,
    )
    journal(
        event="hold.placed", subject=subject, at=at, by=by, unit=subject.unit, changed_to=ground, hold=str(hold.uuid)
    )
    return hold


@transaction.atomic
def release_hold(*, hold: Hold, reason: str, by: Person, at: datetime) -> Hold:
    """End a hold. DocumentRefused without a reason, or when somebody has released it before."""
    row = Hold.objects.select_for_update().get(pk=hold.pk)
    if row.released_at:
        raise DocumentRefused(_("This hold was already released."))
    if not reason.strip():
        raise DocumentRefused(_("A release needs a reason."))
    row.released_by, row.released_at, row.release_reason = by, at, reason.strip()[:500]
    row.save(update_fields=["released_by", "released_at", "release_reason"])
    subject = row.file or row.document
    if subject is None:
        raise ValueError("a hold is on a file or on a document")
    journal(event="hold.released", subject=subject, at=at, by=by, unit=subject.unit, changed_from=row.ground)
    return row
