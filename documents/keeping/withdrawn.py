"""Forms withdrawn before their archive: no file holds them, so they go with the document that replaced them."""

from collections.abc import Iterable

from documents.models import Document, State


def withdrawn_before(documents: Iterable[Document]) -> list[Document]:
    """The cancelled, never archived versions, however many, that led up to these documents; none twice."""
    found: dict[int, Document] = {}
    keys = {document.pk for document in documents}
    while keys:
        earlier = Document.objects.filter(pk__in=keys, replaces__isnull=False).values("replaces")
        rows = Document.objects.filter(pk__in=earlier, state=State.CANCELLED, archived_at=None)
        rows = rows.filter(file_entry__isnull=True, tombstone__isnull=True).exclude(pk__in=list(found))
        keys = set()
        for row in rows.select_related("kind").order_by("pk"):
            found[row.pk] = row
            keys.add(row.pk)
    return list(found.values())
