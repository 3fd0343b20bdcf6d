"""What a yearly list needs besides its ceiling before it can be decided (Art 20, 21)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from approvals.classes import is_above
from workflows.actions.party_opinions import missing_opinions
from workflows.actions.years import rating_now
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod, EvaluationStep
from workflows.years import rating_words


def obstacle(period: EvaluationPeriod) -> NotReady | None:
    """Why the yearly list cannot be decided whatever the classes are; None when it can."""
    missing = missing_opinions(period)
    if not missing:
        return None
    return NotReady(
        _("The Party committee's opinion is missing."), rule=_("Decree 335/2025, Art 21"), missing=missing
    )


def require_decidable(period: EvaluationPeriod, steps: Sequence[EvaluationStep], classes: Mapping[int, str]) -> None:
    """Raises NotReady for a missing opinion, and for a class above what a circumstance learnt meanwhile allows."""
    refusal = obstacle(period)
    if refusal is not None:
        raise refusal
    too_high = []
    for step in steps:
        chosen, now = classes[step.evaluation_id], rating_now(step.evaluation)
        if chosen and now is not None and now.class_code and is_above(chosen, now.class_code):
            too_high.append(f"{step.evaluation.person.full_name}: {rating_words(now)}")
    if too_high:
        raise NotReady(
            _("Something learnt since the confirmation lowers the class of these people."),
            rule=_("Decree 335/2025, Art 11, 20.4"),
            missing=too_high,
        )
