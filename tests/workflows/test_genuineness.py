"""The page behind the QR code tells the state of a document and nothing about a person."""

import re
from urllib.parse import quote

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from documents.actions import cancel_document
from documents.models import Document, State
from tests.documents.office import NOON, Office, archive_dir, authority, office
from workflows.views import genuineness

__all__ = ["archive_dir", "authority", "office"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_questions_yet() -> None:
    caches["shared"].clear()


def ask(client: Client, code: str):
    return client.get(reverse("document_state", args=[code]))


def search(client: Client, document: Document, **changes):
    asked = {"number": document.number_text, "agency": document.unit.code, "year": document.number_year} | changes
    return client.get(reverse("genuineness"), asked)


@pytest.fixture
def decision(office: Office) -> Document:
    """An archived decision that the whole agency may read, with its number."""
    return office.bring(office.request("decision"), State.ARCHIVED)


@pytest.fixture
def notice(office: Office) -> Document:
    """An archived notice to one person."""
    return office.bring(office.request("notice"), State.ARCHIVED)


def test_an_unknown_code_is_answered_without_login(client: Client) -> None:
    assert ask(client, "CM-2026-00000000").status_code == 404


def test_a_form_on_its_way_is_not_called_valid_and_names_nobody(client: Client, office: Office) -> None:
    form = office.bring(office.request("form_01"), State.AWAITING_SIGNATURE)
    answer = ask(client, form.code)
    assert answer.context["answer"] == "unfinished"
    assert not any(person.full_name in answer.content.decode() for person in office.people.values())


def test_a_cancelled_form_is_called_cancelled(client: Client, office: Office) -> None:
    form = office.bring(office.request("form_01"), State.AWAITING_SIGNATURE)
    cancel_document(document=form, reason="Rút phiếu", by=office.people["person"], at=NOON)
    assert ask(client, form.code).context["answer"] == "cancelled"


def test_a_code_is_found_however_it_is_typed(client: Client, notice: Document) -> None:
    answer = client.get(reverse("genuineness"), {"code": f" {notice.code.lower()} "})
    assert answer.context["answer"] == "valid"
    assert notice.current_sha256 in answer.content.decode()


@pytest.mark.parametrize("written", ["{}", "Số: {}", " {} ", "0{}"])
def test_a_document_of_the_agency_is_found_by_its_number(client: Client, decision: Document, written: str) -> None:
    answer = search(client, decision, number=written.format(decision.number_text.lower()))
    assert (answer.status_code, answer.context["answer"]) == (200, "valid")
    assert decision.code not in answer.content.decode()


def test_the_number_of_a_personal_document_is_answered_like_one_that_does_not_exist(
    client: Client, notice: Document
) -> None:
    symbol = notice.number_text.split("/")[1]
    told, absent = search(client, notice), search(client, notice, number=f"999/{symbol}")
    assert (told.status_code, absent.status_code) == (404, 404)
    pages = [re.sub(r"[A-Za-z0-9]{64}", "token", each.content.decode()) for each in (told, absent)]
    for index, number in enumerate((notice.number_text, f"999/{symbol}")):
        for written in (number, quote(number, safe="")):
            pages[index] = pages[index].replace(written, "-")
    assert pages[0] == pages[1]
    assert ask(client, notice.code).context["answer"] == "valid"


def test_a_decision_about_one_person_is_not_told_by_its_number(client: Client, office: Office) -> None:
    document = office.bring(office.request("decision", subject=office.people["person"]), State.ARCHIVED)
    assert search(client, document).status_code == 404


@pytest.mark.parametrize("changes", [{"year": 2025}, {"number": "01/QĐ-XYZ"}, {"number": "1"}, {"number": "x/y"}])
def test_another_year_or_symbol_is_unknown(client: Client, decision: Document, changes: dict) -> None:
    assert search(client, decision, **changes).status_code == 404


def test_a_number_needs_its_agency_and_year(client: Client, decision: Document) -> None:
    answer = client.get(reverse("genuineness"), {"number": decision.number_text})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"agency", "year"}


def test_a_replaced_document_leads_to_the_later_one(client: Client, office: Office, decision: Document) -> None:
    later = office.bring(office.request("decision", replaces=decision), State.ARCHIVED)
    by_code, by_number = ask(client, decision.code), search(client, decision)
    assert by_code.context["answer"] == by_number.context["answer"] == "replaced"
    assert f'href="{reverse("document_state", args=[later.code])}"' in by_code.content.decode()
    assert later.number_text in by_number.content.decode()
    assert later.code not in by_number.content.decode()


def test_a_practice_document_has_no_number_that_anybody_may_ask_for(client: Client, office: Office) -> None:
    document = office.bring(office.request("decision", practice=True), State.ARCHIVED)
    assert document.number_text
    assert search(client, document).status_code == 404
    assert "practice document" in ask(client, document.code).content.decode()


def test_codes_cannot_be_guessed(office: Office) -> None:
    codes = {office.request("notice").code for _each in range(3)}
    assert all(len(code.rpartition("-")[2]) == 8 for code in codes)
    assert len(codes) == 3


def test_too_many_questions_from_one_address_are_asked_to_wait_and_others_are_not(
    client: Client, notice: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(genuineness, "LIMIT", genuineness.RateLimit("test", each=3, together=4))
    monkeypatch.setattr("workflows.policy.limits.time.time", lambda: 6000.0)
    asked = [ask(client, "CM-2026-00000000").status_code for _each in range(4)]
    assert asked == [404, 404, 404, 429]
    elsewhere = client.get(reverse("document_state", args=[notice.code]), REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 200
    together = client.get(reverse("document_state", args=[notice.code]), REMOTE_ADDR="203.0.113.8")
    assert (together.status_code, together["Retry-After"]) == (429, "60")
    monkeypatch.setattr("workflows.policy.limits.time.time", lambda: 6060.0)
    assert ask(client, notice.code).status_code == 200


def test_one_subscriber_with_many_ipv6_addresses_is_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuineness, "LIMIT", genuineness.RateLimit("test6", each=1, together=50))
    found = [
        client.get(reverse("genuineness"), REMOTE_ADDR=f"2001:db8:7:1::{each}").status_code for each in ("1", "2:3")
    ]
    other = client.get(reverse("genuineness"), REMOTE_ADDR="2001:db8:7:2::1").status_code
    assert (found, other) == ([200, 429], 200)


def test_the_page_answers_while_the_shared_counters_are_down(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args, **kwargs):
        raise ConnectionRefusedError("no cache today")

    monkeypatch.setattr(caches["shared"], "add", down)
    assert client.get(reverse("genuineness")).status_code == 200
