"""Who gets which answer from every page and act: matrix.csv, written from the law, row by row against the product.

A row of the table is a route, a method and where its subject lies, seen from the department whose people ask: their
own agency, a sibling department, or the managing agency above. A cell is the expected status; an empty one is not
asked (it would do the act). 302 is the login page for a visitor; 409 and 422 stand where the person may see the page
and reads in it why the act is not his, or finds nothing foreign to tick. Every refused act must leave nothing behind.
"""

import csv
import inspect
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.models import AgendaItem, CouncilSession
from documents.models import Document
from tests.architecture.world import RELATIONS, World
from tests.workflows.conftest import agency, archive_dir, authority
from workflows.models import Evaluation, EvaluationPeriod
from workflows.urls import urlpatterns

__all__ = ["agency", "archive_dir", "authority"]

MATRIX = Path(__file__).with_name("matrix.csv")
FORM = "application/x-www-form-urlencoded"
NATIONAL = ("batch", "data_file", "workbook_file", "receipt")
UNITS = {"own": "SNV", "sibling": "STC", "parent": "UBND"}
HEADINGS = ["route", "method", "place", "thing", *RELATIONS, "why"]


@pytest.fixture
def world(agency) -> Iterator[World]:
    """The world; two thousand refusals need not be logged."""
    logging.disable(logging.CRITICAL)
    yield World(agency).build()
    logging.disable(logging.NOTSET)


def listed() -> list[dict[str, str]]:
    with MATRIX.open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


def address(world: World, row: dict[str, str]) -> str:
    """The URL of the row's subject."""
    place, name = row["place"], row["route"]
    things = {key: str(thing.uuid) for key, thing in world.things.items()}
    of_form, of_period = [str(world.evaluation(place).uuid)], [str(world.periods[place].uuid)]
    session = things["session"]
    arguments: dict[str, list[str]] = {
        "notice_read": [things["notice"]],
        "evidence": [*of_form, "I.1"],
        "evidence_detach": [*of_form, things["evidence"]],
        "evidence_file": [things["evidence"]],
        "line_act": [*of_form, things["line"]],
        "session_row": [session, things["item"]],
        "session_act": [session, row["thing"]],
        "petition": [things["petition"]],
        "petition_act": [things["petition"], row["thing"]],
        "petition_evidence": [things["petition evidence"]],
        "petition_meeting": [things["petition"]],
        **{each: [things["dependant"]] for each in ("dependant", "dependant_leave", "dependant_reopen")},
        "notice_received": [things["decision own"]],
        "relation_end": [things["relation"]],
        "year_file_act": [*of_form, row["thing"]],
        **{each: [things["party opinion"]] for each in ("party_opinion", "party_opinion_scan")},
        "case": [session, things["item"]],
        "case_act": [session, things["item"], row["thing"]],
        "scheme": [things["scheme"]],
        "catalogue_decide": [things["catalogue"]],
        "delegation_end": [things["delegation"]],
        "archive_check": [things["decision own" if place == "own" else "form_01 sibling"]],
        "number_book": [str(world.agency.units[UNITS[place]].uuid), "TB", str(timezone.localdate().year)],
        "document_state": [world.things["decision own"].code],
        **{name: [things["file"]] for name in ("archive_file", "file_describe", "file_hold", "file_repair")},
        "hold_release": [things["hold"]],
        **{name: [things["disposition"]] for name in ("disposition", "disposition_decide", "disposition_withdraw")},
        **{name: [things["transfer"]] for name in ("transfer_package", "transfer_withdraw")},
        **{name: [things["batch"]] for name in ("import", "import_confirm", "import_discard")},
        **{f"national_{name}": [things["national batch"]] for name in NATIONAL},
        "national_receipt_file": [things["national receipt"]],
    }
    if name in ("document", "document_file", "document_preview", "document_withdraw") or name.startswith(
        "sign_with_token"
    ):
        return reverse(name, args=[things[f"{row['thing']} {place}"]])
    if name == "document_cancel":
        return reverse(name, args=[things[f"{row['thing']} {place}"]])
    if name == "organisation_list":
        return reverse(name, args=[things[f"organisations {place}"]])
    if name.startswith("organisation") and name not in ("organisations", "organisations_open"):
        return reverse(name, args=[things[f"organisation {place}"]])
    if name.startswith("period_plan_"):
        return reverse(name, args=[world.periods[place].campaign.uuid])
    route = next(str(each.pattern) for each in urlpatterns if each.name == name)
    if name in arguments:
        return reverse(name, args=arguments[name])
    if "<uuid:uuid>" not in route:
        return reverse(name)
    if route.startswith("sessions/"):
        return reverse(name, args=[session])
    return reverse(name, args=of_form if route.startswith("evaluations/") else of_period)


