"""The clerk's issue act and what it publishes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from documents.actions import IssueResult, issue_documents
from documents.models import Document, State
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import notices, organisations
from workflows.actions import organisation_effects
from workflows.actions.effects import finish_issued, take_effect
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.national_results import note_published
from workflows.actions.reviews import approved_review
from workflows.actions.steps import conclude_with_notice
from workflows.errors import NotReady
from workflows.models import (
    Correction,
    Evaluation,
    EvaluationPeriod,
    EvaluationStep,
    PeriodDocument,
    PetitionCase,
    Stage,
    Standing,
)
from workflows.policy import rules


@transaction.atomic
def notify_scores(
    *, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime
) -> EvaluationPeriod:
    """Tracking periods: the head orders the notices of the approved scores, to be signed by him (no class)."""
    period = lock_period(period, expected_version)
    under = rules.require_head(period, by, timezone.localdate(at))
    waiting = Evaluation.objects.filter(period=period, standing=Standing.DECIDED).exclude(
        steps__stage=Stage.PUBLISHED
    )
    if period.procedure.parsed().has_council or not waiting.exists():
        raise NotReady(_("No approved score waits for its notice."), rule=_("Order of steps"))
    for row in waiting.order_by("pk"):
        _owe_notice(row, by=by, under=under, at=at)
    period.version += 1
    period.save(update_fields=["version"])
    journal(event="period.decided", subject=period, at=at, by=by, under=under, unit=period.agency)
    return period


def _owe_notice(row: Evaluation, *, by: Person, under: Authority, at: datetime) -> None:
    evaluation = lock_evaluation(row, None)
    review = approved_review(evaluation)
    decision = record_decision(
        kind=Decision.Kind.HEAD_DECIDED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        score_total=review.decision.score_total,
        practice=evaluation.practice,
    )
    conclude_with_notice(
        evaluation=evaluation, decision=decision, snapshot=review.snapshot, by=by, under=under, at=at
    )
    evaluation.save(update_fields=["version"])


def issue(*, documents: Iterable[Document], by: Person, at: datetime) -> list[IssueResult]:
    """The clerk numbers and releases these documents for the seal; an issued notice publishes its evaluation."""
    chosen = list(documents)
    for unit in {document.unit for document in chosen}:
        rules.require_clerk(unit, by, timezone.localdate(at))
    # What corrects results comes first: the notices that rest on it wait for its number.
    keys = [document.pk for document in chosen]
    correcting = set(Correction.objects.filter(document__in=keys).values_list("document_id", flat=True))
    decisions = [document for document in chosen if document.pk in correcting]
    decisions += [document for document in chosen if document.kind.code == organisations.DECISION]
    resting = _resting_on(keys)
    results = issue_documents(documents=decisions, by=by, at=at, unasked=resting)
    for result in results:
        if result.ok:
            take_effect(result.document, by=by, at=at)
            organisation_effects.take_effect(result.document, by=by, at=at)
    others = [document for document in chosen if document not in decisions]
    early = {document.pk for document in _before_their_decision(others)}
    early |= {document.pk for document in organisation_effects.early_notices(others)}
    reason = _("The decision on which this notice rests is issued first.")
    results += [IssueResult(document, ok=False, reason=reason) for document in others if document.pk in early]
    for result in issue_documents(
        documents=[document for document in others if document.pk not in early], by=by, at=at, unasked=resting
    ):
        if result.ok and result.document.kind.code == "notice":
            _publish(result.document, by=by, at=at)
        elif result.ok and result.document.kind.code == "petition_answer":
            _tell_petitioner(result.document, at=at)
        elif result.ok:
            organisation_effects.take_effect(result.document, by=by, at=at)
        results.append(result)
    return results


def _resting_on(keys: list[int]) -> set[int]:
    """Documents on which a result rests: one that can never be sealed gets its number and is cancelled with it.

    Only what was issued can be replaced or annulled; before that nobody could decide anew.
    """
    of_people = EvaluationStep.objects.filter(document__in=keys).values_list("document_id", flat=True)
    of_lists = PeriodDocument.objects.filter(document__in=keys).values_list("document_id", flat=True)
    return {*filter(None, of_people), *of_lists}


def _tell_petitioner(answer: Document, *, at: datetime) -> None:
    for case in PetitionCase.objects.filter(answer=answer).select_related("evaluation__person"):
        people = [case.evaluation.person]
        notices.tell(event="petition.answered", people=people, at=at, evaluation=case.evaluation)


def _before_their_decision(documents: list[Document]) -> QuerySet[Document]:
    """Notices of a replaced result whose decision has no number yet."""
    keys = [document.pk for document in documents]
    return Document.objects.filter(pk__in=keys, correction__document__issue_released_at__isnull=True).exclude(
        correction=None
    )


@transaction.atomic
def _publish(notice: Document, *, by: Person, at: datetime) -> None:
    step = EvaluationStep.objects.filter(document=notice, stage=Stage.PUBLISHED).select_related("evaluation").first()
    if step is None:
        return
    evaluation = lock_evaluation(step.evaluation, None, after_archive=True)
    if evaluation.standing != Standing.DECIDED:
        return
    evaluation.publish()
    evaluation.version += 1
    evaluation.save(update_fields=["standing", "version"])
    note_published(evaluation, document=notice, at=at)
    journal(
        event="evaluation.published",
        subject=evaluation,
        at=at,
        by=by,
        under=Authority.own(by),
        unit=evaluation.unit,
        document=notice.code,
    )
    notices.tell(event="evaluation.published", people=[evaluation.person], at=at, evaluation=evaluation)


def publish_issued(*, at: datetime) -> int:
    """Finish publications that a crash left between number and standing; returns how many."""
    left = EvaluationStep.objects.filter(
        stage=Stage.PUBLISHED,
        evaluation__standing=Standing.DECIDED,
        document__state__in=[State.NUMBERED, State.SEALED, State.ARCHIVED],
        document__issue_released_by__isnull=False,
    ).select_related("document__issue_released_by")
    for step in left:
        if step.document is not None and step.document.issue_released_by is not None:
            _publish(step.document, by=step.document.issue_released_by, at=at)
    return len(left) + finish_issued(at=at) + organisation_effects.finish_issued(at=at)
