"""Numbers 1..N per agency, book and year, given at issue."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from documents import numbering
from documents.models import Document, NumberBook, State
from tests.documents.office import again


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


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_no_number_is_given(office):
    with pytest.raises(transaction.TransactionManagementError):
        numbering.take_number(unit=office.unit, book="BB", year=2026)


@pytest.mark.django_db
def test_the_year_is_that_of_the_issue_date_in_vietnam(office):
    new_year_at_home = datetime(2026, 12, 31, 17, 30, tzinfo=ZoneInfo("UTC"))
    document = office.bring(office.request(), State.SIGNED)
    office.issue(document, at=new_year_at_home)
    row = again(document)
    assert (row.number_year, row.issued_on.isoformat(), row.number) == (2027, "2027-01-01", 1)


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
