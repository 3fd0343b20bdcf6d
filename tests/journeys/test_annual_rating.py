"""A year's rating by everybody's own acts: four quarters behind it, Form 02 with both signatures in the archive."""

from datetime import date

import pytest
from django.core.management import call_command

from approvals import actions as approvals
from documents.models import Document, State
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import again, case_of
from tests.workflows.test_year_acts import discipline
from tests.workflows.years import confirm, form, hand_in, open_year, tracked_year
from workflows.actions.checks import judge
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.meetings import hand_in_opinions
from workflows.actions.party_opinions import Said, give_opinion, request_opinions
from workflows.actions.periods import advance_period
from workflows.actions.public_notices import order_public_notice
from workflows.actions.publications import issue
from workflows.actions.rulings import Ruling, decide_list
from workflows.actions.syntheses import make_synthesis
from workflows.actions.years import enter_service
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod, PartyOpinion, PeriodKind, Stage, Standing

WHY_LOWER = "Nhóm chuyên viên không còn suất xuất sắc theo tỷ lệ."


def fresh() -> EvaluationPeriod:
    return EvaluationPeriod.objects.get(campaign__kind=PeriodKind.YEAR)


def advance(agency: Agency) -> EvaluationPeriod:
    return advance_period(period=fresh(), by=agency.people["hr"], expected_version=None, at=agency.at())


def issue_all(agency: Agency) -> None:
    ready = Document.objects.ready_to_issue()
    assert all(result.ok for result in issue(documents=ready, by=agency.people["clerk"], at=agency.at()))
    agency.render()


def hold_the_meeting(agency: Agency) -> None:
    people, chair, secretary = agency.people, agency.people["director"], agency.people["hr"]
    session = convene_session(
        period=fresh(),
        council=agency.council(),
        scheduled_at=agency.at(),
        place="Hội trường",
        chair=chair,
        secretary=secretary,
        by=secretary,
        expected_version=None,
        at=agency.at(),
    )
    assert set(session.items.values_list("person__username", flat=True)) == set(IN_PERIOD) - {"clerk"}
    written = [(case_of(session, people["archivist"]), "Đã khắc phục xong hậu quả.")]
    hand_in_opinions(session=session, opinions=written, by=people["office_head"], at=agency.at())
    marks = [approvals.Mark(member=row.member, present=True) for row in session.attendances.all()]
    session = approvals.call_roll(
        session=session, marks=marks, by=secretary, at=agency.at(), expected_version=session.version
    )
    session = approvals.note_attendance(
        session=session,
        lines=[
            approvals.Presence(people["archivist"], present=True, title="Lưu trữ viên"),
            approvals.Presence(people["clerk"], present=False, reason="Nghỉ ốm", title="Văn thư viên"),
        ],
        party=people["archivist"],
        by=secretary,
        at=agency.at(),
        expected_version=session.version,
    )
    session = approvals.open_session(session=session, by=chair, at=agency.at(), expected_version=session.version)
    top = case_of(session, people["an"])
    top = approvals.propose_class(
        item=top,
        class_code="HTT",
        reason=WHY_LOWER,
        by=secretary,
        at=agency.at(),
        expected_version=top.version,
    )
    approvals.conclude_item(item=top, by=secretary, at=agency.at(), expected_version=top.version)
    session = again(session)
    results = approvals.confirm_uncontested(
        session=session, by=chair, at=agency.at(), expected_version=session.version
    )
    assert [str(result.refusal) for result in results if result.refusal] == []
    session = draft_minutes(
        session=again(session),
        by=secretary,
        conclusion="Cuộc họp nhất trí với danh sách.",
        choice_reason="",
        expected_version=again(session).version,
        at=agency.at(),
    )
    session = adopt_minutes(session=session, by=chair, expected_version=session.version, at=agency.at())
    for name in ("hr", "director"):
        assert all(result.ok for result in agency.sign_all(name))
    close_session(session=session, by=chair, expected_version=session.version, at=agency.at())


def give_the_opinion(agency: Agency) -> None:
    request_opinions(
        period=fresh(),
        secretary=agency.people["office_head"],
        party_name="Chi bộ Sở Nội vụ",
        by=agency.people["hr"],
        expected_version=None,
        at=agency.at(),
    )
    give_opinion(
        opinion=PartyOpinion.objects.get(),
        said=Said(date(2026, 10, 2), members=9, present=8, agreed=8, class_code="HTT", note="Nhất trí."),
        by=agency.people["office_head"],
        at=agency.at(),
    )


