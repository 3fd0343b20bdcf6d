"""Who moves takes his results along: the old agency hands them over, the new one and he himself read them."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from organization.actions import grant_role
from organization.models import AgencyRole, Appointment, Duty, Person, Role, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_replacements import replace
from workflows.actions.replacements import NewResult
from workflows.actions.transfers import moves_from, transfer_results
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import ResultTransfer

pytestmark = pytest.mark.django_db
DECISION = "Quyết định số 45/QĐ-UBND ngày 28/9/2026"


@pytest.fixture
def moved(agency: Agency) -> Agency:
    """An has published results and has moved to another department with an officer of its own."""
    agency.period = published(agency)
    agency._unit("STC", "Sở Tài chính", AgencyRole.USING, "UBND")
    agency.posts["an"].ends_on = date(2026, 10, 1)
    agency.posts["an"].save(update_fields=["ends_on"])
    agency.people["receiver"] = Person.objects.create_user(username="receiver", full_name="Người nhận")
    for name in ("an", "receiver"):
        Appointment.objects.create(
            person=agency.people[name],
            unit=agency.units["STC"],
            title="Chuyên viên",
            subject_group=SubjectGroup.CONG_CHUC,
            duty=Duty.STAFF,
            reviewer=agency.people["chairman"],
            duty_group="Chuyên viên",
            starts_on=date(2026, 10, 1),
        )
    grant_role(
        person=agency.people["receiver"],
        role=Role.UNIT_HR,
        unit=agency.units["STC"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    return agency


def send(agency: Agency, by: str = "hr", name: str = "an") -> ResultTransfer:
    return transfer_results(
        person=agency.people[name],
        agency=agency.units["SNV"],
        year=2026,
        moved_by=DECISION,
        notes=["Đang có 01 kiến nghị chờ trả lời."],
        by=agency.people[by],
        at=agency.at(),
    )


def test_each_result_goes_with_the_number_and_the_hash_of_what_proves_it(moved):
    Document.objects.filter(subject=moved.people["an"], kind__code="notice").update(current_sha256="ab" * 32)
    sent = send(moved)
    facts = sent.document.facts
    (row,) = facts["periods"]
    assert (row["period_words"], row["score"], row["class_code"]) == ("Quý III năm 2026", "100", "HTT")
    assert "/TB-SNV" in row["document"]
    assert facts["attachments"][0]["sha256"] == "ab" * 32
    assert facts["moved"] == {"decision": DECISION, "on": "2026-10-01"}
    assert sent.document.slots.get().expected_signer == moved.people["director"]
    assert sent.document.unit == moved.units["SNV"]
    assert moved.people["an"].notices.filter(event="results.transferred").exists()


def test_only_an_officer_of_the_old_agency_sends_and_only_who_has_moved(moved):
    for name in ("receiver", "clerk", "director"):
        with pytest.raises(NotAllowed):
            send(moved, by=name)
    with pytest.raises(NotReady, match="no results"):
        send(moved, name="hr")
    assert [move.person for move in moves_from(moved.units["SNV"], year=2026, on=timezone.localdate(moved.now))] == [
        moved.people["an"]
    ]
    with pytest.raises(Refused, match="decision on the move"):
        transfer_results(
            person=moved.people["an"],
            agency=moved.units["SNV"],
            year=2026,
            moved_by=" ",
            by=moved.people["hr"],
            at=moved.at(),
        )


def test_it_is_sent_once_and_again_when_a_result_was_replaced(moved):
    first = send(moved)
    with pytest.raises(NotReady, match="handed over already"):
        send(moved)
    issued(moved, "results_transfer")
    shelved("results_transfer")
    replace(moved, moved.period, an=NewResult("HTNV", "Tính nhầm."))
    issued(moved, "replacing_decision", "notice")
    shelved("replacing_decision", "notice")
    second = send(moved)
    assert second.document.replaces == first.document
    assert second.document.facts["periods"][0]["class_code"] == "HTNV"


def test_the_new_agency_reads_it_once_it_is_issued_and_so_does_the_person(moved):
    document = send(moved).document
    page, lists = reverse("document", args=[document.uuid]), reverse("result_transfers")
    receiver = as_person(moved.people["receiver"])
    assert receiver.get(page).status_code == 404
    assert document.code not in receiver.get(lists).content.decode()
    issued(moved, "results_transfer")
    assert receiver.get(page).status_code == 200
    assert document.code in receiver.get(lists).content.decode()
    assert as_person(moved.people["an"]).get(page).status_code == 200
    assert as_person(moved.people["office_head"]).get(page).status_code == 404


def test_the_page_lists_who_has_moved_and_sends_once(moved):
    hr, lists = as_person(moved.people["hr"]), reverse("result_transfers")
    page = reverse("result_transfer", args=[moved.people["an"].uuid])
    assert page in hr.get(lists).content.decode()
    form = hr.get(page)
    assert "Quý III năm 2026" in form.content.decode()
    typed = {"submission_key": form.context["submission_key"], "moved_by": DECISION, "notes": "Không"}
    assert hr.post(page, typed)["Location"] == lists
    assert hr.post(page, typed)["Location"] == lists
    assert ResultTransfer.objects.count() == 1
    assert page not in hr.get(lists).content.decode()
    assert as_person(moved.people["receiver"]).get(page).status_code == 404
    assert as_person(moved.people["an"]).get(lists).status_code == 403
