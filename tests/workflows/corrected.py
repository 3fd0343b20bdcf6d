"""Corrections and longer periods as rows, where a test needs what follows them and not how they came about."""

from datetime import date
from uuid import uuid4

from django.utils import timezone

from approvals.models import Decision, Petition
from documents.models import Document
from kpi.models import Scorecard
from tests.workflows.agency import Agency
from workflows.actions.petitions import answer_petition, file_petition, give_petition, prepare_answer
from workflows.models import Campaign, Correction, Evaluation, EvaluationPeriod, PeriodKind, Procedure


def corrected_by_hand(agency: Agency, name: str, *, total: str) -> Correction:
    """A correction in force of a person's reviewed score, with no more around it than the rows need."""
    evaluation = agency.evaluation(name)
    earlier = evaluation.steps.filter(decision__kind="review_approved").get().decision
    later = Decision.objects.create(
        kind="head_replaced",
        person=evaluation.person,
        by=agency.people["director"],
        at=agency.at(),
        score_total=total,
        reason="Tính nhầm.",
    )
    document = Document.objects.filter(kind__code="review_minutes", subject=evaluation.person).get()
    Document.objects.filter(pk=document.pk).update(issue_released_at=timezone.now())
    return Correction.objects.create(
        evaluation=evaluation, earlier=earlier, later=later, document=document, at=agency.at()
    )


def corrected_year(agency: Agency, year: Evaluation, class_code: str) -> Correction:
    """A correction in force of a year's decided class."""
    earlier = year.final_decision
    assert earlier is not None
    later = Decision.objects.create(
        kind="head_replaced",
        person=year.person,
        by=agency.people["director"],
        at=agency.at(),
        class_code=class_code,
        score_total=earlier.score_total,
        reason="Khiển trách.",
    )
    document = Document.objects.filter(kind__code="form_01", subject=year.person).get()
    return Correction.objects.create(evaluation=year, earlier=earlier, later=later, document=document, at=agency.at())


def year_result(agency: Agency, name: str, *, procedure: str = "full_cycle") -> Evaluation:
    """A decided result of the whole year of 2026."""
    quarter = agency.evaluation(name)
    campaign = Campaign.objects.create(
        name="Năm 2026", kind=PeriodKind.YEAR, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)
    )
    period = EvaluationPeriod.objects.create(
        campaign=campaign, agency=agency.units["SNV"], procedure=Procedure.objects.get(code=procedure, version=1)
    )
    decision = Decision.objects.create(
        kind="head_decided",
        person=quarter.person,
        by=agency.people["director"],
        at=agency.at(),
        class_code="HTT",
        score_class="HTT",
        score_total="80",
    )
    card = Scorecard.objects.get(pk=quarter.scorecard_id)
    card.pk, card.uuid = None, uuid4()
    card.starts_on, card.ends_on = campaign.starts_on, campaign.ends_on
    card.save()
    return Evaluation.objects.create(
        period=period,
        person=quarter.person,
        appointment=quarter.appointment,
        unit=quarter.unit,
        reviewer=quarter.reviewer,
        scorecard=card,
        title=quarter.title,
        duty_group=quarter.duty_group,
        is_leader=quarter.is_leader,
        standing="published",
        final_decision=decision,
    )


def accepted_petition(agency: Agency, name: str, *, target: str = "class", outcome: str = "accepted") -> Petition:
    """A petition of this person that somebody else prepared and the competent one answered."""
    evaluation = agency.evaluation(name)
    petition = file_petition(
        evaluation=evaluation, target=target, request="Xem lại.", by=evaluation.person, at=agency.at()
    )
    answerer = agency.people["director"] if target == "class" else evaluation.reviewer
    preparer = agency.people["archivist" if name == "clerk" else "clerk"]
    petition = give_petition(
        petition=petition, preparer=preparer, by=answerer, expected_version=petition.version, at=agency.at()
    )
    petition = prepare_answer(
        petition=petition,
        findings="Đã kiểm tra.",
        advice=outcome,
        by=preparer,
        expected_version=petition.version,
        at=agency.at(),
    )
    return answer_petition(
        petition=petition,
        outcome=outcome,
        answer="Kiến nghị đã được xem xét.",
        by=answerer,
        expected_version=petition.version,
        at=agency.at(),
    )
