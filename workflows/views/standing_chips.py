"""Chips of documents that say what became of them: a list of papers shows at once which of them still count."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from documents.models import Document
from documents.standings import DocumentStanding, Whereabouts, whereabouts_of
from organization.models import Person


def chips_of(
    papers: Iterable[Document], person: Person, chip: Callable[[Document, Person], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each paper's chip; a replaced, amended or annulled one says by which document."""
    documents = list(papers)
    standings = whereabouts_of(documents)
    return [chip(each, person) | _became(standings[each.pk]) for each in documents]


def _became(found: Whereabouts) -> dict[str, str]:
    words = {
        DocumentStanding.ANNULLED: _("Annulled by %(number)s"),
        DocumentStanding.AMENDED: _("In force, amended by %(number)s"),
    }.get(found.standing, _("Replaced by %(number)s"))
    if not found.by:
        return {}
    said = {"pending_reason": words % {"number": ", ".join(each.number_text or each.code for each in found.by)}}
    return said if found.counts else said | {"tone": "problem"}