@pytest.mark.django_db
def test_a_year_is_rated_from_its_quarters_to_the_archived_form_02(agency: Agency) -> None:
    agency.enrol_keys()
    tracked_year(agency)
    open_year(agency)
    enter_service(
        evaluation=form(agency, "clerk"),
        months=[8, 9, 10, 11],
        absence="",
        basis="Quyết định tuyển dụng số 31/QĐ-SNV",
        by=agency.people["hr"],
        at=agency.at(),
    )
    discipline(agency, "archivist")
    for name in IN_PERIOD:
        hand_in(agency, name, "HTXS" if name == "an" else "HTT")
        assert all(result.ok for result in agency.sign_all(name))
    assert advance(agency).stage == Stage.SUPERVISOR_REVIEW
    for name in IN_PERIOD:
        confirm(agency, name)
    assert advance(agency).stage == Stage.COUNCIL

    make_synthesis(period=fresh(), by=agency.people["hr"], expected_version=None, at=agency.at())
    for name in ("hr", "director"):
        assert all(result.ok for result in agency.sign_all(name))
    hold_the_meeting(agency)
    minutes = agency.documents("council_minutes")[0].facts
    assert minutes["meets_law"].startswith("Phiên họp này là cuộc họp theo Điều 21")
    assert "có mặt 6/7; đại diện cấp ủy: Hồ Văn Lưu" in minutes["meets_law"]
    assert [row["name"] for row in minutes["not_ranked"]] == [agency.people["clerk"].full_name]
    said = {case["name"]: case for case in minutes["cases"]}[agency.people["archivist"].full_name]
    assert said["result"] == "KHTNV"
    assert "khoản 4 Điều 20" in said["grounds"]
    assert said["opinions"] == [
        {"name": agency.people["office_head"].full_name, "text": "Đã khắc phục xong hậu quả.", "written": True}
    ]

    with pytest.raises(NotReady, match="Party committee's opinion") as refused:
        decide_list(period=fresh(), by=agency.people["director"], rulings={}, expected_version=None, at=agency.at())
    assert refused.value.missing == [agency.people["deputy"].full_name]
    give_the_opinion(agency)
    with pytest.raises(NotReady, match="Party committee's opinion"):  # entered, and not signed yet
        decide_list(period=fresh(), by=agency.people["director"], rulings={}, expected_version=None, at=agency.at())
    assert all(result.ok for result in agency.sign_all("office_head"))
    handling = Ruling("KHTNV", handling="Bố trí lại công việc theo Điều 23.")
    decide_list(
        period=fresh(),
        by=agency.people["director"],
        rulings={form(agency, "archivist").uuid: handling},
        expected_version=None,
        at=agency.at(),
    )
    assert all(result.ok for result in agency.sign_all("director"))
    issue_all(agency)
    assert {form(agency, name).standing for name in IN_PERIOD} == {Standing.PUBLISHED}
    assert {name: form(agency, name).final_decision.class_code for name in IN_PERIOD} == {
        "deputy": "HTT",
        "office_head": "HTT",
        "hr": "HTT",
        "clerk": "",
        "archivist": "KHTNV",
        "an": "HTT",
    }
    rows = {row["name"]: row for row in agency.documents("decision")[0].facts["people"]}
    assert rows[agency.people["clerk"].full_name]["class_code"] == "Không xếp loại"
    assert "Điều 11" in rows[agency.people["clerk"].full_name]["note"]
    assert "khoản 4 Điều 20" in rows[agency.people["archivist"].full_name]["note"]

    assert advance(agency).stage == Stage.PUBLISHED
    order_public_notice(period=fresh(), by=agency.people["hr"], expected_version=None, at=agency.at())
    assert all(result.ok for result in agency.sign_all("director"))
    issue_all(agency)
    public = agency.documents("public_notice")[0].facts
    assert {row["class_code"] for row in public["people"]} == {"HTT", "KHTNV"}
    assert advance(agency).stage == Stage.ARCHIVED
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}

    forms = agency.documents("form_02")
    assert len(forms) == len(IN_PERIOD)
    for paper in forms:
        assert [slot.role for slot in paper.slots.filter(signed_at__isnull=False)] == ["person", "ranker"]
        assert judge(paper, at=agency.at()).ok
    marked = next(paper for paper in forms if paper.subject == agency.people["archivist"])
    filled = marked.slots.get(role="ranker")
    assert filled.expected_signer == agency.people["director"]
    notices = {paper.subject.username: paper.facts for paper in agency.documents("notice") if paper.subject}
    assert notices["archivist"]["class_code"] == "KHTNV"
    assert any("Không xếp loại" in reason for reason in notices["clerk"]["reasons"])
    call_command("verify_archive", verbosity=0)
