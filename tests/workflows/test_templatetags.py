import hashlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from workflows.forms.fields import DecimalCommaField
from workflows.templatetags import look
from workflows.templatetags.charts import distribution_chart
from workflows.views.styleguide import SampleForm, styleguide

LOOK = Path(settings.BASE_DIR, "workflows")
HOLIDAY = date(2026, 9, 2)


def working_week(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def request_with_calendar():
    request = RequestFactory().get("/")
    request.working_calendar = working_week
    return request


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("90.050"), "90,05"),
        (Decimal("89.995"), "89,995"),
        (Decimal("1312"), "1312"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0.00001"), "0"),
        (Fraction(2, 3), "0,6667"),
        ("8,5", "8,5"),
        (0, "0"),
        (None, ""),
        ("", ""),
        ("chưa chấm", ""),
        (True, ""),
    ],
)
def test_a_number_has_a_decimal_comma_and_what_is_not_scored_stays_empty(value, shown):
    assert look.vn_number(value) == shown


def test_given_places_pad_and_round_half_up():
    assert [look.vn_number(Decimal(text), 2) for text in ("5", "2.345", "2.344")] == ["5,00", "2,35", "2,34"]


def test_a_large_count_is_grouped_only_by_its_own_filter():
    assert (look.vn_number(1250), look.vn_count(1250), look.vn_count(Decimal("-1250.5"))) == (
        "1250",
        "1.250",
        "-1.250,5",
    )


def test_shares_and_differences_carry_their_signs():
    assert look.vn_percent(Decimal("0.958")) == "95,8%"
    assert look.vn_percent(1) == "100%"
    assert [look.signed(value) for value in (2, Decimal("-1.5"), 0)] == ["+2", "−1,5", "0"]
    assert look.minus(7, 8) == -1
    assert look.minus(7, None) == ""
    assert [look.share(*pair) for pair in ((5, 7), (8, 7), (1, 0), (None, 3))] == [71, 100, 0, 0]


@given(st.decimals(min_value=-9999, max_value=9999, places=4))
def test_what_an_input_shows_reads_back_as_the_same_number(value):
    field = DecimalCommaField()
    assert field.clean(field.widget.format_value(value)) == value


@pytest.mark.parametrize("written", ["8,5", "8.5", " 8,50 ", "+8,5"])
def test_comma_and_point_are_read_alike(written):
    assert DecimalCommaField().clean(written) == Decimal("8.5")


@pytest.mark.parametrize("written", ["1.312,5", "1,312.5", "1 312", "1e3", "NaN", "tám"])
def test_a_doubtful_number_is_refused_instead_of_guessed(written):
    with pytest.raises(ValidationError):
        DecimalCommaField().clean(written)


def test_dates_are_shown_in_the_time_of_vietnam():
    moment = datetime(2026, 9, 24, 17, 30, tzinfo=UTC)
    assert look.vn_date(moment) == "25/09/2026"
    assert look.vn_date(moment, "time") == "00:30 25/09/2026"
    assert look.vn_date(moment, "clock") == "00:30"
    assert look.vn_date(date(2026, 9, 5), "time") == "05/09/2026"
    assert look.vn_date(None) == ""
    with translation.override("en"):
        assert look.vn_date(date(2026, 9, 25), "long") == "Friday 25/09/2026"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_date_with_the_day_first_is_read_day_first_in_both_languages(language):
    with translation.override(language):
        assert forms.DateField().clean("05/09/2026") == date(2026, 9, 5)
        assert forms.DateField().clean("25/09/2026") == date(2026, 9, 25)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 9, 22), date(2026, 9, 25), 3),
        (date(2026, 9, 25), date(2026, 9, 25), 0),
        (date(2026, 9, 25), date(2026, 9, 28), 1),
        (date(2026, 9, 1), date(2026, 9, 3), 1),
        (date(2026, 9, 28), date(2026, 9, 25), -1),
    ],
)
def test_working_days_skip_weekends_and_holidays(start, end, days):
    assert look.working_days_between(start, end, working_week) == days


@pytest.mark.parametrize(
    ("now_hour", "day", "tone", "words"),
    [
        (8, 21, "calm", "4 working days left"),
        (8, 24, "soon", "1 working day left"),
        (8, 25, "soon", "Due today"),
        (18, 25, "late", "The deadline has passed"),
        (8, 28, "late", "1 working day late"),
    ],
)
def test_a_deadline_says_how_many_working_days_remain(now_hour, day, tone, words):
    context = Context({"request": request_with_calendar()})
    zone = look.timezone.get_current_timezone()
    due = datetime(2026, 9, 25, 17, tzinfo=zone)
    with translation.override("en"):
        state = look.deadline_state(context, due, datetime(2026, 9, day, now_hour, tzinfo=zone))
    assert state == {"tone": tone, "text": words}


@pytest.mark.parametrize(
    ("day", "tone", "words"),
    [
        (date(2026, 9, 21), "calm", "6 days left"),
        (date(2026, 9, 26), "soon", "1 day left"),
        (date(2026, 9, 27), "soon", "Due today"),
        (date(2026, 9, 28), "late", "1 day late"),
        (date(2026, 10, 4), "late", "7 days late"),
    ],
)
def test_a_term_in_calendar_days_says_days_and_counts_sundays(day, tone, words):
    context = Context({"request": request_with_calendar()})
    now = datetime(day.year, day.month, day.day, 9, tzinfo=look.timezone.get_current_timezone())
    with translation.override("en"):
        state = look.deadline_state(context, date(2026, 9, 27), now, calendar_days=True)
    assert state == {"tone": tone, "text": words}


