"""What the worker does for the process: open the people of a launched period."""

import logging
from contextlib import ExitStack

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from workflows.errors import Refused
from workflows.models import EvaluationPeriod, Stage

log = logging.getLogger(__name__)


@shared_task(name="workflows.open_people")
def open_people(period_id: int) -> None:
    """Open everybody of a launched period, one transaction a person; repeated runs go on where the last stopped."""
    from workflows.actions.periods import mark_opened, open_person, people_of

    period = EvaluationPeriod.objects.select_related("agency", "campaign", "procedure", "launched_by").get(
        pk=period_id
    )
    if period.stage != Stage.PLANNED or period.people_expected is None:
        return
    problems: list[str] = []
    opened = 0
    for appointment in people_of(period).order_by("pk"):
        try:
            open_person(period=period, appointment=appointment, at=timezone.now())
        except Refused as refusal:
            problems.append(f"{appointment.person.full_name}: {refusal.message}")
        else:
            opened += 1
            EvaluationPeriod.objects.filter(pk=period.pk).update(people_opened=opened)
    mark_opened(period=period, problems=problems, at=timezone.now())


def wake_opening(period_id: int) -> None:
    """Nudge the worker; a dead broker only makes the opening late, the sweep finds it."""
    try:
        open_people.delay(period_id)
    except (OperationalError, OSError) as error:
        log.warning("broker unreachable, the sweep will open period %s: %s", period_id, error)


@shared_task(name="workflows.sweep_openings")
def sweep_openings() -> None:
    """Pick up launched periods whose opening was lost with a worker or a broker."""
    with transaction.atomic():
        waiting = list(
            EvaluationPeriod.objects.select_for_update(skip_locked=True)
            .filter(stage=Stage.PLANNED, people_expected__isnull=False)
            .values_list("pk", flat=True)
        )
    for period_id in waiting:
        open_people(period_id)


@shared_task(name="workflows.sweep_publications")
def sweep_publications() -> None:
    """Finish publications that a crash left between the number and the standing."""
    from workflows.actions.publications import publish_issued

    publish_issued(at=timezone.now())


@shared_task(name="workflows.keep_archive")
def keep_archive() -> None:
    """Lay archived documents into their files, build due packages, carry out what was approved and minuted.

    Each step is taken, also when one before it has failed; the failure is raised at the end.
    """
    from workflows.actions import keeping, organisation_files

    steps = (
        keeping.file_periods,
        organisation_files.file_lists,
        keeping.build_packages,
        keeping.carry_out_dispositions,
    )
    with ExitStack() as all_of_them:
        for step in reversed(steps):
            all_of_them.callback(step, at=timezone.now())


@shared_task(name="workflows.drop_national_batches")
def drop_national_batches() -> None:
    """Lay files for the national database into the transport folder, where there is one."""
    from workflows.actions.national_batches import drop_batches

    try:
        drop_batches(at=timezone.now())
    except OSError as error:
        log.warning("national.folder_unreachable, the sweep tries again: %s", type(error).__name__)
