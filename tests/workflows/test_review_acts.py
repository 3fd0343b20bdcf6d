"""Approving, returning, reopening, delegating: what a supervisor can do and what is refused him."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from documents.models import State
from kpi.actions import Change, compute
from organization.actions import delegate, end_delegation
from organization.models import Capacity, Scope
from tests.workflows.agency import Agency
from workflows import flows
from workflows.actions import lines
from workflows.actions.people import excuse, reassign_reviewer
from workflows.actions.reviews import (
    LeaderMarks,
    approve_review,
    confirm_unchanged,
    last_review,
    reopen,
    return_for_rework,
)
from workflows.errors import AlreadyHandled, NotAllowed, NotReady, Refused
from workflows.models import Evaluation, Standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(agency: Agency) -> Agency:
    """The period is open; everybody can sign."""
    agency.enrol_keys("an", "hr", "clerk", "archivist", "office_head", "deputy")
    agency.open()
    return agency


def hand_in_signed(agency: Agency, *names: str, **typed) -> None:
    for name in names:
        agency.hand_in(name, **typed)
        assert [result.reason for result in agency.sign_all(name) if not result.ok] == []


def approve(agency: Agency, name: str, *, by: str | None = None, **changes) -> Evaluation:
    evaluation = agency.evaluation(name)
    wanted = {"comment": "Nhất trí.", "expected_version": evaluation.version, "at": agency.at()} | changes
    return approve_review(evaluation=evaluation, by=agency.people[by] if by else evaluation.reviewer, **wanted)


def test_approval_asks_for_the_persons_signature_first(office: Agency) -> None:
    office.hand_in("an")
    with pytest.raises(NotReady, match="Form 01"):
        approve(office, "an")


def test_the_reviewer_cannot_countersign_before_he_has_approved(office: Agency) -> None:
    hand_in_signed(office, "an")
    assert office.sign_all("office_head") == []
    approve(office, "an")
    assert sorted(result.document.kind.code for result in office.sign_all("office_head")) == [
        "form_01",
        "review_minutes",
    ]
    (form,) = office.documents("form_01")
    assert form.slots.get(role="reviewer").fill["reviewer_comment"] == "Nhất trí."


def test_an_adjustment_keeps_old_new_reason_and_author_and_moves_the_score(office: Agency) -> None:
    hand_in_signed(office, "an")
    approve(office, "an", adjustments=[Change("general", "III.1", Decimal("1.5"), "Chưa áp dụng trong phòng.")])
    evaluation = office.evaluation("an")
    (change,) = evaluation.scorecard.adjustments.all()
    assert (change.old, change.new, change.by) == ("2.5", "1.5", office.people["office_head"])
    assert Fraction(last_review(evaluation).decision.score_total) == 99
    assert compute(evaluation.scorecard, reviewed=False).total == 100
    (minutes,) = office.documents("review_minutes")
    assert minutes.facts["adjustments"][0]["reason"] == "Chưa áp dụng trong phòng."
    assert minutes.facts["form"]["sha256"] == office.documents("form_01")[0].current_sha256


def test_a_stranger_and_the_person_himself_cannot_review(office: Agency) -> None:
    hand_in_signed(office, "an", "hr")
    for somebody in ("hr", "an", "director"):
        with pytest.raises(NotAllowed):
            approve(office, "an", by=somebody)


def test_a_delegate_reviews_under_his_document_and_only_while_it_lasts(office: Agency) -> None:
    hand_in_signed(office, "an", "clerk", "archivist")
    handed = delegate(
        delegator=office.people["office_head"],
        delegate=office.people["archivist"],
        capacity=Capacity.KT,
        scope=Scope.REVIEW,
        unit=office.units["VP"],
        document_number="08/UQ-VP",
        document_on=office.today(),
        starts_on=office.today(),
        ends_on=office.today() + timedelta(days=10),
        by=office.people["hr"],
        at=office.at(),
    )
    approve(office, "an", by="archivist")
    decision = last_review(office.evaluation("an")).decision
    assert (decision.on_behalf_of, decision.capacity) == (office.people["office_head"], "KT.")
    (minutes,) = office.documents("review_minutes")
    assert "08/UQ-VP" in minutes.facts["authority_note"]
    assert minutes.facts["signers"]["reviewer"]["authority"] == "KT. CHÁNH VĂN PHÒNG"
    with pytest.raises(NotAllowed):
        approve(office, "archivist", by="archivist")  # his own case stays closed to him
    end_delegation(delegation=handed, on=office.today() + timedelta(days=1), by=office.people["hr"], at=office.at())
    office.now += timedelta(days=2)
    with pytest.raises(NotAllowed):
        approve(office, "clerk", by="archivist")


def test_a_returned_form_carries_its_reason_and_begins_a_new_round(office: Agency) -> None:
    hand_in_signed(office, "an")
    evaluation = office.evaluation("an")
    with pytest.raises(Refused):
        return_for_rework(
            evaluation=evaluation, by=evaluation.reviewer, reason=" ", expected_version=None, at=office.at()
        )
    evaluation = return_for_rework(
        evaluation=evaluation,
        by=evaluation.reviewer,
        reason="Thiếu minh chứng tháng 8.",
        expected_version=evaluation.version,
        at=office.at(),
    )
    assert flows.node_name(flows.open_task(evaluation)) == flows.SELF_ASSESSMENT
    assert evaluation.round == 2
    assert office.documents("form_01")[0].state == State.CANCELLED
    assert office.people["an"].notices.filter(event="evaluation.returned").get().text == "Thiếu minh chứng tháng 8."
    hand_in_signed(office, "an")
    approve(office, "an")


def test_two_reviewers_on_one_page_the_second_hears_who_was_faster(office: Agency) -> None:
    hand_in_signed(office, "an")
    version = office.evaluation("an").version
    approve(office, "an")
    with pytest.raises(AlreadyHandled, match="Trần Văn Phòng"):
        approve(office, "an", expected_version=version)
    assert len(office.documents("review_minutes")) == 1


def test_confirming_many_keeps_the_failing_rows_with_their_reason(office: Agency) -> None:
    hand_in_signed(office, "an", "hr")
    office.hand_in("clerk")  # not signed
    rows = [office.evaluation(name) for name in ("an", "hr", "clerk")]
    results = confirm_unchanged(evaluations=rows, by=office.people["office_head"], comment="", at=office.at())
    errors = {result.evaluation.person.username: bool(result.error) for result in results}
    assert errors == {"an": False, "hr": False, "clerk": True}


def test_a_leader_is_scored_after_his_people_and_d_falls_with_one_below_fifty(office: Agency) -> None:
    hand_in_signed(office, "an", "hr", "clerk", share="1")
    hand_in_signed(office, "archivist", share="0.3", done="1")
    hand_in_signed(office, "office_head", share="1")
    for name in ("an", "hr", "clerk"):
        approve(office, name)
    marks = LeaderMarks(dd=100, e=100)
    with pytest.raises(NotReady) as refusal:
        approve(office, "office_head", leader=marks)
    assert refusal.value.missing == ["Hồ Văn Lưu"]
    approve(office, "archivist")
    approve(office, "office_head", leader=marks)
    card = office.evaluation("office_head").scorecard
    assert (card.leader_d, card.leader_dd, card.leader_e) == (50, 100, 100)


def test_a_reopened_subordinate_makes_the_leaders_score_stale(office: Agency) -> None:
    hand_in_signed(office, "an", "hr", "clerk", "archivist", "office_head")
    for name in ("an", "hr", "clerk", "archivist"):
        approve(office, name)
    approve(office, "office_head", leader=LeaderMarks(dd=100, e=100))
    assert not office.evaluation("office_head").score_is_stale
    evaluation = office.evaluation("an")
    reopen(
        evaluation=evaluation,
        by=evaluation.reviewer,
        reason="Phát hiện sai số liệu tháng 7.",
        expected_version=evaluation.version,
        at=office.at(),
    )
    assert office.evaluation("office_head").score_is_stale
    assert flows.node_name(flows.open_task(office.evaluation("an"))) == flows.SELF_ASSESSMENT


def test_an_excused_subordinate_makes_the_leaders_score_stale(office: Agency) -> None:
    hand_in_signed(office, "an", "hr", "clerk", "archivist", "office_head")
    for name in ("an", "hr", "clerk", "archivist"):
        approve(office, name)
    approve(office, "office_head", leader=LeaderMarks(dd=100, e=100))
    evaluation = office.evaluation("an")
    excuse(
        evaluation=evaluation,
        by=office.people["hr"],
        reason="Chuyển công tác từ tháng 8.",
        expected_version=evaluation.version,
        at=office.at(),
    )
    assert office.evaluation("office_head").score_is_stale


def test_a_delay_costs_points_until_its_cause_is_confirmed(office: Agency) -> None:
    hand_in_signed(office, "an")
    evaluation = office.evaluation("an")
    line = evaluation.scorecard.lines.first()
    acted = {"evaluation": evaluation, "line": line, "by": evaluation.reviewer, "at": office.at()}
    before = compute(evaluation.scorecard, reviewed=True).total
    lines.record_delay(reason="Nộp chậm 02 ngày.", **acted)
    late = compute(office.evaluation("an").scorecard, reviewed=True).total
    lines.confirm_waiver(of="delays", cause="Chờ ý kiến cơ quan phối hợp.", **acted)
    assert late < before == compute(office.evaluation("an").scorecard, reviewed=True).total
    with pytest.raises(NotAllowed):
        lines.record_delay(reason="Tự sửa.", **(acted | {"by": evaluation.person}))


def test_a_reassigned_review_moves_with_its_task_and_its_signature(office: Agency) -> None:
    hand_in_signed(office, "an")
    evaluation = office.evaluation("an")
    reassign_reviewer(
        evaluation=evaluation,
        to=office.people["deputy"],
        by=office.people["hr"],
        reason="Chánh Văn phòng nghỉ thai sản.",
        expected_version=evaluation.version,
        at=office.at(),
    )
    with pytest.raises(NotAllowed):
        approve(office, "an", by="office_head")
    approve(office, "an", by="deputy")
    assert office.documents("form_01")[0].slots.get(role="reviewer").expected_signer == office.people["deputy"]


def test_a_tracking_period_ends_with_a_score_and_no_class(agency: Agency) -> None:
    agency.enrol_keys("an")
    agency.open(procedure="tracking", scheme="decree-335")
    hand_in_signed(agency, "an")
    evaluation = approve(agency, "an")
    assert (evaluation.standing, evaluation.final_decision.class_code) == (Standing.DECIDED, "")
    assert flows.open_task(evaluation) is None
