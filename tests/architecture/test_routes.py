"""Every URL says by which policy it answers, and whatever needs no login is written down with its reason."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

LIST = Path(__file__).with_name("open_routes.csv")


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Callable]]:
    """Each route's pattern as it stands in the urlconf, with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from routes(pattern, route)


def policy_of(view: Callable) -> str | None:
    """What `declares(...)` wrote on the view, be it a function or a class."""
    return getattr(view, "policy", None) or getattr(getattr(view, "view_class", None), "policy", None)


def listed() -> dict[str, dict[str, str]]:
    """The hand-written list: route (a trailing * covers what follows), login (yes or no), reason."""
    with LIST.open(newline="", encoding="utf-8") as rows:
        return {row["route"]: row for row in csv.DictReader(rows)}


def line_for(route: str) -> str | None:
    """The listed route that covers this one, the exact one first."""
    lines = listed()
    wider = (line for line in lines if line.endswith("*") and route.startswith(line[:-1]))
    return route if route in lines else next(wider, None)


def test_every_route_declares_a_policy_or_stands_in_the_list():
    assert [route for route, view in routes() if not policy_of(view) and not line_for(route)] == []


def test_the_list_has_no_line_without_a_route_and_no_line_without_a_reason():
    assert set(listed()) == {line_for(route) for route, _view in routes()} - {None}
    assert [line for line, row in listed().items() if len(row["reason"]) < 15] == []


def test_only_listed_routes_answer_without_login():
    """Ours declare `anonymous`; the others' stand with `no` in the list; LoginRequiredMiddleware closes the rest."""
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    without_login = {route for route, view in routes() if not getattr(view, "login_required", True)}
    allowed = {route for route, _view in routes() if (line := line_for(route)) and listed()[line]["login"] == "no"}
    assert without_login <= allowed


@pytest.mark.django_db
def test_a_visitor_without_login_is_sent_to_the_login_page():
    """Asked of every route that takes no argument, as a browser would."""
    client = Client()
    plain = [
        route
        for route, view in routes()
        if not set("<(?$\\") & set(route) and getattr(view, "login_required", True) and not route.startswith("admin/")
    ]
    for route in plain:
        answer = client.get(f"/{route}")
        assert answer.status_code == 302, route
        assert answer["Location"].startswith("/accounts/login/"), route


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["admin/", "admin/auth/group/", "admin/no/such/page/"])
def test_the_admin_sends_a_visitor_to_a_login(route):
    answer = Client().get(f"/{route}")
    assert answer.status_code == 302
    assert "/login/" in answer["Location"]
