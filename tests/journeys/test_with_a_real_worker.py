"""The opening and the first documents carried by a worker of its own, on this database and broker."""

import time
from collections.abc import Callable

import pytest

from documents.models import Document, State
from tests.worker import RealWorker
from tests.workflows.agency import IN_PERIOD, PIN, Agency
from workflows.actions.periods import launch_period
from workflows.actions.reviews import approve_review
from workflows.actions.signing import sign
from workflows.models import Evaluation, EvaluationPeriod, Stage


@pytest.fixture
def agency(transactional_db, authority, archive_dir) -> Agency:
    """Committed rows, so that the worker sees them."""
    return Agency(authority).build()


def until(reached: Callable[[], bool], worker: RealWorker) -> None:
    deadline = time.monotonic() + 90
    while not reached():
        assert time.monotonic() < deadline, worker.log[-3000:]
        time.sleep(0.1)


def waits_for(agency: Agency, name: str, number: int) -> bool:
    return Document.objects.waiting_for(agency.people[name]).count() == number


@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_a_launched_period_and_its_first_papers_need_no_hand(agency: Agency, real_worker: RealWorker) -> None:
    agency.enrol_keys("an", "office_head")
    period = agency.plan()
    launch_period(period=period, by=agency.people["hr"], expected_version=period.version, at=agency.at())
    until(lambda: EvaluationPeriod.objects.get(pk=period.pk).stage == Stage.SELF_ASSESSMENT, real_worker)
    assert Evaluation.objects.count() == len(IN_PERIOD)

    agency.assign("an")
    agency.hand_in("an")
    until(lambda: waits_for(agency, "an", 1), real_worker)
    assert all(r.ok for r in sign(documents=Document.objects.all(), by=agency.people["an"], pin=PIN, at=agency.at()))
    evaluation = agency.evaluation("an")
    approve_review(evaluation=evaluation, by=evaluation.reviewer, expected_version=evaluation.version, at=agency.at())
    until(lambda: waits_for(agency, "office_head", 2), real_worker)
    queue = Document.objects.waiting_for(agency.people["office_head"])
    assert all(r.ok for r in sign(documents=queue, by=agency.people["office_head"], pin=PIN, at=agency.at()))
    until(lambda: set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}, real_worker)
