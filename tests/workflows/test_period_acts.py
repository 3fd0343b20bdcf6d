"""The clock: launching, refusing to advance, and the exceptions that people need."""

from datetime import date

import pytest

from kpi.models import ScoringScheme
from organization.models import Appointment, Duty, Person, SubjectGroup
from tests.workflows.agency import IN_PERIOD, Agency
from workflows import flows
from workflows.actions.people import add_person, excuse, reassign_reviewer
from workflows.actions.periods import advance_period, launch_period, plan_period
from workflows.actions.self_assessments import submit_self_assessment, withdraw
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import Campaign, Evaluation, EvaluationProcess, PeriodKind, Procedure, Stage, Standing
from workflows.readiness import missing_for_advance, progress
from workflows.tasks import open_people

pytestmark = pytest.mark.django_db


def test_only_a_personnel_officer_launches(agency: Agency) -> None:
    period = agency.plan()
    with pytest.raises(NotAllowed):
        launch_period(period=period, by=agency.people["an"], expected_version=0, at=agency.at())


def test_a_class_on_a_quarter_needs_a_local_rule_set(agency: Agency) -> None:
    with pytest.raises(Refused, match="local rule set"):
        agency.plan(scheme="decree-335")


def test_readiness_names_the_person_without_a_reviewer(agency: Agency) -> None:
    Appointment.objects.filter(person=agency.people["an"]).update(reviewer=None)
    period = agency.plan()
    with pytest.raises(NotReady) as refusal:
        launch_period(period=period, by=agency.people["hr"], expected_version=0, at=agency.at())
    assert any("Nguyễn Văn An" in line for line in refusal.value.missing)


def test_the_head_of_the_agency_is_not_in_his_own_list(agency: Agency) -> None:
    agency.open()
    assert set(Evaluation.objects.values_list("person__username", flat=True)) == set(IN_PERIOD)


def test_the_managing_agencys_period_has_the_heads_below_it(agency: Agency) -> None:
    from organization.actions import grant_role

    grant_role(
        person=agency.people["hr"],
        role="province_hr",
        unit=agency.units["UBND"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    campaign = Campaign.objects.create(
        name="Quý III", kind=PeriodKind.QUARTER, starts_on=date(2026, 7, 1), ends_on=date(2026, 10, 1)
    )
    period = plan_period(
        campaign=campaign,
        agency=agency.units["UBND"],
        procedure=Procedure.objects.get(code="tracking"),
        schemes={SubjectGroup.CONG_CHUC: ScoringScheme.objects.get(code="decree-335")},
        by=agency.people["hr"],
        at=agency.at(),
    )
    from workflows.actions.periods import people_of

    assert [post.person for post in people_of(period)] == [agency.people["director"]]


def test_opening_again_opens_nobody_twice(agency: Agency) -> None:
    period = agency.open()
    type(period).objects.filter(pk=period.pk).update(stage=Stage.PLANNED)
    open_people(period.pk)
    assert Evaluation.objects.count() == EvaluationProcess.objects.count() == len(IN_PERIOD)


def test_advancing_is_refused_with_everybody_who_is_missing(agency: Agency) -> None:
    period = agency.open()
    agency.hand_in("an")
    with pytest.raises(NotReady) as refusal:
        advance_period(period=period, by=agency.people["hr"], expected_version=period.version, at=agency.at())
    assert len(refusal.value.missing) == len(IN_PERIOD)  # five have not handed in, one has not signed
    assert progress(period)[flows.REVIEW] == 1


def test_a_form_handed_in_again_but_not_signed_keeps_the_stage_open(agency: Agency) -> None:
    period = agency.open()
    evaluation = agency.hand_in("an")
    withdraw(evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=agency.at())
    evaluation = agency.evaluation("an")
    submit_self_assessment(
        evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=agency.at()
    )
    assert "Nguyễn Văn An has not signed Form 01." in missing_for_advance(period)


def test_an_excused_person_holds_nobody_up(agency: Agency) -> None:
    agency.open()
    evaluation = agency.evaluation("an")
    excuse(
        evaluation=evaluation,
        by=agency.people["hr"],
        reason="Nghỉ thai sản cả quý.",
        expected_version=evaluation.version,
        at=agency.at(),
    )
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    assert evaluation.standing == Standing.VOID
    assert flows.open_task(evaluation) is None
    assert agency.people["an"].notices.filter(event="evaluation.excused").exists()


def test_somebody_who_joins_late_gets_his_form(agency: Agency) -> None:
    period = agency.open()
    newcomer = Person.objects.create_user(username="moi", full_name="Ngô Thị Mới")
    post = Appointment.objects.create(
        person=newcomer,
        unit=agency.units["VP"],
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        reviewer=agency.people["office_head"],
        duty_group="Chuyên viên",
        starts_on=date(2026, 9, 1),
    )
    evaluation = add_person(period=period, appointment=post, by=agency.people["hr"], at=agency.at())
    assert flows.open_task(evaluation).owner == newcomer


def test_a_personnel_officer_does_not_handle_his_own_case(agency: Agency) -> None:
    agency.open()
    own = agency.evaluation("hr")
    acted = {"evaluation": own, "by": agency.people["hr"], "reason": "Bận việc.", "at": agency.at()}
    with pytest.raises(NotAllowed):
        excuse(expected_version=own.version, **acted)
    with pytest.raises(NotAllowed):
        reassign_reviewer(to=agency.people["deputy"], expected_version=own.version, **acted)
