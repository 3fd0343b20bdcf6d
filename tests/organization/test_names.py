"""Vietnamese names sort by given name, letters before tones, the same on every database."""

import unicodedata

import pytest

from organization.models import Person
from organization.names import initials, normal, sort_key

IN_ORDER = [
    "Trần Văn An",
    "Lê Thị Ân",
    "Nguyễn Văn Bình",
    "Nguyễn Thị Dung",
    "Lê Văn Đạt",
    "Phạm Thị Hoa",
    "Phạm Thị Hòa",
    "Nguyễn Thị Lan",
    "Trần Thị Lan",
    "Võ Minh Ơn",
    "Đỗ Văn Ước",
]


MIXED = IN_ORDER[::-1]


def test_given_name_comes_first_then_middle_then_family() -> None:
    assert sorted(MIXED, key=sort_key) == IN_ORDER


def test_a_letter_weighs_more_than_a_tone() -> None:
    assert sort_key("Ma") < sort_key("Má") < sort_key("Mb")


@pytest.mark.parametrize("name", IN_ORDER)
def test_composed_and_decomposed_names_have_one_key(name: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", name)) == sort_key(name)
    assert sort_key(name).isascii()


def test_names_are_kept_in_one_form() -> None:
    assert normal("  Nguyễn   Văn\tAn ") == "Nguyễn Văn An"


def test_initials_are_the_last_two_words() -> None:
    assert initials("Nguyễn Thị Bích Hạnh") == "BH"


@pytest.mark.django_db
def test_the_database_gives_the_same_order() -> None:
    for number, name in enumerate(reversed(IN_ORDER)):
        Person.objects.create(username=f"p{number}", full_name=unicodedata.normalize("NFD", name))
    assert list(Person.objects.order_by("sort_key").values_list("full_name", flat=True)) == IN_ORDER
