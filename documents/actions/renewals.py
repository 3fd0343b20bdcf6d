"""Archived documents time-stamped again before the authority of their last archive stamp runs out.

When to use which: **evidence records** beside the files (`documents.evidence`, by themselves every month) renew the
proof of many thousands of files with one time stamp and leave every file as it is; they are preferred. A file is
**renewed itself**, by this action, when it must prove itself alone: it leaves the archive (a transfer, a court), its
reader knows PDF only, or it was sealed before the agency's seals carried long-term data.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from documents import archive, pipeline, register, sealing
from documents.actions.refusals import DocumentRefused
from documents.models import Document, RegisterEvent, State, Tombstone
from documents.signing import SignatureRefused, TimestampUnavailable
from documents.signing.longterm import archive_stamp
from documents.signing.revocation import RevocationUnavailable, SignerRevoked

POSTPONED = (
    TimestampUnavailable,
    RevocationUnavailable,
    SignerRevoked,
    SignatureRefused,
    archive.FileMissing,
    archive.FileCorrupt,
    OSError,
)
logger = logging.getLogger(__name__)
AHEAD = timedelta(days=400)  # the yearly round must not find a stamp that ended between two rounds


@dataclass(frozen=True)
class RenewResult:
    """`renewed` when the file got another time stamp; else `reason` says why not, empty when none was due."""

    document: Document
    renewed: bool
    reason: str = ""


def renew_timestamps(*, at: datetime, within: timedelta = AHEAD, everything: bool = False) -> Iterator[RenewResult]:
    """Renew each sealed document in the archive whose last archive stamp ends within this time, or has none.

    What was disposed of has nothing left to be renewed.
    Call outside a transaction: every document commits alone, and one that cannot be renewed stops no other.
    """
    archived = Document.objects.filter(state=State.ARCHIVED, kind__sealed=True, tombstone__isnull=True).order_by("pk")
    for pk in list(archived.values_list("pk", flat=True)):
        document = Document.objects.select_related("kind", "unit").get(pk=pk)
        try:
            renewed = renew_timestamp(document=document, at=at, within=None if everything else within)
        except DocumentRefused as refusal:
            yield RenewResult(document, renewed=False, reason=str(refusal))
        else:
            yield RenewResult(document, renewed=renewed)


def renew_timestamp(*, document: Document, at: datetime, within: timedelta | None = AHEAD) -> bool:
    """Refresh the revocation data and add a document time stamp as a new file; False when none is due.

    The old file stays in the archive. `within` None renews in any case. DocumentRefused says why it was not possible.
    """
    try:
        pdf = archive.read(document.current_sha256)
        stamp = archive_stamp(pdf)
        if stamp and within is not None and stamp.until > at + within:
            return False
        made = sealing.renew(pdf)
    except POSTPONED as error:
        trouble = pipeline.trouble_of(error)
        logger.exception("renew.postponed document=%s", document.pk)
        raise DocumentRefused(str(trouble.label)) from error
    with transaction.atomic():
        row = Document.objects.lock(document)
        if Tombstone.objects.filter(document=row).exists():
            archive.destroy(made.sha256)  # the minutes came in between: the new file would bring the content back
            return False
        if row.state != State.ARCHIVED or row.current_sha256 != document.current_sha256:
            raise DocumentRefused(_("It was just changed; try again."))
        row.current_sha256 = made.sha256
        pipeline.keep_revision(row, at=at, **vars(made))
        row.keep()
        register.write_line(document=row, event=RegisterEvent.RENEWED, at=at)
    return True
