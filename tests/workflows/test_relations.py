"""The page of declared relations: whose end one may enter, and at what cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import DeclaredInterest
from organization.models import Appointment, Duty, Person, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from workflows.policy.relations import endable

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 2)


def related(agency: Agency, one: Person, other: Person, **changed) -> DeclaredInterest:
    values = {"relation": "anh em ruột", "declared_by": one, "declared_at": agency.at()} | changed
    return DeclaredInterest.objects.create(person=one, about=other, **values)


def colleague(agency: Agency, number: int, unit: str = "VP") -> Person:
    person = Person.objects.create_user(username=f"colleague{number}", full_name=f"Người số {number}")
    Appointment.objects.create(
        person=person,
        unit=agency.units[unit],
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        starts_on=date(2026, 1, 1),
    )
    return person


def test_a_relation_is_ended_by_its_person_or_the_personnel_officer_of_his_agency(agency: Agency) -> None:
    people = agency.people
    own = related(agency, people["an"], people["office_head"])
    foreign = related(agency, people["chairman"], people["an"])
    gone = related(agency, Person.objects.create_user(username="gone", full_name="Người đã nghỉ"), people["an"])
    over = related(agency, people["an"], people["deputy"], ended_at=agency.at())
    rows = [own, foreign, gone, over]
    assert endable(rows, people["hr"], ON) == {own.pk}  # of the office, by the officer of the department
    assert endable(rows, people["an"], ON) == {own.pk}
    assert endable(rows, people["office_head"], ON) == set()
    assert endable(rows, people["chairman"], ON) == {foreign.pk}


def test_the_page_costs_the_same_however_many_relations_it_shows(agency: Agency) -> None:
    officer = as_person(agency.people["hr"])
    url, costs = reverse("relations"), []
    for number in range(12):
        related(agency, colleague(agency, number), agency.people["an"])
        if number in (1, 11):
            officer.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert officer.get(url).content.decode().count(">End<") == number + 1
            costs.append(len(asked))
    assert costs[0] == costs[1]
    assert costs[1] <= 30
