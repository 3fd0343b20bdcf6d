"""Numbers 1..N per agency, book and year: given at issue, or set aside, used on paper, cancelled; never a gap."""

import random
import threading
from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import Value
from django.utils import timezone

from documents import archive, inspection, marks, numbering, pipeline
from documents.actions import DocumentRefused
from documents.actions.numbers import assign_number, cancel_number, import_last_number, reserve_numbers
from documents.inspection import numbers
from documents.models import Document, NumberBook, NumberUse, State, UseEvent
from organization.models import JournalEntry
from tests.documents.office import NOON, Office, again
from tests.documents.papers import flat, text_of


def freeze(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """The database's clock stands still at this moment."""
    for module in ("documents.models.documents", "documents.numbering"):
        monkeypatch.setattr(f"{module}.Now", lambda: Value(moment, models.DateTimeField()))


@pytest.fixture
def this_year(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze(monkeypatch, NOON)


def reserve(office: Office, count: int = 1, book: str = "TB", **changes) -> list[NumberUse]:
    wanted = {"unit": office.unit, "book": book, "text": "Họp báo", "by": office.people["clerk"], "at": NOON}
    return reserve_numbers(count=count, **wanted | changes)


def taken_on_paper(office: Office, last: int, book: str = "TB") -> NumberUse:
    return import_last_number(unit=office.unit, book=book, last=last, by=office.people["clerk"], at=NOON)


def number_faults() -> list[str]:
    return [found.problem for found in inspection.CHECKS["numbers"]() if isinstance(found, inspection.Fault)]


@pytest.mark.django_db
def test_each_book_and_year_counts_from_one(office):
    taken = [
        numbering.take_number(unit=office.unit, book=book, year=year)
        for book, year in [("BB", 2026), ("BB", 2026), ("TB", 2026), ("BB", 2027), ("BB", 2026)]
    ]
    assert taken == [1, 2, 1, 1, 3]


@pytest.mark.django_db
def test_each_agency_counts_for_itself(office):
    assert numbering.take_number(unit=office.unit, book="BB", year=2026) == 1
    assert numbering.take_number(unit=office.unit.parent, book="BB", year=2026) == 1


@pytest.mark.django_db
def test_a_number_taken_in_a_transaction_that_fails_is_given_again(office):
    with transaction.atomic():
        numbering.take_number(unit=office.unit, book="BB", year=2026)
        transaction.set_rollback(True)
    assert numbering.take_number(unit=office.unit, book="BB", year=2026) == 1


def test_a_number_given_while_the_books_are_inspected_is_no_fault(office, monkeypatch):
    office.bring(office.request(), State.NUMBERED)
    real = numbers.spans

    def busy(*book):
        office.bring(office.request(), State.NUMBERED)
        yield from real(*book)

    monkeypatch.setattr(numbers, "spans", busy)
    assert number_faults() == []

    def behind(*book):
        yield from list(real(*book))
        office.bring(office.request(), State.NUMBERED)

    monkeypatch.setattr(numbers, "spans", behind)
    assert number_faults() == []


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given(office):
    with pytest.raises(transaction.TransactionManagementError):
        numbering.take_number(unit=office.unit, book="BB", year=2026)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by_the_database", "year", "day"),
    [
        (datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC), 2026, "2026-12-31"),
        (datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC), 2027, "2027-01-01"),
    ],
)
def test_the_year_is_that_of_the_databases_clock_in_vietnam(office, monkeypatch, by_the_database, year, day):
    document = office.bring(office.request(), State.SIGNED)
    freeze(monkeypatch, by_the_database)
    office.issue(document, at=NOON)  # what the web server's clock says does not count
    row = again(document)
    assert (row.number_year, row.issued_on.isoformat(), row.number) == (year, day, 1)
    (use,) = reserve(office)
    assert (use.year, use.first) == (year, 2)


