"""Filters of official documents: Vietnamese dates, decimal commas (Decree 30/2020, Annex I)."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template

from documents.formats import long_date, padded

register = template.Library()

CLASSES = {
    "HTXS": "Hoàn thành xuất sắc nhiệm vụ",
    "HTT": "Hoàn thành tốt nhiệm vụ",
    "HTNV": "Hoàn thành nhiệm vụ",
    "KHTNV": "Không hoàn thành nhiệm vụ",
}


@register.filter
def date_words(value: str) -> str:
    """The words of an ISO date, as in "ngày 05 tháng 02 năm 2026"."""
    return long_date(date.fromisoformat(value[:10]))


@register.filter
def short_date(value: str) -> str:
    """An ISO date as 05/02/2026."""
    return f"{date.fromisoformat(value[:10]):%d/%m/%Y}" if value else ""


@register.filter
def unparted(text: str) -> str:
    """The text with "năm 2026" on one line: a year alone under a subject reads as a slip."""
    return re.sub(r"\bnăm (\d{4})\b", "năm\N{NO-BREAK SPACE}\\1", text)


@register.filter
def time_words(value: str) -> str:
    """The hour of an ISO date and time as written in it, as in "08 giờ 05"."""
    at = datetime.fromisoformat(value)
    return f"{padded(at.hour)} giờ {padded(at.minute)}"


@register.filter
def points(value: str | int | None) -> str:
    """A number with decimal comma and no needless zeros; nothing for what was not scored; words as they are."""
    if value is None or value == "":
        return ""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


@register.filter
def class_words(value: str) -> str:
    """The full name of a class code (Article 20 of Decree 335/2025); other texts as they are."""
    return CLASSES.get(value, value)


@register.filter
def class_or_points(value: str | int | None) -> str:
    """A class code in words, a number with its comma, other texts as they are; a dash for none."""
    if value is None or value == "":
        return "–"
    return CLASSES.get(str(value)) or points(value)


@register.filter
def words(text: str) -> list[str]:
    """The words of a template's own list."""
    return text.split()


@register.filter
def tellers(signers: dict[str, dict]) -> list[list[tuple[str, dict]]]:
    """The tellers beside their head, by number, three in a row."""
    return _in_rows(signers, "teller", range(2, 10))


@register.filter
def members(signers: dict[str, dict]) -> list[list[tuple[str, dict]]]:
    """The members who sign the minutes beside secretary and chair, by number, three in a row."""
    return _in_rows(signers, "member", range(1, 13))


def _in_rows(signers: dict[str, dict], role: str, numbers: range) -> list[list[tuple[str, dict]]]:
    named = [(key, signers[key]) for number in numbers if (key := f"{role}_{number}") in signers]
    return [named[start : start + 3] for start in range(0, len(named), 3)]


@register.filter
def two_digits(value: int) -> str:
    """Numbers below 10 with a zero."""
    return padded(int(value))


@register.filter
def hash_groups(value: str) -> str:
    """A hash in groups of eight letters, as it is compared by eye."""
    return " ".join(value[start : start + 8] for start in range(0, len(value), 8))
