"""What came of an accepted petition: the way to the new decision, or the decision that followed."""

from datetime import date
from typing import Any

from approvals.models import Outcome, Petition, PetitionState
from organization.models import Person
from workflows.models import CorrectionGround, Ground, Standing
from workflows.policy import correcting
from workflows.views.corrected import replace_url


def follow_up(petition: Petition, reader: Person, on: date) -> dict[str, Any]:
    """`decided`: the papers that came of this petition, those on their way only for the competent people.

    `replace`: {url} for whoever decides anew, {refused} with whose act it is for the others who prepare it; None
    while there is nothing to replace.
    """
    own = petition.person_id == reader.pk
    rows = CorrectionGround.objects.filter(petition=petition).select_related(
        "correction__document__kind", "correction__notice__kind"
    )
    decided = [row.correction for row in rows.exclude(correction__document__state="cancelled")]
    shown = [
        each.notice if own and each.notice else each.document  # the list's decision names others
        for each in decided
        if not own or each.document.issue_released_at is not None
    ]
    accepted = petition.state == PetitionState.ANSWERED and petition.outcome != Outcome.REJECTED
    evaluation = petition.case.evaluation
    replace = None
    if accepted and not own and not decided and evaluation.standing in (Standing.PUBLISHED, Standing.ANNULLED):
        if correcting.correcting_authority(evaluation.period, Ground.PETITION, reader, on) is not None:
            replace = {"url": replace_url(evaluation, petition=petition)}
        else:
            replace = {"refused": correcting.who_decides(evaluation.period, Ground.PETITION)}
    return {"decided": shown, "replace": replace, "accepted": accepted}
