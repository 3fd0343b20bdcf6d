"""The exceptions that people need in a running period: excuse, join late, another reviewer."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from organization.actions import journal
from organization.models import Appointment, Person
from workflows import flows, notices
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.periods import open_person, people_of
from workflows.actions.reviews import mark_stale
from workflows.actions.self_assessments import cancel_form, require_turn
from workflows.actions.steps import conclude
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.managed import leaders_over
from workflows.models import Evaluation, EvaluationPeriod, Stage, Standing
from workflows.policy import rules


def _require_other(evaluation: Evaluation, by: Person) -> None:
    """A personnel officer is evaluated too: for himself he neither excuses nor chooses the reviewer."""
    if evaluation.person_id == by.pk:
        raise NotAllowed(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))


@transaction.atomic
def excuse(
    *, evaluation: Evaluation, by: Person, reason: str, expected_version: int | None, at: datetime
) -> Evaluation:
    """Take a person out of the period for a recorded reason: left, on leave, under six months."""
    if not reason.strip():
        raise Refused(_("Say why the person is excused."), rule=_("Excusing needs a reason"))
    # Their d rests on one person less now; a leader's year rests on no other year.
    leaders = [] if evaluation.period.procedure.parsed().is_annual else leaders_over(evaluation)
    evaluation = lock_evaluation(evaluation, expected_version, along=leaders)
    under = rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))
    _require_other(evaluation, by)
    if evaluation.standing != Standing.OPEN:
        raise NotReady(_("The evaluation is already decided."), rule=_("Standing of the evaluation"))
    if evaluation.council_cases.exists():  # a case without its turn would keep the whole session from closing
        words = _("The case is already on a council's agenda.")
        if evaluation.period.procedure.parsed().is_annual:
            words = _(
                "The case is already on a council's agenda. Whoever has left, or has worked too few months, is left "
                "without a class by the head, in the decision on the list."
            )
        raise NotReady(words, rule=_("Order of steps"))
    cancel_form(evaluation, reason=f"Được miễn đánh giá: {reason}"[:500], by=by, at=at)
    decision = record_decision(
        kind=Decision.Kind.EXCUSED, person=evaluation.person, by=by, under=under, at=at, reason=reason
    )
    conclude(
        evaluation=evaluation,
        stage=evaluation.period.stage,
        decision=decision,
        event="evaluation.excused",
        by=by,
        under=under,
        at=at,
        tell=[evaluation.person],
        text=reason,
    )
    flows.cancel(evaluation)
    evaluation.excuse()
    evaluation.save(update_fields=["version", "standing"])
    mark_stale(leaders)
    return evaluation


@transaction.atomic
def add_person(*, period: EvaluationPeriod, appointment: Appointment, by: Person, at: datetime) -> Evaluation:
    """Open the evaluation of somebody who joined after the opening."""
    period = lock_period(period, None)
    under = rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if period.stage not in (Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW):
        raise NotReady(_("People can join only before the council."), rule=_("Stage of the period"))
    if not people_of(period).filter(pk=appointment.pk).exists():
        raise Refused(_("This post does not belong to this period."), rule=_("Decree 335/2025, Art 10.2"))
    evaluation = open_person(period=period, appointment=appointment, at=at)
    mark_stale(leaders_over(evaluation))
    journal(event="evaluation.joined", subject=evaluation, at=at, by=by, under=under, unit=appointment.unit)
    return evaluation


@transaction.atomic
def reassign_reviewer(
    *, evaluation: Evaluation, to: Person, by: Person, reason: str, expected_version: int | None, at: datetime
) -> Evaluation:
    """Give the review to another person when the reviewer has left; an open review task moves with it."""
    if not reason.strip():
        raise Refused(_("Say why the review is reassigned."), rule=_("Reassigning needs a reason"))
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))
    _require_other(evaluation, by)
    if to.pk == evaluation.person_id:
        raise Refused(_("Nobody reviews his own case."), rule=_("Conflict of interest"))
    if evaluation.standing != Standing.OPEN:
        raise NotReady(_("The evaluation is already decided."), rule=_("Standing of the evaluation"))
    before = evaluation.reviewer
    evaluation.reviewer = to
    evaluation.version += 1
    evaluation.save(update_fields=["reviewer", "version"])
    task = flows.open_task(evaluation)
    if flows.node_name(task) == flows.REVIEW:
        task = require_turn(evaluation, flows.REVIEW)
        flows.reassign(task, to)
    journal(
        event="evaluation.reassigned",
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        changed_from=str(before.uuid),
        changed_to=str(to.uuid),
        reason=reason,
    )
    notices.tell(event="evaluation.reassigned", people=[to], at=at, evaluation=evaluation, text=reason)
    return evaluation
