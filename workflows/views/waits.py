"""One row of what waits for a person on his home."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, about which period, until when, and where to do it."""

    what: str
    about: str
    due: date | datetime | None
    url: str
    act: str
    count: int = 1
    calendar_days: bool = False  # the term counts every day
