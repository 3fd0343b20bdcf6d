"""The Party committee's opinion on heads and deputies: asked for, given, filed, what is missing (Art 21)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.classes import CLASSES
from approvals.models import Decision
from documents.actions import SlotSpec, request_document
from kpi import actions as kpi
from kpi.evidence_rules import kind_of_upload
from organization.actions import journal
from organization.authority import Authority
from organization.models import AgencyRole, Duty, Person
from organization.names import normal
from workflows import facts, notices
from workflows.actions.councils import proposed_classes
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.reviews import last_review
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    EvaluationStep,
    PartyOpinion,
    PeriodDocument,
    Stage,
    Standing,
)
from workflows.policy import rules

KIND = "party_opinion"
RULE = gettext_noop("Decree 335/2025, Art 21")


@dataclass(frozen=True)
class Said:
    """What the committee resolved: when it met, how many were there and agreed, the class, its remarks."""

    held_on: date
    members: int
    present: int
    agreed: int
    class_code: str
    note: str = ""


@dataclass(frozen=True)
class Scan:
    """A paper of the Party organisation as it was received."""

    number: str
    received_on: date
    name: str
    declared_type: str
    content: bytes


def leaders_of(period: EvaluationPeriod) -> QuerySet[Evaluation]:
    """Whose class needs the opinion: heads and deputies, as the procedure asks for it."""
    rows = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    about = period.procedure.parsed().about(KIND)
    if not about:
        return rows.none()
    if about == "agency_leader":
        rows = rows.exclude(unit__agency_role=AgencyRole.DIRECTLY_USING)
    rows = rows.filter(appointment__duty__in=[Duty.HEAD, Duty.DEPUTY])
    return rows.select_related("person", "unit").order_by("unit__position", "person__sort_key")


def is_received(opinion: PartyOpinion | None) -> bool:
    """Whether the opinion is there: signed by the secretary, or filed as a scan."""
    if opinion is None or opinion.received_on is None:
        return False
    document = opinion.document
    return document is None or all(slot.signed_at is not None for slot in document.slots.all())


def with_papers(opinions: QuerySet[PartyOpinion]) -> QuerySet[PartyOpinion]:
    """With what tells whether each is received, read for all at once."""
    return opinions.select_related("document").prefetch_related("document__slots")


def missing_opinions(period: EvaluationPeriod) -> list[str]:
    """Names of the leaders without a received opinion; who is not ranked needs none."""
    leaders = list(leaders_of(period))
    received = {
        row.evaluation_id
        for row in with_papers(PartyOpinion.objects.filter(evaluation__in=leaders))
        if is_received(row)
    }
    unranked = _confirmed_unranked(leaders)
    return [row.person.full_name for row in leaders if row.pk not in received | unranked]


def _confirmed_unranked(rows: Sequence[Evaluation]) -> set[int]:
    """Those whose confirmed year, in its present round, gives no class."""
    rounds = {row.pk: row.round for row in rows}
    steps = EvaluationStep.objects.filter(evaluation__in=rounds, decision__kind=Decision.Kind.REVIEW_APPROVED)
    last = {
        step.evaluation_id: step.decision.class_code
        for step in steps.select_related("decision").order_by("id")
        if step.round == rounds[step.evaluation_id]
    }
    return {pk for pk, class_code in last.items() if not class_code}


@transaction.atomic
def request_opinions(
    *,
    period: EvaluationPeriod,
    secretary: Person,
    party_name: str,
    by: Person,
    expected_version: int | None,
    at: datetime,
    about: Collection[UUID] | None = None,
) -> list[PartyOpinion]:
    """Ask the committee's secretary about the leaders without a request; never about himself.

    `about`: the evaluations of those whose committee this is; None: all of them.
    """
    period = lock_period(period, expected_version)
    under = rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if not party_name.strip():
        raise Refused(_("Name the Party organisation."), rule=_(RULE))
    unasked = leaders_of(period).filter(party_opinion__isnull=True).exclude(person=secretary)
    waiting = list(unasked if about is None else unasked.filter(uuid__in=about))
    if not waiting:
        raise NotReady(_("There is nobody left about whom this secretary could be asked."), rule=_(RULE))
    asked = PartyOpinion.objects.bulk_create(
        PartyOpinion(
            evaluation=row, secretary=secretary, party_name=normal(party_name), requested_by=by, requested_at=at
        )
        for row in sorted(waiting, key=lambda row: row.pk)
    )
    period.version += 1
    period.save(update_fields=["version"])
    journal(
        event="party_opinion.requested",
        subject=period,
        at=at,
        by=by,
        under=under,
        unit=period.agency,
        people=len(asked),
        secretary=str(secretary.uuid),
    )
    notices.tell(event="party_opinion.requested", people=[secretary], at=at, text=party_name)
    return asked


@transaction.atomic
def ask_another(
    *, opinion: PartyOpinion, secretary: Person, party_name: str, by: Person, at: datetime
) -> PartyOpinion:
    """Ask another committee's secretary instead, while nothing is received: the first was wrong, or has left."""
    row = _lock(opinion)
    evaluation = row.evaluation
    under = rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))
    if evaluation.person_id == by.pk:
        raise NotAllowed(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))
    if not party_name.strip() or secretary.pk == evaluation.person_id:
        raise Refused(_("Name the Party organisation, and a secretary whom the opinion is not about."), rule=_(RULE))
    before, row.secretary, row.party_name = row.secretary, secretary, normal(party_name)
    row.requested_by, row.requested_at = by, at
    row.save()
    journal(
        event="party_opinion.requested",
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        changed_from=str(before.uuid),
        changed_to=str(secretary.uuid),
        practice=evaluation.practice,
    )
    notices.tell(event="party_opinion.requested", people=[secretary], at=at, text=party_name)
    return row


