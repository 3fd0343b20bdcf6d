"""The clerk's number books: what each number is, and the acts on those that no document of this system bears."""

import uuid

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from documents import marks, numbering
from documents.actions.numbers import reserve_numbers
from documents.models import NumberBook, NumberUse
from organization.models import JournalEntry
from tests.workflows.agency import Agency
from workflows.views import number_books


@pytest.fixture
def desk(agency: Agency) -> Client:
    client = Client()
    client.force_login(agency.people["clerk"])
    return client


@pytest.fixture
def book(agency: Agency) -> str:
    return reverse("number_book", args=[agency.units["SNV"].uuid, "TB", numbering.database_day().year])


def send(client: Client, url: str, act: str, **typed):
    return client.post(url, {"act": act, "submission_key": str(uuid.uuid4()), **typed})


def reserved(agency: Agency, count: int = 1) -> list[NumberUse]:
    return reserve_numbers(
        unit=agency.units["SNV"], book="TB", count=count, text="Họp báo", by=agency.people["clerk"], at=agency.at()
    )


def test_every_book_of_the_clerks_agency_is_listed_with_its_last_number(agency: Agency, desk: Client) -> None:
    reserved(agency, 3)
    (listed,) = desk.get(reverse("number_books")).context["agencies"]
    assert listed["unit"] == agency.units["SNV"]  # a part of the agency keeps no books of its own
    assert {each["name"]: each["last"] for each in listed["books"]}["TB"] == 3
    assert {"BB", "QĐ", "TB"} <= {each["name"] for each in listed["books"]}


def test_numbers_are_reserved_and_shown_the_last_one_first(desk: Client, book: str) -> None:
    assert send(desk, book, "reserve", count="2", text="Giấy mời").status_code == 302
    page = desk.get(book)
    assert [line.first for line in page.context["lines"]] == [2, 1]
    assert "Giấy mời" in page.content.decode()


def test_the_same_form_sent_twice_takes_one_number(desk: Client, book: str) -> None:
    typed = {"act": "reserve", "submission_key": str(uuid.uuid4()), "count": "1", "text": "Giấy mời"}
    assert [desk.post(book, typed).status_code for _each in range(2)] == [302, 302]
    assert NumberBook.objects.get(book="TB").last == 1


def test_two_rows_of_one_page_are_two_acts(agency: Agency, desk: Client, book: str) -> None:
    reserved(agency, 2)
    keys = {act["submission_key"] for line in desk.get(book).context["lines"] for act in line.acts}
    assert len(keys) == 4
    for use in NumberUse.objects.filter(follows__isnull=True):
        send(desk, book, "cancel", use=str(use.uuid), reason="Không dùng")
    assert NumberUse.objects.filter(event="cancelled").count() == 2


def test_a_reserved_number_is_given_to_a_paper_document(agency: Agency, desk: Client, book: str) -> None:
    (use,) = reserved(agency)
    year = numbering.database_day().year
    answer = send(desk, book, "assign", use=str(use.uuid), text="Giấy mời họp báo", dated_on=f"{year}-01-05")
    assert answer.status_code == 302
    (line,) = desk.get(book).context["lines"]
    assert [each.event for each in line.uses] == ["reserved", "assigned"]
    assert [act["name"] for act in line.acts] == ["cancel"]
    assert JournalEntry.objects.filter(event="number.assigned", by=agency.people["clerk"]).exists()


def test_the_second_of_two_windows_hears_who_was_faster(agency: Agency, desk: Client, book: str) -> None:
    (use,) = reserved(agency)
    send(desk, book, "cancel", use=str(use.uuid), reason="Không dùng")
    answer = send(desk, book, "cancel", use=str(use.uuid), reason="Không dùng")
    assert answer.status_code == 409
    assert "Already handled by Bùi Thị Thư" in answer.content.decode()


