"""The team grid: who stands on it, what it says of each, and everything unchanged confirmed in one act."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from organization.actions import delegate
from organization.models import Appointment, Duty, Person, SubjectGroup
from tests.workflows.agency import Agency
from workflows.models import Evaluation
from workflows.views.team import team_rows


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


def confirm(client: Client, *evaluations: Evaluation):
    rows = [f"{row.uuid}:{row.version}" for row in evaluations]
    return client.post(reverse("team_confirm"), {"row": rows, "comment": "Nhất trí."})


def hand_over(agency: Agency) -> None:
    delegate(
        delegator=agency.people["office_head"],
        delegate=agency.people["deputy"],
        capacity="TUQ.",
        scope="review",
        unit=agency.units["VP"],
        document_number="07/GUQ-VP",
        document_on=date(2026, 9, 1),
        starts_on=date(2026, 9, 1),
        ends_on=None,
        by=agency.people["hr"],
        at=agency.at(),
    )


def test_the_grid_shows_everybody_reviewed_and_nobody_else(agency: Agency) -> None:
    agency.open()
    page = signed_in(agency, "office_head").get(reverse("team")).content.decode()
    for name in ("hr", "clerk", "archivist", "an"):
        assert agency.people[name].full_name in page
    assert agency.people["deputy"].full_name not in page
    assert "Nguyễn Văn An" not in signed_in(agency, "an").get(reverse("team")).content.decode().split("<main")[1]


def test_a_delegated_row_names_the_holder_and_the_document(agency: Agency) -> None:
    agency.open()
    hand_over(agency)
    page = signed_in(agency, "deputy").get(reverse("team")).content.decode()
    assert "07/GUQ-VP" in page
    assert agency.people["office_head"].full_name in page


def test_a_row_tells_state_own_score_and_the_filters_count_it(agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    rows = {row.evaluation.person_id: row for row in team_rows(agency.people["office_head"], agency.today())}
    mine = rows[agency.people["an"].pk]
    assert (mine.to_review, mine.signed, mine.own) == (True, False, 100)
    assert mine.groups == {"unsigned"}
    assert rows[agency.people["hr"].pk].groups == {"typing"}
    page = signed_in(agency, "office_head").get(reverse("team"), {"show": "unsigned"}).content.decode()
    assert "Nguyễn Văn An" in page
    assert "Bùi Thị Thư" not in page


def test_ticked_rows_are_approved_and_the_failing_ones_stay_with_their_reason(agency: Agency) -> None:
    agency.enrol_keys("an", "clerk")
    agency.open()
    for name in ("an", "clerk"):
        agency.hand_in(name)
    agency.sign_all("an")
    client = signed_in(agency, "office_head")
    answer = confirm(client, agency.evaluation("an"), agency.evaluation("clerk"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "row-error" in page
    assert Evaluation.objects.get(person=agency.people["an"]).steps.filter(stage="supervisor_review").exists()
    assert not Evaluation.objects.get(person=agency.people["clerk"]).steps.filter(stage="supervisor_review").exists()


def test_all_confirmed_leads_to_the_signing_queue_and_an_old_page_confirms_nothing_twice(agency: Agency) -> None:
    agency.enrol_keys("an")
    agency.open()
    agency.hand_in("an")
    agency.sign_all("an")
    client, before = signed_in(agency, "office_head"), agency.evaluation("an")
    assert confirm(client, before).url == reverse("signing_queue")
    again = confirm(client, before)
    assert again.status_code == 409
    assert Evaluation.objects.get(pk=before.pk).steps.filter(stage="supervisor_review").count() == 1


def test_a_leader_is_refused_in_bulk_with_the_rule(agency: Agency) -> None:
    agency.enrol_keys("office_head")
    agency.open()
    agency.hand_in("office_head")
    agency.sign_all("office_head")
    answer = confirm(signed_in(agency, "director"), agency.evaluation("office_head"))
    assert answer.status_code == 409
    assert agency.people["an"].full_name in answer.content.decode()  # d waits for the people he manages


def test_a_foreign_form_cannot_be_confirmed(agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    answer = confirm(signed_in(agency, "clerk"), agency.evaluation("an"))
    assert answer.url == reverse("team")
    assert not agency.evaluation("an").steps.filter(stage="supervisor_review").exists()


@pytest.mark.parametrize("more", [0, 30])
def test_the_grid_asks_the_same_few_questions_for_a_large_team(
    agency: Agency, more: int, django_assert_max_num_queries
) -> None:
    for number in range(more):
        person = Person.objects.create(username=f"nv{number}", full_name=f"Nhân Viên {number}")
        agency.people[f"nv{number}"] = person
        Appointment.objects.create(
            person=person,
            unit=agency.units["VP"],
            title="Chuyên viên",
            subject_group=SubjectGroup.CONG_CHUC,
            duty=Duty.STAFF,
            reviewer=agency.people["office_head"],
            duty_group="Chuyên viên",
            starts_on=date(2026, 1, 1),
        )
    agency.open()
    hand_over(agency)
    for name in ("office_head", "deputy"):
        client = signed_in(agency, name)
        with django_assert_max_num_queries(21):
            assert client.get(reverse("team")).status_code == 200