@pytest.mark.django_db
def test_what_was_issued_before_midnight_keeps_the_old_year_though_it_is_sealed_after(office, monkeypatch, tmp_path):
    old, new = (office.bring(office.request(), State.SIGNED) for _each in range(2))
    freeze(monkeypatch, datetime(2025, 12, 31, 16, 59, 59, tzinfo=UTC))
    office.issue(old)
    freeze(monkeypatch, datetime(2025, 12, 31, 17, 0, 0, tzinfo=UTC))
    office.issue(new)
    for document, number_year, dateline in (
        (old, 2025, "Khánh Hòa, ngày 31 tháng 12 năm 2025"),
        (new, 2026, "Khánh Hòa, ngày 01 tháng 01 năm 2026"),
    ):
        pipeline.advance(document.pk)
        row = again(document)
        assert (row.state, row.number, row.number_year) == (State.ARCHIVED, 1, number_year)
        printed = flat(text_of(tmp_path / "issued.pdf", archive.read(row.current_sha256)))
        assert f"Số: {row.number_text}" in printed
        assert dateline in printed
    assert number_faults() == []


@pytest.mark.django_db
def test_numbers_below_ten_take_a_zero(office):
    document = office.request()
    texts = [numbering.number_text(number=number, kind=document.kind, unit=office.unit) for number in (5, 10, 123)]
    assert texts == ["05/TB-STN", "10/TB-STN", "123/TB-STN"]


@pytest.mark.django_db
def test_practice_documents_take_no_real_number(office):
    exercise = office.bring(office.request(practice=True), State.NUMBERED)
    real = office.bring(office.request(), State.NUMBERED)
    assert (exercise.number, real.number) == (1, 1)
    assert exercise.book != real.book


