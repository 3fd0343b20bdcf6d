"""The pipeline under a real Celery worker: woken by the broker, killed, started again."""

import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from documents import archive, inspection, pipeline
from documents.models import Document, State
from tests.documents.office import again


def until(document: Document, state: State) -> Document:
    """Wait for the worker; a minute is more than it needs."""
    deadline = time.monotonic() + 60
    while (row := again(document)).state != state:
        assert time.monotonic() < deadline, f"still {row.state}: {row.last_error}"
        time.sleep(0.1)
    return row


@pytest.mark.process
@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_seals_leaves_one_number_and_one_file_that_counts(office, real_worker):
    document = until(office.request(), State.AWAITING_SIGNATURE)
    assert office.sign(document, "head").ok
    real_worker.kill()
    real_worker.environment["FAILPOINTS"] = "pipeline.seal.stored"
    real_worker.start()
    assert office.issue(document)[0].ok
    deadline = time.monotonic() + 60
    while len(list(archive.stored())) < 3:  # unsigned, signed, and the sealed twin that no row will name
        assert time.monotonic() < deadline, real_worker.log[-2000:]
        time.sleep(0.1)
    real_worker.kill()
    assert again(document).state == State.NUMBERED
    Document.objects.update(lease_until=timezone.now() - timedelta(seconds=1))  # as if its minute were over
    del real_worker.environment["FAILPOINTS"]
    real_worker.start()
    row = until(document, State.ARCHIVED)
    assert row.number_text == "01/TB-STN"
    assert [revision.step for revision in row.revisions.all()] == ["rendered", "signed", "sealed", "stamped"]
    # The killed worker's own seal and its time-stamped state: a twin that no row names, for the quarantine.
    assert len({path.name for path in archive.stored()} - inspection.known_hashes()) == 2
    call_command("verify_archive", verbosity=0)


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_what_the_broker_lost_is_found_by_the_sweep(office, real_worker, monkeypatch):
    monkeypatch.setattr(pipeline, "nudge", lambda document_id: None)
    until(office.request(), State.AWAITING_SIGNATURE)
