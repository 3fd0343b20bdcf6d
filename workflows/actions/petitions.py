"""A petition's way: filed, received with its term, given to somebody not involved, prepared, answered in writing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals import actions as approvals
from approvals.models import Petition
from documents.actions import SlotSpec, request_document
from kpi import actions as kpi
from kpi.evidence_rules import kind_of_upload
from organization.actions import working_calendar
from organization.authority import Authority
from organization.models import Person
from organization.names import normal
from organization.working_days import due_on
from workflows import facts, notices
from workflows.actions.locks import lock_evaluation
from workflows.errors import NotAllowed, NotReady
from workflows.facts.wording import title_of
from workflows.models import (
    Evaluation,
    EvaluationStep,
    PeriodDocument,
    PetitionCase,
    PetitionEvidence,
    Stage,
    Standing,
)
from workflows.petition_terms import term_of
from workflows.policy import petitioning, rules


@dataclass(frozen=True)
class Attachment:
    """A file as it was uploaded."""

    name: str
    declared_type: str
    content: bytes


@transaction.atomic
def file_petition(
    *,
    evaluation: Evaluation,
    target: str,
    request: str,
    by: Person,
    at: datetime,
    attachments: Sequence[Attachment] = (),
    way: str = Petition.Way.SYSTEM,
    received_at: datetime | None = None,
) -> Petition:
    """Take in a petition of the person, or one on paper entered by the personnel officer; its term starts to run.

    Raises NotAllowed, NotReady before the publication or after the filing term, KpiError for a wrong file.
    """
    evaluation = lock_evaluation(evaluation, None, after_archive=True)
    received_at = received_at or at
    _require_filer(evaluation, by, way, at)
    term = term_of(evaluation.appointment.subject_group)
    _require_in_time(evaluation, target, received_at, term.filing_days)
    assert evaluation.final_decision is not None
    due = due_on(timezone.localdate(received_at), term.answer_days, working_calendar())
    petition = approvals.receive_petition(
        decision=evaluation.final_decision,
        target=target,
        request=request,
        way=way,
        received_at=received_at,
        due_on=due,
        term=term.words,
        unit=evaluation.unit,
        by=by,
        at=at,
    )
    if PetitionCase.objects.filter(petition=petition).exists():  # the same request sent twice
        return petition
    case = PetitionCase.objects.create(petition=petition, evaluation=evaluation)
    for attachment in attachments:
        _keep(case, attachment, by=by, at=at)
    case.receipt = _owe_receipt(case, by=by, at=at)
    case.save(update_fields=["receipt"])
    competent = _competent(petition, at)
    notices.tell(event="petition.received", people=competent, at=at, evaluation=evaluation)
    return petition


def _require_filer(evaluation: Evaluation, by: Person, way: str, at: datetime) -> None:
    if way == Petition.Way.SYSTEM:
        rules.require_self(evaluation, by)
    elif by.pk == evaluation.person_id:
        raise NotAllowed(_("Your own petition is filed in the system."), rule=_("Decree 335/2025, Art 22"))
    else:
        rules.require_period_manager(evaluation.period.agency, by, timezone.localdate(at))


def _require_in_time(evaluation: Evaluation, target: str, received_at: datetime, filing_days: int | None) -> None:
    if evaluation.standing not in (Standing.PUBLISHED, Standing.ANNULLED) or evaluation.final_decision is None:
        raise NotReady(_("A petition is filed once the result is published."), rule=_("Decree 335/2025, Art 22"))
    if target == Petition.Target.CLASS and not evaluation.final_decision.class_code:
        raise NotReady(_("This period gives a score and no class."), rule=_("Decree 335/2025, Art 22"))
    published = published_at(evaluation)
    if filing_days is not None and published is not None:
        last = timezone.localdate(published) + timedelta(days=filing_days)
        if timezone.localdate(received_at) > last:
            raise NotReady(
                _("The term for filing ended on %(day)s.") % {"day": f"{last:%d/%m/%Y}"},
                rule=term_of(evaluation.appointment.subject_group).basis,
            )


def published_at(evaluation: Evaluation) -> datetime | None:
    """When the clerk issued the person's notice."""
    steps = EvaluationStep.objects.filter(evaluation=evaluation, stage=Stage.PUBLISHED)
    return (
        steps.filter(document__issue_released_at__isnull=False)
        .order_by("id")
        .values_list("document__issue_released_at", flat=True)
        .last()
    )


def _keep(case: PetitionCase, attachment: Attachment, *, by: Person, at: datetime) -> None:
    kind = kind_of_upload(name=attachment.name, declared_type=attachment.declared_type, content=attachment.content)
    digest = kpi.keep_bytes(attachment.content)
    PetitionEvidence.objects.get_or_create(
        case=case,
        sha256=digest,
        defaults={
            "name": normal(attachment.name)[-200:],
            "kind": kind,
            "size": len(attachment.content),
            "by": by,
            "at": at,
        },
    )


