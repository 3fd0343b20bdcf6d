"""Excusing, reassigning and adding people in the browser."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from organization.models import Appointment, Duty, JournalEntry, Person, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.test_periods import body, browser, no_broker
from workflows import flows
from workflows.models import Evaluation, Standing

__all__ = ["no_broker"]

pytestmark = pytest.mark.django_db


def ask(agency: Agency, name: str, route: str, **typed: object):
    """POST the page's form about the person An, in the name of somebody."""
    evaluation = agency.evaluation("an")
    data = {"expected_version": evaluation.version} | typed
    return browser(agency, name).post(reverse(route, args=[evaluation.uuid]), data)


def test_an_excused_person_has_no_open_task_and_the_reason_is_kept(agency: Agency):
    agency.open()
    evaluation = agency.evaluation("an")
    answer = ask(agency, "hr", "evaluation_excuse", reason="Nghỉ thai sản từ tháng 7.")
    assert answer["Location"] == reverse("period", args=[evaluation.period.uuid])
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    assert evaluation.standing == Standing.VOID
    assert flows.open_task(evaluation) is None
    assert evaluation.steps.get().decision.reason == "Nghỉ thai sản từ tháng 7."


def test_excusing_without_a_reason_is_asked_again(agency: Agency):
    agency.open()
    assert ask(agency, "hr", "evaluation_excuse", reason="").context["form"].errors
    assert agency.evaluation("an").standing == Standing.OPEN


def test_an_old_page_excuses_nobody_and_keeps_the_reason_typed(agency: Agency):
    agency.open()
    refused = ask(agency, "hr", "evaluation_excuse", reason="Chuyển công tác.", expected_version=99)
    assert refused.status_code == 409
    assert "Chuyển công tác." in body(refused)
    assert agency.evaluation("an").standing == Standing.OPEN


@pytest.mark.parametrize(("name", "status"), [("office_head", 403), ("an", 403), ("archivist", 404)])
@pytest.mark.parametrize("route", ["evaluation_excuse", "evaluation_reassign"])
def test_only_the_personnel_officer_makes_exceptions(agency: Agency, route: str, name: str, status: int):
    agency.open()
    assert ask(agency, name, route, reason="Lý do", to=str(agency.people["deputy"].uuid)).status_code == status
    assert agency.evaluation("an").reviewer == agency.people["office_head"]
    assert agency.evaluation("an").standing == Standing.OPEN


def test_an_open_review_moves_to_the_new_reviewer(agency: Agency):
    agency.open()
    agency.hand_in("an")
    answer = ask(agency, "hr", "evaluation_reassign", to=str(agency.people["deputy"].uuid), reason="Nghỉ hưu.")
    assert answer.status_code == 302
    evaluation = agency.evaluation("an")
    assert evaluation.reviewer == agency.people["deputy"]
    assert flows.open_task(evaluation).owner == agency.people["deputy"]
    assert JournalEntry.objects.filter(event="evaluation.reassigned").count() == 1


def test_nobody_is_offered_to_review_himself(agency: Agency):
    agency.open()
    page = browser(agency, "hr").get(reverse("evaluation_reassign", args=[agency.evaluation("an").uuid]))
    offered = set(page.context["form"].people)
    assert str(agency.people["an"].uuid) not in offered
    assert str(agency.people["chairman"].uuid) in offered


def test_somebody_who_joined_gets_one_form_however_often_the_post_is_sent(agency: Agency):
    period = agency.open()
    late = Person.objects.create_user("moi", "Cao Thị Mới", "mat-khau-thu")
    post = Appointment.objects.create(
        person=late,
        unit=agency.units["VP"],
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        reviewer=agency.people["office_head"],
        starts_on=date(2026, 9, 1),
    )
    url = reverse("period_add_person", args=[period.uuid])
    hr: Client = browser(agency, "hr")
    assert list(hr.get(url).context["form"].posts) == [str(post.uuid)]
    typed = {"post": str(post.uuid), "submission_key": str(uuid.uuid4())}
    for _time in range(2):
        hr.post(url, typed)
    assert Evaluation.objects.filter(person=late).count() == 1
    assert hr.get(url).context["form"] is None
