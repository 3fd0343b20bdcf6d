"""The clerk's and the head's way on with a document that can never be sealed."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document, DocumentKind, SignatureSlot, State, Trouble
from tests.workflows.agency import Agency


@pytest.fixture
def minutes(agency: Agency) -> Document:
    """Minutes with the number 5, signed with a certificate that had been revoked."""
    return spoiled(agency)


def spoiled(agency: Agency, **changes) -> Document:
    values = {
        "code": "CM-7F3K-92QD",
        "kind": DocumentKind.objects.get(code="council_minutes"),
        "unit": agency.units["SNV"],
        "facts": {},
        "template_version": 1,
        "state": State.NUMBERED,
        "requested_at": agency.at(),
        "next_attempt_at": agency.at(),
        "last_error": Trouble.SIGNER_REVOKED,
        "number": 5,
        "number_year": 2026,
        "book": "BB",
        "number_text": "05/BB-SNV",
        "issued_on": agency.at().date(),
        "issue_released_at": agency.at(),
    }
    made = Document.objects.create(**values | changes)
    signed = {"expected_signer": agency.people["director"], "signed_at": agency.at(), "fingerprint": "ab" * 32}
    SignatureSlot.objects.create(document=made, order=1, role="chair", field="sig.chair", **signed)
    return made


def sent(agency: Agency, relation: str, document: Document, reason: str):
    client = Client()
    client.force_login(agency.people[relation])
    return client.post(reverse("document_cancel", args=[document.uuid]), {"reason": reason}, follow=True)


@pytest.mark.parametrize("relation", ["clerk", "director"])
def test_the_page_says_why_and_the_act_ends_it_with_its_number(agency, minutes, relation):
    client = Client()
    client.force_login(agency.people[relation])
    page = client.get(reverse("document", args=[minutes.uuid])).content.decode()
    assert "This document can never be sealed" in page
    assert "The number 05/BB-SNV stays used" in page
    page = sent(agency, relation, minutes, "Chứng thư bị thu hồi").content.decode()
    minutes.refresh_from_db(fields=["cancel_reason", "number"])
    assert (Document.objects.get().state, minutes.cancel_reason, minutes.number) == (
        State.CANCELLED,
        "Chứng thư bị thu hồi",
        5,
    )
    assert "The document is cancelled." in page
    assert "This document can never be sealed" not in page
    assert sent(agency, relation, minutes, "Lần hai").status_code == 200  # once more does nothing
    assert Document.objects.get().cancel_reason == "Chứng thư bị thu hồi"


def test_without_a_reason_nothing_happens(agency, minutes):
    answer = sent(agency, "clerk", minutes, "  ")
    assert answer.status_code == 409
    assert "A cancellation needs a reason." in answer.content.decode()
    assert Document.objects.get().state == State.NUMBERED


def test_who_only_reads_it_sees_no_form_and_may_not(agency, minutes):
    client = Client()
    client.force_login(agency.people["deputy"])
    seen = client.get(reverse("document", args=[minutes.uuid]))
    assert seen.status_code in (200, 404)
    assert "This document can never be sealed" not in seen.content.decode()
    assert sent(agency, "deputy", minutes, "Vì sao").status_code in (403, 404)
    assert Document.objects.get().state == State.NUMBERED


def test_what_only_waits_for_the_time_stamps_is_not_cancelled(agency):
    waiting = spoiled(agency, last_error=Trouble.TIMESTAMPS_DOWN)
    answer = sent(agency, "clerk", waiting, "Chờ lâu quá")
    assert answer.status_code == 409
    assert "Nothing is wrong with the signatures" in answer.content.decode()
    assert Document.objects.get().state == State.NUMBERED
