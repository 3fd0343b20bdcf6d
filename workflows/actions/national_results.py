"""The outbox of the national database: written by the act by which a result begins, or ceases, to stand."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from approvals.models import Decision
from documents.models import Document
from workflows import corrections
from workflows.facts.national import national_result
from workflows.models import Correction, Evaluation, EvaluationStep, NationalResult, Standing
from workflows.policy.national import sending_term

STANDING = (Standing.PUBLISHED, Standing.REPLACED, Standing.ANNULLED)


def note_published(evaluation: Evaluation, *, document: Document | None, at: datetime) -> None:
    """Owe the result that is published now. The same decision is noted once; practice results never."""
    assert evaluation.final_decision is not None  # a constraint of the table: whoever is published was decided
    _note(evaluation, evaluation.final_decision, NationalResult.Act.PUBLISHED, document=document, at=at)


def note_corrected(evaluation: Evaluation, correction: Correction, *, at: datetime) -> None:
    """Owe the result, or its end, that stands from now on in place of the earlier one."""
    if not NationalResult.objects.filter(decision=correction.earlier).exists():
        # Published before this outbox was kept: the earlier result goes out first, or nothing could point to it.
        _note_first(evaluation, correction.earlier)
    annulled = correction.document.kind.code == corrections.ANNULLING
    act = NationalResult.Act.ANNULLED if annulled else NationalResult.Act.REPLACED
    _note(evaluation, correction.later, act, document=correction.document, at=at)


def note_missing(*, limit: int = 500) -> int:
    """Owe up to `limit` results that were published before this outbox was kept; returns how many people."""
    left = Evaluation.objects.filter(
        standing__in=STANDING, practice=False, period__practice=False, final_decision__national_result=None
    )
    keys = list(left.order_by("pk").values_list("pk", flat=True)[:limit])
    for key in keys:
        _note_whole(key)
    return len(keys)


@transaction.atomic
def _note_whole(key: int) -> None:
    evaluation = Evaluation.objects.select_for_update().get(pk=key)
    chain = list(corrections.in_force().filter(evaluation=evaluation))
    if chain:
        for correction in chain:
            note_corrected(evaluation, correction, at=correction.document.issue_released_at or correction.at)
    elif evaluation.final_decision is not None:
        _note_first(evaluation, evaluation.final_decision)


def _note_first(evaluation: Evaluation, decision: Decision) -> None:
    step = EvaluationStep.objects.filter(evaluation=evaluation, decision=decision).select_related("document").first()
    notice = step.document if step else None
    at = notice.issue_released_at if notice and notice.issue_released_at else decision.at
    _note(evaluation, decision, NationalResult.Act.PUBLISHED, document=notice, at=at)


def _note(evaluation: Evaluation, decision: Decision, act: str, *, document: Document | None, at: datetime) -> None:
    if evaluation.practice or evaluation.period.practice:
        return
    on, term = timezone.localdate(at), sending_term()
    earlier = NationalResult.objects.filter(evaluation=evaluation).order_by("pk").last()
    NationalResult.objects.get_or_create(
        decision=decision,
        defaults={
            "evaluation": evaluation,
            "act": act,
            "earlier": earlier if act != NationalResult.Act.PUBLISHED else None,
            "agency": evaluation.period.agency,
            "facts": national_result(evaluation, decision=decision, document=document, published_on=on),
            "at": at,
            "due_on": term.due_on(on),
            "term": term.words,
        },
    )
