"""kill -9 at every step: late, never wrong, and nobody has to repair anything."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from documents import archive, failpoints, inspection
from documents.models import Document, DocumentRevision, NumberBook, RegisterLine, RegisterSheet, State
from organization.models import CalendarDay, JournalEntry
from tests.faults.rounds import run_rounds

KILLS = 60
SEED = os.environ.get("KILL_SEED", "2026")


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_at_every_failpoint_the_pipeline_loses_and_doubles_nothing(office, tmp_path: Path):
    CalendarDay.objects.all().delete()
    day = run_rounds("kill_rounds", tmp_path, SEED, str(KILLS), facts="notice", timeout=500)
    assert day["at_points"] == dict.fromkeys(failpoints.NAMES, True)
    assert day["deaths"] >= KILLS

    acts = CalendarDay.objects.count()
    documents = list(Document.objects.order_by("number"))
    asked = {int(line.split()[1]) for line in (tmp_path / "acknowledged").read_text().splitlines()}
    assert asked <= set(range(1, acts + 1)), "an answered act is missing"
    assert acts == len(documents) == day["acts"]
    assert {document.state for document in documents} == {State.ARCHIVED}
    assert [document.number for document in documents] == list(range(1, acts + 1))
    assert NumberBook.objects.get(book="TB").last == acts
    assert DocumentRevision.objects.count() == 4 * acts  # rendered, signed, sealed, time-stamped
    assert RegisterLine.objects.count() == acts
    for event in ("document.signed", "document.issued"):
        assert JournalEntry.objects.filter(event=event).count() == acts
    assert RegisterSheet.objects.order_by("ordinal").last().last_sequence == acts
    assert all(archive.read(document.current_sha256) for document in documents)
    call_command("verify_archive", verbosity=0)
    twins = {path.name for path in archive.stored()} - inspection.known_hashes()
    assert not twins & set(Document.objects.values_list("current_sha256", flat=True))
