"""The worker that process tests lean on is real: its own process, killed and back, and it knows every timed task."""

import os

import pytest

from config.celery import app

pytestmark = pytest.mark.process


def test_the_worker_is_another_process_and_knows_every_task_on_the_timetable(real_worker):
    assert real_worker.process.pid != os.getpid()
    (known,) = app.control.inspect(timeout=5).registered().values()
    timed = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert timed
    assert timed <= {name.split()[0] for name in known}


def test_a_killed_worker_is_gone_and_another_takes_its_place(real_worker):
    first = real_worker.process.pid
    real_worker.kill()
    assert not app.control.ping(timeout=1)
    real_worker.start()
    assert real_worker.process.pid != first
