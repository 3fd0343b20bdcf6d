"""The working-day table that deadlines are counted by. Deadlines of launched periods stay as they are."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.actions import seed_holidays
from organization.models import CalendarDay, Person
from workflows.errors import Refused
from workflows.policy.setup import require_province_hr


@transaction.atomic
def set_day(*, day: date, is_working: bool, name: str, by: Person, at: datetime) -> CalendarDay:
    """Say of one day that it differs from the week, or correct what was said. Its history keeps who said so."""
    require_province_hr(by, timezone.localdate(at))
    if not name.strip():
        raise Refused(_("Name the holiday, or the day it is worked for."), rule=_("Every exception has a reason"))
    found, _is_new = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "name": name.strip()}
    )
    return found


@transaction.atomic
def clear_day(*, day: date, by: Person, at: datetime) -> None:
    """Back to the ordinary week; doing it twice changes nothing."""
    require_province_hr(by, timezone.localdate(at))
    for found in CalendarDay.objects.filter(day=day):
        found.delete()


def fill_year(*, year: int, by: Person, at: datetime) -> int:
    """Enter the public holidays of a year as far as they are known; days already in the table stay. How many."""
    require_province_hr(by, timezone.localdate(at))
    if not 2000 <= year <= 2100:
        raise Refused(_("There is no calendar for this year."))
    with transaction.atomic():
        return seed_holidays([year])
