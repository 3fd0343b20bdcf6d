"""A document whose signer had been revoked when he signed: no number is taken for it, and one with a number ends."""

from datetime import UTC, datetime, timedelta

import pytest

from documents import demo_authority, inspection, keys, pipeline
from documents.actions import cancel_document, issue_documents
from documents.actions.refusals import DocumentRefused
from documents.models import Document, NumberBook, RegisterLine, State, Trouble
from documents.signing import Pkcs12Signer
from organization.models import JournalEntry
from tests.documents.office import NOON, PIN, again


def revoked_afterwards(office, state):
    """A notice in this state, and then its head's key is told to have been lost a day before it signed."""
    head, born = office.people["head"], datetime.now(UTC) - timedelta(days=2)
    data = demo_authority.issue_person(office.authority, head.full_name, str(head.uuid), PIN, at=born)
    keys.enrol_person_key(person=head, data=data, pin=PIN)
    document = office.bring(office.request("notice"), state)
    serial = Pkcs12Signer.open(data, PIN).certificate.serial_number
    demo_authority.revoke(office.authority, serial, at=datetime.now(UTC) - timedelta(days=1))
    return document


def cancelled(office, document, reason="Chứng thư bị thu hồi trước khi ký."):
    return cancel_document(document=document, reason=reason, by=office.people["clerk"], at=NOON)


def test_no_number_is_taken_for_a_document_that_can_never_be_sealed(office):
    document = revoked_afterwards(office, State.SIGNED)
    (result,) = office.issue(document)
    assert (result.ok, result.reason) == (False, str(Trouble.SIGNER_REVOKED.label))
    found = again(document)
    assert (found.state, found.number, found.last_error) == (State.SIGNED, None, Trouble.SIGNER_REVOKED)
    assert found.issue_released_at is None
    assert not NumberBook.objects.filter(last__gt=0, year__gt=0).exists()
    assert cancelled(office, document).state == State.CANCELLED


def test_a_document_on_which_a_result_rests_gets_its_number_and_ends_with_it(office, caplog):
    document = revoked_afterwards(office, State.SIGNED)
    (result,) = issue_documents(documents=[document], by=office.people["clerk"], at=NOON, unasked=[document.pk])
    assert (result.ok, again(document).number) == (True, 1)
    pipeline.advance(document.pk)
    assert again(document).last_error == Trouble.SIGNER_REVOKED
    assert cancelled(office, document).number == 1


def test_the_others_of_the_same_act_get_their_numbers_without_a_gap(office):
    first = office.bring(office.request("notice"), State.SIGNED)
    spoiled = revoked_afterwards(office, State.SIGNED)
    keys.enrol_person_key(
        person=office.people["head"],
        data=demo_authority.issue_person(office.authority, "Đặng Văn Cả", str(office.people["head"].uuid), PIN),
        pin=PIN,
    )
    last = office.bring(office.request("notice"), State.SIGNED)
    assert [result.ok for result in office.issue(first, spoiled, last)] == [True, False, True]
    assert [again(each).number for each in (first, spoiled, last)] == [1, None, 2]


def test_a_document_waits_numbered_when_the_authority_is_silent(office, tmp_path, settings):
    document = office.bring(office.request("notice"), State.SIGNED)
    settings.TRUST_ROOTS = [tmp_path / "root.pem"]
    (tmp_path / "root.pem").write_bytes((office.authority / "root.pem").read_bytes())
    (result,) = office.issue(document)
    assert (result.ok, again(document).number) == (True, 1)


def test_a_numbered_document_of_a_revoked_signer_is_cancelled_and_its_number_stays(office, caplog):
    document = revoked_afterwards(office, State.NUMBERED)
    with pytest.raises(DocumentRefused):  # nothing is wrong with it as far as anybody knows
        cancelled(office, document)
    pipeline.advance(document.pk)
    assert again(document).last_error == Trouble.SIGNER_REVOKED
    with pytest.raises(DocumentRefused, match="reason"):
        cancelled(office, document, reason=" ")
    cancelled(office, document)
    found = again(document)
    assert (found.state, found.number, found.cancel_reason) == (
        State.CANCELLED,
        1,
        "Chứng thư bị thu hồi trước khi ký.",
    )
    assert found.next_attempt_at is None
    assert JournalEntry.objects.filter(event="document.cancelled").count() == 1
    assert not RegisterLine.objects.filter(document=found).exists()
    assert not pipeline.advance(document.pk)
    other = office.bring(office.request("review_minutes"), State.ARCHIVED)
    assert other.state == State.ARCHIVED
    found = [each for check in inspection.CHECKS.values() for each in check()]
    assert not [each for each in found if isinstance(each, inspection.Fault)]


def test_a_worker_that_seals_when_a_person_cancels_is_fenced_off(office, caplog):
    document = revoked_afterwards(office, State.NUMBERED)
    pipeline.advance(document.pk)
    Document.objects.filter(pk=document.pk).update(next_attempt_at=document.requested_at)
    held = pipeline.claim(document.pk)
    cancelled(office, document)
    pipeline._carry(held)
    assert again(document).state == State.CANCELLED
    assert again(document).last_error == Trouble.SIGNER_REVOKED
