"""Forms withdrawn before their archive: no file holds them, so they go with the file of their matter."""

from collections.abc import Callable, Iterable

from django.db.models import QuerySet

from documents.models import Document, RecordsFile, State

#: by the first part of a file's origin ("period/<uuid>"): the documents of the matter that the second part names
_FINDERS: dict[str, Callable[[str], QuerySet[Document]]] = {}


def find_matter_by(kind: str, finder: Callable[[str], QuerySet[Document]]) -> None:
    """Let whoever knows matters of this kind say which documents belong to one: this package knows no period."""
    _FINDERS[kind] = finder


def withdrawn_with(file: RecordsFile) -> list[Document]:
    """The cancelled, never archived documents that go with this file: those of its matter, whether a later one
    replaced them or not, and every version that led up to a document in it."""
    kind, _slash, name = file.origin.partition("/")
    found = {row.pk: row for row in _withdrawn_before(file.entries.values_list("document_id", flat=True))}
    if kind in _FINDERS:
        of_matter = _withdrawn().filter(pk__in=_FINDERS[kind](name).order_by().values("pk"))
        found |= {row.pk: row for row in of_matter}
    return [found[key] for key in sorted(found)]


def _withdrawn() -> QuerySet[Document]:
    rows = Document.objects.filter(state=State.CANCELLED, archived_at=None)
    return rows.filter(file_entry__isnull=True, tombstone__isnull=True).select_related("kind")


def _withdrawn_before(documents: Iterable[int]) -> list[Document]:
    """Those, however many, that led up to the documents with these keys; none twice."""
    found: dict[int, Document] = {}
    keys = set(documents)
    while keys:
        earlier = Document.objects.filter(pk__in=keys, replaces__isnull=False).values("replaces")
        rows = list(_withdrawn().filter(pk__in=earlier).exclude(pk__in=list(found)))
        keys = {row.pk for row in rows}
        found |= {row.pk: row for row in rows}
    return list(found.values())
