"""One person's corrected result: the new decision on him, what it may be, and the row that joins old and new."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.actions import record_decision
from approvals.classes import CLASSES, is_above
from approvals.models import Decision
from documents.models import Document
from kpi.scoring.classes import class_of
from organization.authority import Authority
from organization.models import Duty, Person
from workflows import corrections, facts
from workflows.actions.correction_grounds import check_ground, keep_ground
from workflows.actions.steps import conclude
from workflows.ceilings import check_list
from workflows.errors import NotReady, Refused
from workflows.facts.grounds import ground_words
from workflows.grounds import GroundGiven
from workflows.learnt import left_by_register
from workflows.models import Correction, Evaluation, EvaluationPeriod, Ground, Stage
from workflows.organisations import require_heads_within
from workflows.years import rating_words

NEVER_EDITED = gettext_noop("Decree 335/2025, Art 21.3")
OVERRIDES = gettext_noop("Decree 335/2025, Art 11, 20.4")
MOST_GENERAL, MOST_RESULT, MOST_TOTAL = 30, 70, 100
FOUND_LATER, CANCELLED = GroundGiven(Ground.FOUND_LATER), GroundGiven(Ground.CANCELLATION)


@dataclass(frozen=True)
class NewResult:
    """A person's corrected result; None and "" leave points and title as they stand. A score alone has no class.

    `total` is typed where the score has no parts of its own: the mean of a longer period.
    """

    class_code: str
    reason: str
    general: Decimal | None = None
    result: Decimal | None = None
    title: str = ""
    ground: GroundGiven = FOUND_LATER
    total: Decimal | None = None


def decided_anew(
    evaluation: Evaluation, new: NewResult, *, by: Person, under: Authority, at: datetime
) -> facts.Change:
    """The new decision on one person. Raises Refused for wrong points or a ground that does not carry it."""
    before = corrections.standing_points(evaluation)
    after = _points(before, new)
    earlier = evaluation.final_decision
    assert earlier is not None  # a constraint of the table: whoever is published was decided
    check_ground(evaluation, new.ground, same=after == before and new.class_code == earlier.class_code)
    ranks = evaluation.period.procedure.parsed().ranks
    slip = new.ground.kind == Ground.CLERICAL  # class and points stay as they are, whatever they are
    if slip and earlier.kind == Decision.Kind.HEAD_ANNULLED:
        raise Refused(_("An annulled result is decided anew on another ground."), rule=_(NEVER_EDITED))
    if not slip:
        _require_left_by_register(evaluation, new)
        if not after.total and (new.class_code or not ranks):
            raise Refused(_("The total of this score is not known: type it."), rule=_("Not scored is never 0"))
    if new.ground.kind == Ground.DISCIPLINE and _rank(new.class_code) < _rank(earlier.class_code):
        raise Refused(_("Discipline raises nobody's class."), rule=_("Decree 335/2025, Art 11.3"))
    decision = record_decision(
        kind=Decision.Kind.HEAD_REPLACED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=new.class_code,
        score_class=_class_of(evaluation, after) if ranks and not slip else earlier.score_class,
        score_total=after.total,
        reason=new.reason.strip(),
        practice=evaluation.practice,
    )
    return facts.Change(
        evaluation=evaluation,
        earlier=earlier,
        later=decision,
        before=before,
        after=after,
        title=new.title.strip() or evaluation.title,
        notice=corrections.standing_notice(evaluation),
        ground=ground_words(new.ground),
    )


def _require_left_by_register(evaluation: Evaluation, new: NewResult) -> None:
    """Raises Refused for a yearly class that the register does not leave, and for none where it leaves one."""
    left = left_by_register(evaluation, new.class_code or CLASSES[0])
    if not new.class_code and evaluation.period.procedure.parsed().ranks and (left is None or left.ranked):
        raise Refused(_("Choose a class: nothing says that this person is not ranked."), rule=_(OVERRIDES))
    if left is None:
        return
    words = [f"{evaluation.person.full_name}: {rating_words(left)}"]
    if new.class_code and not left.ranked:
        raise Refused(_("People who are not ranked are given no class."), rule=_(OVERRIDES), missing=words)
    if new.class_code and left.class_code and is_above(new.class_code, left.class_code):
        raise Refused(
            _("The register of the year leaves this person a lower class only."), rule=_(OVERRIDES), missing=words
        )


def _class_of(evaluation: Evaluation, points: facts.Points) -> str:
    """The class of the points alone, "" where there are none."""
    return class_of(Fraction(points.total), evaluation.scorecard.scheme.scheme) if points.total else ""


def _points(before: facts.Points, new: NewResult) -> facts.Points:
    limits = ((new.general, MOST_GENERAL), (new.result, MOST_RESULT), (new.total, MOST_TOTAL))
    for value, most in limits:
        if value is not None and not 0 <= value <= most:
            raise Refused(
                _("Points lie between 0 and %(most)s.") % {"most": most}, rule=_("Decree 335/2025, Art 12, Annex I")
            )
    if not before.general or not before.result:
        if new.general is not None or new.result is not None:
            raise Refused(_("This score is a mean: it has no parts of its own."), rule=_("Decree 335/2025, Art 11"))
        return before if new.total is None else facts.Points("", "", str(Fraction(new.total)))
    if new.total is not None:
        raise Refused(_("This score is the sum of its parts: correct those."), rule=_("Decree 335/2025, Art 12"))
    general = before.general if new.general is None else str(Fraction(new.general))
    result = before.result if new.result is None else str(Fraction(new.result))
    return facts.Points(general, result, corrections.total_of(general, result))


def without_result(
    evaluation: Evaluation, reason: str, ground: GroundGiven, *, by: Person, under: Authority, at: datetime
) -> facts.Change:
    """The decision that ends one person's result."""
    check_ground(evaluation, ground, same=False)
    earlier = evaluation.final_decision
    assert earlier is not None  # a constraint of the table: whoever is published was decided
    decision = record_decision(
        kind=Decision.Kind.HEAD_ANNULLED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        reason=reason.strip(),
        practice=evaluation.practice,
    )
    return facts.Change(
        evaluation=evaluation,
        earlier=earlier,
        later=decision,
        before=corrections.standing_points(evaluation),
        after=facts.Points("", "", ""),
        title=evaluation.title,
        notice=corrections.standing_notice(evaluation),
        ground=ground_words(ground),
    )


