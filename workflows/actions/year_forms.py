"""The yearly form: what the person says of his year, and the confirmation of the year's statement above him."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.actions import record_decision
from approvals.classes import CLASSES
from approvals.models import Decision
from kpi.actions import snapshot_year
from kpi.errors import DraftConflict
from kpi.years import YearInputs
from organization.models import Person
from workflows import facts, flows
from workflows.actions.locks import lock_evaluation
from workflows.actions.reviews import require_signed_form
from workflows.actions.self_assessments import conclude_hand_in, require_turn
from workflows.actions.steps import conclude_approval
from workflows.errors import NotReady, Refused
from workflows.models import Evaluation, EvaluationStep, Stage
from workflows.policy import rules
from workflows.years import rating_words, year_inputs

LAW = gettext_noop("Decree 335/2025, Art 19–21")


@transaction.atomic
def save_year_draft(
    *,
    evaluation: Evaluation,
    by: Person,
    self_class: str,
    strengths: str,
    limitations: str,
    expected_draft_version: int,
    at: datetime,
) -> int:
    """Keep what the person has typed; the draft's new version. DraftConflict when he saved elsewhere meanwhile."""
    evaluation = lock_evaluation(evaluation, None)
    rules.require_self(evaluation, by)
    require_turn(evaluation, flows.SELF_ASSESSMENT)
    card = evaluation.scorecard
    if card.draft_version != expected_draft_version:
        raise DraftConflict(
            _("A newer version was saved elsewhere. Nothing was overwritten."),
            version=card.draft_version,
            stored={"self_class": evaluation.self_class},
        )
    if self_class not in ("", *CLASSES):
        raise Refused(_("Choose one of the four classes."), rule=_(LAW))
    evaluation.self_class, evaluation.strengths, evaluation.limitations = self_class, strengths, limitations
    evaluation.save(update_fields=["self_class", "strengths", "limitations"])
    card.draft_version += 1
    card.draft_saved_at = at
    card.save(update_fields=["draft_version", "draft_saved_at"])
    return card.draft_version


@transaction.atomic
def submit_year_form(*, evaluation: Evaluation, by: Person, expected_version: int | None, at: datetime) -> Evaluation:
    """Hand Form 02 in, to be signed by the person. Missing months are named in it and keep nobody from handing in."""
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_self(evaluation, by)
    task = require_turn(evaluation, flows.SELF_ASSESSMENT)
    if not evaluation.self_class:
        raise NotReady(_("Choose your own class first."), rule=_(LAW))
    inputs = year_inputs(evaluation)
    kept = snapshot_year(
        scorecard=evaluation.scorecard,
        inputs=inputs,
        stage=Stage.SELF_ASSESSMENT,
        round=evaluation.round,
        reviewed=False,
        at=at,
    )
    decision = record_decision(
        kind=Decision.Kind.SELF_SUBMITTED,
        person=by,
        by=by,
        under=under,
        at=at,
        class_code=evaluation.self_class,
        score_total=str(kept.total) if kept.total is not None else "",
        practice=evaluation.practice,
    )
    return conclude_hand_in(
        evaluation,
        kind="form_02",
        said=facts.form_02(evaluation, inputs, at),
        countersigned_as="ranker",
        task=task,
        decision=decision,
        kept=kept,
        by=by,
        under=under,
        at=at,
    )


def differs_from_form(evaluation: Evaluation, inputs: YearInputs) -> bool:
    """Whether the year is no longer what the signed form says: a score or the months worked changed since."""
    step = _handed_in(evaluation)
    if step is None or step.snapshot is None:
        return False
    said = YearInputs.from_json(step.snapshot.inputs)
    scheme = evaluation.scorecard.scheme.scheme
    return [row.total for row in said.rows(scheme)] != [row.total for row in inputs.rows(scheme)]


def _handed_in(evaluation: Evaluation) -> EvaluationStep | None:
    steps = evaluation.steps.filter(stage=Stage.SELF_ASSESSMENT, round=evaluation.round)
    return steps.filter(decision__kind=Decision.Kind.SELF_SUBMITTED).select_related("snapshot").last()


def obstacle(evaluation: Evaluation, inputs: YearInputs) -> NotReady | None:
    """What keeps the year's statement from being confirmed whatever is typed; None when nothing does."""
    scheme = evaluation.scorecard.scheme.scheme
    if inputs.rating(scheme) is None:
        return NotReady(
            _("Months of the year have no score yet."),
            rule=_("Not scored is never 0"),
            missing=[_("Month %(month)d") % {"month": month} for month in inputs.mean(scheme).missing]
            or [_("No month of the year has a score.")],
        )
    if differs_from_form(evaluation, inputs):
        return NotReady(
            _("The scores of the year have changed since the form was signed: return it, to be signed anew."),
            rule=_("The next approval asks for the previous personal signature"),
        )
    return None


@transaction.atomic
def approve_year(
    *, evaluation: Evaluation, by: Person, comment: str, expected_version: int | None, at: datetime
) -> Evaluation:
    """Confirm the year's statement: score and class are frozen with their sources and with what overrides them."""
    evaluation = lock_evaluation(evaluation, expected_version)
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    task = require_turn(evaluation, flows.REVIEW)
    require_signed_form(evaluation)
    inputs = year_inputs(evaluation)
    refusal = obstacle(evaluation, inputs)
    if refusal is not None:
        raise refusal
    kept = snapshot_year(
        scorecard=evaluation.scorecard,
        inputs=inputs,
        stage=Stage.SUPERVISOR_REVIEW,
        round=evaluation.round,
        reviewed=True,
        at=at,
    )
    rating = inputs.rating(evaluation.scorecard.scheme.scheme)
    assert rating is not None  # refused before
    decision = record_decision(
        kind=Decision.Kind.REVIEW_APPROVED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=rating.class_code or "",
        score_total=str(kept.total) if kept.total is not None else "",
        reason=rating_words(rating),
        comment=comment,
        practice=evaluation.practice,
    )
    conclude_approval(evaluation, decision=decision, kept=kept, by=by, under=under, at=at)
    flows.complete(task)
    evaluation.save(update_fields=["version"])
    return evaluation
