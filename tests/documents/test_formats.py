from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from documents.formats import document_symbol, place_and_date, vn_decimal


def test_a_document_number_takes_two_digits_below_ten():
    assert document_symbol(5, "BB", "SNV") == "Số: 05/BB-SNV"
    assert document_symbol(123, "QĐ", "UBND") == "Số: 123/QĐ-UBND"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 6, 15), "ngày 15 tháng 6 năm 2026"),
        (date(2026, 12, 5), "ngày 05 tháng 12 năm 2026"),
    ],
)
def test_only_january_and_february_take_a_zero(day, text):
    assert place_and_date("Nha Trang", day) == f"Nha Trang, {text}"


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (Decimal("2.5"), None, "2,5"),
        (Decimal("30.00"), None, "30"),
        (Fraction(2830, 33), 2, "85,76"),
        (Fraction("89.995"), 2, "90,00"),
        (Decimal("-0.004"), 2, "0,00"),
        (Decimal("-1.005"), 2, "-1,01"),
        (1312, 0, "1312"),
    ],
)
def test_print_uses_the_decimal_comma_and_rounds_half_up(value, places, text):
    assert vn_decimal(value, places) == text


def test_a_fraction_without_an_exact_decimal_needs_a_number_of_places():
    with pytest.raises(ValueError, match="places"):
        vn_decimal(Fraction(1, 3))
