"""Chair and secretary conduct one session at the same moment: nothing is lost, each hears of the other."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from approvals.models import CouncilSession, MinutesText
from organization.models import JournalEntry
from tests.workflows.meetings import again, as_person, closed, opened, reviewed, settled
from tests.workflows.meetings import fresh as newest

pytestmark = pytest.mark.django_db(transaction=True)


def together(*requests) -> list:
    """The answers of these requests, sent at one moment, each over a connection of its own."""
    barrier = Barrier(len(requests))

    def send(request):
        try:
            barrier.wait(timeout=10)
            return request()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


def row(client: Client, session: CouncilSession, item, class_code: str, reason: str):
    """What the list sends when a class is chosen in one row."""
    data = {f"class-{item.uuid}": class_code, f"reason-{item.uuid}": reason, f"version-{item.uuid}": item.version}
    return client.post(reverse("session_row", args=[session.uuid, item.uuid]), data)


def test_two_officers_at_once_lose_nothing_and_each_hears_who_was_faster_and_when(agency):
    session = opened(agency, reviewed(agency))
    chair, secretary = as_person(agency.people["director"]), as_person(agency.people["hr"])
    items = [item for item in session.items.select_related("person") if item.person.username != "hr"]
    for item in items:
        answers = together(
            partial(row, chair, session, item, "HTNV", "Theo chủ tọa"),
            partial(row, secretary, session, item, "KHTNV", "Theo thư ký"),
        )
        item.refresh_from_db()
        assert sorted(answer.status_code for answer in answers) == [200, 422]
        winner = [answer.status_code for answer in answers].index(200)
        assert (item.proposed_class, item.reason) == (
            ("HTNV", "Theo chủ tọa"),
            ("KHTNV", "Theo thư ký"),
        )[winner]
        name = ("Đặng Văn Giám", "Phạm Thị Nhân")[winner]
        told = answers[1 - winner].content.decode()
        assert f"Already handled by {name} at" in told
        assert ("Theo thư ký", "Theo chủ tọa")[winner] in told  # what was typed is kept
    entries = JournalEntry.objects.filter(event="class.proposed").count()
    assert entries == len(items)


def test_an_opinion_a_mark_of_the_roll_and_a_class_at_once_are_all_kept(agency):
    session = opened(agency, reviewed(agency))
    chair, secretary, member = (as_person(agency.people[name]) for name in ("director", "hr", "office_head"))
    item = session.items.get(person=agency.people["clerk"])
    absent = session.attendances.get(member__person=agency.people["deputy"]).member.uuid
    roll = {f"present-{absent}": "absent", f"reason-{absent}": "Ốm", "expected_version": session.version}
    act = partial(reverse, "case_act")
    together(
        partial(row, secretary, session, item, "HTNV", "Chậm"),
        partial(chair.post, reverse("session_roll", args=[session.uuid]), roll),
        partial(
            member.post,
            act(args=[session.uuid, item.uuid, "opinion"]),
            {"opinion-person": str(agency.people["office_head"].uuid), "opinion-text": "Cần xem lại"},
        ),
    )
    item.refresh_from_db()
    assert item.proposed_class == "HTNV"
    assert session.attendances.get(member__uuid=absent).present is False
    assert [opinion.text for opinion in item.opinions.all()] == ["Cần xem lại"]


def test_two_wordings_of_the_minutes_at_once_leave_both_traces_and_one_told(agency):
    session = settled(agency, opened(agency, reviewed(agency)))
    page = reverse("session_minutes", args=[session.uuid])
    said = {"conclusion": "Nhất trí.", "choice_reason": "", "expected_version": session.version}
    answers = together(
        *[
            partial(as_person(agency.people[name]).post, page, said | {"conclusion": f"Theo {name}."})
            for name in ("director", "hr")
        ]
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    winner = [answer.status_code for answer in answers].index(302)
    kept = MinutesText.objects.get()
    assert kept.conclusion == ("Theo director.", "Theo hr.")[winner]
    loser = answers[1 - winner].content.decode()
    assert "Already handled by" in loser
    assert ("Theo hr.", "Theo director.")[winner] in loser
    session = again(session)
    assert closed(agency, session).state == "closed"
    assert newest(session.of_period.period).documents.count() == 1