@pytest.mark.django_db
def test_the_database_refuses_the_same_number_twice(office):
    first, second = (office.bring(office.request(), State.NUMBERED) for _each in range(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(number=first.number)


@pytest.mark.django_db
def test_the_number_is_the_last_thing_taken_in_the_act(office, django_assert_max_num_queries):
    document = office.bring(office.request(), State.SIGNED)
    NumberBook.objects.create(unit=office.unit, book="TB", year=2026)
    with django_assert_max_num_queries(12) as seen:
        office.issue(document)
    texts = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(("RELEASE", "SAVEPOINT"))]
    counter = next(index for index, text in enumerate(texts) if text.startswith('UPDATE "documents_numberbook"'))
    after = [text.split()[0] for text in texts[counter + 1 :]]
    assert after == ["SELECT", "UPDATE"]  # read the number, write it on the document, commit


@pytest.mark.django_db(transaction=True)
def test_clerks_at_the_same_moment_leave_no_gap_and_no_repeat(office):
    documents = [office.bring(office.request(), State.SIGNED) for _each in range(6)]
    barrier, results = threading.Barrier(3), []

    def clerk(mine):
        try:
            barrier.wait(timeout=20)
            results.extend(result.ok for result in office.issue(*mine))
        finally:
            connection.close()

    # Two clerks hold the same list, in opposite orders; a third has the second half.
    lists = [documents, documents[::-1], documents[3:]]
    threads = [threading.Thread(target=clerk, args=(mine,)) for mine in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [True] * 15
    assert sorted(Document.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert NumberBook.objects.get(book="TB").last == 6


# --- numbers that no document of this system bears ----------------------------------------------------------------


@pytest.mark.django_db
def test_reserved_numbers_come_out_of_the_same_counter_as_issued_ones(office):
    first = office.bring(office.request(), State.NUMBERED)
    uses = reserve(office, 3, at=timezone.now())
    second = office.bring(office.request(), State.NUMBERED)
    assert [first.number, *[use.first for use in uses], second.number] == [1, 2, 3, 4, 5]
    assert number_faults() == []


@pytest.mark.django_db
def test_a_reserved_number_is_given_to_a_paper_document_and_cancelled_later(office, this_year):
    (use,) = reserve(office)
    clerk = office.people["clerk"]
    named = assign_number(use=use, text="Thông báo nghỉ lễ", dated_on=date(2026, 10, 4), by=clerk, at=NOON)
    ended = cancel_number(use=named, reason="Phát hành nhầm", by=clerk, at=NOON)
    assert [use.event, named.event, ended.event] == ["reserved", "assigned", "cancelled"]
    assert {row.first for row in NumberUse.objects.all()} == {1}
    assert number_faults() == []
    told = JournalEntry.objects.filter(event__startswith="number.").order_by("id")
    assert [entry.event for entry in told] == ["number.reserved", "number.assigned", "number.cancelled"]


@pytest.mark.django_db
def test_a_cancelled_number_is_never_given_again(office, this_year):
    (use,) = reserve(office)
    cancel_number(use=use, reason="Không dùng", by=office.people["clerk"], at=NOON)
    (later,) = reserve(office)
    assert later.first == 2
    with pytest.raises(DocumentRefused, match="Already handled by Bùi Thị Sáu"):
        assign_number(use=use, text="Công văn", dated_on=date(2026, 10, 4), by=office.people["clerk"], at=NOON)


@pytest.mark.django_db
def test_a_cancellation_is_final_and_what_paper_has_used_stays_used(office, this_year):
    clerk = office.people["clerk"]
    ended = cancel_number(use=reserve(office)[0], reason="Không dùng", by=clerk, at=NOON)
    for use in (ended, taken_on_paper(office, 12)):
        with pytest.raises(DocumentRefused, match="Only a reserved number"):
            cancel_number(use=use, reason="Thử", by=clerk, at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "act",
    [
        lambda office, use: reserve(office, text="  "),
        lambda office, use: reserve(office, 0),
        lambda office, use: reserve(office, 51),
        lambda office, use: reserve(office, book="register"),
        lambda office, use: cancel_number(use=use, reason=" ", by=use.by, at=NOON),
        lambda office, use: assign_number(use=use, text="", dated_on=date(2026, 1, 2), by=use.by, at=NOON),
        lambda office, use: assign_number(use=use, text="Công văn", dated_on=None, by=use.by, at=NOON),
        lambda office, use: assign_number(use=use, text="Công văn", dated_on=date(2025, 12, 31), by=use.by, at=NOON),
        lambda office, use: taken_on_paper(office, 1),
        lambda office, use: taken_on_paper(office, 100_000),
        lambda office, use: taken_on_paper(office, 5, book="register-sheets"),
    ],
)
def test_a_refused_act_on_a_book_takes_no_number(office, this_year, act):
    (use,) = reserve(office)
    with pytest.raises(DocumentRefused), transaction.atomic():
        act(office, use)
    assert NumberBook.objects.get(book="TB").last == 1
    assert NumberUse.objects.count() == 1


@pytest.mark.django_db
def test_the_book_goes_on_after_the_last_number_on_paper(office):
    use = taken_on_paper(office, 41)
    document = office.bring(office.request(), State.NUMBERED)
    assert (use.first, use.last, document.number) == (1, 41, 42)
    later = taken_on_paper(office, 50)
    assert (later.first, later.last) == (43, 50)
    assert number_faults() == []


@pytest.mark.django_db
def test_what_became_of_a_number_cannot_be_changed_or_removed(office):
    (use,) = reserve(office)
    for change in (lambda: use.delete(), lambda: NumberUse.objects.update(text="")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


@pytest.mark.django_db
def test_the_inspection_finds_a_number_that_nobody_has_and_one_that_two_have(office):
    document = office.bring(office.request(), State.NUMBERED)
    reserve(office, at=timezone.now())
    assert number_faults() == []
    year = document.number_year
    NumberBook.objects.filter(book="TB").update(last=3)
    assert number_faults() == ["3: nobody has it"]
    NumberUse.objects.create(
        unit=office.unit, book="TB", year=year, first=1, last=3, event=UseEvent.ON_PAPER, at=NOON
    )
    assert number_faults() == ["1: used twice", "2: used twice"]


@pytest.mark.django_db(transaction=True)
def test_thirty_two_writers_of_whom_some_fail_leave_no_gap_and_no_repeat(office):
    """Each reserves in its own connection; one act in twenty is rolled back after it took its number."""
    writers, each = (32, 8) if connection.vendor == "postgresql" else (6, 8)
    barrier, got, lost, trouble = threading.Barrier(writers), [], [], []

    def write(seed: int) -> None:
        dice = random.Random(seed)
        try:
            barrier.wait(timeout=60)
            for _each in range(each):
                with transaction.atomic():
                    (use,) = reserve(office, at=timezone.now())
                    if failed := dice.random() < 0.05 or (seed, _each) == (0, 0):
                        transaction.set_rollback(True)
                (lost if failed else got).append(use.first)
        except Exception as error:
            trouble.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert trouble == []
    assert lost
    assert sorted(got) == list(range(1, writers * each - len(lost) + 1))
    assert NumberBook.objects.get(book="TB").last == len(got) == NumberUse.objects.count()
    assert marks.highest(office.unit.uuid, "TB", NumberUse.objects.latest("id").year) == len(got)
    assert number_faults() == []
