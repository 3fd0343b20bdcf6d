"""A document's way from an act to the archive, one commit a step; every step may be killed and repeated.

    requested → rendered → awaiting signature → signed → numbered → sealed → archived
       render    present      people, by PIN     clerk      seal      archive

Workers claim a document by a lease with a fencing token on the database's clock, work outside any transaction
and finish in one that checks the token. Attempts never run out: the pause grows and the row says why it waits.
"""

import errno
import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from documents import archive, failpoints, keys, numbering, register, sealing
from documents.models import Document, DocumentRevision, RegisterEvent, State, Trouble
from documents.render_child import render_limited as render
from documents.rendering import RenderError
from documents.signing import TimestampUnavailable
from documents.signing.revocation import RevocationUnavailable, SignerRevoked
from organization.models import Person

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(minutes=15)
DEATHS = 3  # workers that may die over one document before the next attempt waits longer than a lease
FINAL_EVENTS = (RegisterEvent.CANCELLED, RegisterEvent.REPLACED, RegisterEvent.ANNULLED)
QUIET_AFTER_FAILURE = 30.0  # seconds without nudges once the broker has failed; the sweep does the work meanwhile

Finish = Callable[[Document], None]
_broker_failed_at = 0.0
nudges_failed = 0


class LeaseLost(Exception):
    """Another worker holds the document now, or a person has cancelled it: this worker's result is dropped."""


@dataclass(frozen=True)
class Claim:
    document_id: int
    token: uuid.UUID
    lease: timedelta


def advance(document_id: int, *, lease: timedelta = LEASE) -> bool:
    """Carry one document as far as it goes without a person; False when it is not due or somebody carries it."""
    held = claim(document_id, lease=lease)
    if held is not None:
        _carry(held)
    return held is not None


def drain(*, seconds: float = 60.0, lease: timedelta = LEASE) -> int:
    """Carry every document that is due, the longest waiting first, for at most `seconds`; returns how many."""
    until, carried = time.monotonic() + seconds, 0
    while time.monotonic() < until and (held := claim(lease=lease)):
        _carry(held)
        carried += 1
    return carried


def claim(document_id: int | None = None, *, lease: timedelta = LEASE) -> Claim | None:
    """Take the lease of this document, or of the one that has waited longest; None when nothing is due."""
    due = Document.objects.filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=Now()), next_attempt_at__lte=Now()
    ).order_by("next_attempt_at", "id")
    if document_id is not None:
        due = due.filter(pk=document_id)
    if not due.exists():
        return None  # an idle sweep takes no write lock
    with transaction.atomic():
        row = due.with_now().select_for_update(skip_locked=True).first()
        if row is None:
            return None
        if row.lease_token is not None:  # whoever had it came to no end: a restart, or the document killed it
            row.last_error = row.last_error or Trouble.STEP_FAILED
        row.lease_token, row.lease_until = uuid.uuid4(), row.now + lease
        row.attempts += 1  # counted here: a document that kills its worker backs off too
        if row.attempts > DEATHS:
            row.next_attempt_at = row.lease_until + _pause(row.attempts - DEATHS)
        row.keep()
    failpoints.hit("pipeline.claimed")
    return Claim(row.pk, row.lease_token, lease)


def _carry(held: Claim) -> None:
    """Step after step until people are asked, the document is finished, or a step fails."""
    try:
        while True:
            document = Document.objects.select_related("kind", "unit__parent").get(pk=held.document_id)
            name, work = STEPS[State(document.state)]
            finish = work(document)
            if not _finish(held, name, finish):
                return
    except LeaseLost:
        logger.warning("pipeline.lease_lost document=%s", held.document_id)
    except Exception as error:
        # A poison document must not stop the others: it keeps its place, its reason and its next attempt.
        logger.exception("pipeline.postponed document=%s", held.document_id)
        _postpone(held, error)


def _finish(held: Claim, name: str, finish: Finish) -> bool:
    """Write a step's result if the token still counts; whether there is more for the pipeline to do."""
    with transaction.atomic():
        row = _locked(held)
        row.attempts, row.last_error, row.lease_until = 0, "", row.now + held.lease
        row.next_attempt_at = row.now
        finish(row)
        failpoints.hit(f"pipeline.{name}.finishing")
    failpoints.hit(f"pipeline.{name}.committed")
    return row.next_attempt_at is not None


def _postpone(held: Claim, error: Exception) -> None:
    with transaction.atomic():
        try:
            row = _locked(held)
        except LeaseLost:
            return
        row.last_error = trouble_of(error)
        row.next_attempt_at = row.now + _pause(row.attempts)
        row.lease_token = row.lease_until = None
        row.keep()


def _pause(attempts: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(attempts, 20)), LONGEST_PAUSE)


def _locked(held: Claim) -> Document:
    row = (
        Document.objects.select_related("kind", "unit")
        .with_now()
        .select_for_update(of=("self",))
        .filter(pk=held.document_id, lease_token=held.token)
        .first()
    )
    if row is None:
        raise LeaseLost(held.document_id)
    return row


