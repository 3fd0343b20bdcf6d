"""A period's file is disposed of with every form that was handed in for it, also those that nobody replaced."""

from datetime import date

import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents import archive
from documents.actions import issue_documents
from documents.inspection import CHECKS, Fault
from documents.keeping.disposition import expired
from documents.keeping.files import is_disposed
from documents.keeping.packages import path_of
from documents.models import Disposition, Document, DocumentKind, DocumentRevision, RecordsFile, State, Tombstone
from organization.models import JournalEntry
from tests.documents.shelf import LATER
from tests.workflows.agency import Agency
from workflows.actions import keeping
from workflows.actions.checks import check_archived
from workflows.actions.people import excuse
from workflows.actions.reviews import approve_review
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod

KINDS = ("form_01", "review_minutes")


@pytest.fixture
def excused(agency: Agency) -> Document:
    """The signed form of a person who was excused afterwards; nothing replaces it."""
    agency.enrol_keys("an", "clerk", "office_head", "archivist", "director")
    agency.open()
    for name in ("an", "clerk"):
        agency.hand_in(name)
        agency.sign_all(name)
    left = agency.evaluation("clerk")
    excuse(
        evaluation=left,
        by=agency.people["hr"],
        reason="Nghỉ thai sản",
        expected_version=left.version,
        at=agency.at(),
    )
    return Document.objects.get(subject=agency.people["clerk"])


@pytest.fixture
def file(agency: Agency, excused: Document) -> RecordsFile:
    """The closed file of the period, with the papers of the one who stayed."""
    stays = agency.evaluation("an")
    approve_review(evaluation=stays, by=agency.people["office_head"], expected_version=stays.version, at=agency.at())
    agency.sign_all("office_head")
    EvaluationPeriod.objects.update(stage="archived")
    keeping.file_periods(at=timezone.now())
    return RecordsFile.objects.get()


def set_term(agency: Agency, kind: str, years: int) -> None:
    keeping.set_term(
        kind=DocumentKind.objects.get(code=kind),
        unit=agency.units["SNV"],
        years=years,
        permanent=False,
        basis="Quyết định số 15/QĐ-SNV ngày 05/01/2026",
        settled=True,
        starts_on=date(2026, 1, 1),
        by=agency.people["archivist"],
        at=agency.at(),
    )


def dispose(agency: Agency, file: RecordsFile) -> Disposition:
    """Proposed, approved, minuted, carried out."""
    archivist, head = agency.people["archivist"], agency.people["director"]
    row = keeping.propose_disposition(unit=file.unit, chosen=[file], appraisal="", by=archivist, at=LATER)
    row = keeping.approve_disposition(row=row, expected_version=row.version, by=head, at=LATER)
    for name in ("archivist", "director"):
        agency.sign_all(name)
    assert all(each.ok for each in issue_documents(documents=[row.minutes], by=agency.people["clerk"], at=LATER))
    agency.render()
    keeping.carry_out_dispositions(at=LATER)
    row.refresh_from_db()
    return row


def keeping_check_refused(agency: Agency, document: Document) -> bool:
    """The archivist's check of what is lawfully gone calls nothing faulty."""
    with pytest.raises(NotReady, match="disposed of"):
        check_archived(document=document, by=agency.people["archivist"], at=LATER)
    return not JournalEntry.objects.filter(event="document.checked").exists()


def test_a_withdrawn_form_that_nothing_replaced_goes_with_its_siblings(
    agency: Agency, excused: Document, file: RecordsFile
) -> None:
    for kind in KINDS:
        set_term(agency, kind, 5)
    stored = [archive.path_of(row.sha256) for row in DocumentRevision.objects.filter(document=excused)]
    assert (excused.state, excused.archived_at) == (State.CANCELLED, None)
    assert not excused.replaced_by.exists()
    assert stored
    assert all(path.exists() for path in stored)
    row = dispose(agency, file)
    assert row.state == Disposition.State.DONE
    assert not any(path.exists() for path in stored)
    stone = Tombstone.objects.get(document=excused)
    assert (stone.file, stone.minutes, stone.sha256) == (file, row.minutes, excused.current_sha256)
    assert Document.objects.get(pk=excused.pk).facts == {"disposed_by": row.minutes.code}
    assert keeping_check_refused(agency, file.entries.first().document)
    assert not [fault for check in CHECKS.values() for fault in check() if isinstance(fault, Fault)]


def test_a_file_whose_withdrawn_forms_have_stones_is_disposed_of_once(
    agency: Agency, excused: Document, file: RecordsFile
) -> None:
    for kind in KINDS:
        set_term(agency, kind, 5)
    dispose(agency, file)
    assert Tombstone.objects.filter(file=file).count() == file.entries.count() + 1
    assert is_disposed(file)
    assert expired([file], LATER.date()) == []


def test_the_verifier_does_not_claim_a_copy_that_was_destroyed(agency: Agency, file: RecordsFile) -> None:
    for kind in KINDS:
        set_term(agency, kind, 5)
    shown = archive.read(file.entries.get(document__kind__code="review_minutes").document.current_sha256)
    dispose(agency, file)
    client = Client()
    client.force_login(agency.people["an"])
    caches["shared"].clear()
    sent = {"file": SimpleUploadedFile("bien-ban.pdf", shown, "application/pdf")}
    page = client.post(reverse("verifier"), sent).content.decode()
    assert "the archive&#x27;s own copy was destroyed after its term" in page
    assert "This is the file in our archive" not in page


def test_the_package_of_a_transfer_is_destroyed_with_its_files(agency: Agency, file: RecordsFile) -> None:
    for kind in KINDS:
        set_term(agency, kind, 5)
    archivist = agency.people["archivist"]
    transfer = keeping.hand_over(
        unit=file.unit,
        chosen=[file],
        receiver=agency.people["office_head"],
        receiving_archive="Lưu trữ lịch sử tỉnh",
        by=archivist,
        at=agency.at(),
    )
    for name in ("archivist", "office_head"):
        agency.sign_all(name)
    clerk = agency.people["clerk"]
    assert all(each.ok for each in issue_documents(documents=[transfer.list_document], by=clerk, at=agency.at()))
    agency.render()
    assert keeping.build_packages(at=agency.at()) == 1
    client = Client()
    client.force_login(archivist)
    url = reverse("transfer_package", args=[transfer.uuid])
    answer = client.get(url)
    assert (answer.status_code, len(answer.getvalue())) == (200, path_of(transfer).stat().st_size)
    dispose(agency, file)
    assert not path_of(transfer).exists()
    assert client.get(url).status_code == 409
    assert url not in client.get(reverse("transfers")).content.decode()


def test_the_longer_term_of_a_withdrawn_form_holds_for_the_file(
    agency: Agency, excused: Document, file: RecordsFile
) -> None:
    for kind in KINDS:
        set_term(agency, kind, 5)
    assert [row.pk for row, _term, _against in expired([file], LATER.date())] == [file.pk]
    longer = DocumentKind.objects.get(code="form_02")
    set_term(agency, "form_02", 20)
    Document.objects.filter(pk=excused.pk).update(kind=longer)
    assert expired([file], LATER.date()) == []
