"""Deadlines in working days. Pure: the calendar comes in as a function."""

from collections.abc import Callable
from datetime import date, timedelta

LONGEST_BREAK = 366  # a calendar without a working day for a year is a mistake, not a holiday


def due_on(received: date, days: int, is_working: Callable[[date], bool]) -> date:
    """The last day of a period of working days; counting starts the next working day (Art 22).

    With 0 days the day itself is due. Raises ValueError for a negative count or a calendar without working days.
    """
    if days < 0:
        raise ValueError("a deadline lies 0 or more working days ahead")
    day, idle = received, 0
    while days:
        day += timedelta(days=1)
        if is_working(day):
            days, idle = days - 1, 0
        else:
            idle += 1
            if idle > LONGEST_BREAK:
                raise ValueError(f"no working day in the year before {day}")
    return day
