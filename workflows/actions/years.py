"""What personnel enter for a person's year: scores from paper, months worked, and what overrides the class."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from kpi.actions import end_circumstance, record_circumstance, record_score, record_service
from kpi.models import CircumstanceEnd, CircumstanceRecord, RecordedScore, ServiceRecord
from kpi.scoring import Rating
from kpi.years import YearInputs
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import notices
from workflows.actions.locks import lock_evaluation
from workflows.actions.reviews import last_review
from workflows.errors import NotAllowed, NotReady
from workflows.learnt import learnt_later
from workflows.models import Evaluation, Ground, Standing
from workflows.policy import correcting, rules
from workflows.years import tracked_sources, year_inputs, year_of

RULE = gettext_noop("Decree 335/2025, Art 11, 19")


def _officer(evaluation: Evaluation, by: Person, at: datetime) -> Authority:
    if evaluation.person_id == by.pk:
        raise NotAllowed(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))
    return rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))


def _require_open(evaluation: Evaluation) -> None:
    if evaluation.standing != Standing.OPEN:
        raise NotReady(_("The evaluation is already decided."), rule=_("Standing of the evaluation"))


def _told(
    event: str, evaluation: Evaluation, *, by: Person, under: Authority, at: datetime, words: str, **details: Any
) -> None:
    """Journal and notice; the register's content stays in the register."""
    journal(
        event=event,
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=evaluation.practice,
        **details,
    )
    notices.tell(event=event, people=[evaluation.person], at=at, evaluation=evaluation, text=words)


@transaction.atomic
def enter_score(
    *,
    evaluation: Evaluation,
    kind: str,
    number: int,
    total: Decimal,
    provenance: str,
    agency_name: str,
    proof: str,
    by: Person,
    at: datetime,
) -> RecordedScore:
    """A month's or quarter's score from outside, with its proof. Refused where this system has one itself."""
    evaluation = lock_evaluation(evaluation, None)
    under = _officer(evaluation, by, at)
    _require_open(evaluation)
    year = year_of(evaluation)
    known = tracked_sources(
        evaluation.person, year, agency_id=evaluation.period.agency_id, practice=evaluation.practice
    )
    if (kind, number) in {(source.kind, source.number) for source in known}:
        raise NotReady(
            _("This time has a score of this system; a wrong one is corrected by petition or a new decision."),
            rule=_(RULE),
        )
    row = record_score(
        person=evaluation.person,
        year=year,
        kind=kind,
        number=number,
        total=total,
        provenance=provenance,
        agency_name=agency_name,
        proof=proof,
        by=by,
        at=at,
        practice=evaluation.practice,
    )
    _told("year.score_recorded", evaluation, by=by, under=under, at=at, words=proof, kind=kind, number=number)
    return row


@transaction.atomic
def enter_service(
    *, evaluation: Evaluation, months: Sequence[int], absence: str, basis: str, by: Person, at: datetime
) -> ServiceRecord:
    """The months worked in the year; with fewer than the rules ask, the person is not ranked.

    Also after the decision, when they are found to be wrong: a new decision asks for them.
    """
    evaluation = lock_evaluation(evaluation, None, after_archive=True)
    under = _officer(evaluation, by, at)
    row = record_service(
        person=evaluation.person,
        year=year_of(evaluation),
        months=months,
        absence=absence,
        basis=basis,
        by=by,
        at=at,
        practice=evaluation.practice,
    )
    _told("year.service_recorded", evaluation, by=by, under=under, at=at, words=basis, months=len(row.months))
    return row


@transaction.atomic
def enter_circumstance(
    *, evaluation: Evaluation, entry: Mapping[str, Any], by: Person, at: datetime
) -> CircumstanceRecord:
    """Enter into the person's register what overrides a class; also after the decision, when it is learnt late."""
    evaluation = lock_evaluation(evaluation, None, after_archive=True)
    under = _officer(evaluation, by, at)
    row = record_circumstance(person=evaluation.person, by=by, at=at, practice=evaluation.practice, **entry)
    _told("circumstance.recorded", evaluation, by=by, under=under, at=at, words="", entry=str(row.uuid))
    if learnt_later(evaluation) is not None:
        agencies = {evaluation.period.agency, correcting.deciding_agency(evaluation.period, Ground.DISCIPLINE)}
        heads = [rules.head_of(agency, timezone.localdate(at)) for agency in agencies]
        people = {head.person_id: head.person for head in heads if head and head.person_id != evaluation.person_id}
        notices.tell(event="circumstance.learnt_later", people=people.values(), at=at, evaluation=evaluation)
    return row


@transaction.atomic
def withdraw_circumstance(
    *,
    evaluation: Evaluation,
    circumstance: CircumstanceRecord,
    reason: str,
    proof: str,
    by: Person,
    at: datetime,
) -> CircumstanceEnd:
    """End an entry by a later one, with the document that says so."""
    evaluation = lock_evaluation(evaluation, None, after_archive=True)
    under = _officer(evaluation, by, at)
    if circumstance.person_id != evaluation.person_id:
        raise NotReady(_("This entry is about somebody else."), rule=_(RULE))
    row = end_circumstance(circumstance=circumstance, reason=reason, proof=proof, by=by, at=at)
    _told("circumstance.ended", evaluation, by=by, under=under, at=at, words="", entry=str(circumstance.uuid))
    return row


def require_unchanged(evaluations: Iterable[Evaluation]) -> None:
    """Raises NotReady with those whose confirmed year is not the present one: their review is reopened first."""
    changed = [row.person.full_name for row in evaluations if changed_since_review(row)]
    if changed:
        raise NotReady(
            _("The year of these people has changed since it was confirmed: reopen the review."),
            rule=_(RULE),
            missing=changed,
        )


def rating_now(evaluation: Evaluation) -> Rating | None:
    """The class that the year as it stands today gives; None while it gives none."""
    return year_inputs(evaluation).rating(evaluation.scorecard.scheme.scheme)


def changed_since_review(evaluation: Evaluation) -> bool:
    """Whether the confirmed year is no longer what stands today: a score, the months, or a circumstance."""
    review = last_review(evaluation)
    if review is None or review.snapshot is None:
        return False
    return YearInputs.from_json(review.snapshot.inputs) != year_inputs(evaluation)