def test_a_missing_deadline_is_said_in_words():
    assert look.deadline_state(Context({"request": request_with_calendar()}), None)["tone"] == "none"


@pytest.mark.django_db
def test_a_page_of_deadlines_reads_the_calendar_once(django_assert_num_queries):
    context = Context({"request": RequestFactory().get("/"), "due": date(2026, 9, 25)})
    template = Template("{% load look %}{% working_days_left due %}{% working_days_left due %}")
    with django_assert_num_queries(1):
        template.render(context)


def test_a_class_is_named_in_words_and_an_unknown_code_stays_itself():
    with translation.override("en"):
        assert look.class_words("HTXS") == "Excellent performance of duties"
        assert look.class_words("HTT", "short") == "Good"
    assert (look.class_words(None), look.class_words("X")) == ("", "X")
    assert (look.class_tone("KHTNV"), look.class_tone(None)) == ("unmet", "none")


def test_the_chart_draws_bars_in_proportion_and_tells_the_same_in_its_table():
    chart = distribution_chart([("HTXS", 5, 7), ("HTT", 34, 32), ("KHTNV", 0, 0)], "Classes", "Before", "After")
    heights = [[bar["height"] for bar in group["bars"]] for group in chart["groups"]]
    assert heights[1][0] == 126
    assert heights[0] == [round(126 * 5 / 34), round(126 * 7 / 34)]
    assert heights[2] == [0, 0]
    page = render_to_string("workflows/components/distribution_chart.html", chart)
    assert "34" in re.search(r"<tbody>.*</tbody>", page, re.S).group()


def test_an_empty_chart_is_drawn_without_dividing_by_zero():
    assert distribution_chart([], "Classes")["groups"] == []
    assert distribution_chart([("HTT", 0, None)], "Classes")["groups"][0]["bars"][0]["height"] == 0


def test_the_quota_meter_says_by_how_many_people_the_ceiling_is_passed():
    name = "workflows/components/quota_meter.html"
    with translation.override("en"):
        assert "+2 people still possible" in render_to_string(name, {"used": 5, "limit": 7})
        over = render_to_string(name, {"used": 8, "limit": 7, "groups": [{"label": "Heads", "used": 2, "limit": 1}]})
        full = {"used": 0, "limit": 0}
        assert "nothing can be added" in render_to_string(name, full)
        # The same words for lists of organisations.
        assert "nothing can be added" in render_to_string("workflows/organisations/live.html", {"quota": full})
    assert "−1 people: over the ceiling" in over
    assert 'class="over"' in over


def test_a_score_that_is_not_there_is_never_shown_as_zero():
    name = "workflows/components/score.html"
    with translation.override("en"):
        assert "Not scored" in render_to_string(name, {"value": None, "of": 5})
        assert "<strong>0</strong>" in render_to_string(name, {"value": Decimal(0), "of": 5})


def test_a_field_shows_its_error_its_unit_and_who_will_see_it():
    with translation.override("en"):
        page = str(SampleForm({"points": "1.312,5"}))
    assert 'value="1.312,5"' in page
    assert 'aria-invalid="true"' in page
    assert "Seen by: the person, the reviewer" in page
    assert 'id="id_points_error"' in page


@pytest.mark.django_db
def test_the_style_page_opens_for_technical_staff_only(rf, django_user_model):
    request = rf.get("/style/")
    request.user = django_user_model.objects.create_user("hanh", "Nguyễn Thị Bích Hạnh")
    with pytest.raises(PermissionDenied):
        styleguide(request)
    request.user.is_staff = True
    assert "90,05" in styleguide(request).content.decode()


def test_the_style_page_shows_every_component():
    template = (LOOK / "templates/workflows/styleguide.html").read_text()
    frames = {
        "site_header",
        "site_footer",
        "language_switch",
        "empty_state",
        "confirm_page",
        "distribution_chart",
        "field",
    }
    names = {path.stem for path in (LOOK / "templates/workflows/components").glob("*.html")}
    assert [name for name in sorted(names - frames) if f"components/{name}.html" not in template] == []
    assert "{% distribution_chart" in template


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "429", "500"])
def test_an_error_page_renders_without_any_context_and_says_what_to_do(name):
    page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "data-refusal" in page
    assert 'class="btn' in page


def test_no_template_carries_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:|hx-on", re.I)
    folder = LOOK / "templates"
    found = [str(path.relative_to(folder)) for path in folder.rglob("*.html") if inline.search(path.read_text())]
    assert found == []


def test_the_style_sheet_avoids_what_old_browsers_do_not_know():
    sheet = (LOOK / "static/workflows/app.css").read_text()
    assert re.findall(r"oklch\(|color-mix\(|:has\(", sheet) == []


def test_vendored_files_are_the_ones_of_the_manifest():
    vendor = LOOK / "static/vendor"
    lines = (vendor / "MANIFEST.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        str(path.relative_to(vendor)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in vendor.rglob("*")
        if path.is_file() and path.name != "MANIFEST.sha256"
    }
    assert found == listed
    assert not any(b"sourceMappingURL" in path.read_bytes() for path in vendor.rglob("bootstrap.*"))
