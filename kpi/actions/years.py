"""What is entered for a person's year, and the snapshot that freezes it. Nothing here is ever changed afterwards."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.models import (
    Absence,
    CircumstanceEnd,
    CircumstanceKind,
    CircumstanceRecord,
    Measure,
    Provenance,
    RecordedScore,
    Scorecard,
    ScoreSnapshot,
    ServiceRecord,
    Side,
    SourceKind,
)
from kpi.scoring import score_to_json
from kpi.years import YearInputs, rating_to_json
from organization.models import Person
from organization.names import normal

MONTHS = range(1, 13)


@transaction.atomic
def snapshot_year(
    *, scorecard: Scorecard, inputs: YearInputs, stage: str, round: int, reviewed: bool, at: datetime
) -> ScoreSnapshot:
    """Keep a year's mean with its sources, the circumstances and the class that followed from them."""
    scheme = scorecard.scheme.scheme
    score, rating = inputs.score(scheme), inputs.rating(scheme)
    return ScoreSnapshot.objects.create(
        scorecard=scorecard,
        scheme=scorecard.scheme,
        stage=stage,
        round=round,
        reviewed=reviewed,
        inputs=inputs.to_json(),
        result=score_to_json(score) | {"rating": rating_to_json(rating)},
        status=score.status,
        total_numerator="" if score.total is None else str(score.total.numerator),
        total_denominator="" if score.total is None else str(score.total.denominator),
        class_code=(rating.class_code or "") if rating else "",
        at=at,
    )


@transaction.atomic
def record_score(
    *,
    person: Person,
    year: int,
    kind: str,
    number: int,
    total: Decimal,
    provenance: str,
    agency_name: str,
    proof: str,
    by: Person,
    at: datetime,
    practice: bool = False,
) -> RecordedScore:
    """Enter a month's or quarter's score from a paper file or another agency, with the document it stands in."""
    _not_oneself(person, by)
    problems = []
    if number not in (MONTHS if kind == SourceKind.MONTH else range(1, 5)):
        problems.append(_("Months run from 1 to 12, quarters from 1 to 4."))
    if not total.is_finite() or not 0 <= total <= 100:
        problems.append(_("Points lie between 0 and 100."))
    if provenance not in (Provenance.PAPER, Provenance.TRANSFERRED):
        problems.append(_("Say whether the score comes from a paper file or from another agency."))
    if not proof.strip() or not agency_name.strip():
        problems.append(_("Name the agency that scored and the document that the score stands in."))
    _refuse(problems)
    return RecordedScore.objects.create(
        person=person,
        year=year,
        kind=kind,
        number=number,
        total=total,
        provenance=provenance,
        agency_name=normal(agency_name),
        proof=normal(proof),
        by=by,
        at=at,
        practice=practice,
    )


@transaction.atomic
def record_service(
    *,
    person: Person,
    year: int,
    months: Sequence[int],
    absence: str,
    basis: str,
    by: Person,
    at: datetime,
    practice: bool = False,
) -> ServiceRecord:
    """Enter the months worked; with fewer than the scheme needs the person is not ranked (Art 11, 19.3)."""
    _not_oneself(person, by)
    problems = []
    if not set(months) <= set(MONTHS):
        problems.append(_("Months run from 1 to 12."))
    if absence not in Absence.values:
        problems.append(_("Choose the absence from the list."))
    if not basis.strip():
        problems.append(_("Name the document that the months worked rest on."))
    _refuse(problems)
    return ServiceRecord.objects.create(
        person=person,
        year=year,
        months=sorted(set(months)),
        absence=absence,
        basis=normal(basis),
        by=by,
        at=at,
        practice=practice,
    )


@transaction.atomic
def record_circumstance(
    *,
    person: Person,
    kind: str,
    side: str,
    act: str,
    act_on: date,
    place: str,
    decision_number: str,
    decision_on: date,
    issuer: str,
    by: Person,
    at: datetime,
    measure: str = "",
    tied_to_public_duty: bool = True,
    twin: CircumstanceRecord | None = None,
    used_in: int | None = None,
    practice: bool = False,
) -> CircumstanceRecord:
    """Enter what overrides a class, with its numbered decision. `twin`: the other side's entry on the same act."""
    _not_oneself(person, by)
    problems = []
    if kind not in CircumstanceKind.values or side not in Side.values:
        problems.append(_("Choose what was decided, and by which side."))
    if (kind == CircumstanceKind.DISCIPLINE) != (measure in Measure.values):
        problems.append(_("A disciplinary act names its measure; nothing else has one."))
    if not (act.strip() and place.strip() and decision_number.strip() and issuer.strip()):
        problems.append(_("Name the act, where it happened, and the numbered decision with who made it."))
    if act_on > decision_on:
        problems.append(_("An act is decided on after it happened."))
    if decision_on > timezone.localdate(at):
        problems.append(_("The decision cannot be of a day that is still to come."))
    if twin is not None and (twin.person_id != person.pk or twin.side == side):
        problems.append(_("The same act is decided on once by the Party and once by the State."))
    _refuse(problems)
    return CircumstanceRecord.objects.create(
        person=person,
        kind=kind,
        measure=measure,
        side=side,
        act=normal(act),
        act_on=act_on,
        place=normal(place),
        tied_to_public_duty=tied_to_public_duty,
        decision_number=normal(decision_number),
        decision_on=decision_on,
        issuer=normal(issuer),
        twin=twin.twin or twin if twin else None,
        used_in=used_in,
        by=by,
        at=at,
        practice=practice,
    )


@transaction.atomic
def end_circumstance(
    *, circumstance: CircumstanceRecord, reason: str, proof: str, by: Person, at: datetime
) -> CircumstanceEnd:
    """Say by a later entry that an earlier one counts no more. The earlier one stays readable."""
    row = CircumstanceRecord.objects.select_for_update(of=("self",)).get(pk=circumstance.pk)
    _not_oneself(row.person, by)
    _refuse([] if reason.strip() and proof.strip() else [_("Give the reason and the document it rests on.")])
    if CircumstanceEnd.objects.filter(circumstance=row).exists():
        raise KpiError(_("This entry has been ended already."))
    return CircumstanceEnd.objects.create(circumstance=row, reason=normal(reason), proof=normal(proof), by=by, at=at)


def _not_oneself(person: Person, by: Person) -> None:
    if person.pk == by.pk:
        raise KpiError(_("Nobody handles his own case: ask another officer."))


def _refuse(problems: list[str]) -> None:
    if problems:
        raise KpiError(_("Some entries were not accepted; nothing was stored."), problems=problems)
