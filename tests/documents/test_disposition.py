"""Disposition: nothing goes without a term that is over, an approval, and minutes that stand in the archive."""

from dataclasses import replace

import pytest

from documents import archive, evidence, sealing
from documents.actions import DocumentRefused, cancel_document
from documents.actions.renewals import renew_timestamp, renew_timestamps
from documents.inspection import CHECKS, Fault
from documents.keeping import disposition, holds
from documents.keeping.disposition import carry_out, carry_out_due, expired, propose
from documents.models import (
    Disposition,
    Document,
    DocumentRevision,
    DocumentWord,
    RecordsFile,
    RegisterEvent,
    RegisterLine,
    RegisterSheet,
    SignatureSlot,
    State,
    Succession,
    Tombstone,
)
from organization.models import JournalEntry
from tests.documents.office import NOON, Office
from tests.documents.shelf import LATER, MATTER, approved, archive_minutes, half_signed, set_terms, shelve


@pytest.fixture
def file(office: Office) -> RecordsFile:
    """A closed file of a notice and a decision, kept for five years."""
    set_terms(office)
    return shelve(office)


def proposed(office: Office, file: RecordsFile, at=LATER) -> Disposition:
    return propose(unit=office.unit, files=[file], appraisal="", by=office.people["clerk"], at=at)


def present(file: RecordsFile) -> list[bool]:
    """Whether the bytes of each revision in the file are still there."""
    rows = DocumentRevision.objects.filter(document__file_entry__file=file).values_list("sha256", flat=True)
    return [archive.path_of(digest).exists() for digest in rows]


def faults() -> list[Fault]:
    return [finding for check in CHECKS.values() for finding in check() if isinstance(finding, Fault)]


def test_the_whole_way_leaves_tombstones_register_lines_and_no_byte(office: Office, file: RecordsFile) -> None:
    assert [(row.pk, over.years, against) for row, over, against in expired([file], LATER.date())] == [
        (file.pk, 5, [])
    ]
    row = approved(office, proposed(office, file))
    assert carry_out_due(at=LATER) == 0
    assert all(present(file))
    archive_minutes(office, row.minutes)
    documents = list(Document.objects.filter(file_entry__file=file).order_by("pk"))
    half = half_signed(office, documents[0].slots.get(role="head"))
    assert DocumentWord.objects.filter(document__in=documents).exists()
    assert carry_out_due(at=LATER) == 2
    assert not any(present(file))
    assert archive.path_of(Document.objects.get(pk=row.minutes_id).current_sha256).exists()
    row.refresh_from_db()
    assert row.state == Disposition.State.DONE
    stones = Tombstone.objects.order_by("document")
    assert [(stone.sha256, stone.number, stone.minutes_id) for stone in stones] == [
        (document.current_sha256, document.number_text, row.minutes_id) for document in documents
    ]
    lines = RegisterLine.objects.filter(event=RegisterEvent.DISPOSED).order_by("document")
    assert [(line.sha256, line.kind) for line in lines] == [
        (documents[0].current_sha256, "notice:disposed"),
        (documents[1].current_sha256, "decision:disposed"),
    ]
    assert [set(each.facts) for each in Document.objects.filter(file_entry__file=file)] == [{"disposed_by"}] * 2
    assert not SignatureSlot.objects.filter(document__in=documents).exclude(fill={}).exists()
    half.refresh_from_db()
    assert (half.fill, bytes(half.pdf), bytes(half.signed_attributes)) == ({}, b"", b"")
    assert not DocumentWord.objects.filter(document__in=documents).exists()
    assert faults() == []
    assert JournalEntry.objects.filter(event="disposition.done", details__documents=2).count() == 1


def test_a_form_withdrawn_before_its_archive_holds_no_file_back(office: Office) -> None:
    set_terms(office)
    withdrawn = office.request("notice")
    cancel_document(document=withdrawn, reason="trả lại", by=office.people["clerk"], at=NOON)
    file = shelve(office, office.bring(office.request("notice", replaces=withdrawn), State.ARCHIVED))
    assert [against for _file, _term, against in expired([file], LATER.date())] == [[]]
    assert proposed(office, file).items.count() == 1


