"""Before the meeting: a member's packet and marks; in it: secret votes and alternates on the case's page."""

import pytest
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import CouncilSession, PreparatoryMark, SecretCount, UrnCount
from tests.workflows.agency import Agency
from tests.workflows.meetings import again, as_person, case_of, convened, opened, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(agency: Agency) -> CouncilSession:
    return convened(agency, reviewed(agency))


def prepare(session: CouncilSession) -> str:
    return reverse("session_prepare", args=[session.uuid])


def marks(session: CouncilSession, *rows: tuple[object, str, str]) -> dict[str, str]:
    return {
        key: value
        for person, choice, note in rows
        for key, value in {
            f"mark-{case_of(session, person).uuid}": choice,
            f"note-{case_of(session, person).uuid}": note,
        }.items()
    }


def test_a_members_question_is_seen_by_the_meeting_and_keeps_the_case_from_being_confirmed_unheard(agency, called):
    deputy, clerk = agency.people["deputy"], agency.people["clerk"]
    page = as_person(deputy)
    assert "Your mark" in page.get(prepare(called)).content.decode()
    answer = page.post(prepare(called), marks(called, (clerk, "question", "Số liệu quý?")), follow=True)
    assert "1 mark was stored" in answer.content.decode()
    attendance = [approvals.Mark(member=row.member, present=True) for row in called.attendances.all()]
    session = approvals.call_roll(
        session=called, marks=attendance, by=called.secretary, at=agency.at(), expected_version=called.version
    )
    session = approvals.open_session(
        session=session, by=session.chair, at=agency.at(), expected_version=session.version
    )
    approvals.confirm_uncontested(session=session, by=session.chair, at=agency.at(), expected_version=session.version)
    assert case_of(session, clerk).concluded_at is None
    card = as_person(agency.people["hr"]).get(reverse("case", args=[session.uuid, case_of(session, clerk).uuid]))
    assert "Số liệu quý?" in card.content.decode()
    room = as_person(agency.people["hr"]).get(reverse("session", args=[session.uuid])).content.decode()
    assert "1 member questions it" in room


def test_a_mark_can_be_changed_and_the_same_mark_again_changes_nothing(agency, called):
    deputy, clerk = as_person(agency.people["deputy"]), agency.people["clerk"]
    deputy.post(prepare(called), marks(called, (clerk, "question", "")))
    deputy.post(prepare(called), marks(called, (clerk, "agree", "")))
    again_said = deputy.post(prepare(called), marks(called, (clerk, "agree", "")), follow=True)
    assert "Nothing has changed" in again_said.content.decode()
    assert PreparatoryMark.objects.get().choice == "agree"


def test_nobody_marks_his_own_case_nor_an_unknown_mark_and_what_was_typed_stays(agency, called):
    an = agency.people["an"]
    refused = as_person(an).post(prepare(called), marks(called, (an, "agree", "")))
    assert refused.status_code == 409
    wrong = as_person(agency.people["deputy"]).post(
        prepare(called), marks(called, (agency.people["clerk"], "maybe", "Ghi chú của tôi"))
    )
    assert wrong.status_code == 409
    assert "Ghi chú của tôi" in wrong.content.decode()
    assert not PreparatoryMark.objects.exists()


def test_the_packet_costs_a_fixed_number_of_queries(agency, called, django_assert_max_num_queries):
    client = as_person(agency.people["deputy"])
    with django_assert_max_num_queries(24):
        client.get(prepare(called))


def test_a_secret_vote_is_put_cast_and_counted_on_the_cases_page(agency):
    session = opened(agency, reviewed(agency))
    clerk = agency.people["clerk"]

    def act(name: str, act: str, **data: object):
        item = case_of(again(session), clerk)
        url = reverse("case_act", args=[session.uuid, item.uuid, act])
        return as_person(agency.people[name]).post(url, {"expected_version": item.version, **data}, follow=True)

    assert "secret vote" in act("hr", "vote", secret="1").content.decode()
    item = case_of(session, clerk)
    assert item.secret
    for name in ("deputy", "an", "office_head"):
        member = session.council.members.filter(person=agency.people[name]).exists()
        if member:
            page = act(name, "ballot", ballot=item.score_class).content.decode()
            assert "Your vote is recorded" in page
    running = as_person(agency.people["hr"]).get(reverse("case", args=[session.uuid, item.uuid])).content.decode()
    assert "seen when all are counted together" in running
    assert "Show of hands" not in running
    voted = sum(row.votes for row in UrnCount.objects.all())
    assert voted >= 2
    assert "are counted" in act("hr", "count").content.decode()
    assert sum(row.votes for row in SecretCount.objects.all()) == voted


def test_the_screen_shows_the_case_being_voted_on_and_no_button(agency, django_assert_max_num_queries):
    session = opened(agency, reviewed(agency))
    item = case_of(session, agency.people["clerk"])
    approvals.put_to_vote(item=item, by=session.secretary, at=agency.at(), expected_version=item.version)
    client = as_person(agency.people["an"])
    with django_assert_max_num_queries(34):
        page = client.get(reverse("session_screen", args=[session.uuid])).content.decode()
    assert page.index(agency.people["clerk"].full_name) > 0
    assert "0/" in page
    assert "<button" not in page
    assert as_person(agency.people["clerk"]).get(reverse("session_screen", args=[session.uuid])).status_code == 404
