"""Celery only wakes; every truth is a row. All of these may be lost, repeated or run side by side."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from documents import actions, archive, evidence, inspection, numbering, pipeline, register
from documents.models import RegisterLine
from documents.signing import TimestampUnavailable
from organization.models import Unit

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def advance_document(document_id: int) -> None:
    pipeline.advance(document_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Pick up whatever a crash, a pause or a lost message left behind; every two seconds."""
    pipeline.drain(seconds=30)


@shared_task(ignore_result=True)
def quarantine_orphans() -> None:
    """Move files that no row names out of the archive; hourly. Not after a restore: they may be the only copies.

    Signatures that a token has begun and nobody finishes are emptied first.
    """
    actions.forget_expired()
    if numbering.refused():
        logger.warning("archive.quarantine_waits for reconcile")
        return
    for path in archive.orphans(inspection.known_hashes(), at=timezone.now()):
        archive.quarantine(path, reason="orphan")


@shared_task(ignore_result=True)
def close_registers() -> None:
    """One sheet for every agency that has new lines of past days, stamped and mailed; daily after midnight."""
    yesterday = timezone.localdate(timezone=register.LOCAL) - timedelta(days=1)
    for unit in Unit.objects.filter(pk__in=RegisterLine.objects.values("unit")):
        register.write_sheet(unit=unit, on=yesterday)
    prove_registers()


@shared_task(ignore_result=True)
def prove_registers() -> None:
    """Make what closed sheets still owe: time stamps, mails to the witnesses, readable copies; every five minutes."""
    try:
        register.stamp_sheets()
    except TimestampUnavailable as error:
        logger.warning("register.stamps_owed %s", error)
    try:
        register.mail_heads(at=timezone.now())
    except OSError as error:
        logger.warning("register.mails_owed %s", type(error).__name__)
    register.publish_missing()


@shared_task(ignore_result=True)
def renew_evidence() -> None:
    """Stamp what the archive has got since, and renew the stamps that grow old; monthly."""
    try:
        evidence.stamp_new()
        evidence.renew_stamps(at=timezone.now())
    except TimestampUnavailable as error:
        logger.warning("evidence.stamps_owed %s", error)


@shared_task(ignore_result=True)
def renew_timestamps() -> None:
    """Time-stamp archived documents again whose last archive stamp ends before the next round; yearly."""
    for result in actions.renew_timestamps(at=timezone.now()):
        if result.reason:
            logger.warning("renew.owed document=%s", result.document.pk)