def test_a_withdrawn_form_goes_with_the_one_that_replaced_it(office: Office) -> None:
    set_terms(office)
    first = office.bring(office.request("notice"), State.RENDERED)
    cancel_document(document=first, reason="trả lại", by=office.people["clerk"], at=NOON)
    second = office.bring(office.request("notice", replaces=first), State.RENDERED)
    cancel_document(document=second, reason="trả lại", by=office.people["clerk"], at=NOON)
    file = shelve(office, office.bring(office.request("notice", replaces=second), State.ARCHIVED))
    left = list(DocumentRevision.objects.filter(document__in=[first, second]).values_list("sha256", flat=True))
    left += [first.unsigned_sha256, second.unsigned_sha256]
    assert any(archive.path_of(digest).exists() for digest in left)
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)
    assert carry_out(row, at=LATER) == 1
    assert not any(archive.path_of(digest).exists() for digest in left)
    assert set(Tombstone.objects.values_list("document", flat=True)) >= {first.pk, second.pk}
    assert RegisterLine.objects.filter(event=RegisterEvent.DISPOSED).count() == 1  # the register never knew them
    assert faults() == []


def test_the_register_is_closed_over_what_goes_before_any_byte_does(office: Office, file: RecordsFile) -> None:
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)
    carry_out(row, at=LATER)
    last = RegisterLine.objects.filter(event=RegisterEvent.DISPOSED).latest("sequence")
    sheet = RegisterSheet.objects.filter(unit=last.unit).latest("ordinal")
    assert sheet.last_sequence >= last.sequence
    carry_out(row, at=LATER)
    assert RegisterSheet.objects.filter(unit=last.unit).latest("ordinal") == sheet


def test_a_byte_that_comes_back_after_its_disposition_is_a_fault(office: Office, file: RecordsFile) -> None:
    digest = file.entries.first().document.current_sha256
    copy = archive.read(digest)
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)
    carry_out(row, at=LATER)
    assert archive.store(copy) == digest
    assert [fault.subject for fault in faults()] == [digest]
    assert disposition.destroy_bytes(row) == 1
    assert faults() == []


def test_what_a_crash_left_between_tombstone_and_bytes_is_finished_by_the_next_run(
    office: Office, file: RecordsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)

    def crash(_row: Disposition) -> int:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(disposition, "destroy_bytes", crash)
        with pytest.raises(OSError, match="power cut"):
            carry_out(row, at=LATER)
    assert Tombstone.objects.count() == 2
    assert all(present(file))
    carry_out_due(at=LATER)
    assert not any(present(file))
    assert Tombstone.objects.count() == 2 == RegisterLine.objects.filter(event=RegisterEvent.DISPOSED).count()
    assert JournalEntry.objects.get(event="disposition.done").details["documents"] == 2


def carried_out(office: Office, file: RecordsFile) -> list[str]:
    """The file's hashes, its bytes destroyed."""
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)
    assert carry_out(row, at=LATER) == 2
    return list(file.entries.values_list("document__current_sha256", flat=True))


def test_what_was_destroyed_stops_no_new_hash_over_the_evidence_of_the_rest(
    office: Office, file: RecordsFile
) -> None:
    evidence.stamp_new()
    gone = carried_out(office, file)
    kept = office.bring(office.request("notice"), State.ARCHIVED)
    evidence.stamp_new()
    (stamp,) = evidence.rehash(algorithm="sha512")
    named = set(stamp.entries.values_list("sha256", flat=True))
    assert kept.current_sha256 in named
    assert not named & set(gone)
    assert evidence.rehash(algorithm="sha512") == []


def test_what_was_destroyed_is_no_longer_time_stamped_again(office: Office, file: RecordsFile) -> None:
    carried_out(office, file)
    results = list(renew_timestamps(at=LATER, everything=True))
    assert [(result.document.kind.code, result.reason) for result in results] == [("disposition_minutes", "")]


