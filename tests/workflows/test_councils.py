"""Founding a council by its decision, calling its session, and who may do either."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.models import Council, CouncilSession
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person, closed, convened, fresh, opened, reviewed, settled

pytestmark = pytest.mark.django_db


def founding(agency: Agency, *seats: tuple[str, str], **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "unit": str(agency.units["SNV"].uuid),
        "name": "Hội đồng Sở Nội vụ",
        "decision_number": "15/QĐ-SNV",
        "decision_on": "2026-09-01",
        "starts_on": "2026-09-01",
        "ends_on": "",
        "quorum_numerator": "2",
        "quorum_denominator": "3",
        "tie_rule": "chair",
        "rules_basis": "Quy chế làm việc của Hội đồng",
        "submission_key": str(uuid.uuid4()),
        "seats-TOTAL_FORMS": str(len(seats)),
        "seats-INITIAL_FORMS": "0",
    }
    for number, (name, role) in enumerate(seats):
        data |= {
            f"seats-{number}-person": str(agency.people[name].uuid) if name else "",
            f"seats-{number}-role": role,
        }
    return data | changes


ROSTER = (("director", "chair"), ("deputy", "deputy"), ("hr", "secretary"), ("an", "member"), ("", "member"))


def convening(agency: Agency, council: Council, version: int) -> dict[str, object]:
    return {
        "council": str(council.uuid),
        "scheduled_on": timezone.localdate().isoformat(),
        "scheduled_time": "08:30",
        "place": "Phòng họp số 2",
        "chair": str(agency.people["director"].uuid),
        "secretary": str(agency.people["hr"].uuid),
        "expected_version": version,
        "submission_key": str(uuid.uuid4()),
    }


def test_the_personnel_officer_founds_a_council_once_although_he_sends_the_form_twice(agency: Agency) -> None:
    client, data = as_person(agency.people["hr"]), founding(agency, *ROSTER)
    assert client.post(reverse("council_found"), data).status_code == 302
    assert client.post(reverse("council_found"), data).status_code == 302
    council = Council.objects.get()
    assert council.tie_rule == "chair"
    assert council.members.get(person=agency.people["deputy"]).title == "Phó Giám đốc"
    assert council.members.count() == 4


def test_the_head_may_found_it_too_and_an_officer_of_another_agency_may_not(agency: Agency) -> None:
    assert as_person(agency.people["director"]).get(reverse("council_found")).status_code == 200
    assert as_person(agency.people["an"]).get(reverse("council_found")).status_code == 403
    assert as_person(agency.people["clerk"]).post(reverse("council_found"), founding(agency)).status_code == 403
    assert not Council.objects.exists()


def test_a_roster_with_two_chairs_or_a_person_twice_is_refused_and_kept(agency: Agency) -> None:
    client = as_person(agency.people["hr"])
    twice = founding(agency, ("director", "chair"), ("an", "member"), ("an", "secretary"))
    answer = client.post(reverse("council_found"), twice)
    assert answer.status_code == 422
    assert "only one seat" in answer.content.decode()
    assert "15/QĐ-SNV" in answer.content.decode()
    chairs = founding(agency, ("director", "chair"), ("an", "chair"), ("hr", "secretary"))
    assert "Name exactly one chair." in client.post(reverse("council_found"), chairs).content.decode()
    early = founding(agency, *ROSTER, ends_on="2026-08-01")
    assert "The end lies after the beginning." in client.post(reverse("council_found"), early).content.decode()
    assert not Council.objects.exists()


def test_a_session_is_convened_on_everybody_who_waits_and_only_once(agency: Agency) -> None:
    period = reviewed(agency)
    council = agency.council()
    client, page = as_person(agency.people["hr"]), reverse("session_convene", args=[period.uuid])
    assert "Agenda: 6 cases" in client.get(page).content.decode()
    data = convening(agency, council, period.version)
    answer = client.post(page, data)
    session = CouncilSession.objects.get()
    assert answer["Location"] == reverse("session", args=[session.uuid])
    assert client.post(page, data)["Location"] == answer["Location"]
    assert CouncilSession.objects.count() == 1
    assert session.items.count() == 6
    assert "Nobody waits for the council" in client.get(page).content.decode()


def test_the_chair_and_the_secretary_are_two_people_and_what_was_typed_stays(agency: Agency) -> None:
    period = reviewed(agency)
    data = convening(agency, agency.council(), period.version) | {"secretary": str(agency.people["director"].uuid)}
    answer = as_person(agency.people["hr"]).post(reverse("session_convene", args=[period.uuid]), data)
    assert "Chair and secretary are two people." in answer.content.decode()
    assert "Phòng họp số 2" in answer.content.decode()
    assert not CouncilSession.objects.exists()


def test_convening_is_for_members_and_personnel_officers(agency: Agency) -> None:
    period = reviewed(agency)
    council = agency.council()
    page = reverse("session_convene", args=[period.uuid])
    assert as_person(agency.people["clerk"]).get(page).status_code == 403
    assert as_person(agency.people["an"]).get(page).status_code == 200
    stale = convening(agency, council, period.version + 7)
    assert as_person(agency.people["hr"]).post(page, stale).status_code == 409
    foreign = reverse("session_convene", args=[uuid.uuid4()])
    assert as_person(agency.people["hr"]).get(foreign).status_code == 404


def test_the_list_shows_my_sessions_and_what_waits_and_nothing_to_others(agency: Agency) -> None:
    period = reviewed(agency)
    client = as_person(agency.people["hr"])
    assert "Waits for a session" in client.get(reverse("councils")).content.decode()
    session = convened(agency, period)
    page = client.get(reverse("councils")).content.decode()
    assert reverse("session", args=[session.uuid]) in page
    assert "Waits for a session" not in page
    other = as_person(agency.people["clerk"]).get(reverse("councils")).content.decode()
    assert "You are in no session" in other
    assert "Found a council" not in other


def test_the_list_tells_the_head_that_a_list_waits_for_him(agency: Agency) -> None:
    period = reviewed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    link = reverse("ruling", args=[fresh(period).uuid])
    assert link in as_person(agency.people["director"]).get(reverse("councils")).content.decode()
    assert link not in as_person(agency.people["hr"]).get(reverse("councils")).content.decode()


def test_the_list_of_councils_asks_a_fixed_number_of_queries(agency: Agency, django_assert_max_num_queries) -> None:
    convened(agency, reviewed(agency))
    client = as_person(agency.people["director"])
    with django_assert_max_num_queries(32):
        client.get(reverse("councils"))
    for number in range(8):
        agency.council()
        Council.objects.filter(pk=Council.objects.first().pk).update(name=f"Hội đồng {number}")
    with django_assert_max_num_queries(32):
        client.get(reverse("councils"))
