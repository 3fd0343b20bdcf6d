"""Initials of drafter and checker: asked where the procedure asks, in order, by people named for the period."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import pipeline
from documents.actions import sign_documents
from documents.models import Document, SignatureSlot, State
from organization.models import JournalEntry
from tests.workflows.agency import PIN, Agency
from workflows.actions.initials import initiallers, name_initialler, with_initials
from workflows.actions.publications import notify_scores
from workflows.actions.reviews import approve_review
from workflows.errors import NotReady, Refused
from workflows.models import EvaluationPeriod, PeriodInitials


def period_of(agency: Agency) -> EvaluationPeriod:
    return EvaluationPeriod.objects.get(agency=agency.units["SNV"])


def name(agency: Agency, role: str, person: str) -> None:
    period = period_of(agency)
    name_initialler(
        period=period,
        role=role,
        person=agency.people[person],
        by=agency.people["hr"],
        expected_version=period.version,
        at=agency.at(),
    )


@pytest.fixture
def approved(agency: Agency) -> Agency:
    """A tracking quarter with initials; An's review is approved and signed, the head may tell the scores."""
    agency.enrol_keys()
    agency.now = timezone.now()
    agency.open("tracking_office", "decree-335")
    agency.hand_in("an")
    agency.sign_all("an")
    evaluation = agency.evaluation("an")
    approve_review(
        evaluation=evaluation, by=agency.people["office_head"], expected_version=evaluation.version, at=agency.at()
    )
    agency.sign_all("office_head")
    return agency


def owe_notice(agency: Agency) -> Document:
    notify_scores(period=period_of(agency), by=agency.people["director"], expected_version=None, at=agency.at())
    agency.render()
    return agency.documents("notice")[0]


def test_nobody_named_the_documents_wait_for_a_name_and_say_where(approved: Agency) -> None:
    assert initiallers(period_of(approved)) == {"drafter": approved.people["hr"], "checker": None}
    with pytest.raises(NotReady) as refusal:
        owe_notice(approved)
    assert refusal.value.missing == ["checker"]
    assert approved.documents("notice") == []


def test_drafter_then_checker_then_head_and_the_first_initial_certifies(approved: Agency) -> None:
    name(approved, "checker", "office_head")
    notice = owe_notice(approved)
    assert [slot.role for slot in notice.slots.all()] == ["drafter", "checker", "head"]
    early = sign_documents(documents=[notice], signer=approved.people["office_head"], pin=PIN, at=approved.at())
    assert not early[0].ok
    assert "Phạm Thị Nhân" in early[0].reason
    for person in ("hr", "office_head", "director"):
        assert [result.ok for result in approved.sign_all(person)] == [True]
    assert Document.objects.get(pk=notice.pk).state == State.SIGNED
    assert [slot.certify for slot in notice.slots.all()] == [True, False, False]


def test_the_queue_asks_for_initials_in_its_own_word(approved: Agency) -> None:
    name(approved, "checker", "office_head")
    owe_notice(approved)
    client = Client()
    client.force_login(approved.people["hr"])
    page = client.get(reverse("signing_queue")).content.decode()
    assert "you initial as drafter" in page
    assert "you sign as" not in page


def test_nobody_initials_what_he_signs_or_a_paper_about_himself(approved: Agency) -> None:
    name(approved, "drafter", "an")
    name(approved, "checker", "director")
    notice = owe_notice(approved)
    assert [slot.role for slot in notice.slots.all()] == ["head"]
    assert set(notice.facts["signers"]) == {"head"}


def test_a_new_name_takes_over_the_initials_still_open_and_no_others(approved: Agency) -> None:
    name(approved, "checker", "office_head")
    notice = owe_notice(approved)
    approved.sign_all("hr")
    name(approved, "drafter", "clerk")
    assert notice.slots.get(role="drafter").expected_signer == approved.people["hr"]
    name(approved, "checker", "deputy")
    assert notice.slots.get(role="checker").expected_signer == approved.people["deputy"]
    name(approved, "checker", "an")  # the notice is about him
    assert notice.slots.get(role="checker").expected_signer == approved.people["deputy"]
    assert JournalEntry.objects.filter(event="period.initialler_named").count() == 4


def test_a_procedure_without_initials_asks_for_none(agency: Agency) -> None:
    agency.open("tracking", "decree-335")
    period = period_of(agency)
    made = with_initials(period, "notice", facts={"signers": {}}, signers=[], on=agency.today())
    assert made == {"facts": {"signers": {}}, "signers": [], "subject": None}
    with pytest.raises(Refused):
        name(agency, "checker", "office_head")


def test_the_page_names_them_and_only_who_runs_the_period_sees_it(agency: Agency) -> None:
    period = agency.open("tracking_office", "decree-335")
    client, address = Client(), reverse("period_initials", args=[period.uuid])
    client.force_login(agency.people["hr"])
    page = client.get(address).content.decode()
    assert "Trần Văn Phòng" in page
    sent = {
        "expected_version": period.version,
        "drafter": agency.people["hr"].uuid,
        "checker": agency.people["office_head"].uuid,
    }
    assert client.post(address, sent).url == reverse("period", args=[period.uuid])
    named = {row.role: row.person for row in PeriodInitials.objects.all()}
    assert named == {"drafter": agency.people["hr"], "checker": agency.people["office_head"]}
    assert client.post(address, sent).status_code == 409
    assert client.post(address, sent | {"checker": "nobody"}).status_code == 422
    stranger = Client()
    stranger.force_login(agency.people["an"])
    assert stranger.get(address).status_code == 404


def test_a_person_in_two_roles_signs_both_with_one_pin(approved: Agency) -> None:
    name(approved, "checker", "office_head")
    notice = owe_notice(approved)
    SignatureSlot.objects.filter(document=notice, role="checker").update(expected_signer=approved.people["hr"])
    (result,) = approved.sign_all("hr")
    assert result.ok
    assert all(slot.signed_at for slot in notice.slots.filter(role__in=["drafter", "checker"]))
    assert notice.slots.get(role="head").signed_at is None
    pipeline.drain()
