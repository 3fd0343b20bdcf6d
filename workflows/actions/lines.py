"""The competent person's entries on the product lines: assign, failed review, delay, waiver, hand-back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi import actions as kpi
from kpi.models import ScoreLine
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import flows
from workflows.actions.locks import lock_evaluation
from workflows.errors import NotReady
from workflows.models import Evaluation
from workflows.policy import rules


def _under_review(evaluation: Evaluation, by: Person, at: datetime) -> tuple[Evaluation, Authority]:
    evaluation = lock_evaluation(evaluation, None)
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    node = flows.node_name(flows.open_task(evaluation))
    if node not in (flows.SELF_ASSESSMENT, flows.REVIEW):
        raise NotReady(_("The review is closed; its figures no longer change."), rule=_("Order of steps"))
    return evaluation, under


def _change(
    evaluation: Evaluation, by: Person, at: datetime, event: str, act: Callable[[Authority], Any], **details: Any
) -> Evaluation:
    with transaction.atomic():
        evaluation, under = _under_review(evaluation, by, at)
        act(under)
        journal(event=event, subject=evaluation, at=at, by=by, under=under, unit=evaluation.unit, **details)
    return evaluation


def _own(evaluation: Evaluation, line: ScoreLine) -> ScoreLine:
    return evaluation.scorecard.lines.get(pk=line.pk)


def assign(*, evaluation: Evaluation, by: Person, at: datetime, **spec: Any) -> Evaluation:
    """Assign a product, also taken over or unplanned; the keywords are those of kpi.LineSpec."""
    return _change(
        evaluation,
        by,
        at,
        "line.assigned",
        lambda under: kpi.assign_line(scorecard=evaluation.scorecard, **spec),
    )


def record_failed_review(
    *, evaluation: Evaluation, line: ScoreLine, reason: str, by: Person, at: datetime, count: int = 1
) -> Evaluation:
    """A major content error in the product (Art 14.2.b)."""
    return _change(
        evaluation,
        by,
        at,
        "line.failed_review",
        lambda under: kpi.record_failed_review(
            line=_own(evaluation, line), reason=reason, by=by, under=under, at=at, count=count
        ),
        line=str(line.uuid),
    )


def record_delay(
    *, evaluation: Evaluation, line: ScoreLine, reason: str, by: Person, at: datetime, count: int = 1
) -> Evaluation:
    """The product was late (Art 14)."""
    return _change(
        evaluation,
        by,
        at,
        "line.delayed",
        lambda under: kpi.record_delay(
            line=_own(evaluation, line), reason=reason, by=by, under=under, at=at, count=count
        ),
        line=str(line.uuid),
    )


def confirm_waiver(
    *,
    evaluation: Evaluation,
    line: ScoreLine,
    of: str,
    cause: str,
    by: Person,
    at: datetime,
    count: int | None = None,
) -> Evaluation:
    """Confirm the objective cause of failed reviews or delays, a separate act of the competent person (Art 14)."""
    return _change(
        evaluation,
        by,
        at,
        "line.waived",
        lambda under: kpi.confirm_waiver(
            line=_own(evaluation, line), of=of, cause=cause, by=by, under=under, at=at, count=count
        ),
        line=str(line.uuid),
        of=of,
    )


def hand_back(*, evaluation: Evaluation, line: ScoreLine, reason: str, by: Person, at: datetime) -> Evaluation:
    """Work handed back stays in the assigned total and never counts as done (Art 18.1)."""
    return _change(
        evaluation,
        by,
        at,
        "line.handed_back",
        lambda under: kpi.hand_back_line(line=_own(evaluation, line), reason=reason, by=by, under=under, at=at),
        line=str(line.uuid),
    )
