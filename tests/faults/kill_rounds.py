"""An office's day as processes that die: forked children do people's and workers' work and are killed at failpoints.

    python -m tests.faults.kill_rounds FOLDER SEED KILLS

First a child dies at every failpoint in turn, then two at a time die anywhere by a seeded dice until KILLS is
reached, then one finishes in peace. Prints one JSON object: deaths by failpoint, deaths in all, acts asked for.
"""

import json
import logging
import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

LEASE = timedelta(seconds=1)
CHANCE = 0.15
LONGEST = 120  # seconds a child may take


def main(folder: Path, seed: str, kills: int) -> None:
    """Run the whole day; raises when a child neither dies as told nor ends well."""
    django.setup()
    from documents import failpoints
    from documents.rendering import render

    facts = json.loads((folder / "notice.json").read_text())
    render("notice", facts, code="CM-2026-00000000")  # children inherit warm fonts and templates
    at_points, deaths, acts = {}, 0, 0
    for name in sorted(failpoints.NAMES):
        acts += 1
        at_points[name] = _end_of(_start(folder, acts, FAILPOINTS=name)) == -signal.SIGKILL
        deaths += at_points[name]
    rounds = 0
    while deaths < kills:
        acts += 1
        rounds += 1
        pair = [
            _start(folder, acts, FAILPOINTS=f"*:{CHANCE}", FAILPOINTS_SEED=f"{seed}-{rounds}-{each}")
            for each in range(2)
        ]
        deaths += sum(_end_of(child) == -signal.SIGKILL for child in pair)
        if rounds > 10 * kills:
            raise RuntimeError("the dice kill nobody")
    if _end_of(_start(folder, acts)) != 0:
        raise RuntimeError("the last child, left in peace, did not finish")
    print(json.dumps({"at_points": at_points, "deaths": deaths, "acts": acts}))


def _start(folder: Path, acts: int, **environment: str) -> int:
    child = os.fork()
    if child:
        return child
    os.environ.update(environment)
    signal.alarm(LONGEST)
    code = 1
    try:
        _day(folder, acts)
        code = 0
    except Exception:
        logging.exception("the child failed")
    finally:
        os._exit(code)


def _end_of(child: int) -> int:
    """0 or minus the signal; a child that failed in any other way ends the test."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, -signal.SIGKILL):
        raise RuntimeError(f"a child ended with {code}")
    return code


def _day(folder: Path, acts: int) -> None:
    """Until acts 1..`acts` are all archived: ask, sign, issue, carry, close the register."""
    from documents import pipeline, register
    from documents.models import Document
    from organization.models import Unit

    facts = json.loads((folder / "notice.json").read_text())
    unit = Unit.objects.get(code="STN")
    for number in range(1, acts + 1):
        _ask_once(folder, number, unit, facts)
    while Document.objects.exclude(state="archived").exists():
        pipeline.drain(lease=LEASE)
        _sign_and_issue()
        pipeline.drain(lease=LEASE)
        time.sleep(0.05)
    register.write_sheet(unit=unit, on=Document.objects.latest("archived_at").archived_at.date() + timedelta(days=1))


def _ask_once(folder: Path, number: int, unit, facts: dict) -> None:
    """One act in one transaction; a repetition finds its own trace, as the product's acts do by version or key."""
    from django.db import IntegrityError, transaction

    from documents.actions import SlotSpec, request_document
    from organization.models import CalendarDay, Person
    from tests.documents.office import NOON

    head = Person.objects.get(username="head")
    day = NOON.date() + timedelta(days=number)
    try:
        with transaction.atomic():
            if CalendarDay.objects.filter(day=day).exists():
                return
            CalendarDay.objects.create(day=day, is_working=True, name=f"act {number}")
            request_document(kind="notice", unit=unit, facts=facts, signers=[SlotSpec("head", head)], at=NOON)
    except IntegrityError:
        return  # the other child was faster
    _acknowledge(folder, f"asked {number}")


def _sign_and_issue() -> None:
    from documents.actions import documents_waiting_for, issue_documents, sign_documents
    from documents.models import Document
    from organization.models import Person
    from tests.documents.office import NOON, PIN

    head, clerk = (Person.objects.get(username=name) for name in ("head", "clerk"))
    sign_documents(documents=list(documents_waiting_for(head)), signer=head, pin=PIN, at=NOON)
    issue_documents(documents=list(Document.objects.ready_to_issue()), by=clerk, at=NOON)


def _acknowledge(folder: Path, line: str) -> None:
    """What a person has seen as "done" is on paper before anything else happens."""
    paper = os.open(folder / "acknowledged", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(paper, f"{line}\n".encode())
    os.fsync(paper)
    os.close(paper)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
