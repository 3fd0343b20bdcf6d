"""Step after step to the archive, and what happens when a step fails, is repeated or comes too late."""

import errno
import logging
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import archive, failpoints, inspection, keys, pipeline
from documents.formats import place_and_date
from documents.models import Document, RegisterLine, SigningKey, State, Trouble
from documents.rendering import RenderError
from documents.signing import TimestampUnavailable
from documents.verification import verify_pdf
from tests.documents.office import KIND, again

pytestmark = pytest.mark.django_db


def due_again(document):
    """As if the pause were over."""
    Document.objects.filter(pk=document.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def faults():
    return [found for check in inspection.CHECKS.values() for found in check() if isinstance(found, inspection.Fault)]


@pytest.mark.parametrize("kind", KIND)
def test_every_kind_reaches_the_archive_and_verifies(office, kind, authority, settings):
    document = office.bring(office.request(kind), State.ARCHIVED)
    assert document.state == State.ARCHIVED
    steps = ["rendered", *["signed"] * document.slots.count(), *["sealed", "stamped"] * KIND[kind].sealed]
    assert [revision.step for revision in document.revisions.all()] == steps
    report = verify_pdf(archive.read(document.current_sha256), trust_roots=[(authority / "root.pem").read_bytes()])
    assert report.problems == []
    assert [each.fingerprint for each in report.signatures] == [
        revision.fingerprint for revision in document.revisions.all() if revision.fingerprint
    ]
    line = RegisterLine.objects.get(document=document)
    assert (line.sha256, line.number) == (document.current_sha256, document.number_text)
    assert faults() == []


def test_a_numbered_kind_waits_for_the_clerk_and_an_unnumbered_one_does_not(office):
    notice = office.bring(office.request("notice"), State.SIGNED)
    minutes = office.bring(office.request("review_minutes"), State.SIGNED)
    assert pipeline.drain() == 1
    assert again(notice).state == State.SIGNED
    assert again(notice).waits_for_people
    assert again(minutes).state == State.ARCHIVED


def test_number_and_date_are_written_into_the_page_with_the_seal(office):
    from pypdf import PdfReader

    document = office.bring(office.request("notice"), State.ARCHIVED)
    fields = PdfReader(archive.path_of(document.current_sha256)).get_form_text_fields()
    assert fields["number"] == "Số: 01/TB-STN"
    assert fields["issued_on"] == place_and_date("Khánh Hòa", document.issued_on)


def test_rendering_twice_gives_the_same_hash(office):
    document = office.request("notice")
    with transaction.atomic():
        pipeline.advance(document.pk)
        first = again(document).unsigned_sha256
        transaction.set_rollback(True)
    pipeline.advance(document.pk)
    assert again(document).unsigned_sha256 == first != ""


def test_a_document_somebody_carries_is_left_to_him(office):
    document = office.request()
    assert pipeline.claim(document.pk) is not None
    assert pipeline.claim(document.pk) is None
    assert pipeline.drain() == 0


def test_a_lease_that_ran_out_is_free_again(office):
    document = office.request()
    first = pipeline.claim(document.pk, lease=timedelta(seconds=-1))
    second = pipeline.claim(document.pk)
    assert first.token != second.token


def test_a_worker_that_slept_past_its_lease_is_fenced_off(office, monkeypatch, caplog):
    document = office.request()
    real = pipeline.archive.store

    def slow(data):
        digest = real(data)
        Document.objects.filter(pk=document.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        monkeypatch.setattr(pipeline.archive, "store", real)
        assert pipeline.advance(document.pk)  # another worker takes over and finishes
        return digest

    monkeypatch.setattr(pipeline.archive, "store", slow)
    pipeline.advance(document.pk)
    assert "lease_lost" in caplog.text
    row = again(document)
    assert row.state == State.AWAITING_SIGNATURE
    assert row.revisions.count() == 1


def test_a_document_cancelled_meanwhile_is_not_rendered_into_being(office, monkeypatch):
    document = office.request()
    real = pipeline.render

    def while_cancelled(*args, **kwargs):
        row = Document.objects.lock(document)
        row.cancel(reason="withdrawn")
        row.keep()
        return real(*args, **kwargs)

    monkeypatch.setattr(pipeline, "render", while_cancelled)
    pipeline.advance(document.pk)
    assert again(document).state == State.CANCELLED
    assert again(document).revisions.count() == 0


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (RenderError("missing fact"), Trouble.NOT_RENDERED),
        (OSError(errno.ENOSPC, "full"), Trouble.DISK_FULL),
        (PermissionError(errno.EACCES, "no"), Trouble.STORE_FAILED),
        (TimestampUnavailable("down"), Trouble.TIMESTAMPS_DOWN),
        (archive.FileCorrupt("x"), Trouble.FILE_DAMAGED),
        (keys.NoKey("x"), Trouble.NO_SEAL),
        (ZeroDivisionError(), Trouble.STEP_FAILED),
    ],
)
def test_a_failing_step_says_why_and_is_tried_again(office, monkeypatch, caplog, error, trouble):
    caplog.set_level(logging.CRITICAL)
    document = office.request()

    def fail(*args, **kwargs):
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(pipeline, "render", fail)
        pipeline.advance(document.pk)
    row = again(document)
    assert (row.state, row.last_error) == (State.REQUESTED, trouble)
    assert row.next_attempt_at > timezone.now()
    assert row.lease_token is None
    assert str(row.get_last_error_display())
    due_again(document)
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.AWAITING_SIGNATURE, "")


