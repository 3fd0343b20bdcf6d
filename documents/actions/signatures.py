"""Personal signatures: the PIN opens the key in the web request, and each document commits alone."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, failpoints, keys, pipeline, register
from documents.actions.refusals import DocumentRefused
from documents.lettering import TextDoesNotFit
from documents.models import Document, SignatureSlot, State, Trouble
from documents.models.documents import DocumentQuerySet
from documents.signing import Handwriting, SignatureRefused, Signer, TimestampUnavailable, sign_pdf
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person

logger = logging.getLogger(__name__)
INITIALLING = ("drafter", "checker")  # roles that leave a small mark


@dataclass(frozen=True)
class SignResult:
    document: Document
    ok: bool
    reason: str = ""
    already: bool = False
    by_list: Document | None = None


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
    return list(sign_each(documents=documents, signer=signer, pin=pin, at=at, fills=fills))


def sign_each(
    *,
    documents: Iterable[Document | UUID],
    signer: Person,
    pin: str,
    at: datetime,
    fills: Mapping[UUID, Mapping[str, str]] | None = None,
    key: Signer | None = None,
) -> Iterator[SignResult]:
    """As `sign_documents`, one result at a time; the key is opened, or refused, before this returns.

    `key`: the person's, when the same act has opened it already: a one-time password opens once.
    """
    key = key or keys.open_person_key(signer, pin=pin)
    fills = fills or {}
    uuids = [each.uuid if isinstance(each, Document) else each for each in documents]
    return (_sign_turns(uuid, signer=signer, key=key, at=at, fill=fills.get(uuid, {})) for uuid in uuids)


def _sign_turns(uuid: UUID, *, signer: Person, key: Signer, at: datetime, fill: Mapping[str, str]) -> SignResult:
    """Every signature of this document that is the person's turn: who stands in two roles signs in both."""
    result = _sign(uuid, signer=signer, key=key, at=at, fill=fill)
    while result.ok and not result.already:
        following = slot_to_sign(Document.objects.get(uuid=uuid), signer)
        if isinstance(following, SignResult):
            return result
        result = _sign(uuid, signer=signer, key=key, at=at, fill=fill)
        if not result.ok:
            words = _("One of your signatures stands; the next one does not: %(why)s") % {"why": result.reason}
            return refused(result.document, words)
    return result


def _sign(uuid: UUID, *, signer: Person, key: Signer, at: datetime, fill: Mapping[str, str]) -> SignResult:
    document = Document.objects.select_related("kind", "unit").get(uuid=uuid)
    slot = slot_to_sign(document, signer)
    if isinstance(slot, SignResult):
        return slot
    written = {name: text for name, text in fill.items() if name in slot.fillable}
    try:
        signed = sign_pdf(
            archive.read(document.current_sha256),
            field=slot.field,
            signer=key,
            timestamps=keys.timestamps(),
            certify=certifies(slot),
            fill=slot.fill | written,
            name=signer.full_name,
            reason=document.kind.title_vi,
            location=document.unit.place,
            appearance=appearance_of(slot, signer),
        )
        failpoints.hit("sign.made")
        digest = archive.store(signed)
        failpoints.hit("sign.stored")
    except (TimestampUnavailable, OSError, archive.FileMissing, archive.FileCorrupt) as error:
        return postponed(document, error)
    except TextDoesNotFit:
        return refused(document, _("A text is too long for its place on the page."))
    except keys.KeyUnusable as error:  # a remote key is asked for each document; the ones before stand
        return refused(document, keys.problem(error))
    except SignatureRefused:
        logger.exception("sign.refused document=%s", document.pk)
        return refused(document, _("The file does not allow this signature."))
    with transaction.atomic():
        row = Document.objects.lock(uuid)
        turn = slot_to_sign(row, signer)
        if isinstance(turn, SignResult):
            # Somebody was faster, or another was named: our bytes are an orphan for the quarantine, and the row says
            # what holds.
            return turn
        if turn.pk != slot.pk or row.current_sha256 != document.current_sha256:
            return refused(row, _("It was just changed; try again."))
        keep_signature(
            row,
            turn,
            digest=digest,
            size=len(signed),
            signer=signer,
            fingerprint=key.fingerprint,
            fill=written,
            at=at,
        )
        failpoints.hit("sign.finishing")
    failpoints.hit("sign.committed")
    return SignResult(row, ok=True)


