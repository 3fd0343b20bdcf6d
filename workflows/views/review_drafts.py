"""What a reviewer has typed and not yet approved: kept with his session, so that leaving the page loses nothing.

Only the approval stores adjustments, each with its reason; a draft is never part of the record.
"""

from dataclasses import dataclass, field
from datetime import datetime

from workflows.models import Evaluation
from workflows.views.acts import PersonRequest

KEY = "review_drafts"


@dataclass(frozen=True)
class ReviewDraft:
    """Typed text by field name; `version` grows with every save, so that two windows notice each other."""

    version: int = 0
    typed: dict[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None


def draft_of(request: PersonRequest, evaluation: Evaluation) -> ReviewDraft:
    """The draft of this round; an empty one when nothing is kept."""
    kept = request.session.get(KEY, {}).get(str(evaluation.uuid))
    if kept is None or kept["round"] != evaluation.round:
        return ReviewDraft()
    return ReviewDraft(kept["version"], kept["typed"], datetime.fromisoformat(kept["at"]))


def keep_draft(request: PersonRequest, evaluation: Evaluation, typed: dict[str, str], at: datetime) -> ReviewDraft:
    """Keep what stands in the boxes now."""
    draft = ReviewDraft(draft_of(request, evaluation).version + 1, typed, at)
    drafts = request.session.get(KEY, {})
    drafts[str(evaluation.uuid)] = {
        "round": evaluation.round,
        "version": draft.version,
        "typed": typed,
        "at": at.isoformat(),
    }
    request.session[KEY] = drafts
    return draft


def drop_draft(request: PersonRequest, evaluation: Evaluation) -> None:
    """Forget it: the review is approved or returned."""
    drafts = request.session.get(KEY, {})
    if drafts.pop(str(evaluation.uuid), None) is not None:
        request.session[KEY] = drafts