def _owe_receipt(case: PetitionCase, *, by: Person, at: datetime):
    evaluation, petition = case.evaluation, case.petition
    on = timezone.localdate(at)
    receiver = by if by.pk != evaluation.person_id else petitioning.personnel_officer(evaluation, on)
    document = request_document(
        kind="petition_receipt",
        unit=evaluation.period.agency,
        facts=facts.petition_receipt(
            petition,
            evaluation,
            receiver=receiver,
            answerer=_answerer_words(petition, evaluation, at),
            attachments=[file.name for file in case.evidence.all()],
            at=at,
        ),
        signers=[SlotSpec(role="receiver", person=receiver)],
        subject=evaluation.person,
        practice=evaluation.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=evaluation.period, stage=Stage.PUBLISHED, document=document, at=at)
    if receiver is not None:
        notices.tell(event="document.to_sign", people=[receiver], at=at, evaluation=evaluation)
    return document


def _competent(petition: Petition, at: datetime) -> list[Person]:
    """Who answers: the scorer for a score, the head of the managing or using agency for a class."""
    evaluation = petition.case.evaluation
    if petition.target == Petition.Target.SCORE:
        return [evaluation.reviewer]
    head = rules.head_of(evaluation.period.agency, timezone.localdate(at))
    return [head.person] if head else []


def _answerer_words(petition: Petition, evaluation: Evaluation, at: datetime) -> str:
    on = timezone.localdate(at)
    found = _competent(petition, at)
    if not found:
        return f"Người đứng đầu {evaluation.period.agency.name}"
    return ", ".join(filter(None, [found[0].full_name, title_of(found[0], on)]))


@transaction.atomic
def give_petition(
    *, petition: Petition, preparer: Person, by: Person, expected_version: int, at: datetime
) -> Petition:
    """Name who prepares the answer: anybody of the agency who had no part in the result."""
    evaluation = petition.case.evaluation
    if not petitioning.may_name_preparer(petition, by, timezone.localdate(at)):
        raise NotAllowed(
            _("Whoever answers, or the personnel officer, names who prepares the answer."),
            rule=_("Decree 335/2025, Art 22"),
        )
    petition = approvals.name_preparer(
        petition=petition,
        preparer=preparer,
        involved=petitioning.involved(evaluation),
        unit=evaluation.unit,
        by=by,
        at=at,
        expected_version=expected_version,
    )
    notices.tell(event="petition.given", people=[preparer], at=at, evaluation=evaluation)
    return petition


@transaction.atomic
def prepare_answer(
    *, petition: Petition, findings: str, advice: str, by: Person, expected_version: int, at: datetime
) -> Petition:
    """The preparer's findings and proposal, for the competent person."""
    evaluation = petition.case.evaluation
    petition = approvals.prepare_answer(
        petition=petition,
        findings=findings,
        advice=advice,
        unit=evaluation.unit,
        by=by,
        at=at,
        expected_version=expected_version,
    )
    notices.tell(event="petition.prepared", people=_competent(petition, at), at=at, evaluation=evaluation)
    return petition


@transaction.atomic
def answer_petition(
    *, petition: Petition, outcome: str, answer: str, by: Person, expected_version: int, at: datetime
) -> Petition:
    """Answer it: the written answer is owed, to be signed by whoever answers and numbered and sealed by the clerk."""
    evaluation = lock_evaluation(petition.case.evaluation, None, after_archive=True)
    under = petitioning.require_answerer(petition, by, timezone.localdate(at))
    petition = approvals.answer_petition(
        petition=petition,
        outcome=outcome,
        answer=answer,
        unit=evaluation.unit,
        by=by,
        at=at,
        expected_version=expected_version,
    )
    case = petition.case
    case.answer = _owe_answer(case, evaluation, petition, by=by, under=under, at=at)
    case.save(update_fields=["answer"])
    return petition


def _owe_answer(
    case: PetitionCase, evaluation: Evaluation, petition: Petition, *, by: Person, under: Authority, at: datetime
):
    document = request_document(
        kind="petition_answer",
        unit=evaluation.period.agency,
        facts=facts.petition_answer(
            petition,
            evaluation,
            receipt_code=case.receipt.code if case.receipt else "",
            under=under,
            at=at,
        ),
        signers=[SlotSpec(role="head", person=by, authority=under)],
        subject=evaluation.person,
        practice=evaluation.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=evaluation.period, stage=Stage.PUBLISHED, document=document, at=at)
    return document


@transaction.atomic
def withdraw_petition(*, petition: Petition, by: Person, expected_version: int, at: datetime) -> Petition:
    """The person takes it back."""
    evaluation = petition.case.evaluation
    return approvals.withdraw_petition(
        petition=petition, unit=evaluation.unit, by=by, at=at, expected_version=expected_version
    )
