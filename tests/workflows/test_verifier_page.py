"""The page that judges any file for a clerk: verdict, what is missing, and whether the archive knows the bytes."""

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from documents import archive
from documents.models import Document, State
from documents.verification import PdfReport, Verdict, limited, verify_limited
from tests.documents.office import Office, archive_dir, authority, office
from tests.documents.papers import unsigned
from workflows.forms import genuineness as forms
from workflows.views import verifier

__all__ = ["archive_dir", "authority", "office"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(client: Client, office: Office) -> Client:
    caches["shared"].clear()
    client.force_login(office.people["clerk"])
    return client


@pytest.fixture
def decision(office: Office) -> Document:
    return office.bring(office.request("decision"), State.ARCHIVED)


def show(client: Client, data: bytes, **more):
    sent = {"file": SimpleUploadedFile("qd.pdf", data, "application/pdf")} | more
    return client.post(reverse("verifier"), sent)


def overlaid(pdf: bytes) -> bytes:
    writer, target = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    drawn = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 400 200 200 re f Q")
    writer.add_stream_to_page(0, writer.add_object(drawn))
    writer.write(target)
    return target.getvalue()


def test_the_archived_file_is_recognised_with_its_standing_and_every_signature(
    clerk: Client, decision: Document
) -> None:
    answer = show(clerk, archive.read(decision.current_sha256))
    page = answer.content.decode()
    assert answer.context["report"].verdict in (Verdict.VALID, Verdict.REMARKS)
    assert "This is the file in our archive, byte for byte." in page
    assert "This document is in force." in page
    assert [card["signature"].field for card in answer.context["cards"]] == ["sig.head", "seal", "timestamp"]
    assert "can be judged in decades" in page
    assert decision.code in page


def test_an_earlier_state_and_a_changed_file_are_told_apart(clerk: Client, decision: Document) -> None:
    first = decision.revisions.filter(role="head").get()
    earlier = show(clerk, archive.read(first.sha256))
    assert "an earlier state of a document of ours" in earlier.content.decode()
    changed = show(clerk, overlaid(archive.read(decision.current_sha256)))
    page = changed.content.decode()
    assert changed.context["report"].verdict == Verdict.BROKEN
    assert "changed outside; the archive has other bytes" in page
    assert "what is written on page 1" in page


def test_a_file_that_only_calls_itself_ours_is_told_from_one_of_elsewhere(clerk: Client) -> None:
    claimed = show(clerk, unsigned("notice"))
    assert claimed.context["report"].verdict == Verdict.UNSIGNED
    assert "the archive has never had these bytes" in claimed.content.decode()
    plain = show(clerk, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF")
    assert plain.context["report"].verdict == Verdict.UNREADABLE
    assert "does not come from this system" in plain.content.decode()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no pdf", b"<html>%P"])
def test_what_is_no_pdf_is_refused_before_it_is_parsed(
    clerk: Client, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "verify_limited", None)
    answer = show(clerk, data)
    assert answer.status_code == 422
    assert "This is not a PDF file." in answer.content.decode()


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "verify_limited", None)
    monkeypatch.setattr(forms, "MOST_BYTES", 1000)
    answer = show(clerk, b"%PDF-1.7" + b" " * 1000)
    assert "The file is larger than 20 MB." in answer.content.decode()


def test_nothing_of_a_shown_file_is_stored(clerk: Client, decision: Document, archive_dir) -> None:
    before = sorted(archive_dir.rglob("*"))
    show(clerk, overlaid(archive.read(decision.current_sha256)))
    assert sorted(archive_dir.rglob("*")) == before


def test_one_person_with_too_many_files_waits_and_another_does_not(
    clerk: Client, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifier, "LIMIT", replace(verifier.LIMIT, name="test-files", each=1))
    monkeypatch.setattr(verifier, "verify_limited", lambda data, **_given: PdfReport("0" * 64))
    assert [show(clerk, b"%PDF-1.7").status_code for _each in range(2)] == [200, 429]
    other = Client()
    other.force_login(office.people["head"])
    assert show(other, b"%PDF-1.7").status_code == 200


def test_a_visitor_is_asked_to_log_in(client: Client) -> None:
    assert client.post(reverse("verifier")).status_code == 302


def test_a_file_that_costs_too_much_ends_the_child_and_not_the_page(
    authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.verification.limited.WALL_SECONDS", 0.05)
    report = verify_limited(b"%PDF-1.7", trust_roots=[(authority / "root.pem").read_bytes()])
    assert report.problems == ["The file takes too much memory or time to judge."]
    assert report.verdict == Verdict.UNREADABLE


def test_a_file_of_a_million_end_marks_is_refused_with_its_reason(clerk: Client) -> None:
    paper = unsigned("decision")
    page = show(clerk, paper + b"%%EOF\n" * 200_000 + paper[paper.rindex(b"startxref") :])
    assert page.status_code == 200
    assert page.context["report"].verdict == Verdict.UNREADABLE
    assert "more than 1000 revisions" in page.context["report"].findings[0].text
    assert page.context["report"].states == ()


def test_whoever_finds_no_turn_is_asked_to_send_again_and_turns_are_given_back(
    clerk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited, "PATIENCE", 0.05)
    with limited.TURNS, limited.TURNS:
        page = show(clerk, unsigned("decision"))
        assert page.status_code == 503
        assert "Wait a minute" in page.text
    assert show(clerk, b"%PDF-1.7 broken").status_code == 200
    assert show(clerk, unsigned("decision")).status_code == 200
