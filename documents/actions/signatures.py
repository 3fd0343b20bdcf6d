"""Personal signatures: the PIN opens the key in the web request, and each document commits alone."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, failpoints, keys, pipeline, register
from documents.actions.refusals import DocumentRefused
from documents.actions.requests import checked_fill
from documents.lettering import TextDoesNotFit
from documents.models import Document, SignatureSlot, State, Trouble
from documents.models.documents import DocumentQuerySet
from documents.signing import SignatureRefused, Signer, TimestampUnavailable, sign_pdf
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SignResult:
    document: Document
    ok: bool
    reason: str = ""
    already: bool = False


def documents_waiting_for(person: Person) -> DocumentQuerySet:
    """Documents whose next signature is this person's."""
    return Document.objects.waiting_for(person)


def sign_documents(
    *,
    documents: Iterable[Document | UUID],
    signer: Person,
    pin: str,
    at: datetime,
    fills: Mapping[UUID, Mapping[str, str]] | None = None,
) -> list[SignResult]:
    """Sign each document with the person's key, opened once; each stands for itself and can be asked again.

    Call outside a transaction: every document commits alone. Raises keys.WrongPin or another keys.KeyUnusable
    before anything is touched.
    """
    key = keys.open_person_key(signer, pin=pin)
    fills = fills or {}
    uuids = [each.uuid if isinstance(each, Document) else each for each in documents]
    return [_sign(uuid, signer=signer, key=key, at=at, fill=fills.get(uuid, {})) for uuid in uuids]


def _sign(uuid: UUID, *, signer: Person, key: Signer, at: datetime, fill: Mapping[str, str]) -> SignResult:
    document = Document.objects.select_related("kind", "unit").get(uuid=uuid)
    slot = _slot_to_sign(document, signer)
    if isinstance(slot, SignResult):
        return slot
    try:
        signed = sign_pdf(
            archive.read(document.current_sha256),
            field=slot.field,
            signer=key,
            timestamps=keys.timestamps(),
            certify=slot.certify,
            fill=slot.fill | checked_fill(slot.fillable, fill),
            name=signer.full_name,
            reason=document.kind.title_vi,
            location=document.unit.place,
        )
        failpoints.hit("sign.made")
        digest = archive.store(signed)
        failpoints.hit("sign.stored")
    except (TimestampUnavailable, OSError, archive.FileMissing, archive.FileCorrupt) as error:
        logger.warning("sign.postponed document=%s %s", document.pk, type(error).__name__)
        trouble = pipeline.trouble_of(error)
        Document.objects.filter(pk=document.pk, state=State.AWAITING_SIGNATURE).update(last_error=trouble)
        return SignResult(document, ok=False, reason=str(trouble.label))
    except TextDoesNotFit:
        return SignResult(document, ok=False, reason=_("A text is too long for its place on the page."))
    except SignatureRefused:
        logger.exception("sign.refused document=%s", document.pk)
        return SignResult(document, ok=False, reason=_("The file does not allow this signature."))
    with transaction.atomic():
        row = Document.objects.lock(uuid)
        if row.state != State.AWAITING_SIGNATURE or row.current_sha256 != document.current_sha256:
            # Somebody was faster: our bytes are an orphan for the quarantine, and the row says what holds.
            outcome = _slot_to_sign(row, signer)
            return outcome if isinstance(outcome, SignResult) else _refused(row, _("It was just changed; try again."))
        slot.signed_at, slot.fingerprint, slot.fill = at, key.fingerprint, slot.fill | dict(fill)
        slot.save(update_fields=["signed_at", "fingerprint", "fill"])
        row.current_sha256, row.last_error = digest, ""
        pipeline.keep_revision(
            row,
            sha256=digest,
            size=len(signed),
            step="signed",
            at=at,
            role=slot.role,
            signer=signer,
            fingerprint=key.fingerprint,
        )
        following = row.slots.filter(signed_at__isnull=True).first()
        if following is None:
            row.complete_signatures(now=row.now)
        elif following.expected_signer_id is None:
            row.last_error = Trouble.NO_SIGNER
        row.keep()
        journal(
            event="document.signed",
            subject=row,
            at=at,
            by=signer,
            unit=row.unit,
            practice=row.practice,
            role=slot.role,
        )
        failpoints.hit("sign.finishing")
        if row.next_attempt_at is not None:
            transaction.on_commit(partial(pipeline.nudge, row.pk))
    failpoints.hit("sign.committed")
    return SignResult(row, ok=True)


def _slot_to_sign(document: Document, signer: Person) -> SignatureSlot | SignResult:
    """The slot that is this person's turn now, or why there is none."""
    slots = list(document.slots.select_related("expected_signer"))
    mine = [slot for slot in slots if slot.expected_signer_id == signer.pk]
    if not mine:
        return _refused(document, _("You are not among the signers of this document."))
    if all(slot.signed_at for slot in mine):
        moment = timezone.localtime(mine[-1].signed_at, register.LOCAL)
        reason = _("You have already signed at %(at)s.") % {"at": f"{moment:%H:%M %d/%m/%Y}"}
        return SignResult(document, ok=True, reason=reason, already=True)
    if document.state == State.CANCELLED:
        return _refused(document, _("The document has been cancelled."))
    if document.state != State.AWAITING_SIGNATURE:
        return _refused(document, _("The page is not ready yet."))
    following = next(slot for slot in slots if slot.signed_at is None)
    if following.expected_signer_id != signer.pk:
        name = following.expected_signer.full_name if following.expected_signer else following.role
        return _refused(document, _("It is not your turn: %(name)s signs first.") % {"name": name})
    return following


def _refused(document: Document, reason: str) -> SignResult:
    return SignResult(document, ok=False, reason=reason)


@transaction.atomic
def name_signer(
    *, document: Document, role: str, person: Person, authority: Authority | None, by: Person, at: datetime
) -> SignatureSlot:
    """Ask another person for a signature that is still open. DocumentRefused when it stands already."""
    row = Document.objects.lock(document)
    slot = row.slots.get(role=role)
    if slot.signed_at or row.state not in (State.REQUESTED, State.RENDERED, State.AWAITING_SIGNATURE):
        raise DocumentRefused(_("This signature can no longer be given to another person."))
    journal(
        event="document.signer_named",
        subject=row,
        at=at,
        by=by,
        unit=row.unit,
        changed_from=str(slot.expected_signer.uuid) if slot.expected_signer else "",
        changed_to=str(person.uuid),
        practice=row.practice,
        role=role,
    )
    slot.expected_signer, slot.authority = person, authority.as_json() if authority else {}
    slot.save(update_fields=["expected_signer", "authority"])
    if row.last_error == Trouble.NO_SIGNER:
        row.last_error = ""
        row.keep()
    return slot
