"""The clerk's desk: number, date and release to the seal, each document for itself, nothing twice."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from documents.actions import SlotSpec, request_document
from documents.models import Document, State
from tests.documents.office import FACTS
from tests.workflows.agency import Agency


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


def notice(agency: Agency, *, signed: bool = True) -> Document:
    """A notice about An, signed by the head when asked."""
    document = request_document(
        kind="notice",
        unit=agency.units["SNV"],
        facts=json.loads((FACTS / "notice.json").read_text()),
        signers=[SlotSpec(role="head", person=agency.people["director"])],
        subject=agency.people["an"],
        at=agency.at(),
    )
    if signed:
        assert all(result.ok for result in agency.sign_all("director"))
    return Document.objects.get(pk=document.pk)


@pytest.fixture
def desk(agency: Agency) -> Client:
    agency.enrol_keys("director")
    return signed_in(agency, "clerk")


def issue(client: Client, *documents: Document):
    return client.post(reverse("issuing"), {"documents": [str(row.uuid) for row in documents]})


def test_ticked_documents_get_their_numbers_and_go_to_the_seal(agency: Agency, desk: Client) -> None:
    first, second = notice(agency), notice(agency)
    page = desk.get(reverse("issuing")).content.decode()
    assert first.code in page
    assert second.code in page
    answer = issue(desk, first, second)
    numbers = set(Document.objects.values_list("number_text", flat=True))
    assert len(numbers) == 2
    assert all(number in answer.content.decode() for number in numbers)
    agency.render()
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    assert numbers == {row["chip"]["number"] for row in desk.get(reverse("issuing")).context["recent"]}


def test_a_document_issued_meanwhile_keeps_its_number_and_says_when(agency: Agency, desk: Client) -> None:
    document = notice(agency)
    issue(desk, document)
    number = Document.objects.get(pk=document.pk).number_text
    again = issue(desk, document)
    assert again.status_code == 200
    assert again.context["results"][0]["result"].already
    assert Document.objects.get(pk=document.pk).number_text == number


def test_an_unsigned_document_is_refused_alone(agency: Agency, desk: Client) -> None:
    ready, unsigned = notice(agency), notice(agency, signed=False)
    answer = issue(desk, ready, unsigned)
    assert {row["result"].document.pk: row["result"].ok for row in answer.context["results"]} == {
        ready.pk: True,
        unsigned.pk: False,
    }


def test_nothing_ticked_is_said_and_nothing_is_issued(agency: Agency, desk: Client) -> None:
    notice(agency)
    assert issue(desk).status_code == 422
    assert desk.post(reverse("issuing"), {"documents": ["x"]}).status_code == 422
    assert not Document.objects.filter(issue_released_at__isnull=False).exists()


def test_only_a_clerk_issues_and_only_in_his_agency(agency: Agency, desk: Client) -> None:
    document = notice(agency)
    for name in ("an", "director", "archivist"):
        assert signed_in(agency, name).get(reverse("issuing")).status_code == 403
        assert issue(signed_in(agency, name), document).status_code == 403
    Document.objects.filter(pk=document.pk).update(unit=agency.units["UBND"])
    assert document.code not in desk.get(reverse("issuing")).content.decode()
    assert issue(desk, document).status_code == 422
    assert Document.objects.get(pk=document.pk).number is None
