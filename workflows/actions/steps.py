"""The close of every act on an evaluation: step row, journal, notices and owed documents in one transaction."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.models import Decision
from documents.actions import SlotSpec, request_document
from documents.models import Document
from kpi.models import ScoreSnapshot
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import facts, notices
from workflows.actions.initials import with_initials
from workflows.models import Evaluation, EvaluationStep, Stage


def conclude(
    *,
    evaluation: Evaluation,
    stage: str,
    decision: Decision,
    event: str,
    by: Person,
    under: Authority,
    at: datetime,
    document: Document | None = None,
    snapshot: ScoreSnapshot | None = None,
    tell: Iterable[Person] = (),
    text: str = "",
    changed_from: str = "",
    changed_to: str = "",
    **details: Any,
) -> EvaluationStep:
    """Write what an act leaves behind. The evaluation's version moves on, so an old page is refused afterwards."""
    step = EvaluationStep.objects.create(
        evaluation=evaluation,
        stage=stage,
        round=evaluation.round,
        decision=decision,
        document=document,
        snapshot=snapshot,
        at=at,
    )
    evaluation.version += 1
    journal(
        event=event,
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        changed_from=changed_from,
        changed_to=changed_to,
        practice=evaluation.practice,
        decision=str(decision.uuid),
        document=document.code if document else "",
        **details,
    )
    notices.tell(event=event, people=tell, at=at, evaluation=evaluation, text=text)
    return step


def conclude_approval(
    evaluation: Evaluation,
    *,
    decision: Decision,
    kept: ScoreSnapshot,
    by: Person,
    under: Authority,
    at: datetime,
    document: Document | None = None,
    **details: Any,
) -> None:
    """The step of an approved review, its journal entry and the person's notice."""
    conclude(
        evaluation=evaluation,
        stage=Stage.SUPERVISOR_REVIEW,
        decision=decision,
        event="evaluation.review_approved",
        by=by,
        under=under,
        at=at,
        document=document,
        snapshot=kept,
        tell=[evaluation.person],
        **details,
    )


def conclude_with_notice(
    *,
    evaluation: Evaluation,
    decision: Decision,
    snapshot: ScoreSnapshot | None,
    by: Person,
    under: Authority,
    at: datetime,
) -> EvaluationStep:
    """Conclude the head's decision on one person; the personal written notice is owed, to be signed by the head."""
    notice = request_document(
        kind="notice",
        unit=evaluation.period.agency,
        **with_initials(
            evaluation.period,
            "notice",
            facts=facts.notice(evaluation, decision=decision, under=under, at=at),
            signers=[SlotSpec(role="head", person=by, authority=under)],
            subject=evaluation.person,
            on=timezone.localdate(at),
        ),
        practice=evaluation.practice,
        at=at,
    )
    return conclude(
        evaluation=evaluation,
        stage=Stage.PUBLISHED,
        decision=decision,
        event="evaluation.decided",
        by=by,
        under=under,
        at=at,
        document=notice,
        snapshot=snapshot,
    )
