"""The page behind the QR code tells the state of a document and nothing about a person."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.actions import cancel_document
from tests.workflows.agency import Agency

pytestmark = pytest.mark.django_db


def ask(client: Client, code: str):
    return client.get(reverse("document_state", args=[code]))


def test_an_unknown_code_is_answered_without_login(client: Client) -> None:
    assert ask(client, "CM-2026-00000000").status_code == 404


def test_a_form_on_its_way_is_not_called_valid_and_names_nobody(client: Client, agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    (form,) = agency.documents("form_01")
    answer = ask(client, form.code)
    assert answer.context["answer"] == "unfinished"
    assert agency.people["an"].full_name not in answer.content.decode()


def test_a_cancelled_form_is_called_cancelled(client: Client, agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    (form,) = agency.documents("form_01")
    cancel_document(document=form, reason="Rút phiếu", by=agency.people["an"], at=agency.at())
    assert ask(client, form.code).context["answer"] == "cancelled"