def certifies(slot: SignatureSlot) -> bool:
    """Whether this signature is the first in the file; a signed list leaves none there."""
    return not SignatureSlot.objects.filter(
        document=slot.document_id, order__lt=slot.order, listed_in__isnull=True
    ).exists()


def appearance_of(slot: SignatureSlot, signer: Person) -> Handwriting | None:
    """A small mark for an initial; None is the usual signature."""
    return Handwriting(initials(signer.full_name)) if slot.role in INITIALLING else None


def initials(name: str) -> str:
    """The first letters of the given names: "Nguyễn Văn An" initials as "V.An"."""
    words = name.split()
    return f"{words[-2][0]}.{words[-1]}" if len(words) > 1 else name


def postponed(document: Document, error: Exception) -> SignResult:
    """The document waits for a service or the disk; the row says so, and nothing is signed."""
    logger.warning("sign.postponed document=%s %s", document.pk, type(error).__name__)
    trouble = pipeline.trouble_of(error)
    Document.objects.filter(pk=document.pk, state=State.AWAITING_SIGNATURE).update(last_error=trouble)
    return SignResult(document, ok=False, reason=str(trouble.label))


def keep_signature(
    row: Document,
    slot: SignatureSlot,
    *,
    digest: str,
    size: int,
    signer: Person,
    fingerprint: str,
    fill: Mapping[str, str],
    at: datetime,
    listed_in: Document | None = None,
) -> None:
    """Write that this signature stands, in the file or (`listed_in`) by a signed list; the row is locked."""
    slot.signed_at, slot.fingerprint, slot.fill, slot.listed_in = at, fingerprint, slot.fill | dict(fill), listed_in
    slot.save(update_fields=["signed_at", "fingerprint", "fill", "listed_in"])
    row.current_sha256, row.last_error = digest, ""
    pipeline.keep_revision(
        row,
        sha256=digest,
        size=size,
        step="listed" if listed_in else "signed",
        at=at,
        role=slot.role,
        signer=signer,
        fingerprint="" if listed_in else fingerprint,  # a revision's fingerprint is that of a signature in the file
    )
    following = row.slots.filter(signed_at__isnull=True).first()
    if following is None:
        row.complete_signatures(now=row.now)
    elif following.expected_signer_id is None:
        row.last_error = Trouble.NO_SIGNER
    row.keep()
    details: dict[str, Any] = {"list": listed_in.code} if listed_in else {}
    journal(
        event="document.signed",
        subject=row,
        at=at,
        by=signer,
        unit=row.unit,
        practice=row.practice,
        role=slot.role,
        **details,
    )
    if row.next_attempt_at is not None:
        transaction.on_commit(partial(pipeline.nudge, row.pk))


def slot_to_sign(document: Document, signer: Person) -> SignatureSlot | SignResult:
    """The slot that is this person's turn now, or why there is none."""
    slots = list(document.slots.select_related("expected_signer"))
    mine = [slot for slot in slots if slot.expected_signer_id == signer.pk]
    if not mine:
        return refused(document, _("You are not among the signers of this document."))
    if all(slot.signed_at for slot in mine):
        moment = timezone.localtime(mine[-1].signed_at, register.LOCAL)
        reason = _("You have already signed at %(at)s.") % {"at": f"{moment:%H:%M %d/%m/%Y}"}
        return SignResult(document, ok=True, reason=reason, already=True)
    if document.state == State.CANCELLED:
        return refused(document, _("The document has been cancelled; there is nothing left to sign."))
    if document.state != State.AWAITING_SIGNATURE:
        return refused(document, _("The page is not ready yet. Try again in a moment."))
    following = next(slot for slot in slots if slot.signed_at is None)
    if following.expected_signer_id != signer.pk:
        name = following.expected_signer.full_name if following.expected_signer else following.role
        return refused(document, _("It is not your turn: %(name)s signs first.") % {"name": name})
    return following


def refused(document: Document, reason: str) -> SignResult:
    """Nothing happened to this document, and why."""
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
