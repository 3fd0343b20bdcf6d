"""A wrong result is replaced or annulled by a new decision of the competent head, never edited (Art 21.3)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import SlotSpec, note_successions, request_document
from documents.models import Document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person, Unit
from workflows import corrections, facts, notices
from workflows.actions.corrected_results import (
    CANCELLED,
    NEVER_EDITED,
    NewResult,
    conclude_correction,
    decided_anew,
    require_within_limits,
    without_result,
)
from workflows.actions.initials import initiallers, with_initials
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.errors import NotReady, Refused
from workflows.grounds import GroundGiven
from workflows.models import Evaluation, EvaluationPeriod, Ground, PeriodDocument, Stage, Standing
from workflows.policy import correcting


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
    whom `replaced` still governs is decided anew it is replaced as a whole, else amended for these people. The
    grounds say whose act it is and which agency issues it.
    """
    period = lock_period(period, expected_version)
    under, issuer = _power(period, [new.ground for new in results.values()], by=by, at=at)
    chosen, whole = lock_governed(period, replaced, results.keys(), (Standing.PUBLISHED, Standing.ANNULLED))
    changes = decide_all(chosen, results, by=by, under=under, at=at)
    require_within_limits(period, changes)
    document = request_document(
        kind=corrections.REPLACING,
        unit=issuer,
        practice=period.practice,
        at=at,
        replaces=replaced if whole else None,
        **_paper(
            period,
            facts.replacing_decision(
                period, replaced=replaced, changes=changes, whole=whole, issuer=issuer, under=under, at=at
            ),
            under=under,
            at=at,
        ),
    )
    if not whole:
        note_successions(later=document, amends=[replaced])
    for change in changes:
        notice = owe_notice(period, change, issuer=issuer, decided=document, under=under, at=at)
        ground = results[change.evaluation.uuid].ground
        conclude_correction(change, ground, document=document, notice=notice, by=by, under=under, at=at)
    finish(period, [document], event="period.replaced", by=by, under=under, at=at)
    return document


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
    ground: GroundGiven = CANCELLED,
) -> Document:
    """Take the decision out of force for these people, all whom it governs or some; their notices go with it."""
    period = lock_period(period, expected_version)
    under, issuer = _power(period, [ground], by=by, at=at)
    if annulled.kind.code == corrections.ANNULLING:
        raise Refused(_("This document annuls itself: decide the people anew instead."), rule=_(NEVER_EDITED))
    chosen, whole = lock_governed(period, annulled, people, (Standing.PUBLISHED,))
    changes = [without_result(row, reason, ground, by=by, under=under, at=at) for row in chosen]
    document = request_document(
        kind=corrections.ANNULLING,
        unit=issuer,
        practice=period.practice,
        at=at,
        **_paper(
            period,
            facts.annulment_decision(
                period,
                annulled=annulled,
                changes=changes,
                whole=whole,
                reason=reason.strip(),
                issuer=issuer,
                under=under,
                at=at,
            ),
            under=under,
            at=at,
        ),
    )
    told = [change.notice for change in changes if change.notice]
    note_successions(later=document, amends=[] if whole else [annulled], annuls=[annulled, *told] if whole else told)
    for change in changes:
        conclude_correction(change, ground, document=document, notice=None, by=by, under=under, at=at)
    finish(period, [document], event="period.annulled", by=by, under=under, at=at)
    return document


def _power(
    period: EvaluationPeriod, grounds: Collection[GroundGiven], *, by: Person, at: datetime
) -> tuple[Authority, Unit]:
    """Under whose power, and in whose name, this is decided. Raises NotAllowed naming who is competent."""
    kinds = {ground.kind for ground in grounds} or {Ground.FOUND_LATER}
    under = correcting.require_corrector(period, kinds, by, timezone.localdate(at))
    return under, correcting.deciding_agency(period, next(iter(kinds)))


