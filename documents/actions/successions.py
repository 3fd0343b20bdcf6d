"""What a new document does to earlier ones besides replacing one as a whole."""

from collections.abc import Iterable

from documents.models import Document, Effect, Succession


def note_successions(
    *, later: Document, amends: Iterable[Document] = (), annuls: Iterable[Document] = ()
) -> list[Succession]:
    """Write down, in the act's own transaction, which documents the new one amends or annuls once it is archived."""
    rows = [Succession(earlier=each, later=later, effect=Effect.AMENDED) for each in amends]
    rows += [Succession(earlier=each, later=later, effect=Effect.ANNULLED) for each in annuls]
    return Succession.objects.bulk_create(rows)
