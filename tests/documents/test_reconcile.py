"""A restore never gives a number twice: until the counters are compared with the archive, no number is given."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from documents import archive, inspection, marks, numbering, pipeline, reconciliation, register, tasks
from documents.models import (
    Document,
    NumberBook,
    NumberUse,
    RegisterEvent,
    RegisterLine,
    RegisterSheet,
    State,
    Trouble,
    UseEvent,
)
from organization.models import JournalEntry
from tests import fresh_database
from tests.documents.office import Office, again


def back_up() -> None:
    """A copy of the test's own database, as a backup takes it."""
    fresh_database._copy(fresh_database._own_name(), _copy())


def restore() -> None:
    """The older copy comes back; the archive stays as it is."""
    fresh_database._copy(_copy(), fresh_database._own_name())


def _copy() -> str:
    own = Path(fresh_database._own_name())
    return f"{own}.backup"


@pytest.fixture
def drop_the_copy(transactional_db):
    yield
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            fresh_database._drop(cursor, _copy())


@pytest.fixture
def house(drop_the_copy, office: Office) -> Office:
    """The agency in a database that commits, as the product's does."""
    return office


def faults(*names: str) -> list[inspection.Fault]:
    return [each for name in names for each in inspection.CHECKS[name]() if isinstance(each, inspection.Fault)]


def close(office: Office) -> RegisterSheet | None:
    return register.write_sheet(unit=office.unit, on=timezone.localdate() + timedelta(days=1))


def in_force(office: Office, **changes) -> Document:
    return office.bring(office.request(**changes), State.ARCHIVED)


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_no_number_is_given_until_reconciled_and_none_twice(house: Office, capsys):
    kept = in_force(house)
    waiting = house.bring(house.request(), State.SIGNED)
    close(house)
    back_up()
    lost = [in_force(house), in_force(house)]
    lost_numbers = [document.number for document in lost]
    close(house)
    register.stamp_sheets()
    restore()

    assert numbering.refused()
    (refused,) = house.issue(waiting)
    assert (refused.ok, again(waiting).number, again(waiting).state) == (False, None, State.SIGNED)
    assert "reconcile" in refused.reason
    tasks.quarantine_orphans()
    assert all(archive.path_of(document.current_sha256).exists() for document in lost)

    call_command("reconcile")
    said = capsys.readouterr().out
    year = kept.number_year
    assert f"counter raised: STN TB {year}: 1 -> 3" in said
    assert "sheet entered again" in said
    use = NumberUse.objects.get(book="TB")
    assert (use.event, use.first, use.last) == (UseEvent.LOST, *lost_numbers)
    assert JournalEntry.objects.filter(event="number.lost").exists()
    assert RegisterSheet.objects.filter(recovered=True, token__isnull=False).count() == 1

    (issued,) = house.issue(waiting)
    assert issued.ok
    pipeline.advance(waiting.pk)
    assert again(waiting).number == 4
    close(house)
    assert faults("numbers", "register") == []
    assert {path.name for path in archive.orphans(inspection.known_hashes(), at=timezone.now() + timedelta(days=1))}
    assert not {document.current_sha256 for document in lost} - inspection.known_hashes()
    call_command("reconcile")
    assert "0 raised" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_a_document_on_its_way_into_the_register_waits_too_and_says_why(house: Office):
    document = house.bring(house.request("review_minutes"), State.AWAITING_SIGNATURE)
    back_up()
    in_force(house, kind="review_minutes")
    restore()
    assert house.sign(document, "reviewer").ok
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.SIGNED, Trouble.NOT_RECONCILED)
    call_command("reconcile")
    Document.objects.filter(pk=document.pk).update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    pipeline.drain()
    assert again(document).state == State.ARCHIVED
    assert faults("register") == []
    assert RegisterLine.objects.get(document=document).sequence == 2


@pytest.mark.django_db
def test_a_restore_of_data_and_archive_refuses_by_the_mark_that_it_leaves(office: Office, archive_dir: Path):
    document = office.bring(office.request(), State.SIGNED)
    (archive_dir / marks.MARKS).mkdir(parents=True, exist_ok=True)
    (archive_dir / marks.MARKS / marks.RESTORED).touch()
    assert not office.issue(document)[0].ok
    with pytest.raises(numbering.NumberingRefused), transaction.atomic():
        register.write_line(document=document, event=RegisterEvent.ARCHIVED, at=timezone.now())
    call_command("reconcile")
    assert office.issue(document)[0].ok


@pytest.mark.django_db
def test_numbers_known_from_the_papers_are_kept_as_lost(office: Office, archive_dir: Path, capsys):
    """Data and archive are both older than the last document sent out: only people know its number."""
    first = office.bring(office.request(), State.NUMBERED)
    call_command("reconcile", last=[f"STN:TB:{first.number_year}:7"])
    assert f"TB {first.number_year}: 1 -> 7" in capsys.readouterr().out
    assert office.bring(office.request(), State.NUMBERED).number == 8
    assert faults("numbers") == []


