"""Signing as one list in the process: where the procedure allows it, and what each page shows of it."""

from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import archive, demo_authority, keys
from documents.actions import cancel_document
from documents.models import Document, State
from tests.documents.csc_service import BEARER, CscService, serving
from tests.workflows.agency import PIN, Agency
from workflows.actions.reviews import approve_review
from workflows.actions.signing import sign_as_lists

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


LIST = "signing_list"


def shown(client: Client, documents: list[Document]):
    """The list as the page shows it before any PIN."""
    return client.post(reverse(LIST), {"documents": [str(row.uuid) for row in documents]})


def sign_as_list(client: Client, documents: list[Document], *, pin: str = PIN, seen: str = ""):
    seen = seen or shown(client, documents).context["seen"]
    sent = {"documents": [str(row.uuid) for row in documents], "seen": seen, "pin": pin}
    return client.post(reverse(LIST), sent, follow=True)


def test_one_pin_signs_all_forms_and_minutes_by_one_list(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    page = client.get(reverse(URL)).content.decode()
    assert f'formaction="{reverse(LIST)}"' in page
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
    assert reverse(LIST) not in client.get(reverse(URL)).content.decode()
    forged = shown(client, documents)
    assert (forged.status_code, forged.context["lists"]) == (409, [])
    assert "None of these documents can be signed by a list" in forged.content.decode()
    assert sign_as_list(client, documents, seen=forged.context["seen"]).status_code == 409
    assert agency.documents("signing_list") == []
    assert not any(row.slots.get(role="reviewer").signed_at for row in documents)


def test_a_wrong_pin_for_a_list_signs_nothing_and_keeps_the_ticks(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    seen = shown(client, waiting[:1])
    answer = sign_as_list(client, waiting[:1], pin="0000-wrong", seen=seen.context["seen"])
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'name="documents" value="{waiting[0].uuid}"' in page
    assert str(waiting[1].uuid) not in page
    assert 'id="pin_error"' in page
    assert "0000-wrong" not in page
    assert answer.context["lists"][0]["sha256"] == seen.context["lists"][0]["sha256"]
    assert agency.documents("signing_list") == []


def test_the_list_that_is_signed_is_byte_for_byte_the_one_shown(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    stored = set(archive.stored())
    page = shown(client, waiting)
    (drawn,) = page.context["lists"]
    sent = {"documents": [str(row.uuid) for row in waiting], "seen": page.context["seen"], "part": drawn["code"]}
    pdf = client.post(reverse(LIST), sent)
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert sha256(pdf.content).hexdigest() == drawn["sha256"]
    assert set(archive.stored()) == stored
    assert agency.documents("signing_list") == []
    sign_as_list(client, waiting, seen=page.context["seen"])
    (signed,) = agency.documents("signing_list")
    assert (signed.code, signed.unsigned_sha256) == (drawn["code"], drawn["sha256"])
    assert archive.read(signed.unsigned_sha256) == pdf.content
    listed = {row["sha256"] for row in signed.facts["documents"]}
    assert {slot.document.current_sha256 for slot in signed.listed_slots.all()} == listed


def test_another_list_than_the_one_shown_is_not_signed(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    seen = shown(client, waiting).context["seen"]
    withdrawn = waiting[0]
    cancel_document(document=withdrawn, reason="rút", by=agency.people["an"], at=agency.at())
    answer = sign_as_list(client, waiting, seen=seen)
    assert "no longer the one that you looked at" in answer.content.decode()
    assert agency.documents("signing_list") == []
    assert not any(row.slots.get(role="reviewer").signed_at for row in waiting)
    sign_as_list(client, waiting[1:])
    assert len(agency.documents("signing_list")[0].facts["documents"]) == 5


def test_a_page_that_is_old_or_somebody_elses_signs_nothing(agency: Agency, waiting: list[Document]) -> None:
    client = signed_in(agency, "office_head")
    foreign = signing.dumps([agency.people["an"].pk, [["CM-2026-AAAAAAAA", "0" * 64]]], salt="signed-list")
    for seen in ("forged", foreign):
        assert sign_as_list(client, waiting, seen=seen).status_code == 409
    assert agency.documents("signing_list") == []


def test_a_token_is_told_before_anything_is_asked_that_it_signs_no_list(
    agency: Agency, waiting: list[Document]
) -> None:
    head = agency.people["office_head"]
    key = ec.generate_private_key(ec.SECP256R1())
    chain = demo_authority.certify(
        agency.authority, head.full_name, str(head.uuid), key.public_key(), unit="Chữ ký cá nhân"
    )
    keys.enrol_certificate(person=head, chain=chain)
    client = signed_in(agency, "office_head")
    words = "A key on your own token cannot sign a list"
    page = client.get(reverse(URL)).content.decode()
    assert words in page
    assert reverse(LIST) not in page
    answer = shown(client, waiting)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert 'name="pin"' not in answer.content.decode()


def test_nothing_ticked_shows_no_list_and_the_address_alone_leads_back(agency: Agency) -> None:
    client = signed_in(agency, "an")
    assert client.post(reverse(LIST)).status_code == 422
    assert client.get(reverse(LIST)).url == reverse(URL)


def test_a_one_time_password_that_has_opened_the_key_for_the_list_is_not_asked_for_again(
    agency: Agency, waiting: list[Document], settings
) -> None:
    """A remote service takes it once: a second authorisation would say that nothing was signed."""
    head = agency.people["office_head"]
    key = ec.generate_private_key(ec.SECP256R1())
    chain = demo_authority.certify(agency.authority, head.full_name, str(head.uuid), key.public_key())
    with serving(CscService(key, chain, scal="1", otp="778899")) as service:
        settings.CSC_URL, settings.CSC_TOKEN = service.url, BEARER
        keys.enrol_service_key(owner=head, credential=service.name)
        results = sign_as_lists(documents=waiting, by=head, pin=f"{service.pin} 778899", at=agency.at())
    assert [result.ok for result in results] == [True] * len(waiting)
    assert service.asked.count("credentials/authorize") == 1