def test_a_time_stamp_renewed_while_the_file_is_destroyed_brings_nothing_back(
    office: Office, file: RecordsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = file.entries.get(document__kind__code="notice").document
    made = []

    def minutes_meanwhile(pdf: bytes) -> sealing.Made:
        carried_out(office, file)
        made.append(sealing.Made(archive.store(pdf + b"\n%stamp"), len(pdf) + 7, "renewed", "timestamp", "ab"))
        return made[0]

    monkeypatch.setattr(sealing, "renew", minutes_meanwhile)
    assert not renew_timestamp(document=notice, at=LATER, within=None)
    assert not archive.path_of(made[0].sha256).exists()
    assert Document.objects.get(pk=notice.pk).current_sha256 == Tombstone.objects.get(document=notice).sha256
    assert faults() == []


def test_a_term_that_runs_or_is_not_set_or_for_ever_keeps_the_file(office: Office, file: RecordsFile) -> None:
    assert file.closed_on is not None
    over = file.closed_on.year + 6
    with pytest.raises(DocumentRefused, match=f"01/01/{over}"):
        proposed(office, file, at=LATER.replace(year=over - 1))
    unset = shelve(office, office.bring(office.request("review_minutes"), State.ARCHIVED), matter=matter("matter/2"))
    assert expired([unset], LATER.date()) == []
    with pytest.raises(DocumentRefused, match="No term is set"):
        proposed(office, unset)
    set_terms(office, None, kinds=("review_minutes",))
    with pytest.raises(DocumentRefused, match="for ever"):
        proposed(office, unset)
    assert not Disposition.objects.exists()


def matter(origin: str):
    return replace(MATTER, origin=origin)


def test_a_held_file_is_not_proposed_not_approved_and_not_destroyed(office: Office, file: RecordsFile) -> None:
    clerk = office.people["clerk"]
    held = {"ground": "dispute", "reason": "Khởi kiện", "by": clerk, "at": NOON}
    first = holds.place_hold(file=file, **held)
    with pytest.raises(DocumentRefused, match="Khởi kiện"):
        proposed(office, file)
    holds.release_hold(hold=first, reason="Rút đơn", by=clerk, at=NOON)
    row = proposed(office, file)
    second = holds.place_hold(document=file.entries.last().document, **held)
    with pytest.raises(DocumentRefused, match="Khởi kiện"):
        approved(office, row)
    holds.release_hold(hold=second, reason="Rút đơn", by=clerk, at=NOON)
    row = approved(office, row)
    archive_minutes(office, row.minutes)
    holds.place_hold(file=file, **held)
    assert carry_out(row, at=LATER) == 0
    assert all(present(file))
    assert not Tombstone.objects.exists()
    assert "Khởi kiện" in row.items.get().kept_because


def test_nothing_goes_that_a_kept_document_rests_on(office: Office, file: RecordsFile) -> None:
    notice = file.entries.first().document
    newer = office.request("notice", replaces=notice)
    with pytest.raises(DocumentRefused, match=newer.code):
        proposed(office, file)
    shelve(office, office.bring(newer, State.ARCHIVED))
    assert proposed(office, file).state == Disposition.State.PROPOSED


@pytest.mark.parametrize("relation", ["amended", "listed"])
def test_an_amended_decision_and_a_list_that_forms_were_signed_by_stay_with_them(
    office: Office, file: RecordsFile, relation: str
) -> None:
    kept, inside = office.request("notice"), file.entries.last().document
    if relation == "amended":
        Succession.objects.create(earlier=inside, later=kept, effect="amended")
    else:
        SignatureSlot.objects.filter(document=kept).update(listed_in=inside)
    with pytest.raises(DocumentRefused, match=kept.code):
        proposed(office, file)


def test_whoever_proposes_does_not_approve_and_an_old_page_decides_nothing(office: Office, file: RecordsFile) -> None:
    row = proposed(office, file)
    Disposition.objects.filter(pk=row.pk).update(proposed_by=office.people["head"])
    with pytest.raises(DocumentRefused, match="does not approve"):
        approved(office, row)
    Disposition.objects.filter(pk=row.pk).update(proposed_by=office.people["clerk"], version=7)
    with pytest.raises(DocumentRefused, match="has been changed"):
        approved(office, row)


def test_a_file_is_on_one_list_at_a_time_and_a_refusal_frees_it(office: Office, file: RecordsFile) -> None:
    row = proposed(office, file)
    with pytest.raises(DocumentRefused, match="already names it"):
        proposed(office, file)
    head = office.people["head"]
    common = {"disposition": row, "by": head, "under": None, "expected_version": row.version, "at": LATER}
    with pytest.raises(DocumentRefused, match="needs a reason"):
        disposition.refuse(**common, reason=" ")
    assert disposition.refuse(**common, reason="Chưa thẩm định").state == Disposition.State.REFUSED
    assert proposed(office, file).state == Disposition.State.PROPOSED


def test_a_file_that_changed_after_its_approval_is_left_out(office: Office, file: RecordsFile) -> None:
    row = approved(office, proposed(office, file))
    archive_minutes(office, row.minutes)
    shelve(office, office.bring(office.request("notice"), State.ARCHIVED))
    assert carry_out(row, at=LATER) == 0
    assert "changed since it was approved" in row.items.get().kept_because
    assert all(present(file))


def test_register_sheets_and_minutes_are_in_no_file_and_stay(office: Office, file: RecordsFile) -> None:
    row = approved(office, proposed(office, file))
    minutes = archive_minutes(office, row.minutes)
    set_terms(office, 1, kinds=("disposition_minutes",))
    kept = shelve(office, minutes, matter=matter("matter/3"))
    with pytest.raises(DocumentRefused, match=minutes.code):
        proposed(office, kept)
