"""Whether a document still counts: valid, replaced, amended, annulled, cancelled or unfinished – one answer for all.

Nothing is edited: a later document says what becomes of an earlier one, from the day it stands in the archive itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from django.db.models import QuerySet

from documents.models import Document, Effect, State, Succession


class DocumentStanding(StrEnum):
    UNFINISHED = "unfinished"
    VALID = "valid"
    AMENDED = "amended"  # valid, but for the people named in the later decision
    REPLACED = "replaced"
    ANNULLED = "annulled"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Whereabouts:
    """A document's standing and the later documents it comes from, oldest first; [] for none."""

    standing: DocumentStanding
    by: list[Document] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        """Whether the document is in force, wholly or but for what a later one amends."""
        return self.standing in (DocumentStanding.VALID, DocumentStanding.AMENDED)


def standing_of(document: Document) -> DocumentStanding:
    """The standing of one document."""
    return whereabouts_of([document])[document.pk].standing


def successors_of(document: Document) -> list[Document]:
    """The archived documents that replace, amend or annul this one, oldest first."""
    return whereabouts_of([document])[document.pk].by


def whereabouts_of(documents: Iterable[Document]) -> dict[int, Whereabouts]:
    """Standing and successors of each document by key, in two queries."""
    rows = list(documents)
    keys = [row.pk for row in rows]
    replacing: dict[int, list[Document]] = {}
    for later in _in_force(Document.objects.filter(replaces__in=keys)):
        replacing.setdefault(later.replaces_id or 0, []).append(later)
    touched: dict[int, list[Succession]] = {}
    effects = Succession.objects.filter(
        earlier__in=keys, later__archived_at__isnull=False, later__state=State.ARCHIVED
    ).select_related("later__kind", "later__unit")
    for effect in effects:
        touched.setdefault(effect.earlier_id, []).append(effect)
    return {row.pk: _whereabouts(row, replacing.get(row.pk, []), touched.get(row.pk, [])) for row in rows}


def _in_force(documents: QuerySet[Document]) -> QuerySet[Document]:
    archived = documents.filter(archived_at__isnull=False, state=State.ARCHIVED)
    return archived.select_related("kind", "unit").order_by("archived_at", "pk")


def _whereabouts(document: Document, replacing: list[Document], effects: list[Succession]) -> Whereabouts:
    annulling = [effect.later for effect in effects if effect.effect == Effect.ANNULLED]
    amending = [effect.later for effect in effects if effect.effect == Effect.AMENDED]
    if document.state == State.CANCELLED:
        return Whereabouts(DocumentStanding.CANCELLED, replacing)
    if document.state != State.ARCHIVED:
        return Whereabouts(DocumentStanding.UNFINISHED)
    if annulling:
        return Whereabouts(DocumentStanding.ANNULLED, annulling)
    if replacing:
        return Whereabouts(DocumentStanding.REPLACED, replacing)
    if amending:
        return Whereabouts(DocumentStanding.AMENDED, amending)
    return Whereabouts(DocumentStanding.VALID)
