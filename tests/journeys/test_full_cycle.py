"""One whole period by everybody's own acts: from the plan to the archived decision."""

import pytest
from django.core.management import call_command

from approvals import actions as approvals
from documents.models import Document, State
from tests.workflows.agency import IN_PERIOD, Agency
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.periods import advance_period
from workflows.actions.publications import issue
from workflows.actions.reviews import LeaderMarks, approve_review
from workflows.actions.rulings import decide_list
from workflows.models import Evaluation, EvaluationPeriod, Stage, Standing

SHARES = dict.fromkeys(IN_PERIOD, "0.6") | {"an": "1"}


def fresh(period: EvaluationPeriod) -> EvaluationPeriod:
    return EvaluationPeriod.objects.get(pk=period.pk)


def advance(agency: Agency, period: EvaluationPeriod) -> EvaluationPeriod:
    now = fresh(period)
    return advance_period(period=now, by=agency.people["hr"], expected_version=now.version, at=agency.at())


def review_everybody(agency: Agency) -> None:
    for name in ("hr", "clerk", "archivist", "an", "office_head", "deputy"):
        evaluation = agency.evaluation(name)
        marks = LeaderMarks(dd=100, e=100) if evaluation.is_leader else None
        approve_review(
            evaluation=evaluation,
            by=evaluation.reviewer,
            comment="Hoàn thành tốt nhiệm vụ.",
            leader=marks,
            expected_version=evaluation.version,
            at=agency.at(),
        )


def hold_the_session(agency: Agency, period: EvaluationPeriod):
    chair, secretary = agency.people["director"], agency.people["hr"]
    session = convene_session(
        period=fresh(period),
        council=agency.council(),
        scheduled_at=agency.at(),
        place="Phòng họp số 1",
        chair=chair,
        secretary=secretary,
        by=agency.people["hr"],
        expected_version=None,
        at=agency.at(),
    )
    marks = [approvals.Mark(member=row.member, present=True) for row in session.attendances.all()]
    session = approvals.call_roll(
        session=session, marks=marks, by=secretary, at=agency.at(), expected_version=session.version
    )
    session = approvals.open_session(session=session, by=chair, at=agency.at(), expected_version=session.version)
    top = session.items.get(person=agency.people["an"])
    top = approvals.propose_class(
        item=top,
        class_code="HTT",
        reason="Nhóm chuyên viên không còn suất xuất sắc theo tỷ lệ.",
        by=secretary,
        at=agency.at(),
        expected_version=top.version,
    )
    approvals.conclude_item(item=top, by=secretary, at=agency.at(), expected_version=top.version)
    session.refresh_from_db(fields=["version"])
    results = approvals.confirm_uncontested(
        session=session, by=chair, at=agency.at(), expected_version=session.version
    )
    assert [str(result.refusal) for result in results if result.refusal] == []
    session.refresh_from_db(fields=["version"])
    session = draft_minutes(
        session=session,
        by=secretary,
        conclusion="Hội đồng nhất trí với danh sách đề nghị.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )
    session = adopt_minutes(session=session, by=chair, expected_version=session.version, at=agency.at())
    agency.sign_all("hr")
    agency.sign_all("director")
    return close_session(session=session, by=chair, expected_version=session.version, at=agency.at())


@pytest.mark.django_db
def test_a_department_goes_from_opening_to_the_archived_decision(agency: Agency) -> None:
    agency.enrol_keys()
    period = agency.open()
    assert period.stage == Stage.SELF_ASSESSMENT
    assert {row.person for row in Evaluation.objects.filter(period=period)} == {
        agency.people[name] for name in IN_PERIOD
    }

    for name in IN_PERIOD:
        agency.hand_in(name, share=SHARES[name], done="9" if name == "archivist" else "10")
        assert all(result.ok for result in agency.sign_all(name))
    assert advance(agency, period).stage == Stage.SUPERVISOR_REVIEW

    review_everybody(agency)
    for name in ("office_head", "director"):
        assert all(result.ok for result in agency.sign_all(name))
    assert advance(agency, period).stage == Stage.COUNCIL

    hold_the_session(agency, period)
    now = fresh(period)
    decide_list(period=now, by=agency.people["director"], rulings={}, expected_version=now.version, at=agency.at())
    assert all(result.ok for result in agency.sign_all("director"))

    ready = Document.objects.ready_to_issue()
    assert ready.count() == 1 + 1 + len(IN_PERIOD)  # minutes, decision, a notice for each
    assert all(result.ok for result in issue(documents=ready, by=agency.people["clerk"], at=agency.at()))
    agency.render()

    assert set(Evaluation.objects.values_list("standing", flat=True)) == {Standing.PUBLISHED}
    assert advance(agency, period).stage == Stage.PUBLISHED
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    numbers = sorted(Document.objects.filter(kind__code="notice").values_list("number", flat=True))
    assert numbers == list(range(1, len(IN_PERIOD) + 1))
    assert advance(agency, period).stage == Stage.ARCHIVED
    call_command("verify_archive")
