"""A wrong score of a tracking period: no decision ranks anybody there, so a new notice replaces the old one."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document
from organization.models import Person
from workflows import corrections
from workflows.actions.corrected_results import NEVER_EDITED, NewResult, conclude_correction
from workflows.actions.locks import lock_period
from workflows.actions.replacements import decide_all, finish, lock_published, owe_notice
from workflows.errors import NotReady
from workflows.models import Evaluation, EvaluationPeriod, Standing
from workflows.policy import correcting


@transaction.atomic
def replace_notices(
    *,
    period: EvaluationPeriod,
    results: Mapping[UUID, NewResult],
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> list[Document]:
    """Correct these people's scores: each gets a new notice that names and replaces the old one as a whole.

    The new score counts from the issue of its notice. Raises NotReady in a period whose results stand on a decision.
    """
    period = lock_period(period, expected_version)
    kinds = {new.ground.kind for new in results.values()}
    under = correcting.require_corrector(period, kinds, by, timezone.localdate(at))
    if period.procedure.parsed().ranks:
        raise NotReady(_("The results of this period stand on a decision: replace that."), rule=_(NEVER_EDITED))
    rows = list(Evaluation.objects.filter(period=period, uuid__in=results).order_by("pk"))
    chosen = lock_published(period, rows, (Standing.PUBLISHED,))
    notices = []
    for change in decide_all(chosen, results, by=by, under=under, at=at):
        if change.notice is None:
            raise NotReady(
                _("The old notice has not been issued."),
                rule=_("Order of steps"),
                missing=[change.evaluation.person.full_name],
            )
        notice = owe_notice(period, change, issuer=period.agency, decided=None, under=under, at=at)
        ground = results[change.evaluation.uuid].ground
        conclude_correction(change, ground, document=notice, notice=notice, by=by, under=under, at=at)
        notices.append(notice)
    finish(period, [], event="period.notices_replaced", by=by, under=under, at=at)
    return notices


def told_people(period: EvaluationPeriod) -> dict[int, Document]:
    """Evaluation id → the issued notice that tells the present score, for a period without a decision."""
    if period.procedure.parsed().ranks:
        return {}
    rows = Evaluation.objects.filter(period=period, standing=Standing.PUBLISHED)
    found = corrections.standing_notices(rows)
    return {pk: notice for pk, notice in found.items() if notice is not None}
