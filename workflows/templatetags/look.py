"""How numbers, dates, names, deadlines and classes are written on screen: `{% load look %}`."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from urllib.parse import urlsplit

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from organization.actions import working_calendar
from organization.names import initials as initials_of

register = template.Library()

# Enough to show the exact score next to a threshold: 89,995 is not 90.
SCORE_PLACES = 4
SOON_DAYS = 3

CLASS_WORDS: dict[str, tuple[Promise, Promise, str]] = {
    "HTXS": (gettext_lazy("Excellent performance of duties"), pgettext_lazy("class", "Excellent"), "excellent"),
    "HTT": (gettext_lazy("Good performance of duties"), pgettext_lazy("class", "Good"), "good"),
    "HTNV": (gettext_lazy("Duties performed"), pgettext_lazy("class", "Performed"), "met"),
    "KHTNV": (gettext_lazy("Duties not performed"), pgettext_lazy("class", "Not performed"), "unmet"),
}


def _decimal(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal, places: int | None) -> str:
    limit = SCORE_PLACES if places is None else places
    if places is not None or -int(number.as_tuple().exponent) > limit:
        number = number.quantize(Decimal(1).scaleb(-limit), ROUND_HALF_UP)
    text = f"{number:f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text.replace(".", ",")


@register.filter
def vn_number(value: object, places: int | None = None) -> str:
    """Decimal comma, never grouped: safe inside inputs. Exact to 4 places, or padded and rounded to `places`.

    What is not a number (not scored) gives the empty string, never 0.
    """
    number = _decimal(value)
    return "" if number is None else _plain(number, places)


@register.filter
def vn_count(value: object) -> str:
    """A large count for reading only, grouped by dots ("1.250"). Never inside an input."""
    number = _decimal(value)
    if number is None:
        return ""
    whole, comma, rest = _plain(number, None).partition(",")
    return f"{int(whole):,}".replace(",", ".") + comma + rest


@register.filter
def vn_percent(value: object, places: int | None = None) -> str:
    """A share between 0 and 1 (or above) as a percentage: 0.958 → "95,8%"."""
    number = _decimal(value)
    return "" if number is None else _plain(number * 100, 1 if places is None else places).removesuffix(",0") + "%"


@register.filter
def vn_date(value: date | datetime | None, style: str = "date") -> str:
    """dd/mm/yyyy in Vietnam's time; `time` gives "17:00 25/09/2026", `long` adds the weekday, `clock` is "17:00"."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    elif style != "long":
        style = "date"
    formats = {"date": "d/m/Y", "time": "H:i d/m/Y", "clock": "H:i"}
    if style == "long":
        weekday = date_format(value, "l")
        if (get_language() or "").startswith("vi"):
            weekday = weekday[0].lower() + weekday[1:]
        day = f"{weekday} {date_format(value, 'd/m/Y')}"
        return f"{date_format(value, 'H:i')}, {day}" if isinstance(value, datetime) else day
    return date_format(value, formats[style])


@register.filter
def initials(value: object) -> str:
    """Two letters for an avatar: "Nguyễn Thị Bích Hạnh" → "BH"."""
    return initials_of(str(value or ""))


@register.filter
def class_words(code: str | None, length: str = "full") -> str:
    """A rating class in words, `full` (as in the decree) or `short`; no class is empty, an unknown code stays."""
    if not code:
        return ""
    words = CLASS_WORDS.get(str(code))
    if words is None:
        return str(code)
    return str(words[0] if length == "full" else words[1])


@register.filter
def class_tone(code: str | None) -> str:
    """The colour word of a class in the style sheet; `none` when there is no class."""
    words = CLASS_WORDS.get(str(code or ""))
    return words[2] if words else "none"


def working_days_between(start: date, end: date, is_working: Callable[[date], bool]) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, is_working)
    return sum(is_working(start + timedelta(days=step)) for step in range(1, (end - start).days + 1))


def _calendar(context: template.Context) -> Callable[[date], bool]:
    # Read once a request: a list shows many deadlines, the calendar is one query.
    request = context.get("request")
    known = getattr(request, "working_calendar", None)
    if known is None:
        known = working_calendar()
        if request is not None:
            request.working_calendar = known
    return known


@register.simple_tag(takes_context=True)
def working_days_left(
    context: template.Context, due: date | datetime | None, now: datetime | None = None
) -> int | None:
    """Working days left, today not counted: 0 on the last day, negative after it, None without a deadline."""
    if not due:
        return None
    return working_days_between(timezone.localtime(now or None).date(), _day_of(due), _calendar(context))


def days_left(due: date | datetime, now: datetime) -> int:
    """Calendar days left, today not counted: 0 on the last day, negative after it."""
    return (_day_of(due) - timezone.localtime(now).date()).days


def _day_of(due: date | datetime) -> date:
    return timezone.localtime(due).date() if isinstance(due, datetime) else due


@register.simple_tag(takes_context=True)
def deadline_state(
    context: template.Context,
    due: date | datetime | None,
    now: datetime | None = None,
    calendar_days: bool = False,
) -> dict[str, str]:
    """`text` and `tone` (late, soon, calm, none) of a deadline, for the component `deadline.html`.

    `calendar_days`: the term counts every day, so what is left of it is said in days, not in working days.
    """
    now = now or timezone.now()
    if not due:
        return {"tone": "none", "text": _("No deadline")}
    days = days_left(due, now) if calendar_days else working_days_left(context, due, now) or 0
    if (due < now) if isinstance(due, datetime) else (due < timezone.localtime(now).date()):
        if not days:
            return {"tone": "late", "text": _("The deadline has passed")}
        if calendar_days:
            text = ngettext("%(days)d day late", "%(days)d days late", -days)
        else:
            text = ngettext("%(days)d working day late", "%(days)d working days late", -days)
        return {"tone": "late", "text": text % {"days": -days}}
    if not days:
        return {"tone": "soon", "text": _("Due today")}
    if calendar_days:
        text = ngettext("%(days)d day left", "%(days)d days left", days)
    else:
        text = ngettext("%(days)d working day left", "%(days)d working days left", days)
    return {"tone": "soon" if days <= SOON_DAYS else "calm", "text": text % {"days": days}}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A line icon from the sprite; decorative unless it gets a label."""
    href = f"{static('workflows/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', href)


@register.filter
def minus(value: object, other: object) -> Decimal | str:
    """Difference of two numbers; empty when either is missing."""
    first, second = _decimal(value), _decimal(other)
    return "" if first is None or second is None else first - second


@register.filter
def signed(value: object, places: int | None = None) -> str:
    """A difference with its sign and a true minus: "+2", "−1,5", "0"."""
    number = _decimal(value)
    if number is None:
        return ""
    text = _plain(abs(number), places)
    return text if not number else ("+" if number > 0 else "−") + text


@register.filter
def path_of(url: str | None) -> str:
    """The path of an address without host and query, for `next` fields."""
    return urlsplit(url or "/").path or "/"


@register.filter
def share(value: object, total: object) -> int:
    """Whole percent of `value` in `total`, between 0 and 100; 0 when the total is nothing."""
    part, whole = _decimal(value), _decimal(total)
    if not part or not whole:
        return 0
    return max(0, min(100, int(part * 100 / whole)))
