"""A wrong result is replaced or annulled by a new decision of the competent head, never edited (Art 21.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from documents.actions import SlotSpec, note_successions, request_document
from documents.models import Document
from kpi.scoring.classes import class_of
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import corrections, facts, notices
from workflows.actions.initials import initiallers, with_initials
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.steps import conclude
from workflows.ceilings import check_list
from workflows.errors import NotReady, Refused
from workflows.models import Correction, Evaluation, EvaluationPeriod, PeriodDocument, Stage, Standing
from workflows.policy import rules

NEVER_EDITED = "Decree 335/2025, Art 21.3"
MOST_GENERAL, MOST_RESULT = 30, 70


@dataclass(frozen=True)
class NewResult:
    """A person's corrected result; None and "" leave points and title as they stand."""

    class_code: str
    reason: str
    general: Decimal | None = None
    result: Decimal | None = None
    title: str = ""


@transaction.atomic
def replace_decision(
    *,
    period: EvaluationPeriod,
    replaced: Document,
    results: Mapping[UUID, NewResult],
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> Document:
    """Decide these people anew in place of `replaced`; the new decision and notices wait for the head's signature.

    The class is never above that of the (corrected) score, and the ceiling holds on the whole list. When everybody
    whom `replaced` still governs is decided anew it is replaced as a whole, else amended for these people.
    """
    period = lock_period(period, expected_version)
    under = rules.require_head(period, by, timezone.localdate(at))
    chosen, whole = _lock_governed(period, replaced, results.keys(), (Standing.PUBLISHED, Standing.ANNULLED))
    changes = [_decided_anew(row, results[row.uuid], by=by, under=under, at=at) for row in chosen]
    same = [change.evaluation.person.full_name for change in changes if not change.rows()]
    if same:
        raise Refused(_("Nothing changes for these people."), rule=_(NEVER_EDITED), missing=same)
    _require_ceiling(period, {change.evaluation.pk: change.later.class_code for change in changes})
    document = request_document(
        kind=corrections.REPLACING,
        unit=period.agency,
        practice=period.practice,
        at=at,
        replaces=replaced if whole else None,
        **with_initials(
            period,
            corrections.DECISION,
            facts=facts.replacing_decision(
                period, replaced=replaced, changes=changes, whole=whole, under=under, at=at
            ),
            signers=[SlotSpec(role="head", person=by, authority=under)],
            on=timezone.localdate(at),
        ),
    )
    if not whole:
        note_successions(later=document, amends=[replaced])
    for change in changes:
        notice = request_document(
            kind="notice",
            unit=period.agency,
            practice=period.practice,
            at=at,
            replaces=change.notice,
            **with_initials(
                period,
                "notice",
                facts=facts.replacing_notice(change, decided=document, under=under, at=at),
                signers=[SlotSpec(role="head", person=by, authority=under)],
                subject=change.evaluation.person,
                on=timezone.localdate(at),
            ),
        )
        _conclude(change, document=document, notice=notice, by=by, under=under, at=at)
    return _finish(period, document, event="period.replaced", by=by, under=under, at=at)


@transaction.atomic
def annul_decision(
    *,
    period: EvaluationPeriod,
    annulled: Document,
    people: Collection[UUID],
    reason: str,
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> Document:
    """Take the decision out of force for these people, all whom it governs or some; their notices go with it."""
    period = lock_period(period, expected_version)
    under = rules.require_head(period, by, timezone.localdate(at))
    if annulled.kind.code == corrections.ANNULLING:
        raise Refused(_("This document annuls itself: decide the people anew instead."), rule=_(NEVER_EDITED))
    chosen, whole = _lock_governed(period, annulled, people, (Standing.PUBLISHED,))
    changes = [_without_result(row, reason, by=by, under=under, at=at) for row in chosen]
    document = request_document(
        kind=corrections.ANNULLING,
        unit=period.agency,
        practice=period.practice,
        at=at,
        **with_initials(
            period,
            corrections.DECISION,
            facts=facts.annulment_decision(
                period, annulled=annulled, changes=changes, whole=whole, reason=reason.strip(), under=under, at=at
            ),
            signers=[SlotSpec(role="head", person=by, authority=under)],
            on=timezone.localdate(at),
        ),
    )
    told = [change.notice for change in changes if change.notice]
    note_successions(later=document, amends=[] if whole else [annulled], annuls=[annulled, *told] if whole else told)
    for change in changes:
        _conclude(change, document=document, notice=None, by=by, under=under, at=at)
    return _finish(period, document, event="period.annulled", by=by, under=under, at=at)


def _lock_governed(
    period: EvaluationPeriod, document: Document, people: Collection[UUID], standings: tuple[str, ...]
) -> tuple[list[Evaluation], bool]:
    """The chosen people, locked by key, and whether they are all whom this decision still governs."""
    governed = {pk for pk, decision in corrections.governed_by(period).items() if decision.pk == document.pk}
    if not people:
        raise Refused(_("Choose at least one person."))
    rows = list(Evaluation.objects.filter(period=period, uuid__in=people).order_by("pk"))
    if len(rows) != len(people) or {row.pk for row in rows} - governed:
        raise NotReady(
            _("The result of each of these people must stand on this issued decision."), rule=_(NEVER_EDITED)
        )
    pending = corrections.on_their_way(period).filter(evaluation__in=rows).select_related("evaluation__person")
    waiting = [each.evaluation.person.full_name for each in pending]
    if waiting:
        raise NotReady(
            _("A new decision on these people is already on its way: let it be issued, or cancelled, first."),
            rule=_("Order of steps"),
            missing=waiting,
        )
    locked = [lock_evaluation(row, None, after_archive=True) for row in rows]
    wrong = [row.person.full_name for row in locked if row.standing not in standings]
    if wrong:
        raise NotReady(
            _("Only a published result is replaced or annulled."), rule=_("Standing of the evaluation"), missing=wrong
        )
    return locked, {row.pk for row in locked} == governed


def _decided_anew(
    evaluation: Evaluation, new: NewResult, *, by: Person, under: Authority, at: datetime
) -> facts.Change:
    before = corrections.standing_points(evaluation)
    after = _points(before, new)
    earlier = evaluation.final_decision
    assert earlier is not None  # a constraint of the table: whoever is published was decided
    decision = record_decision(
        kind=Decision.Kind.HEAD_REPLACED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=new.class_code,
        score_class=class_of(Fraction(after.total), evaluation.scorecard.scheme.scheme),
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
    )


def _points(before: facts.Points, new: NewResult) -> facts.Points:
    for value, most in ((new.general, MOST_GENERAL), (new.result, MOST_RESULT)):
        if value is not None and not 0 <= value <= most:
            raise Refused(
                _("Points lie between 0 and %(most)s.") % {"most": most}, rule=_("Decree 335/2025, Art 12, Annex I")
            )
    general = before.general if new.general is None else str(Fraction(new.general))
    result = before.result if new.result is None else str(Fraction(new.result))
    return facts.Points(general, result, corrections.total_of(general, result))


def _without_result(
    evaluation: Evaluation, reason: str, *, by: Person, under: Authority, at: datetime
) -> facts.Change:
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
    )


def _require_ceiling(period: EvaluationPeriod, changed: Mapping[int, str]) -> None:
    """The whole list again: what stands, what is already on its way, and what this act changes."""
    live = Evaluation.objects.filter(period=period, final_decision__isnull=False)
    classes = dict(live.values_list("pk", "final_decision__class_code"))
    classes |= {each.evaluation_id: each.later.class_code for each in corrections.on_their_way(period)}
    check = check_list(period, classes | dict(changed))
    if check is not None and not check.holds:
        raise NotReady(_("The list has more people at the top class than the ceiling allows."), rule=check.basis)


def _conclude(
    change: facts.Change, *, document: Document, notice: Document | None, by: Person, under: Authority, at: datetime
) -> None:
    evaluation = change.evaluation
    Correction.objects.create(
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
    )
    evaluation.save(update_fields=["version"])


def _finish(
    period: EvaluationPeriod, document: Document, *, event: str, by: Person, under: Authority, at: datetime
) -> Document:
    PeriodDocument.objects.create(period=period, stage=Stage.PUBLISHED, document=document, at=at)
    initialling = [person for person in initiallers(period).values() if person]
    notices.tell(event="document.to_sign", people=[*initialling, by], at=at)
    period.version += 1
    period.save(update_fields=["version"])
    journal(event=event, subject=period, at=at, by=by, under=under, unit=period.agency, document=document.code)
    return document
