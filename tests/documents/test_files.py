"""Files: every archived document of a matter once and for ever, numbered without a gap, repaired by repetition."""

import re
import subprocess
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from documents import archive
from documents.actions import DocumentRefused
from documents.keeping import holds
from documents.keeping.files import describe, keep_file, listing, listing_sha256
from documents.keeping.retention import term_of_file
from documents.models import Document, FileEntry, RecordsFile, State
from documents.signing.pages import NoPages, page_count
from organization.models import JournalEntry
from tests.documents.office import NOON, Office
from tests.documents.shelf import LATER, MATTER, set_terms, shelve


@pytest.fixture
def file(office: Office) -> RecordsFile:
    return shelve(office)


def test_a_file_holds_what_is_archived_with_its_pages_and_closes_with_its_matter(
    office: Office, file: RecordsFile
) -> None:
    unfinished = office.request("notice")
    again = shelve(office, unfinished)
    assert (again.pk, again.code, again.closed_on) == (file.pk, "STN.2026.0001", timezone.localdate())
    entries = list(file.entries.select_related("document__kind"))
    assert [entry.document.kind.code for entry in entries] == ["notice", "decision"]
    assert [entry.ordinal for entry in entries] == [1, 2]
    assert [entry.pages for entry in entries] == [pages_of(entry.document) for entry in entries]
    assert listing(file).splitlines()[1].startswith(f"{entries[1].document.current_sha256}  ")


def pages_of(document: Document) -> int:
    """What poppler counts."""
    path = archive.path_of(document.current_sha256)
    told = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"^Pages:\s+(\d+)$", told, re.M)[1])


def test_doing_it_again_adds_what_is_missing_and_moves_the_closing_day_never_back(
    office: Office, file: RecordsFile
) -> None:
    before = listing_sha256(file)
    assert shelve(office).pk == file.pk
    assert listing_sha256(file) != before
    late = office.bring(office.request("notice"), State.ARCHIVED)
    keep_file(unit=office.unit, matter=MATTER, documents=[late], closed=True, at=LATER)
    file.refresh_from_db()
    assert file.closed_on == LATER.date()
    shelve(office, late)
    file.refresh_from_db()
    assert (file.closed_on, file.entries.count()) == (LATER.date(), 5)


def test_a_document_lies_in_one_file_and_never_leaves_it(office: Office, file: RecordsFile) -> None:
    entry = file.entries.first()
    other = shelve(office, entry.document, office.bring(office.request(), State.ARCHIVED), matter=other_matter())
    assert (other.code, other.entries.count()) == ("STN.2026.0002", 1)
    for act in (lambda: FileEntry.objects.update(file=other), lambda: FileEntry.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
    assert keep_file(unit=office.unit, matter=other_matter("matter/9"), documents=[], closed=True, at=NOON) is None


def other_matter(origin: str = "matter/2"):
    return replace(MATTER, origin=origin)


def test_the_longest_term_in_the_file_holds_for_all_of_it(office: Office, file: RecordsFile) -> None:
    set_terms(office, 5, kinds=("notice",))
    assert not term_of_file(file, date(2026, 10, 6)).settled
    set_terms(office, 20, kinds=("decision",))
    assert file.closed_on is not None
    over = term_of_file(file, date(2026, 10, 6)).over_on(file.closed_on)
    assert over == date(file.closed_on.year + 21, 1, 1)


def test_the_cover_changes_once_a_page_and_its_level_stands_in_the_journal(office: Office, file: RecordsFile) -> None:
    words = {"title": "Hồ sơ Quý III", "keywords": "", "access": "personal", "by": office.people["clerk"], "at": NOON}
    old = RecordsFile.objects.get(pk=file.pk)
    changed = describe(file=old, expected_version=old.version, **words)
    assert (changed.title, changed.access, changed.version) == ("Hồ sơ Quý III", "personal", old.version + 1)
    with pytest.raises(DocumentRefused):
        describe(file=old, expected_version=old.version, **words)
    entry = JournalEntry.objects.get(event="file.described")
    assert (entry.changed_from, entry.changed_to) == ("restricted", "personal")


def test_a_hold_on_a_document_holds_its_file_until_it_is_released_with_a_reason(
    office: Office, file: RecordsFile
) -> None:
    document, clerk = file.entries.first().document, office.people["clerk"]
    hold = holds.place_hold(document=document, ground="petition", reason="Kiến nghị số 3", by=clerk, at=NOON)
    whole = holds.place_hold(file=file, ground="audit", reason="Thanh tra", by=clerk, at=NOON)
    assert set(holds.standing([file])) == {hold, whole} == set(holds.of_file(file))
    for reason in (" ", ""):
        with pytest.raises(DocumentRefused):
            holds.release_hold(hold=hold, reason=reason, by=clerk, at=NOON)
    released = holds.release_hold(hold=hold, reason="Đã giải quyết", by=clerk, at=NOON)
    assert (released.released_by, released.release_reason) == (clerk, "Đã giải quyết")
    assert list(holds.standing([file])) == [whole]
    with pytest.raises(DocumentRefused):
        holds.release_hold(hold=hold, reason="Lần nữa", by=clerk, at=NOON)
    events = JournalEntry.objects.filter(event__startswith="hold.").values_list("event", flat=True)
    assert list(events) == ["hold.placed", "hold.placed", "hold.released"]


@pytest.mark.parametrize("data", [b"", b"junk", b"%PDF-1.7\n%%EOF"])
def test_the_pages_of_what_is_no_pdf_are_not_counted(data: bytes) -> None:
    with pytest.raises(NoPages):
        page_count(data)
