"""The working-day table: what differs from the Monday-to-Friday week."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from organization.models import CalendarDay
from workflows.actions import calendars as actions
from workflows.errors import Refused
from workflows.forms.calendars import DayForm
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today


def _year(text: str | None) -> int:
    found = int(text) if text and text.isdecimal() else 0
    return found if 2000 <= found <= 2100 else today().year


def _url(year: int) -> str:
    return f"{reverse('calendar')}?year={year}"


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def calendar(request: PersonRequest) -> HttpResponse:
    """One year's exceptions; the province's department adds and corrects them."""
    on = today()
    setup.require_personnel_officer(request.user, on)
    year = _year(request.GET.get("year"))
    form = DayForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> str:
            actions.set_day(**data, by=request.user, at=now())
            return _url(data["day"].year)

        url, refusal = attempt(lambda: once(request, "calendar", act), form)
        if url is not None:
            messages.success(request, _("The calendar was changed. Deadlines already counted stay."))
            return redirect(url)
    context = {
        "year": year,
        "days": CalendarDay.objects.filter(day__year=year),
        "years": [{"label": str(y), "url": _url(y), "current": y == year} for y in range(on.year - 1, on.year + 3)],
        "form": form,
        "may_edit": setup.is_province_hr(request.user, on),
        "submission_key": new_key(),
    }
    return render(request, "workflows/calendars/calendar.html", context, status=refusal.status if refusal else 200)


@declares("province_hr")
@require_POST
def fill(request: PersonRequest) -> HttpResponse:
    """Enter the known public holidays of a year."""
    year = _year(request.POST.get("year"))

    def act() -> str:
        count = actions.fill_year(year=year, by=request.user, at=now())
        messages.success(request, _("%(count)s days were entered for %(year)s.") % {"count": count, "year": year})
        return _url(year)

    return redirect(once(request, "calendar_fill", act))


@declares("province_hr")
@require_POST
def clear(request: PersonRequest) -> HttpResponse:
    """Back to the ordinary week for one day."""
    form = DayForm(request.POST)
    form.is_valid()
    day = form.cleaned_data.get("day")
    if day is None:
        raise Refused(_("The page is incomplete. Load it again; nothing was stored."))

    def act() -> str:
        actions.clear_day(day=day, by=request.user, at=now())
        messages.success(request, _("%(day)s is an ordinary day again.") % {"day": f"{day:%d/%m/%Y}"})
        return _url(day.year)

    return redirect(once(request, "calendar_clear", act))