def test_the_book_goes_on_after_the_paper_one_and_only_upwards(desk: Client, book: str) -> None:
    slip = send(desk, book, "import", last="411", again="41")
    assert slip.status_code == 400
    assert "The two numbers differ." in slip.content.decode()
    assert not NumberBook.objects.exists()
    assert send(desk, book, "import", last="41", again="41").status_code == 302
    assert send(desk, book, "import", last="40", again="40").status_code == 409
    assert NumberBook.objects.get(book="TB").last == 41
    (line,) = desk.get(book).context["lines"]
    assert (line.first, line.last) == (1, 41)


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        ("reserve", {"count": "0", "text": "x"}),
        ("reserve", {"count": "1", "text": ""}),
        ("import", {"last": "", "again": ""}),
        ("import", {"last": "41"}),
        ("cancel", {"use": "no uuid", "reason": "x"}),
        ("free", {}),
    ],
)
def test_an_incomplete_form_takes_nothing(desk: Client, book: str, act: str, typed: dict) -> None:
    assert send(desk, book, act, **typed).status_code == 400
    assert not NumberBook.objects.exists()


def test_a_refused_act_keeps_what_was_typed_in_its_own_row(agency: Agency, desk: Client, book: str) -> None:
    first, second = reserved(agency, 2)
    typed = {"use": str(second.uuid), "text": "Giấy mời họp giao ban", "dated_on": "2025-12-31"}
    page = send(desk, book, "assign", **typed)
    assert page.status_code == 409
    kept = {act["use"]: act for line in page.context["lines"] for act in line.acts if act["name"] == "assign"}
    assert [kept[each]["refused"] for each in (first, second)] == [False, True]
    assert (kept[second]["form"]["text"].value(), kept[first]["form"]["text"].value()) == (typed["text"], None)
    assert page.content.decode().count('<details class="fold" open>') == 1
    low = send(desk, book, "import", last="1", again="1")
    assert [act["form"]["last"].value() for act in low.context["acts"] if act["name"] == "import"] == ["1"]


def test_a_number_of_another_agency_is_not_found(agency: Agency, desk: Client, book: str) -> None:
    stranger = reserve_numbers(
        unit=agency.units["UBND"], book="TB", count=1, text="Họp", by=agency.people["chairman"], at=agency.at()
    )[0]
    assert send(desk, book, "cancel", use=str(stranger.uuid), reason="Thử").status_code == 404
    other = reverse("number_book", args=[agency.units["UBND"].uuid, "TB", stranger.year])
    assert desk.get(other).status_code == 404
    absent = reverse("number_book", args=[agency.units["SNV"].uuid, "register", 0])
    assert desk.get(absent).status_code == 404


def test_last_years_book_is_read_and_takes_no_number(agency: Agency, desk: Client) -> None:
    last_year = numbering.database_day().year - 1
    NumberBook.objects.create(unit=agency.units["SNV"], book="TB", year=last_year, last=0)
    url = reverse("number_book", args=[agency.units["SNV"].uuid, "TB", last_year])
    assert desk.get(url).context["acts"] == []
    assert send(desk, url, "reserve", count="1", text="Giấy mời").status_code == 400


def test_after_a_restore_the_pages_say_why_no_number_is_given(desk: Client, book: str) -> None:
    folder = settings.ARCHIVE_DIR / marks.MARKS
    folder.mkdir(parents=True)
    (folder / marks.RESTORED).touch()
    for url in (reverse("issuing"), reverse("number_books"), book):
        assert "manage.py reconcile" in desk.get(url).content.decode()
    assert send(desk, book, "reserve", count="1", text="Giấy mời").status_code == 409
    assert not NumberUse.objects.exists()


def test_a_long_book_costs_no_more_queries_than_a_short_one(
    agency: Agency, desk: Client, book: str, django_assert_max_num_queries
) -> None:
    reserved(agency, 2)
    desk.get(book)
    with django_assert_max_num_queries(30) as few:
        desk.get(book)
    reserved(agency, number_books.PAGE)
    with django_assert_max_num_queries(30) as many:
        desk.get(book)
    assert len(many.captured_queries) <= len(few.captured_queries) + 1  # the second page's count