# --- the steps: slow work first, then a closure that writes the result under the lock -----------------------------


def _render(document: Document) -> Finish:
    pdf = render(document.kind.template, document.facts, code=document.code)
    failpoints.hit("pipeline.render.made")
    digest = archive.store(pdf)
    failpoints.hit("pipeline.render.stored")

    def finish(row: Document) -> None:
        row.keep_unsigned(sha256=digest)
        keep_revision(row, sha256=digest, size=len(pdf), step="rendered", at=row.now)
        row.keep()

    return finish


def _present(document: Document) -> Finish:
    slots = list(document.slots.all())

    def finish(row: Document) -> None:
        if not slots:
            row.complete_signatures(now=row.now)
        else:
            row.present_to_signers()
            row.last_error = "" if slots[0].expected_signer_id else Trouble.NO_SIGNER
        _let_go_if_waiting(row)
        row.keep()

    return finish


def _seal(document: Document) -> Finish:
    made = sealing.seal(document)

    def finish(row: Document) -> None:
        row.keep_sealed(sha256=made[-1].sha256)
        for each in made:
            keep_revision(row, at=row.now, **asdict(each))
        row.keep()

    return finish


def _archive(document: Document) -> Finish:
    archive.read(document.current_sha256)  # what the register names is there and whole

    def finish(row: Document) -> None:
        row.archive(at=row.now)
        _let_go_if_waiting(row)
        row.keep()
        register.write_line(document=row, event=RegisterEvent.ARCHIVED, at=row.now)
        _enter_what_it_ends(row)

    return finish


def _enter_what_it_ends(row: Document) -> None:
    """One register line for each earlier document that this one replaces, amends or annuls from now on."""
    ended = [(effect.earlier, RegisterEvent(effect.effect)) for effect in row.effects.select_related("earlier__kind")]
    if row.replaces:
        ended.append((row.replaces, RegisterEvent.REPLACED))
    for earlier, event in ended:
        entered = set(earlier.register_lines.values_list("event", flat=True))
        if RegisterEvent.ARCHIVED in entered and not entered & {event, *FINAL_EVENTS}:
            register.write_line(document=earlier, event=event, at=row.now)


def _after_signatures(document: Document) -> Finish:
    return _seal(document) if document.kind.sealed else _archive(document)


STEPS: dict[State, tuple[str, Callable[[Document], Finish]]] = {
    State.REQUESTED: ("render", _render),
    State.RENDERED: ("present", _present),
    State.SIGNED: ("archive", _after_signatures),
    State.NUMBERED: ("seal", _seal),
    State.SEALED: ("archive", _archive),
}


def _let_go_if_waiting(row: Document) -> None:
    if row.next_attempt_at is None:
        row.lease_token = row.lease_until = None


def keep_revision(
    document: Document,
    *,
    sha256: str,
    size: int,
    step: str,
    at: datetime,
    role: str = "",
    signer: Person | None = None,
    fingerprint: str = "",
) -> DocumentRevision:
    """Note one more stored state of the file; the document's row is locked by the caller."""
    return DocumentRevision.objects.create(
        document=document,
        ordinal=document.revisions.count() + 1,
        sha256=sha256,
        size=size,
        step=step,
        role=role,
        signer=signer,
        fingerprint=fingerprint,
        at=at,
    )


def trouble_of(error: Exception) -> Trouble:
    """The reason that people see for a step that failed."""
    match error:
        case TimestampUnavailable():
            return Trouble.TIMESTAMPS_DOWN
        case RevocationUnavailable():
            return Trouble.REVOCATION_UNKNOWN
        case SignerRevoked():
            return Trouble.SIGNER_REVOKED
        case archive.FileMissing() | archive.FileCorrupt():
            return Trouble.FILE_DAMAGED
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return Trouble.DISK_FULL
        case OSError():
            return Trouble.STORE_FAILED
        case numbering.NumberingRefused():
            return Trouble.NOT_RECONCILED
        case keys.KeyUnusable():
            return Trouble.NO_SEAL
        case RenderError():
            return Trouble.NOT_RENDERED
        case _:
            return Trouble.STEP_FAILED


def nudge(document_id: int) -> None:
    """Wake a worker. The row is the outbox: a broker that fails costs seconds, never a document."""
    global _broker_failed_at, nudges_failed
    if _broker_failed_at and time.monotonic() - _broker_failed_at < QUIET_AFTER_FAILURE:
        return
    try:
        current_app.send_task("documents.tasks.advance_document", args=[document_id], ignore_result=True)
    except Exception:
        _broker_failed_at, nudges_failed = time.monotonic(), nudges_failed + 1
        logger.exception("pipeline.nudge_failed count=%s", nudges_failed)
    else:
        _broker_failed_at = 0.0
