"""What the supervisor does: score beside the self-scores, approve, return, confirm all unchanged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from documents.actions import SlotSpec, name_signer, request_document
from documents.models import Document
from kpi.actions import (
    Change,
    adjust_scores,
    compute,
    derive_leader_d,
    drop_adjustments,
    set_leader_components,
    snapshot,
)
from kpi.scoring import Score
from organization.authority import Authority
from organization.models import Person
from workflows import facts, flows
from workflows.actions.locks import lock_evaluation
from workflows.actions.self_assessments import cancel_form, require_turn
from workflows.actions.settlements import settle_scored_again
from workflows.actions.steps import conclude, conclude_approval
from workflows.errors import REFUSALS, NotReady, Refused, as_refused
from workflows.managed import leaders_over, managed_evaluations, reviewed_totals
from workflows.models import Evaluation, EvaluationStep, Stage
from workflows.policy import rules


@dataclass(frozen=True)
class RowResult:
    """What became of one row of a bulk act."""

    evaluation: Evaluation
    error: str = ""


def current_form(evaluation: Evaluation) -> Document | None:
    """Form 01 of the present round."""
    step = (
        evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, round=evaluation.round, document__isnull=False)
        .select_related("document")
        .last()
    )
    return step.document if step else None


def require_signed_form(evaluation: Evaluation) -> Document:
    """The next approval asks for the previous personal signature."""
    form = current_form(evaluation)
    if form is None or not form.slots.filter(role="person", signed_at__isnull=False).exists():
        raise NotReady(
            unsigned_words(evaluation),
            rule=_("The next approval asks for the previous personal signature"),
        )
    return form


def unsigned_words(evaluation: Evaluation) -> str:
    """Who has not signed which form."""
    if evaluation.period.procedure.parsed().is_annual:
        return _("%(name)s has not signed Form 02 yet.") % {"name": evaluation.person.full_name}
    return _("%(name)s has not signed Form 01 yet.") % {"name": evaluation.person.full_name}


@dataclass(frozen=True)
class LeaderMarks:
    """The reviewer's đ (`dd`) and e in percent, and d where the leader manages nobody; each 100, 50 or open."""

    dd: int | None = None
    e: int | None = None
    d_without_people: int | None = None
    reason: str = ""


def settle_leader(evaluation: Evaluation, marks: LeaderMarks, *, by: Person, under: Authority, at: datetime) -> None:
    """Compute d from the people managed, store the reviewer's đ and e. Raises NotReady while people are missing."""
    people = list(managed_evaluations(evaluation).select_related("person"))
    totals = reviewed_totals(people)
    missing = [row.person.full_name for row in people if totals[row.pk] is None]
    if missing and not any(total is not None and total < 50 for total in totals.values()):
        raise NotReady(
            _("A leader is scored after his people."), rule=_("Decree 335/2025, Art 15 (d)"), missing=missing
        )
    card = evaluation.scorecard
    values = {"dd": marks.dd, "e": marks.e}
    if people:
        derive_leader_d(scorecard=card, scores=totals.values(), by=by, under=under, at=at)
    else:
        values["d"] = marks.d_without_people
    given = {name: value for name, value in values.items() if value is not None}
    reason = marks.reason.strip() or "Điều 15: cấp có thẩm quyền đánh giá"
    set_leader_components(scorecard=card, values=given, reason=reason, by=by, under=under, at=at)
    card.refresh_from_db()


def _require_complete(evaluation: Evaluation) -> Score:
    score = compute(evaluation.scorecard, reviewed=True)
    if not score.is_complete:
        raise NotReady(
            _("The score is not complete; it cannot be approved."),
            rule=_("Not scored is never 0"),
            missing=[entry.label for entry in score.missing],
        )
    return score


@transaction.atomic
def approve_review(
    *,
    evaluation: Evaluation,
    by: Person,
    adjustments: Sequence[Change] = (),
    comment: str = "",
    leader: LeaderMarks | None = None,
    expected_version: int | None,
    at: datetime,
) -> Evaluation:
    """Approve with these adjustments: one decision, the score frozen, review minutes owed, Form 01 to countersign."""
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    task = require_turn(evaluation, flows.REVIEW)
    form = require_signed_form(evaluation)
    if adjustments:
        adjust_scores(scorecard=evaluation.scorecard, changes=adjustments, by=by, under=under, at=at)
    if evaluation.is_leader:
        settle_leader(evaluation, leader or LeaderMarks(), by=by, under=under, at=at)
    score = _require_complete(evaluation)
    kept = snapshot(
        scorecard=evaluation.scorecard, stage=Stage.SUPERVISOR_REVIEW, round=evaluation.round, reviewed=True, at=at
    )
    decision = record_decision(
        kind=Decision.Kind.REVIEW_APPROVED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=score.class_code or "",
        score_total=str(score.total),
        comment=comment,
    )
    name_signer(document=form, role="reviewer", person=by, authority=under, by=by, at=at)
    minutes = request_document(
        kind="review_minutes",
        unit=evaluation.period.agency,
        facts=facts.review_minutes(evaluation, score=score, form=form, decision=decision, under=under, at=at),
        signers=[SlotSpec(role="reviewer", person=by, authority=under)],
        subject=evaluation.person,
        practice=evaluation.practice,
        at=at,
    )
    conclude_approval(
        evaluation,
        decision=decision,
        kept=kept,
        by=by,
        under=under,
        at=at,
        document=minutes,
        adjustments=len(adjustments),
    )
    evaluation.score_is_stale = False
    settle_scored_again(evaluation, by=by, under=under, at=at)
    if not evaluation.period.procedure.parsed().has_council:
        evaluation.decide(decision)
    flows.complete(task)
    evaluation.save(update_fields=["version", "score_is_stale", "standing", "final_decision"])
    return evaluation


