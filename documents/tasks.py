"""Celery only wakes; every truth is a row. All of these may be lost, repeated or run side by side."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from documents import archive, inspection, pipeline, register
from documents.models import RegisterLine
from organization.models import Unit


@shared_task(ignore_result=True)
def advance_document(document_id: int) -> None:
    pipeline.advance(document_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Pick up whatever a crash, a pause or a lost message left behind; every two seconds."""
    pipeline.drain(seconds=30)


@shared_task(ignore_result=True)
def quarantine_orphans() -> None:
    """Move files that no row names out of the archive; hourly."""
    for path in archive.orphans(inspection.known_hashes(), at=timezone.now()):
        archive.quarantine(path, reason="orphan")


@shared_task(ignore_result=True)
def close_registers() -> None:
    """One sheet for every agency that has new lines of past days; daily after midnight."""
    yesterday = timezone.localdate(timezone=register.LOCAL) - timedelta(days=1)
    for unit in Unit.objects.filter(pk__in=RegisterLine.objects.values("unit")):
        register.write_sheet(unit=unit, on=yesterday)