def test_the_pause_grows_but_never_beyond_a_quarter_of_an_hour(office, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    document = office.request()
    monkeypatch.setattr(pipeline, "render", lambda *a, **k: 1 / 0)
    pauses = []
    for _attempt in range(14):
        due_again(document)
        before = timezone.now()
        pipeline.advance(document.pk)
        pauses.append(again(document).next_attempt_at - before)
    assert all(before < after for before, after in pairwise(pauses[:9]))
    assert pauses[0] < timedelta(seconds=5)
    assert timedelta(minutes=14) < pauses[-1] < timedelta(minutes=16)


def test_a_poison_document_does_not_stop_the_others(office, caplog):
    caplog.set_level(logging.CRITICAL)
    poison, good = office.request(facts={"title": "nothing else"}), office.request()
    assert pipeline.drain(seconds=30) == 2
    assert again(poison).last_error == Trouble.NOT_RENDERED
    assert again(good).state == State.AWAITING_SIGNATURE


def test_without_a_seal_the_numbered_document_waits_and_keeps_its_number(office, caplog):
    caplog.set_level(logging.CRITICAL)
    SigningKey.objects.filter(unit=office.unit).update(active=False)
    document = office.bring(office.request(), State.NUMBERED)
    pipeline.advance(document.pk)
    row = again(document)
    assert (row.state, row.number, row.last_error) == (State.NUMBERED, 1, Trouble.NO_SEAL)
    SigningKey.objects.filter(unit=office.unit).update(active=True)
    due_again(document)
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).number) == (State.ARCHIVED, 1)


def test_without_time_stamps_nothing_is_sealed(office, settings, caplog):
    caplog.set_level(logging.CRITICAL)
    document = office.bring(office.request(), State.NUMBERED)
    working, settings.TIMESTAMP_URL = settings.TIMESTAMP_URL, "http://127.0.0.1:9/"
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.NUMBERED, Trouble.TIMESTAMPS_DOWN)
    settings.TIMESTAMP_URL = working
    due_again(document)
    pipeline.advance(document.pk)
    assert again(document).state == State.ARCHIVED


def test_a_file_lost_before_the_archive_step_is_not_published(office, caplog):
    caplog.set_level(logging.CRITICAL)
    document = office.bring(office.request("review_minutes"), State.SIGNED)
    archive.path_of(document.current_sha256).unlink()
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.SIGNED, Trouble.FILE_DAMAGED)
    assert not RegisterLine.objects.exists()


def test_the_database_refuses_work_that_nobody_would_find(office):
    document = office.request()
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(next_attempt_at=None)


def test_revisions_cannot_be_changed(office):
    document = office.bring(office.request(), State.AWAITING_SIGNATURE)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        document.revisions.update(sha256="0" * 64)


def test_a_broker_that_fails_is_counted_and_left_alone_for_a_while(monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    calls = []

    def dead(*args, **kwargs):
        calls.append(args)
        raise ConnectionRefusedError

    monkeypatch.setattr(pipeline.current_app, "send_task", dead)
    monkeypatch.setattr(pipeline, "_broker_failed_at", 0.0)
    monkeypatch.setattr(pipeline, "nudges_failed", 0)
    for number in range(5):
        pipeline.nudge(number)
    assert len(calls) == 1
    assert pipeline.nudges_failed == 1


def test_a_failpoint_must_be_listed():
    with pytest.raises(KeyError):
        failpoints.hit("pipeline.unheard_of")


def test_only_the_replaced_document_of_the_archive_gets_a_line_when_its_replacement_counts(office):
    first = office.bring(office.request(), State.ARCHIVED)
    second = office.bring(office.request(replaces=first), State.ARCHIVED)
    third = office.bring(office.request(replaces=first), State.ARCHIVED)
    assert [(line.document_id, line.event) for line in RegisterLine.objects.order_by("sequence")] == [
        (first.pk, "archived"),
        (second.pk, "archived"),
        (first.pk, "replaced"),
        (third.pk, "archived"),
    ]