@transaction.atomic
def return_for_rework(
    *, evaluation: Evaluation, by: Person, reason: str, expected_version: int | None, at: datetime
) -> Evaluation:
    """Send the form back with a reason; the person's signed form is cancelled, the next round begins."""
    if not reason.strip():
        raise Refused(
            _("Say why the form goes back, so that the person can mend it."), rule=_("Return needs a reason")
        )
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    task = require_turn(evaluation, flows.REVIEW)
    _record_return(evaluation, by=by, under=under, reason=reason, at=at)
    flows.complete(task)
    evaluation.round += 1
    evaluation.save(update_fields=["version", "round"])
    return evaluation


def _record_return(evaluation: Evaluation, *, by: Person, under: Authority, reason: str, at: datetime) -> None:
    cancel_form(evaluation, reason=f"Trả lại: {reason}"[:500], by=by, at=at)
    if evaluation.scorecard.adjustments.exists():
        drop_adjustments(scorecard=evaluation.scorecard, reason=f"Trả lại: {reason}", by=by, under=under, at=at)
    decision = record_decision(
        kind=Decision.Kind.REVIEW_RETURNED, person=evaluation.person, by=by, under=under, at=at, reason=reason
    )
    conclude(
        evaluation=evaluation,
        stage=Stage.SUPERVISOR_REVIEW,
        decision=decision,
        event="evaluation.returned",
        by=by,
        under=under,
        at=at,
        tell=[evaluation.person],
        text=reason,
    )


@transaction.atomic
def reopen(
    *, evaluation: Evaluation, by: Person, reason: str, expected_version: int | None, at: datetime
) -> Evaluation:
    """Take an approved review back before the council sits; leaders above are marked to be scored again."""
    if not reason.strip():
        raise Refused(_("Say why the review is reopened."), rule=_("Reopening needs a reason"))
    annual = evaluation.period.procedure.parsed().is_annual  # a leader's year rests on no other year
    # Locked too: one of them may be being approved on this very score.
    leaders = [] if annual else leaders_over(evaluation)
    evaluation = lock_evaluation(evaluation, expected_version, along=leaders)
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    task = require_turn(evaluation, flows.COUNCIL)
    if evaluation.council_cases.exists():
        raise NotReady(_("The case is already on a council's agenda."), rule=_("Order of steps"))
    _record_return(evaluation, by=by, under=under, reason=reason, at=at)
    flows.take_back(task)
    evaluation.round += 1
    evaluation.save(update_fields=["version", "round"])
    mark_stale(leaders)
    return evaluation


def mark_stale(leaders: Iterable[Evaluation]) -> None:
    """Leaders already scored must be scored again: the people whom their d rests on have changed (Art 15)."""
    keys = [leader.pk for leader in leaders]
    scored = EvaluationStep.objects.filter(evaluation__in=keys, stage=Stage.SUPERVISOR_REVIEW)
    Evaluation.objects.filter(pk__in=scored.values("evaluation_id")).update(score_is_stale=True)


def confirm_unchanged(
    *, evaluations: Iterable[Evaluation], by: Person, comment: str, at: datetime
) -> list[RowResult]:
    """Approve every form without a change, each in its own transaction; failing rows stay, with their reason."""
    from workflows.actions.year_forms import approve_year

    results = []
    for evaluation in sorted(evaluations, key=lambda row: row.pk):
        approve = approve_year if evaluation.period.procedure.parsed().is_annual else approve_review
        try:
            approve(evaluation=evaluation, by=by, comment=comment, expected_version=evaluation.version, at=at)
        except REFUSALS as refusal:
            results.append(RowResult(evaluation, as_refused(refusal).text))
        else:
            results.append(RowResult(evaluation))
    return results


def approved_review(evaluation: Evaluation) -> EvaluationStep:
    """The approved review that counts now. Raises NotReady while there is none."""
    review = last_review(evaluation)
    if review is None:
        raise NotReady(
            _("%(name)s waits for the review.") % {"name": evaluation.person.full_name}, rule=_("Order of steps")
        )
    return review


def last_review(evaluation: Evaluation) -> EvaluationStep | None:
    """The approved review that counts now."""
    return (
        evaluation.steps.filter(decision__kind=Decision.Kind.REVIEW_APPROVED, round=evaluation.round)
        .select_related("decision", "snapshot", "document")
        .last()
    )
