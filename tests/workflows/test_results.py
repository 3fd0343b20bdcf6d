"""My result and why, and the classes published inside the agency."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from approvals.actions import record_decision
from approvals.models import Decision
from kpi.actions import Change
from organization.authority import Authority
from organization.models import AgencyRole, Appointment, Block, Duty, Person, SubjectGroup, Unit
from tests.workflows.agency import Agency
from workflows.actions.reviews import approve_review
from workflows.models import Evaluation


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def result(agency: Agency, name: str, of: str = "an"):
    return client_of(agency.people[name]).get(reverse("result", args=[agency.evaluation(of).uuid]))


@pytest.fixture
def reviewed(agency: Agency) -> Agency:
    """An's form is handed in, signed and approved with one adjustment."""
    agency.open()
    agency.enrol_keys("an")
    agency.hand_in("an", share="0.6")
    agency.sign_all("an")
    evaluation = agency.evaluation("an")
    approve_review(
        evaluation=evaluation,
        by=evaluation.reviewer,
        adjustments=[Change("general", "III.1", Decimal(1), "Giải pháp mới ở mức thử nghiệm.")],
        comment="Cố gắng hơn ở quý sau.",
        expected_version=evaluation.version,
        at=agency.at(),
    )
    return agency


def test_the_person_reads_the_score_down_to_rule_and_article(reviewed: Agency) -> None:
    answer = result(reviewed, "an")
    assert answer.status_code == 200
    why = answer.context["why"]
    assert answer.context["step"].snapshot.reviewed
    assert len(why["criteria"]) == 10
    assert len(why["lines"]) == 3
    assert [step["code"] for step in why["final"]] == ["result.ratio", "result.points", "total", "rounding", "class"]
    assert all(step["basis"] for step in why["final"] + why["components"])
    html = answer.content.decode()
    assert "87,50" in html  # 18 − 0,5 general points and all 70 for the work
    assert "Giải pháp mới ở mức thử nghiệm." in html
    assert "Cố gắng hơn ở quý sau." in html


def test_the_page_says_what_was_missing_to_the_next_class(reviewed: Agency) -> None:
    why = result(reviewed, "an").context["why"]
    assert (why["next_class"]["code"], why["next_class"]["points_missing_printed"]) == ("HTXS", "2,50")
    assert [loss["printed"] for loss in why["losses"]][:2] == ["2,00", "2,00"]


def test_the_local_rule_is_named_beside_the_class(reviewed: Agency) -> None:
    answer = result(reviewed, "an")
    assert "quy chế địa phương" in answer.context["local_rule"]
    assert answer.context["local_rule"] in answer.content.decode()


@pytest.mark.parametrize(("name", "status"), [("office_head", 200), ("director", 200), ("hr", 200), ("clerk", 404)])
def test_only_the_competent_people_see_it(reviewed: Agency, name: str, status: int) -> None:
    assert result(reviewed, name).status_code == status


def test_an_absent_result_answers_as_a_foreign_one(reviewed: Agency) -> None:
    url = reverse("result", args=["00000000-0000-4000-8000-000000000000"])
    assert client_of(reviewed.people["an"]).get(url).status_code == 404


def test_before_the_hand_in_even_the_reviewer_sees_no_draft(agency: Agency) -> None:
    agency.open()
    agency.fill("an")
    answer = result(agency, "office_head")
    assert answer.context["why"] is None
    assert "Chủ động, đúng hạn." not in answer.content.decode()


def test_the_result_keeps_its_query_budget(reviewed: Agency, django_assert_max_num_queries) -> None:
    client = client_of(reviewed.people["an"])
    with django_assert_max_num_queries(45):
        client.get(reverse("result", args=[reviewed.evaluation("an").uuid]))


@pytest.fixture
def published(agency: Agency) -> Agency:
    """An's class is decided and his notice issued; the clerk's is only decided."""
    agency.open()
    for name in ("an", "clerk"):
        evaluation = agency.evaluation(name)
        decision = record_decision(
            kind=Decision.Kind.HEAD_DECIDED,
            person=evaluation.person,
            by=agency.people["director"],
            under=Authority.own(agency.people["director"]),
            at=agency.at(),
            class_code="HTT",
            score_class="HTT",
            score_total="87.5",
        )
        evaluation.decide(decision)
        if name == "an":
            evaluation.publish()
        evaluation.save(update_fields=["standing", "final_decision"])
    return agency


def classes(agency: Agency, person: Person):
    period = Evaluation.objects.get(person=agency.people["an"]).period
    return client_of(person).get(reverse("published_classes", args=[period.uuid]))


def test_colleagues_read_published_classes_in_words_without_scores(published: Agency) -> None:
    answer = classes(published, published.people["archivist"])
    assert [row.person for row in answer.context["page"]] == [published.people["an"]]
    html = answer.content.decode()
    assert 'class="class-badge class-badge--good"' in html
    assert "87,5" not in html
    assert "87.5" not in html


def test_people_of_another_agency_do_not_see_the_list(published: Agency) -> None:
    office = Unit.objects.create(
        code="STC",
        name="Sở Tài chính",
        abbreviation="STC",
        block=Block.STATE,
        agency_role=AgencyRole.USING,
        parent=published.units["UBND"],
        place="Hải Vân",
        starts_on=published.units["UBND"].starts_on,
    )
    stranger = Person.objects.create_user(username="la", full_name="Người Sở Khác")
    Appointment.objects.create(
        person=stranger,
        unit=office,
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        reviewer=published.people["chairman"],
        starts_on=office.starts_on,
    )
    assert classes(published, stranger).status_code == 404
