"""How official documents write numbers and dates (Decree 30/2020, Annex I). Pure."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

#: a tag, or the number and symbol of a document: "06/TB-SNV", "335/2025/NĐ-CP", "33/2024/QH15"
TAG_OR_NUMBER = re.compile(r"(<[^>]*>)|\b\d{1,5}(?:/\d{4})?/[A-ZĐ]{1,8}\d{0,2}(?:-[A-ZĐ]{1,10})?\b")


def padded(number: int) -> str:
    """Document numbers and days: two digits below 10."""
    return f"{number:02d}"


def padded_month(month: int) -> str:
    """Months: only 1 and 2 take a zero ("15 tháng 6", "05 tháng 02")."""
    return f"{month:02d}" if month < 3 else str(month)


def document_symbol(sequence: int, kind_abbreviation: str, agency_abbreviation: str) -> str:
    """Number and symbol, such as "Số: 05/BB-SNV"; the sequence starts at 1."""
    if sequence < 1:
        raise ValueError("document numbers start at 1")
    return f"Số: {padded(sequence)}/{kind_abbreviation}-{agency_abbreviation}"


def with_whole_numbers(page: str) -> str:
    """The HTML page with every document's number in its body marked to stay on one line (class "whole")."""
    head, mark, body = page.partition("<body")
    kept = TAG_OR_NUMBER.sub(
        lambda found: found[0] if found[1] else f'<span class="whole">{found[0]}</span>', mark + body
    )
    return head + kept


def long_date(day: date) -> str:
    """ "ngày 05 tháng 02 năm 2026"."""
    return f"ngày {padded(day.day)} tháng {padded_month(day.month)} năm {day.year}"


def place_and_date(place: str, day: date) -> str:
    """The dateline, such as "Khánh Hòa, ngày 05 tháng 02 năm 2026"."""
    return f"{place}, {long_date(day)}"


def vn_decimal(value: Decimal | Fraction | int, places: int | None = None) -> str:
    """A number with the decimal comma, half up to `places`; without `places` exact and without trailing zeros.

    Raises ValueError when no exact decimal of 12 places exists. Digits are not grouped.
    """
    exact = Fraction(value)
    if places is None:
        places = next((n for n in range(13) if (exact * 10**n).denominator == 1), None)
        if places is None:
            raise ValueError(f"{exact} needs a number of places")
    scaled = abs(exact) * 10**places
    whole = (scaled * 2 + 1) // 2
    digits = f"{whole:0{places + 1}d}"
    sign = "-" if exact < 0 and whole else ""
    return sign + (f"{digits[:-places]},{digits[-places:]}" if places else digits)