def require_within_limits(period: EvaluationPeriod, changes: list[facts.Change]) -> None:
    """The whole list again, and the raised heads within their organisation's class (Art 20.5, 20.6).

    Refused is only what a raise makes worse: a list that stands above its ceiling anyway, or another head above his
    organisation, has been flagged and is settled for itself. A lowered class is never refused for the ceiling.
    """
    raised = [each for each in changes if _rank(each.later.class_code) < _rank(each.earlier.class_code)]
    if not raised:
        return
    live = Evaluation.objects.filter(period=period, final_decision__isnull=False)
    classes: dict[int, str] = dict(live.values_list("pk", "final_decision__class_code"))
    classes |= {each.evaluation_id: each.later.class_code for each in corrections.on_their_way(period)}
    classes |= {each.evaluation.pk: each.later.class_code for each in changes}
    check = check_list(period, classes)
    before = check_list(period, classes | {each.evaluation.pk: each.earlier.class_code for each in raised})
    if check is not None and before is not None and check.is_further_above(before):
        raise NotReady(_("The list has more people at the top class than the ceiling allows."), rule=check.basis)
    heads = {each.evaluation.pk for each in raised if each.evaluation.appointment.duty == Duty.HEAD}
    if heads:
        require_heads_within(period, classes, among=heads)


def _rank(class_code: str) -> int:
    """The place of a class, 0 the best; without a class after the last."""
    return CLASSES.index(class_code) if class_code in CLASSES else len(CLASSES)


def conclude_correction(
    change: facts.Change,
    ground: GroundGiven,
    *,
    document: Document,
    notice: Document | None,
    by: Person,
    under: Authority,
    at: datetime,
) -> None:
    """Write down which decision follows which, on what ground; it takes effect when `document` is issued."""
    evaluation = change.evaluation
    correction = Correction.objects.create(
        evaluation=evaluation,
        earlier=change.earlier,
        later=change.later,
        document=document,
        notice=notice,
        general_points=change.after.general,
        result_points=change.after.result,
        title=change.title if change.title != evaluation.title else "",
        at=at,
    )
    keep_ground(correction, ground)
    conclude(
        evaluation=evaluation,
        stage=Stage.PUBLISHED,
        decision=change.later,
        event="evaluation.correction_decided",
        by=by,
        under=under,
        at=at,
        document=notice,
        changed_from=change.earlier.class_code,
        changed_to=change.later.class_code,
        by_document=document.code,
        ground=ground.kind,
    )
    evaluation.save(update_fields=["version"])
