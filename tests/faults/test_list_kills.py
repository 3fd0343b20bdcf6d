"""kill -9 in the middle of signing by one list: no form is half signed, and the act is simply repeated."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from documents import archive, failpoints, inspection, pipeline
from documents.models import Document, State
from tests.faults.rounds import run_rounds

FORMS = 3


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_anywhere_a_list_and_its_forms_stand_together_or_not_at_all(office, tmp_path: Path) -> None:
    for _each in range(FORMS):
        pipeline.advance(office.request("review_minutes", subject=office.people["person"]).pk)
    told = run_rounds("list_rounds", tmp_path, facts="signing_list", timeout=300)
    assert set(told["deaths"]) == {*failpoints.LISTS, ""}
    assert all(stood in ([0, 0], [FORMS, 1]) for stood in told["stood"].values()), told
    assert [name for name, stood in told["stood"].items() if stood[1]] == ["list.committed", ""]
    assert sum(told["deaths"].values()) == len(failpoints.LISTS), told
    pipeline.drain()
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    known = inspection.known_hashes()
    orphans = list(archive.orphans(known, at=timezone.now() + timedelta(hours=2)))
    assert orphans, "what the killed rounds left behind is found"
    for path in orphans:
        archive.quarantine(path, reason="orphan")
    call_command("verify_archive", verbosity=0)
