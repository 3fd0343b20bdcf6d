"""My work: what is due for whom, the last score, notices, the list of one's own forms."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import CouncilSession
from organization.models import Appointment, Duty, Person
from tests.workflows.agency import Agency
from workflows.actions.periods import open_person, people_of
from workflows.actions.reviews import approve_review
from workflows.models import Evaluation, EvaluationPeriod, Notice

BUDGET = 25  # queries of the home of an ordinary member of staff, session and menu included


def home(agency: Agency, name: str):
    client = Client()
    client.force_login(agency.people[name])
    return client.get(reverse("work"))


def queries_of(agency: Agency, name: str) -> int:
    client = Client()
    client.force_login(agency.people[name])
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("work")).status_code == 200
    return len(captured)


def rows(agency: Agency, name: str) -> list[tuple[int, str]]:
    return [(row.count, row.url) for row in home(agency, name).context["waiting"]]


@pytest.fixture
def running(agency: Agency) -> Agency:
    agency.open()
    return agency


def test_the_home_of_somebody_without_work_says_so(agency: Agency) -> None:
    answer = home(agency, "archivist")
    assert answer.context["waiting"] == []
    assert answer.context["last"] is None
    assert 'class="empty"' in answer.content.decode()


def test_an_open_form_stands_first_with_its_deadline(running: Agency) -> None:
    (row,) = home(running, "an").context["waiting"]
    evaluation = running.evaluation("an")
    assert row.url == reverse("self_assessment", args=[evaluation.uuid])
    assert row.due == evaluation.period.deadline("self_assessment")


def test_a_team_waits_in_one_row_with_its_number(running: Agency) -> None:
    for name in ("an", "hr", "clerk"):
        running.hand_in(name)
    assert (3, reverse("team")) in rows(running, "office_head")
    assert all(url != reverse("team") for _count, url in rows(running, "an"))


def test_a_document_waits_for_its_signer_until_it_is_signed(running: Agency) -> None:
    running.hand_in("an")
    assert rows(running, "an") == []
    running.render()
    assert rows(running, "an") == [(1, reverse("signing_queue"))]


def test_the_last_score_is_the_frozen_one(running: Agency) -> None:
    running.hand_in("an", share="0.6")
    last = home(running, "an").context["last"]
    assert last["total"] == 88
    assert not last["reviewed"]
    assert last["class_code"] == ""


def test_nobody_is_told_a_class_before_it_is_published(running: Agency) -> None:
    running.enrol_keys("an")
    running.hand_in("an", share="0.6")
    running.sign_all("an")
    evaluation = running.evaluation("an")
    approve_review(
        evaluation=evaluation, by=evaluation.reviewer, expected_version=evaluation.version, at=running.at()
    )
    last = home(running, "an").context["last"]
    assert (last["reviewed"], last["class_code"]) == (True, "")


def test_a_notice_is_marked_as_read_by_its_own_reader_only(running: Agency) -> None:
    notice = Notice.objects.get(person=running.people["an"])
    url = reverse("notice_read", args=[notice.uuid])
    stranger, owner = Client(), Client()
    stranger.force_login(running.people["clerk"])
    owner.force_login(running.people["an"])
    assert stranger.post(url).status_code == 404
    assert owner.post(url).status_code == 302
    notice.refresh_from_db()
    read_at = notice.read_at
    assert read_at is not None
    owner.post(reverse("notices_read"))
    notice.refresh_from_db()
    assert notice.read_at == read_at
    assert Notice.objects.get(person=running.people["clerk"]).read_at is None


def test_my_forms_lists_only_my_own(running: Agency) -> None:
    client = Client()
    client.force_login(running.people["office_head"])
    shown = client.get(reverse("my_evaluations")).context["rows"]
    assert [row["evaluation"] for row in shown] == [running.evaluation("office_head")]
    assert shown[0]["mine"]


def enlarge(agency: Agency, people: int) -> None:
    """More colleagues in the same room, each with a form of his own handed to the same reviewer."""
    for number in range(people):
        person = Person.objects.create_user(username=f"p{number}", full_name=f"Người Thứ {number}")
        Appointment.objects.create(
            person=person,
            unit=agency.units["VP"],
            title="Chuyên viên",
            subject_group=agency.posts["an"].subject_group,
            duty=Duty.STAFF,
            reviewer=agency.people["office_head"],
            duty_group="Chuyên viên",
            starts_on=agency.posts["an"].starts_on,
        )


def test_the_home_does_not_grow_with_the_number_of_people(agency: Agency) -> None:
    period = agency.open()
    agency.hand_in("an")
    agency.render()
    small = {name: queries_of(agency, name) for name in ("an", "office_head", "director", "clerk")}
    enlarge(agency, 12)
    newcomers = people_of(period).exclude(person__evaluations__period=period)
    for appointment in newcomers:
        open_person(period=EvaluationPeriod.objects.get(pk=period.pk), appointment=appointment, at=agency.at())
    assert Evaluation.objects.filter(period=period).count() == 18
    large = {name: queries_of(agency, name) for name in small}
    assert large == small
    assert small["an"] <= BUDGET
    assert max(small.values()) <= BUDGET + 10


def test_scores_of_a_tracking_period_wait_for_the_heads_notices(agency: Agency) -> None:
    period = agency.open("tracking", "decree-335")
    agency.enrol_keys("an")
    agency.hand_in("an")
    agency.sign_all("an")
    evaluation = agency.evaluation("an")
    approve_review(evaluation=evaluation, by=evaluation.reviewer, expected_version=evaluation.version, at=agency.at())
    assert (1, reverse("notify_scores", args=[period.uuid])) in rows(agency, "director")


def test_a_council_session_waits_for_those_who_sit_in_it(agency: Agency) -> None:
    session = CouncilSession.objects.create(
        council=agency.council(),
        number=1,
        scheduled_at=agency.at(),
        place="Phòng họp số 1",
        chair=agency.people["director"],
        secretary=agency.people["hr"],
    )
    assert rows(agency, "director") == [(1, reverse("session", args=[session.uuid]))]
    assert rows(agency, "clerk") == []
