"""The person's evidence on his own draft: a file for a product line or a criterion, put on or taken off."""

from datetime import datetime

from django.db import transaction

from kpi import actions as kpi
from kpi.models import EvidenceFile, ScoreLine
from organization.actions import journal
from organization.models import Person
from workflows import flows
from workflows.actions.locks import lock_evaluation
from workflows.actions.self_assessments import require_turn
from workflows.models import Evaluation
from workflows.policy import rules


@transaction.atomic
def attach(
    *,
    evaluation: Evaluation,
    by: Person,
    name: str,
    declared_type: str,
    content: bytes,
    at: datetime,
    line: ScoreLine | None = None,
    item_code: str = "",
) -> EvidenceFile:
    """Keep a file while the form is with the person; the same twice is kept once. Raises KpiError or NotReady."""
    evaluation = lock_evaluation(evaluation, None)
    under = rules.require_self(evaluation, by)
    require_turn(evaluation, flows.SELF_ASSESSMENT)
    evidence = kpi.attach_evidence(
        scorecard=evaluation.scorecard,
        line=line,
        item_code=item_code,
        name=name,
        declared_type=declared_type,
        content=content,
        by=by,
        at=at,
    )
    journal(
        event="evidence.attached",
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=evaluation.practice,
        sha256=evidence.sha256,
    )
    return evidence


@transaction.atomic
def detach(*, evaluation: Evaluation, evidence: EvidenceFile, by: Person, at: datetime) -> None:
    """Take a file off the draft while the form is with the person; the journal keeps its hash."""
    evaluation = lock_evaluation(evaluation, None)
    under = rules.require_self(evaluation, by)
    require_turn(evaluation, flows.SELF_ASSESSMENT)
    own = EvidenceFile.objects.filter(scorecard=evaluation.scorecard, pk=evidence.pk).first()
    if own is None:  # taken off before: the same request twice is done once
        return
    kpi.detach_evidence(evidence=own, by=by)
    journal(
        event="evidence.detached",
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=evaluation.practice,
        sha256=own.sha256,
    )