def decide_all(
    chosen: Collection[Evaluation],
    results: Mapping[UUID, NewResult],
    *,
    by: Person,
    under: Authority,
    at: datetime,
) -> list[facts.Change]:
    """The new decisions on these people. Raises Refused where nothing changes for somebody."""
    changes = [decided_anew(row, results[row.uuid], by=by, under=under, at=at) for row in chosen]
    same = [change.evaluation.person.full_name for change in changes if not change.rows()]
    if same:
        raise Refused(_("Nothing changes for these people."), rule=_(NEVER_EDITED), missing=same)
    return changes


def _paper(period: EvaluationPeriod, said: Mapping[str, Any], *, under: Authority, at: datetime) -> dict[str, Any]:
    return with_initials(
        period,
        corrections.DECISION,
        facts=said,
        signers=[SlotSpec(role="head", person=under.actor, authority=under)],
        on=timezone.localdate(at),
    )


def owe_notice(
    period: EvaluationPeriod,
    change: facts.Change,
    *,
    issuer: Unit,
    decided: Document | None,
    under: Authority,
    at: datetime,
) -> Document:
    """The notice that replaces the old one as a whole; `decided`: None where no decision ranks anybody."""
    return request_document(
        kind="notice",
        unit=issuer,
        practice=period.practice,
        at=at,
        replaces=change.notice,
        **with_initials(
            period,
            "notice",
            facts=facts.replacing_notice(change, issuer=issuer, decided=decided, under=under, at=at),
            signers=[SlotSpec(role="head", person=under.actor, authority=under)],
            subject=change.evaluation.person,
            on=timezone.localdate(at),
        ),
    )


def lock_governed(
    period: EvaluationPeriod, document: Document, people: Collection[UUID], standings: tuple[str, ...]
) -> tuple[list[Evaluation], bool]:
    """The chosen people, locked by key, and whether they are all whom this decision still governs."""
    governed = {pk for pk, decision in corrections.governed_by(period).items() if decision.pk == document.pk}
    rows = list(Evaluation.objects.filter(period=period, uuid__in=people).order_by("pk"))
    if len(rows) != len(people) or {row.pk for row in rows} - governed:
        raise NotReady(
            _("The result of each of these people must stand on this issued decision."), rule=_(NEVER_EDITED)
        )
    locked = lock_published(period, rows, standings)
    return locked, {row.pk for row in locked} == governed


def lock_published(
    period: EvaluationPeriod, rows: Collection[Evaluation], standings: tuple[str, ...]
) -> list[Evaluation]:
    """These people under lock, in the order of their keys. Raises while a new result of one is on its way."""
    if not rows:
        raise Refused(_("Choose at least one person."))
    pending = corrections.on_their_way(period).filter(evaluation__in=rows).select_related("evaluation__person")
    waiting = [each.evaluation.person.full_name for each in pending]
    if waiting:
        raise NotReady(
            _("A new decision on these people is already on its way: let it be issued, or withdraw it."),
            rule=_("Order of steps"),
            missing=waiting,
        )
    locked = [lock_evaluation(row, None, after_archive=True) for row in rows]
    wrong = [row.person.full_name for row in locked if row.standing not in standings]
    if wrong:
        raise NotReady(
            _("Only a published result is replaced or annulled."), rule=_("Standing of the evaluation"), missing=wrong
        )
    return locked


def finish(
    period: EvaluationPeriod,
    documents: Collection[Document],
    *,
    event: str,
    by: Person,
    under: Authority,
    at: datetime,
) -> None:
    """Hang the new papers on the period, tell who signs, move its version on."""
    for document in documents:
        PeriodDocument.objects.create(period=period, stage=Stage.PUBLISHED, document=document, at=at)
    initialling = [person for person in initiallers(period).values() if person]
    notices.tell(event="document.to_sign", people=[*initialling, by], at=at)
    period.version += 1
    period.save(update_fields=["version"])
    codes = ", ".join(document.code for document in documents)
    journal(event=event, subject=period, at=at, by=by, under=under, unit=period.agency, document=codes)