def proposed_for(evaluation: Evaluation) -> str:
    """The class that lies before the committee: the meeting's, else that of the confirmed year, "" before both."""
    proposed = proposed_classes(evaluation.period).get(evaluation.pk)
    review = last_review(evaluation)
    return proposed or (review.decision.class_code if review else "")


def _lock(opinion: PartyOpinion) -> PartyOpinion:
    evaluation = lock_evaluation(opinion.evaluation, None)
    row = PartyOpinion.objects.select_for_update(of=("self",)).select_related("secretary").get(pk=opinion.pk)
    row.evaluation = evaluation
    if row.received_on is not None:
        raise NotReady(_("This opinion has been received already."), rule=_(RULE))
    if evaluation.standing != Standing.OPEN:
        raise NotReady(_("The evaluation is already decided."), rule=_("Standing of the evaluation"))
    return row


@transaction.atomic
def give_opinion(*, opinion: PartyOpinion, said: Said, by: Person, at: datetime) -> PartyOpinion:
    """The secretary enters what the committee resolved; the paper is owed, to be signed by him."""
    row = _lock(opinion)
    if row.secretary_id != by.pk:
        raise NotAllowed(_("Only the secretary of the Party committee gives its opinion."), rule=_(RULE))
    _check(said)
    _require_past(said.held_on, at)
    head = rules.head_of(row.evaluation.period.agency, timezone.localdate(at))
    if head is None:
        raise NotReady(_("The agency has no head who could decide."), rule=_(RULE))
    row.held_on, row.members, row.present, row.agreed = said.held_on, said.members, said.present, said.agreed
    row.class_code, row.note = said.class_code, said.note.strip()
    row.received_on = timezone.localdate(at)
    document = request_document(
        kind=KIND,
        unit=row.evaluation.period.agency,
        facts=facts.party_opinion(row, proposed=proposed_for(row.evaluation), head=head.person, at=at),
        signers=[SlotSpec(role="party_secretary", person=by)],
        subject=row.evaluation.person,
        practice=row.evaluation.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=row.evaluation.period, stage=Stage.COUNCIL, document=document, at=at)
    row.document = document
    _store(row, by=by, at=at)
    return row


def _check(said: Said) -> None:
    if said.class_code not in CLASSES:
        raise Refused(_("Choose one of the four classes."), rule=_(RULE))
    if not said.agreed <= said.present <= said.members or not said.present:
        raise Refused(_("No more can agree than are present, nor be present than belong to it."), rule=_(RULE))


def _require_past(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        raise Refused(_("The day is still to come."), rule=_(RULE))


@transaction.atomic
def file_opinion(
    *, opinion: PartyOpinion, class_code: str, note: str, scan: Scan, by: Person, at: datetime
) -> PartyOpinion:
    """A personnel officer files the paper that the committee has sent, with its number, date and scan."""
    row = _lock(opinion)
    evaluation = row.evaluation
    rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))
    if evaluation.person_id == by.pk:
        raise NotAllowed(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))
    if not scan.number.strip() or class_code not in CLASSES:
        raise Refused(_("Give the paper's number and the class that it names."), rule=_(RULE))
    _require_past(scan.received_on, at)
    kind = kind_of_upload(name=scan.name, declared_type=scan.declared_type, content=scan.content)
    row.scan_sha256, row.scan_kind = kpi.keep_bytes(scan.content), kind
    row.scan_name, row.scan_number = normal(scan.name)[-200:], normal(scan.number)
    row.class_code, row.note, row.received_on = class_code, note.strip(), scan.received_on
    _store(row, by=by, at=at)
    return row


def _store(row: PartyOpinion, *, by: Person, at: datetime) -> None:
    row.entered_by, row.entered_at = by, at
    row.save()
    journal(
        event="party_opinion.received",
        subject=row.evaluation,
        at=at,
        by=by,
        under=Authority.own(by),
        unit=row.evaluation.unit,
        practice=row.evaluation.practice,
        document=row.document.code if row.document else "",
        sha256=row.scan_sha256,
    )
    if row.document is not None:
        notices.tell(event="document.to_sign", people=[by], at=at)
