"""What the person does: keep a draft, hand in, take back."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from documents.actions import SlotSpec, cancel_document, request_document
from kpi.actions import compute, save_self_scores, snapshot
from kpi.models import ScoreSnapshot
from kpi.scoring import Score
from organization.authority import Authority
from organization.models import Person
from workflows import facts, flows
from workflows.actions.locks import lock_evaluation
from workflows.actions.steps import conclude
from workflows.errors import NotReady
from workflows.models import Evaluation, EvaluationTask, Stage
from workflows.policy import rules


def require_turn(evaluation: Evaluation, node: str) -> EvaluationTask:
    """The open task, when it stands at this node. Raises NotReady that says whose turn it is."""
    task = flows.open_task(evaluation)
    if task is None or flows.node_name(task) != node:
        whose = task.owner.full_name if task and task.owner else _("nobody")
        raise NotReady(
            _("This is not the turn for that: the form is with %(name)s.") % {"name": whose}, rule=_("Order of steps")
        )
    return task


def save_draft(
    *,
    evaluation: Evaluation,
    by: Person,
    general: Mapping[str, Decimal | None],
    lines: Mapping[UUID, Mapping[str, Any]],
    strengths: str,
    limitations: str,
    expected_draft_version: int,
    leader: Mapping[str, int | None] | None = None,
    at: datetime | None = None,
) -> int:
    """Autosave of the form; returns the draft's new version. Raises kpi's DraftConflict, storing nothing."""
    with transaction.atomic():
        evaluation = lock_evaluation(evaluation, None)
        rules.require_self(evaluation, by)
        require_turn(evaluation, flows.SELF_ASSESSMENT)
        version = save_self_scores(
            scorecard=evaluation.scorecard,
            general=general,
            lines=lines,
            by=by,
            expected_draft_version=expected_draft_version,
            leader=leader,
            at=at,
        )
        Evaluation.objects.filter(pk=evaluation.pk).update(strengths=strengths, limitations=limitations)
        return version


def _require_entered(score: Score) -> None:
    """Everything that the person enters is there; d, đ and e of leaders come with the review."""
    missing = [entry.label for entry in score.missing if entry.what != "leader"]
    if missing:
        raise NotReady(_("The form is not complete."), rule=_("Not scored is never 0"), missing=missing)
    if score.status == "insufficient_data":
        raise NotReady(
            _("Nothing is assigned in this period: ask your supervisor to enter the assigned work."),
            rule=_("Decree 335/2025, Art 18.1"),
        )


@transaction.atomic
def submit_self_assessment(
    *, evaluation: Evaluation, by: Person, expected_version: int | None, at: datetime
) -> Evaluation:
    """Hand the form in: the review opens at once and Form 01 is owed, to be signed by the person."""
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_self(evaluation, by)
    task = require_turn(evaluation, flows.SELF_ASSESSMENT)
    score = compute(evaluation.scorecard, reviewed=False)
    _require_entered(score)
    kept = snapshot(
        scorecard=evaluation.scorecard, stage=Stage.SELF_ASSESSMENT, round=evaluation.round, reviewed=False, at=at
    )
    decision = record_decision(
        kind=Decision.Kind.SELF_SUBMITTED,
        person=by,
        by=by,
        under=under,
        at=at,
        score_total=str(score.total) if score.total is not None else "",
    )
    return conclude_hand_in(
        evaluation,
        kind="form_01",
        said=facts.form_01(evaluation, score, at),
        countersigned_as="reviewer",
        task=task,
        decision=decision,
        kept=kept,
        by=by,
        under=under,
        at=at,
    )


def conclude_hand_in(
    evaluation: Evaluation,
    *,
    kind: str,
    said: dict[str, Any],
    countersigned_as: str,
    task: EvaluationTask,
    decision: Decision,
    kept: ScoreSnapshot,
    by: Person,
    under: Authority,
    at: datetime,
) -> Evaluation:
    """What every hand-in ends with: the form is owed, to be signed by the person, and the review opens.

    Whoever signs as `countersigned_as` is named by his own later act: nobody countersigns before he has decided.
    """
    document = request_document(
        kind=kind,
        unit=evaluation.period.agency,
        facts=said,
        signers=[SlotSpec(role="person", person=by), SlotSpec(role=countersigned_as, person=None)],
        subject=by,
        practice=evaluation.practice,
        at=at,
        replaces=form_of_earlier_round(evaluation),
    )
    conclude(
        evaluation=evaluation,
        stage=Stage.SELF_ASSESSMENT,
        decision=decision,
        event="evaluation.submitted",
        by=by,
        under=under,
        at=at,
        document=document,
        snapshot=kept,
        tell=[evaluation.reviewer],
    )
    flows.complete(task)
    evaluation.save(update_fields=["version"])
    return evaluation


def form_of_earlier_round(evaluation: Evaluation):
    """The cancelled form that the new one stands in for, None in the first round."""
    step = (
        evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, document__isnull=False, round__lt=evaluation.round)
        .select_related("document")
        .last()
    )
    return step.document if step else None


@transaction.atomic
def withdraw(*, evaluation: Evaluation, by: Person, expected_version: int | None, at: datetime) -> Evaluation:
    """Take the form back while nobody has reviewed it; its Form 01 is cancelled, the next round begins."""
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_self(evaluation, by)
    task = require_turn(evaluation, flows.REVIEW)
    cancel_form(evaluation, reason="Người được đánh giá rút phiếu trước khi được xem xét", by=by, at=at)
    decision = record_decision(kind=Decision.Kind.WITHDRAWN, person=by, by=by, under=under, at=at)
    conclude(
        evaluation=evaluation,
        stage=Stage.SELF_ASSESSMENT,
        decision=decision,
        event="evaluation.withdrawn",
        by=by,
        under=under,
        at=at,
        tell=[evaluation.reviewer],
    )
    flows.take_back(task)
    evaluation.round += 1
    evaluation.save(update_fields=["version", "round"])
    return evaluation


def cancel_form(evaluation: Evaluation, *, reason: str, by: Person, at: datetime) -> None:
    """Cancel the documents of the round: a form that was signed stays readable, but counts no more."""
    for step in evaluation.steps.filter(round=evaluation.round).select_related("document"):
        if step.document is not None:
            cancel_document(document=step.document, reason=reason, by=by, at=at)
