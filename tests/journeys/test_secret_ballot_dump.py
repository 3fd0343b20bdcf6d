"""After a secret vote neither the tables nor a dump of the database lead from a member to what he voted."""

import os
import re
import subprocess

import pytest
from django.db import connection

from approvals import actions as approvals
from approvals.classes import CLASSES
from approvals.models import SecretCount, SecretVoter, UrnCount
from approvals.quorum import ABSTAIN
from organization.models import JournalEntry
from tests.workflows.meetings import case_of, opened, reviewed

pytestmark = pytest.mark.django_db(transaction=True)

#: Five vote on each of two cases, the second time with their sides exchanged: the traces must be the same.
VOTERS = ("director", "hr", "deputy", "office_head", "an")
SIDES = {
    "clerk": ("HTT", "HTT", "HTNV", "HTT", ABSTAIN),
    "archivist": (ABSTAIN, "HTT", "HTT", "HTNV", "HTT"),
}


def dump() -> list[str]:
    """Every row of every table as text: as pg_dump writes it, or SQLite's own dump."""
    if connection.vendor != "postgresql":
        connection.ensure_connection()
        return [line for line in connection.connection.iterdump() if line.startswith("INSERT")]
    settings = connection.get_connection_params()
    command = ["pg_dump", "--data-only", "--inserts", "--host", settings["host"], "--port", str(settings["port"])]
    done = subprocess.run(
        [*command, "--username", settings["user"], settings["dbname"]],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PGPASSWORD": settings.get("password") or ""},
    )
    return [line for line in done.stdout.splitlines() if line.startswith("INSERT")]


def shape(lines: list[str]) -> list[str]:
    """The rows without what differs between any two votes: numbers, keys, times, hashes."""
    bare = [re.sub(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}", "#", line) for line in lines]
    return sorted(re.sub(r"[0-9a-f]{64}", "#", re.sub(r"\d+([-:. T+]\d+)*", "#", line)) for line in bare)


def vote(agency, session, name: str) -> None:
    """A secret vote on this person's case, from its opening to its count."""
    item = case_of(session, agency.people[name])
    item = approvals.put_to_vote(
        item=item, secret=True, by=session.secretary, at=agency.at(), expected_version=item.version
    )
    for voter, choice in zip(VOTERS, SIDES[name], strict=True):
        member = session.council.members.get(person=agency.people[voter])
        approvals.cast_ballot(
            item=item, member=member, choice=choice, by=member.person, at=agency.at(), expected_version=item.version
        )
    approvals.count_urn(item=item, by=session.secretary, at=agency.at(), expected_version=item.version)


def codes(line: str) -> list[str]:
    return re.findall(r"'(HTXS|HTT|HTNV|KHTNV|abstain)'", line)


def test_no_row_order_time_or_transaction_of_the_database_tells_who_voted_what(agency):
    session = opened(agency, reviewed(agency))
    traces = []
    for name in SIDES:
        before = dump()
        vote(agency, session, name)
        after = dump()
        new = [line for line in after if line not in set(before)]
        # Choices stand in the count alone (the case's row has its class by score, as before): no member with them.
        counted = [line for line in new if codes(line) and "agendaitem" not in line]
        assert len(counted) == len(CLASSES) + 1
        assert all("approvals_secretcount" in line for line in counted)
        assert not [line for line in after if "approvals_urncount" in line and "sqlite_sequence" not in line]
        voters = [line for line in new if "approvals_secretvoter" in line and "sqlite_sequence" not in line]
        assert len(voters) == len(VOTERS)
        traces.append(shape([line for line in new if "agendaitem" not in line]))
    # The members exchanged their sides and left the same traces: nothing there depends on who voted what.
    assert traces[0] == traces[1]
    assert not UrnCount.objects.exists()
    for entry in JournalEntry.objects.filter(event="ballot.cast"):
        assert not {"choice", "class", *CLASSES, ABSTAIN} & {*entry.details, *map(str, entry.details.values())}
    for name, sides in SIDES.items():
        item = case_of(session, agency.people[name])
        counts = list(SecretCount.objects.filter(item=item).order_by("pk").values_list("choice", "votes"))
        # In the order of the classes, not of the votes.
        assert counts == [(choice, sides.count(choice)) for choice in (*CLASSES, ABSTAIN)]
    if connection.vendor == "postgresql":
        assert_no_transaction_is_shared()


def assert_no_transaction_is_shared() -> None:
    """The transaction that wrote a row (xmin) is nobody's who voted, and one for all counts of a round."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT xmin::text FROM {SecretVoter._meta.db_table}")
        voting = [row[0] for row in cursor.fetchall()]
        cursor.execute(f"SELECT item_id, xmin::text FROM {SecretCount._meta.db_table}")
        counting = set(cursor.fetchall())
    assert len(voting) == len(set(voting)) == len(VOTERS) * len(SIDES)
    assert len(counting) == len(SIDES)
    assert not {xmin for _item, xmin in counting} & set(voting)