@pytest.mark.django_db
def test_a_dry_run_lists_the_last_numbers_and_lets_nothing_go_on(office: Office, archive_dir: Path, capsys):
    year = office.bring(office.request(), State.NUMBERED).number_year
    marks.keep(office.unit.uuid, "TB", year, 5)
    call_command("reconcile", dry_run=True)
    said = capsys.readouterr().out
    assert f"counter raised: STN TB {year}: 1 -> 5" in said
    assert f"last number: STN:TB:{year}:1" in said
    assert "No number is given yet" in said
    assert numbering.refused()
    assert NumberBook.objects.get(book="TB").last == 1


@pytest.mark.django_db
@pytest.mark.parametrize("last", ["STN:TB:2026", "STN:TB:2026:x", "NOBODY:TB:2026:4"])
def test_a_last_number_that_makes_no_sense_changes_nothing(office: Office, archive_dir: Path, last: str):
    with pytest.raises(CommandError):
        call_command("reconcile", last=[last])
    assert not NumberBook.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("book", "years", "words"),
    [
        ("QD", 0, "no book QD; there are .*QĐ"),
        ("TB", 36, "of the year"),
        ("TB", -9, "of the year"),
        ("register", 0, ""),
    ],
)
def test_a_mistyped_book_or_year_is_refused_instead_of_counted_beside_the_right_one(
    office: Office, archive_dir: Path, book: str, years: int, words: str
):
    year = office.bring(office.request(), State.NUMBERED).number_year
    marks.keep(office.unit.uuid, "TB", year, 5)
    with pytest.raises(CommandError, match=f"{words}.*numbers stay refused"):
        call_command("reconcile", last=[f"STN:{book}:{year + years}:57"])
    assert numbering.refused()
    assert set(NumberBook.objects.values_list("book", "year", "last")) == {("TB", year, 1)}


@pytest.mark.django_db
def test_a_book_that_began_after_the_backup_is_known_from_the_papers_alone(office: Office, archive_dir: Path):
    year = numbering.database_day().year
    call_command("reconcile", last=[f"STN:QĐ:{year}:57", f"STN:practice-TB:{year - 1}:3"])
    known = NumberBook.objects.values_list("book", "year", "last")
    assert set(known) == {("QĐ", year, 57), ("practice-TB", year - 1, 3)}


@pytest.mark.django_db
def test_copies_that_contradict_the_data_stop_the_comparison(office: Office, archive_dir: Path):
    register.write_line(document=office.request(), event=RegisterEvent.ARCHIVED, at=timezone.now())
    sheet = close(office)
    copy = register.folder_of(office.unit) / f"{register.name_of(sheet)}.txt"
    stranger = copy.with_name(copy.name.replace("-00001", "-00002"))
    stranger.write_text(f"{'1' * 64}\n{'2' * 64}  -  2026-10-05T12:00:00+07:00  notice\n")
    with pytest.raises(reconciliation.Irreconcilable, match="does not follow"):
        reconciliation.reconcile(at=timezone.now())
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("reconcile")


def test_a_mark_is_the_highest_line_even_out_of_order_or_cut_short(archive_dir: Path):
    unit = uuid4()
    assert marks.highest(unit, "TB", 2026) == 0
    for number in (1, 2, 4, 3):
        marks.keep(unit, "TB", 2026, number)
    assert marks.highest(unit, "TB", 2026) == 4
    path = archive_dir / marks.MARKS / str(unit) / "TB-2026"
    with path.open("a") as file:
        file.write("9")  # a power cut in the middle of "95"
    assert marks.highest(unit, "TB", 2026) == 4
    marks.keep(unit, "TB", 2026, 96)
    assert marks.highest(unit, "TB", 2026) == 96
    marks.keep(unit, "QĐ", 2025, 7)
    assert {(mark.book, mark.year, mark.number) for mark in marks.every()} == {("TB", 2026, 96), ("QĐ", 2025, 7)}


def test_a_long_file_of_marks_is_read_from_its_end(archive_dir: Path):
    unit = uuid4()
    marks.keep(unit, "TB", 2026, 1)
    path = archive_dir / marks.MARKS / str(unit) / "TB-2026"
    path.write_text("".join(f"\n{number}\n" for number in range(1, 20_001)))
    assert marks.highest(unit, "TB", 2026) == 20_000


@pytest.mark.django_db(transaction=True)
def test_a_number_taken_while_a_page_asks_is_no_restore(office: Office, monkeypatch: pytest.MonkeyPatch):
    before = marks.every

    def another_clerk_meanwhile():
        with transaction.atomic():
            numbering.take_number(unit=office.unit, book="TB", year=2026)
        return before()

    monkeypatch.setattr(marks, "every", another_clerk_meanwhile)
    assert not numbering.refused()
    assert NumberBook.objects.get(unit=office.unit, book="TB").last == 1
