"""A document that kills every worker that takes it: it waits longer each time, and the technical staff see it."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from documents import pipeline
from documents.models import Document, State, Trouble
from tests.documents.office import again

OVER = timedelta(seconds=-1)  # a lease whose worker died


def killed(document):
    """One more worker takes the document and dies."""
    return pipeline.claim(document.pk, lease=OVER)


def test_a_document_that_kills_its_workers_backs_off_and_raises_the_alarm(office):
    document = office.request()
    for _time in range(pipeline.DEATHS):
        assert killed(document)
    assert killed(document)
    assert killed(document) is None  # as after a step that failed, it waits
    row = Document.objects.with_now().get(pk=document.pk)
    assert row.next_attempt_at > row.now
    assert row.last_error == Trouble.STEP_FAILED
    for _time in range(3):
        Document.objects.filter(pk=document.pk).update(next_attempt_at=Now())
        assert killed(document)
    later = Document.objects.with_now().get(pk=document.pk)
    assert later.next_attempt_at - later.now > row.next_attempt_at - row.now
    output = StringIO()
    with pytest.raises(CommandError, match="1 documents"):
        call_command("late_documents", stdout=output)
    assert document.code in output.getvalue()


def test_a_worker_that_ends_it_after_all_leaves_nothing_of_this(office):
    document = office.request()
    for _time in range(pipeline.DEATHS + 1):
        killed(document)
    Document.objects.filter(pk=document.pk).update(next_attempt_at=Now())
    assert pipeline.advance(document.pk)
    found = again(document)
    assert (found.state, found.attempts, found.last_error) == (State.AWAITING_SIGNATURE, 0, "")
    assert (found.lease_token, found.next_attempt_at) == (None, None)


def test_one_restart_of_a_worker_delays_nothing(office):
    document = office.request()
    killed(document)
    assert pipeline.advance(document.pk)
    assert again(document).last_error == ""