def sent(world: World, row: dict[str, str]) -> dict[str, str]:
    """What a page would send for this act: complete, so that only the policy stands in the way."""
    name, place, people = row["route"], row["place"], world.agency.people
    form, item = world.evaluation(place), world.things["item"]
    subject = form
    if name.startswith("session_"):
        subject = world.things["session"]
    if name.startswith(("period_", "ruling", "notify", "session_convene")):
        subject = world.periods[place]
    if name == "case_act":
        subject = item
    if name.startswith("organisation"):
        subject = world.things[f"organisation{'s' * (name == 'organisation_list')} {place}"]
    if name == "petition_act":
        subject = world.things["petition"]
    document = world.things["decision own" if (name, place) == ("issuing", "own") else f"form_01 {place}"]
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    return {
        "expected_version": str(subject.version),
        "submission_key": str(uuid.uuid4()),
        "findings": "Đã xem.",
        "advice": "rejected",
        "outcome": "rejected",
        "answer": "Không có cơ sở.",
        "target": "score",
        "request": "Xem lại.",
        "reason": "Thử làm việc của người khác.",
        "text": "Ý kiến của người ngoài.",
        "documents": str(document.uuid),
        "pin": "2468-1357",
        "row": f"{form.uuid}:{form.version}",
        "decide": "1",
        "to": str(people["deputy"].uuid),
        "post": str(world.agency.posts["director"].uuid),
        "class": "HTNV",
        "conclusion": "Nhất trí.",
        f"class-{item.uuid}": "HTNV",
        f"reason-{item.uuid}": "Lý do",
        f"version-{item.uuid}": str(item.version),
        "chair": str(people["deputy"].uuid),
        "secretary": str(people["secretary"].uuid),
        "delegator": str(people["office_head"].uuid),
        "delegate": str(people["hr"].uuid),
        "scope": "review",
        "person": str(people["an"].uuid),
        "about": str(people["director"].uuid),
        "relation": "Vợ chồng",
        "unit": str(world.agency.units["VP"].uuid),
        "capacity": "KT.",
        "document_number": "09/UQ-VP",
        "document_on": tomorrow,
        "starts_on": tomorrow,
        "number": "10/QĐ-UBND",
        "on": tomorrow,
        "day": tomorrow,
        "is_working": "0",
        "name": "Ngày nghỉ",
        "year": str(timezone.localdate().year),
        "act": "reserve",
        "received_at": "2026-10-05T08:00",
        "count": "1",
    }


def stored() -> dict[str, tuple]:
    """How many rows every table of ours holds, and what an act moves on besides."""
    kept = {
        model._meta.label: (model._default_manager.count(),)
        for model in apps.get_models()
        if model.__module__.startswith(("organization.", "kpi.", "approvals.", "documents.", "workflows."))
    }
    for model in (Evaluation, EvaluationPeriod, CouncilSession, AgendaItem):
        kept[model._meta.label] += (model.objects.aggregate(moved=Sum("version"))["moved"],)
    states = Document.objects.order_by("pk").values_list("state", "current_sha256", "issue_released_at")
    return kept | {"documents": tuple(states)}


class Writes:
    """Notes whether anything was written, so that the tables are compared only then."""

    seen = False

    def __call__(self, execute: Callable, sql: str, *args: Any) -> Any:
        self.seen = self.seen or sql.startswith(("INSERT", "UPDATE", "DELETE"))
        return execute(sql, *args)


def clients(world: World) -> dict[str, Client]:
    found = {relation: Client() for relation in RELATIONS}
    for relation, name in RELATIONS.items():
        if name:
            found[relation].force_login(world.person(relation))
    return found


def differing(world: World, method: str) -> list[str]:
    """Every cell of the table that the product answers otherwise, and every refused act that left something."""
    wrong, browsers, before = [], clients(world), stored()
    for row in listed():
        if row["method"] != method:
            continue
        url, form = address(world, row), sent(world, row) if method == "POST" else {}
        for relation in RELATIONS:
            if not row[relation]:
                continue
            cell = " ".join(filter(None, [method, row["route"], row["place"], row["thing"], "as", relation]))
            writes = Writes()
            with transaction.atomic(), connection.execute_wrapper(writes):
                answer = browsers[relation].generic(method, url, urlencode(form), content_type=FORM)
                answer.getvalue()  # a file that is served is read to its end, so that it is closed
                if str(answer.status_code) != row[relation]:
                    wrong.append(f"{cell}: {answer.status_code} instead of {row[relation]}")
                if relation == "anonymous" and answer.status_code == 302:
                    assert answer["Location"].startswith("/accounts/login/"), cell
                if method == "POST" and writes.seen and stored() != before:
                    wrong.append(f"{cell}: left something behind")
                transaction.set_rollback(True)
    return wrong


def test_every_page_answers_each_relation_as_the_table_says(world: World) -> None:
    assert not (wrong := differing(world, "GET")), "\n".join(wrong)


def test_an_act_of_somebody_without_the_power_is_refused_and_leaves_nothing(world: World) -> None:
    assert not (wrong := differing(world, "POST")), "\n".join(wrong)


def test_every_named_route_has_its_row_for_every_relation() -> None:
    """Pages and acts alike are asked with GET by everybody; whatever takes a POST has a row for it too."""
    rows = listed()
    asked = {row["route"] for row in rows if row["method"] == "GET" and all(row[name] for name in RELATIONS)}
    assert {route.name for route in urlpatterns} == {row["route"] for row in rows} == asked | {"session_convene"}
    acts = {row["route"] for row in rows if row["method"] == "POST"}
    assert [route.name for route in urlpatterns if takes_post(route.callback) and route.name not in acts] == []


def takes_post(view: Callable) -> bool:
    """Asked of the view's own source: its decorators name the methods."""
    source = inspect.getsource(inspect.unwrap(view))
    return "@require_POST" in source or '"POST"' in source.split("def ", 1)[0]


def test_the_table_has_its_headings_known_codes_and_no_row_twice() -> None:
    with MATRIX.open(newline="", encoding="utf-8") as rows:
        assert next(csv.reader(rows)) == HEADINGS
    rows = listed()
    assert {row[name] for row in rows for name in RELATIONS} <= {"", "200", "302", "403", "404", "405", "409", "422"}
    keys = [tuple(row[name] for name in HEADINGS[:4]) for row in rows]
    assert len(keys) == len(set(keys))
