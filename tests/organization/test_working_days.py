from datetime import date

import pytest

from organization.working_days import due_on


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def test_counting_starts_on_the_next_working_day():
    assert due_on(date(2026, 12, 18), 7, weekdays) == date(2026, 12, 29)
    assert due_on(date(2026, 12, 19), 1, weekdays) == date(2026, 12, 21)


def test_a_long_holiday_and_an_exchanged_saturday_are_respected():
    tet = {date(2027, 2, day) for day in (5, 8, 9, 10, 11)}
    assert due_on(date(2027, 2, 1), 10, lambda day: weekdays(day) and day not in tet) == date(2027, 2, 22)
    assert due_on(date(2026, 12, 18), 1, lambda day: day == date(2026, 12, 19)) == date(2026, 12, 19)


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever():
    with pytest.raises(ValueError, match="no working day"):
        due_on(date(2026, 1, 1), 1, lambda day: False)
