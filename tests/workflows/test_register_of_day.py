"""The register of a day: closed, stamped, written as a document that the clerk signs and seals."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.actions import SlotSpec, request_document
from documents.models import Document, RegisterEvent, RegisterSheet, SheetToken, State
from documents.register import write_line, write_sheet
from tests.documents.office import FACTS
from tests.workflows.agency import Agency


@pytest.fixture
def desk(agency: Agency) -> Client:
    client = Client()
    client.force_login(agency.people["clerk"])
    return client


def enter(agency: Agency) -> Document:
    facts = json.loads((FACTS / "review_minutes.json").read_text())
    document = request_document(
        kind="review_minutes",
        unit=agency.units["SNV"],
        facts=facts,
        signers=[SlotSpec("reviewer", agency.people["director"])],
        at=agency.at(),
    )
    Document.objects.filter(pk=document.pk).update(current_sha256=uuid.uuid4().hex * 2)
    document = Document.objects.get(pk=document.pk)
    write_line(document=document, event=RegisterEvent.ARCHIVED, at=timezone.now())
    return document


def write(client: Client, agency: Agency, **changes):
    typed = {"unit": str(agency.units["SNV"].uuid), "day": timezone.localdate().isoformat()}
    return client.post(reverse("register_of_day"), typed | {"submission_key": str(uuid.uuid4())} | changes)


def test_the_clerks_button_closes_stamps_and_owes_the_document(agency: Agency, desk: Client) -> None:
    entered = enter(agency)
    answer = write(desk, agency)
    owed = Document.objects.get(kind__code="register_day")
    assert (answer.status_code, answer["Location"]) == (302, reverse("document", args=[owed.uuid]))
    sheet = RegisterSheet.objects.get()
    assert SheetToken.objects.filter(sheet=sheet).exists()
    (line,), (named,) = owed.facts["lines"], owed.facts["sheets"]
    assert (line["code"], line["sha256"]) == (entered.code, entered.current_sha256)
    assert named["sha256"] == sheet.sha256
    assert named["stamped_at"]


def test_the_clerk_waits_for_no_stamp_that_another_agency_owes(agency: Agency, desk: Client) -> None:
    document = enter(agency)
    Document.objects.filter(pk=document.pk).update(unit=agency.units["UBND"])
    write_line(document=Document.objects.get(), event=RegisterEvent.CANCELLED, at=timezone.now())
    other = write_sheet(unit=agency.units["UBND"], on=timezone.localdate())
    assert write(desk, agency).status_code == 302
    assert SheetToken.objects.filter(sheet__unit=agency.units["SNV"]).exists()
    assert not SheetToken.objects.filter(sheet=other).exists()


def test_the_document_is_signed_by_the_clerk_sealed_and_archived(agency: Agency, desk: Client) -> None:
    agency.enrol_keys("clerk")
    enter(agency)
    write(desk, agency)
    assert [result.ok for result in agency.sign_all("clerk")] == [True]
    owed = Document.objects.get(kind__code="register_day")
    desk.post(reverse("issuing"), {"documents": [str(owed.uuid)]})
    agency.render()
    owed = Document.objects.get(pk=owed.pk)
    assert (owed.state, owed.number) == (State.ARCHIVED, None)
    # Entered itself by now, it stands on the next sheet; asked again, the day has one line more and a document anew.
    write(desk, agency)
    assert len(Document.objects.filter(kind__code="register_day").latest("pk").facts["lines"]) == 2


def test_asked_twice_for_the_same_lines_it_is_one_document(agency: Agency, desk: Client) -> None:
    enter(agency)
    assert write(desk, agency)["Location"] == write(desk, agency)["Location"]
    assert Document.objects.filter(kind__code="register_day").count() == 1


def test_a_day_without_lines_and_a_day_to_come_are_refused(agency: Agency, desk: Client) -> None:
    assert write(desk, agency).status_code == 409
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert write(desk, agency, day=tomorrow).status_code == 400
    assert write(desk, agency, day="").status_code == 400
    assert not Document.objects.filter(kind__code="register_day").exists()


def test_another_agencys_register_is_not_found(agency: Agency, desk: Client) -> None:
    for name in ("UBND", "VP"):
        assert write(desk, agency, unit=str(agency.units[name].uuid)).status_code == 404


def test_the_issuing_page_offers_the_register(agency: Agency, desk: Client) -> None:
    assert reverse("register_of_day") in desk.get(reverse("issuing")).content.decode()
