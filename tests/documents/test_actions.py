"""What people do with documents, and what they hear when they may not."""

import logging
import re
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from documents import archive, keys, pipeline, tasks
from documents.actions import (
    DocumentRefused,
    SlotSpec,
    cancel_document,
    documents_waiting_for,
    issue_documents,
    name_signer,
    request_document,
    sign_documents,
)
from documents.models import Document, State, Trouble
from organization.authority import Authority
from organization.models import JournalEntry
from tests.documents.office import KIND, NOON, PIN, again

pytestmark = pytest.mark.django_db


# --- asking for a document ---------------------------------------------------------------------------------------


def test_a_request_is_part_of_the_act_that_makes_it(office):
    with transaction.atomic():
        office.request()
        transaction.set_rollback(True)
    assert not Document.objects.exists()


def test_a_request_wakes_a_worker_only_after_the_commit(office, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(pipeline.current_app, "send_task", lambda name, args, **options: woken.append((name, *args)))
    with django_capture_on_commit_callbacks(execute=True):
        document = office.request()
        assert woken == []
    assert woken == [(tasks.advance_document.name, document.pk)]


def test_a_dead_broker_does_not_fail_the_act(office, monkeypatch, caplog, django_capture_on_commit_callbacks):
    caplog.set_level(logging.CRITICAL)

    def dead(*args, **options):
        raise ConnectionRefusedError

    monkeypatch.setattr(pipeline.current_app, "send_task", dead)
    monkeypatch.setattr(pipeline, "_broker_failed_at", 0.0)
    with django_capture_on_commit_callbacks(execute=True):
        document = office.request()
    tasks.sweep()
    assert again(document).state == State.AWAITING_SIGNATURE


def test_codes_cannot_be_guessed_and_stand_in_the_facts_address(office):
    codes = {office.request().code for _each in range(20)}
    assert len(codes) == 20
    assert all(re.fullmatch(r"CM-2026-[0-9A-HJKMNP-TV-Z]{8}", code) for code in codes)
    document = office.request()
    assert document.facts["verify_url"].endswith(document.code)


def test_later_changes_to_the_callers_facts_do_not_reach_the_document(office):
    facts = {"title": "x", "list": [1]}
    document = office.request(facts=facts)
    facts["list"].append(2)
    assert again(document).facts["list"] == [1]


@pytest.mark.parametrize("roles", [[], ["chair"], ["chair", "secretary"], ["secretary", "chair", "chair"]])
def test_signers_other_than_the_kinds_own_are_a_mistake_of_the_caller(office, roles):
    with pytest.raises(ValueError, match="is signed by"):
        office.request("council_minutes", signers=[SlotSpec(role, office.people[role]) for role in roles])


def test_a_text_that_belongs_to_no_signature_is_a_mistake_of_the_caller(office):
    spec = SlotSpec("head", office.people["head"], fill={"number": "99"})
    with pytest.raises(ValueError, match="not filled"):
        office.request("notice", signers=[spec])


# --- signing -----------------------------------------------------------------------------------------------------


def test_signers_come_in_their_order(office):
    document = office.bring(office.request("council_minutes"), State.AWAITING_SIGNATURE)
    assert list(documents_waiting_for(office.people["secretary"])) == [document]
    assert list(documents_waiting_for(office.people["chair"])) == []
    early = office.sign(document, "chair")
    assert not early.ok
    assert office.people["secretary"].full_name in early.reason
    assert office.sign(document, "secretary").ok
    assert list(documents_waiting_for(office.people["secretary"])) == []
    assert list(documents_waiting_for(office.people["chair"])) == [document]
    assert office.sign(document, "chair").ok
    assert again(document).state == State.SIGNED


def test_a_stranger_does_not_sign(office):
    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    result = office.sign(document, "chair")
    assert not result.ok
    assert result.reason
    assert again(document).current_sha256 == document.current_sha256


def test_signing_again_says_that_it_is_done(office):
    document = office.bring(office.request(), State.SIGNED)
    result = office.sign(document, "head")
    assert (result.ok, result.already) == (True, True)
    assert "12:00 05/10/2026" in result.reason
    assert document.revisions.count() == 2


def test_a_wrong_pin_touches_nothing(office):
    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    with pytest.raises(keys.WrongPin):
        office.sign(document, "head", pin="wrong")
    assert again(document).current_sha256 == document.current_sha256
    assert not JournalEntry.objects.filter(event="document.signed").exists()


def test_one_pin_signs_a_whole_list_and_each_document_stands_for_itself(office, monkeypatch):
    opened = []
    real = keys.Pkcs12Signer.open
    monkeypatch.setattr(keys.Pkcs12Signer, "open", lambda *a, **k: opened.append(1) or real(*a, **k))
    documents = [office.bring(office.request(), State.AWAITING_SIGNATURE) for _each in range(2)]
    archive.path_of(documents[0].current_sha256).unlink()
    results = sign_documents(
        documents=[documents[0], documents[1].uuid], signer=office.people["head"], pin=PIN, at=NOON
    )
    assert [result.ok for result in results] == [False, True]
    assert again(documents[0]).last_error == Trouble.FILE_DAMAGED
    assert again(documents[1]).state == State.SIGNED
    assert len(opened) == 1


def test_without_time_stamps_nobody_signs_and_the_document_says_why(office, settings):
    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    working, settings.TIMESTAMP_URL = settings.TIMESTAMP_URL, "http://127.0.0.1:9/"
    result = office.sign(document, "head")
    settings.TIMESTAMP_URL = working
    assert not result.ok
    assert again(document).last_error == Trouble.TIMESTAMPS_DOWN
    assert result.reason == str(Trouble.TIMESTAMPS_DOWN.label)
    assert office.sign(document, "head").ok
    assert again(document).last_error == ""


def test_a_line_too_long_for_its_place_is_refused_before_it_is_signed(office):
    document = office.bring(office.request("form_01"), State.AWAITING_SIGNATURE)
    office.sign(document, "person")
    result = office.sign(document, "reviewer", fills={document.uuid: {"reviewed_on": "rất dài " * 200}})
    assert not result.ok
    assert result.reason
    assert office.sign(document, "reviewer").ok


def test_a_page_that_is_not_made_yet_is_not_signed(office):
    result = office.sign(office.request(), "head")
    assert not result.ok


def test_the_second_of_two_simultaneous_signatures_hears_that_it_is_done(office, monkeypatch):
    from documents.actions import signatures

    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    real = signatures.sign_pdf

    def overtaken(*args, **kwargs):
        monkeypatch.setattr(signatures, "sign_pdf", real)
        assert office.sign(document, "head").ok
        return real(*args, **kwargs)

    monkeypatch.setattr(signatures, "sign_pdf", overtaken)
    result = office.sign(document, "head")
    assert (result.ok, result.already) == (True, True)
    assert document.revisions.count() == 2
    assert JournalEntry.objects.filter(event="document.signed").count() == 1


def test_a_signature_on_a_document_cancelled_meanwhile_does_not_count(office, monkeypatch):
    from documents.actions import signatures

    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    real = signatures.sign_pdf

    def overtaken(*args, **kwargs):
        cancel_document(document=document, reason="withdrawn", by=office.people["head"], at=NOON)
        return real(*args, **kwargs)

    monkeypatch.setattr(signatures, "sign_pdf", overtaken)
    assert not office.sign(document, "head").ok
    assert again(document).state == State.CANCELLED
    assert document.revisions.count() == 1


def test_a_missing_signer_is_said_and_can_be_named(office):
    document = office.request(signers=[SlotSpec("head", None)])
    pipeline.advance(document.pk)
    assert again(document).last_error == Trouble.NO_SIGNER
    deputy = office.people["chair"]
    authority = Authority(holder=office.people["head"], actor=deputy, capacity="KT.", document_number="12/UQ")
    name_signer(document=document, role="head", person=deputy, authority=authority, by=office.people["head"], at=NOON)
    row = again(document)
    assert row.last_error == ""
    assert office.sign(row, "chair").ok
    assert row.slots.get().authority["capacity"] == "KT."


def test_a_signature_that_stands_is_not_given_to_another(office):
    document = office.bring(office.request(), State.SIGNED)
    with pytest.raises(DocumentRefused):
        name_signer(
            document=document,
            role="head",
            person=office.people["chair"],
            authority=None,
            by=office.people["head"],
            at=NOON,
        )


# --- issue and cancellation --------------------------------------------------------------------------------------


def test_the_clerk_issues_only_what_everybody_has_signed(office):
    unsigned = office.bring(office.request(), State.AWAITING_SIGNATURE)
    signed = office.bring(office.request(), State.SIGNED)
    assert list(Document.objects.ready_to_issue()) == [signed]
    results = office.issue(unsigned, signed)
    assert [result.ok for result in results] == [False, True]
    assert results[0].reason
    assert (again(unsigned).number, again(signed).number) == (None, 1)


def test_issuing_again_says_that_it_is_done_and_takes_no_second_number(office):
    document = office.bring(office.request(), State.NUMBERED)
    (result,) = office.issue(document)
    assert (result.ok, result.already) == (True, True)
    assert again(document).number == 1


def test_a_kind_without_number_is_not_the_clerks(office):
    document = office.bring(office.request("review_minutes"), State.SIGNED)
    (result,) = office.issue(document)
    assert not result.ok


def test_an_agency_without_an_abbreviation_is_named_as_the_reason(office):
    document = office.bring(office.request(), State.SIGNED)
    office.unit.abbreviation = ""
    office.unit.save()
    (result,) = office.issue(document)
    assert not result.ok
    assert again(document).state == State.SIGNED


def test_every_act_stands_in_the_journal_with_its_person(office):
    document = office.bring(office.request(), State.ARCHIVED)
    cancel_document(document=document, reason="mistake", by=office.people["head"], at=NOON)
    entries = JournalEntry.objects.filter(subject_uuid=document.uuid).values_list("event", "by__username")
    assert list(entries) == [
        ("document.signed", "head"),
        ("document.issued", "clerk"),
        ("document.cancelled", "head"),
    ]


@pytest.mark.parametrize("state", [State.REQUESTED, State.AWAITING_SIGNATURE, State.SIGNED, State.ARCHIVED])
def test_a_document_can_be_cancelled_before_and_after_the_seal(office, state):
    document = office.request()
    if state != State.REQUESTED:
        document = office.bring(document, state)
    cancelled = cancel_document(document=document, reason="replaced", by=office.people["head"], at=NOON)
    assert cancelled.state == State.CANCELLED
    assert pipeline.drain() == 0
    if document.current_sha256:
        assert archive.read(document.current_sha256)


def test_a_cancellation_needs_a_reason_and_never_meets_a_running_seal(office):
    document = office.bring(office.request(), State.NUMBERED)
    with pytest.raises(DocumentRefused):
        cancel_document(document=document, reason="too late", by=office.people["head"], at=NOON)
    pipeline.drain()
    with pytest.raises(DocumentRefused):
        cancel_document(document=document, reason="  ", by=office.people["head"], at=NOON)


def test_an_unknown_document_is_an_error_not_a_silence(office):
    with pytest.raises(Document.DoesNotExist):
        issue_documents(documents=[uuid4()], by=office.people["clerk"], at=NOON)


@pytest.mark.django_db(transaction=True)
def test_issue_against_cancel_on_one_document_has_one_winner(office):
    for _round in range(4):
        document = office.bring(office.request(), State.SIGNED)
        barrier, outcomes = threading.Barrier(2), []

        def act(work, barrier=barrier, outcomes=outcomes):
            try:
                barrier.wait(timeout=20)
                outcomes.append(work())
            finally:
                connection.close()

        def cancel(document=document):
            try:
                cancel_document(document=document, reason="race", by=office.people["head"], at=NOON)
            except DocumentRefused:
                return False
            return True

        works = [lambda document=document: office.issue(document)[0].ok, cancel]
        threads = [threading.Thread(target=act, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == [False, True]
        row = again(document)
        assert (row.state == State.NUMBERED) == (row.number is not None)


def test_a_kind_without_signers_goes_straight_on(office, monkeypatch):
    document = request_document(
        kind="review_minutes",
        unit=office.unit,
        facts=office.request("review_minutes").facts,
        signers=[SlotSpec("reviewer", office.people["reviewer"])],
        at=NOON,
    )
    document.slots.all().delete()
    pipeline.advance(document.pk)
    assert again(document).state == State.ARCHIVED


def test_sealed_but_unnumbered_kinds_wait_for_the_clerk_too(office):
    document = office.request()
    document.kind.numbered = False
    document.kind.save()
    document = office.bring(document, State.SIGNED)
    assert pipeline.drain(seconds=5) == 0
    (result,) = office.issue(document, at=NOON + timedelta(days=1))
    assert result.ok
    pipeline.advance(document.pk)
    row = again(document)
    assert (row.state, row.number, row.revisions.last().step) == (State.ARCHIVED, None, "stamped")


def test_the_registry_in_the_database_is_the_one_shipped(office):
    from documents.models import DocumentKind

    assert {kind.code: kind.roles for kind in DocumentKind.objects.all()} == {
        code: [signer.role for signer in kind.signers] for code, kind in KIND.items()
    }
    assert all(kind.signers[0]["certify"] for kind in DocumentKind.objects.all())
    assert all(not signer["certify"] for kind in DocumentKind.objects.all() for signer in kind.signers[1:])
