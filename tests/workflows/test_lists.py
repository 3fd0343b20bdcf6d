"""Signing as one list in the process: where the procedure allows it, and what each page shows of it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, State
from tests.workflows.agency import PIN, Agency
from workflows.actions.reviews import approve_review

URL = "signing_queue"
NAMES = ("an", "hr", "clerk")


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


def reviewed(agency: Agency, procedure: str) -> list[Document]:
    """Three people's forms signed by them and approved by the office head: forms and minutes wait for him."""
    agency.enrol_keys()
    agency.now = timezone.now()
    agency.open(procedure)
    for name in NAMES:
        agency.hand_in(name)
        agency.sign_all(name)
        evaluation = agency.evaluation(name)
        approve_review(
            evaluation=evaluation,
            by=agency.people["office_head"],
            comment=f"Nhận xét {name}.",
            expected_version=evaluation.version,
            at=agency.at(),
        )
    agency.render()
    return [*agency.documents("form_01"), *agency.documents("review_minutes")]


@pytest.fixture
def waiting(agency: Agency) -> list[Document]:
    return reviewed(agency, "full_cycle_office")


def sign_as_list(client: Client, documents: list[Document]):
    sent = {"documents": [str(row.uuid) for row in documents], "pin": PIN, "how": "list"}
    return client.post(reverse(URL), sent, follow=True)


def test_one_pin_signs_all_forms_and_minutes_by_one_list(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    page = client.get(reverse(URL)).content.decode()
    assert 'name="how" value="list"' in page
    assert "Quy chế ký số" in page
    answer = sign_as_list(client, waiting)
    (signed_list,) = agency.documents("signing_list")
    assert signed_list.code in answer.content.decode()
    assert signed_list.facts["period_words"] == "Quý III năm 2026"
    assert signed_list.facts["signers"]["signer"]["title"] == "CHÁNH VĂN PHÒNG"
    assert len(signed_list.facts["documents"]) == 6
    slots = [row.slots.get(role="reviewer") for row in waiting]
    assert {slot.listed_in for slot in slots} == {signed_list}
    assert slots[0].fill["reviewer_comment"] == "Nhận xét an."
    agency.render()
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}


def test_form_list_and_public_page_lead_to_each_other(agency: Agency, waiting: list[Document]) -> None:
    reviewer = signed_in(agency, "office_head")
    sign_as_list(reviewer, waiting)
    agency.render()
    (signed_list,) = agency.documents("signing_list")
    person = signed_in(agency, "an")
    form = next(row for row in waiting if row.subject == agency.people["an"])
    address = reverse("document", args=[signed_list.uuid])
    assert address in person.get(reverse("document", args=[form.uuid])).content.decode()
    answer = person.get(address)
    assert answer.status_code == 200, "who reads a form reads the list that stands for its signature"
    other = next(row for row in waiting if row.subject == agency.people["hr"])
    page = answer.content.decode()
    assert reverse("document", args=[form.uuid]) in page
    assert reverse("document", args=[other.uuid]) not in page
    assert reverse("document", args=[other.uuid]) in reviewer.get(address).content.decode()
    public = Client().get(reverse("document_state", args=[form.code])).content.decode()
    assert reverse("document_state", args=[signed_list.code]) in public
    shown = Client().get(reverse("document_state", args=[signed_list.code])).content.decode()
    assert "<dd>6</dd>" in shown
    assert form.code not in shown
    assert "Nguyễn Văn An" not in shown


def test_the_check_of_a_listed_form_follows_its_list(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    sign_as_list(client, waiting)
    for document in waiting:
        judgement = client.get(reverse("document", args=[document.uuid]), {"check": ""}).context["judgement"]
        assert judgement.ok, judgement.problems


def test_where_the_procedure_is_silent_nobody_signs_by_list(agency: Agency) -> None:
    documents = reviewed(agency, "full_cycle")
    client = signed_in(agency, "office_head")
    assert 'value="list"' not in client.get(reverse(URL)).content.decode()
    sign_as_list(client, documents)  # forged: each is signed by itself
    assert agency.documents("signing_list") == []
    assert all(row.slots.get(role="reviewer").signed_at for row in documents)


def test_a_wrong_pin_for_a_list_signs_nothing_and_keeps_the_ticks(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    sent = {"documents": [str(waiting[0].uuid)], "pin": "0000-wrong", "how": "list"}
    answer = client.post(reverse(URL), sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'value="{waiting[0].uuid}" checked' in page
    assert f'value="{waiting[1].uuid}" checked' not in page
    assert agency.documents("signing_list") == []
