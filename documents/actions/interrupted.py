"""Signing with a personal token in the browser: prepare, digest out, signature in, verified, then as any signature.

Between the halves everything stays on the server: the page may be reloaded. What was prepared is good once, for
this state of the document, and for ten minutes on the database's clock.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from cryptography import x509
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from documents import archive, failpoints, keys
from documents.actions.refusals import DocumentRefused
from documents.actions.signatures import (
    SignResult,
    appearance_of,
    certifies,
    keep_signature,
    postponed,
    refused,
    slot_to_sign,
)
from documents.lettering import TextDoesNotFit
from documents.models import Document, Door, PreparedSignature, SigningKey, State
from documents.signing import (
    HalfSigned,
    NoRoom,
    SignatureRefused,
    SignatureWrong,
    TimestampUnavailable,
    complete_pdf,
    prepare_pdf,
    require_usable,
)
from organization.models import Person

logger = logging.getLogger(__name__)
GOOD_FOR = timedelta(minutes=10)


def prepare_signature(
    *,
    document: Document | UUID,
    signer: Person,
    chain: Sequence[x509.Certificate] = (),
    fill: Mapping[str, str] | None = None,
    at: datetime,
) -> PreparedSignature:
    """The first half: the digest that the person's token signs. Asked again in time, the same one comes back.

    `chain` is the certificate that the person's token shows, when it was asked. Call outside a transaction.
    Raises DocumentRefused when it is not the person's turn, WrongSigner or another keys.KeyUnusable.
    """
    key = keys.key_of(signer)
    registered = _usable(key, chain)
    known = Document.objects.select_related("kind", "unit").get(
        uuid=document.uuid if isinstance(document, Document) else document
    )
    slot = slot_to_sign(known, signer)
    if isinstance(slot, SignResult):
        raise DocumentRefused(slot.reason)
    written = slot.fill | {name: text for name, text in (fill or {}).items() if name in slot.fillable}
    waiting = _open().filter(slot=slot, key=key, base_sha256=known.current_sha256).first()
    if waiting is not None and waiting.fill == written:
        return waiting
    try:
        half = prepare_pdf(
            archive.read(known.current_sha256),
            chain=registered,
            field=slot.field,
            timestamps=keys.timestamps(),
            certify=certifies(slot),
            fill=written,
            name=signer.full_name,
            reason=known.kind.title_vi,
            location=known.unit.place,
            appearance=appearance_of(slot, signer),
        )
    except TextDoesNotFit:
        raise DocumentRefused(_("A text is too long for its place on the page.")) from None
    except (OSError, archive.FileMissing, archive.FileCorrupt) as error:
        raise DocumentRefused(postponed(known, error).reason) from error
    except SignatureRefused as error:
        logger.exception("sign.refused document=%s", known.pk)
        raise DocumentRefused(_("The file does not allow this signature.")) from error
    with transaction.atomic():
        row = Document.objects.lock(known)
        if row.state != State.AWAITING_SIGNATURE or row.current_sha256 != known.current_sha256:
            raise DocumentRefused(_("It was just changed; try again."))
        forget_expired()
        return PreparedSignature.objects.create(
            slot=slot,
            signer=signer,
            key=key,
            base_sha256=known.current_sha256,
            fill=written,
            pdf=half.pdf,
            gap=list(half.gap),
            signed_attributes=half.signed_attributes,
            document_digest=half.document_digest.hex(),
            digest=half.digest.hex(),
            prepared_at=at,
            expires_at=row.now + GOOD_FOR,
        )


def complete_signature(*, prepared: UUID, signature: bytes, by: Person, at: datetime) -> SignResult:
    """The second half: check the token's signature, time-stamp it, and let it stand as any personal signature.

    Call outside a transaction. PreparedSignature.DoesNotExist for another person's; keys.KeyUnusable. Whatever else
    stands in the way is in the result, and nothing is signed then.
    """
    half = PreparedSignature.objects.select_related("slot__document__kind", "slot__document__unit", "key")
    row = half.annotate(now=Now()).get(uuid=prepared, signer=by)
    document, slot, written = row.slot.document, row.slot, row.fill  # it may be forgotten while the stamp is fetched
    if outcome := _obstacle(row, document, by):
        return outcome
    registered = _usable(row.key)
    try:
        signed = complete_pdf(
            HalfSigned(
                bytes(row.pdf),
                (row.gap[0], row.gap[1]),
                bytes.fromhex(row.document_digest),
                bytes(row.signed_attributes),
            ),
            chain=registered,
            signature=signature,
            timestamps=keys.timestamps(),
        )
        failpoints.hit("sign.made")
        digest = archive.store(signed)
        failpoints.hit("sign.stored")
    except SignatureWrong:
        logger.warning("sign.wrong_signature document=%s", document.pk)
        return refused(
            document,
            _("This signature does not fit: it was made for another digest or by another key. Nothing was signed."),
        )
    except (TimestampUnavailable, OSError) as error:
        return postponed(document, error)
    except NoRoom:
        logger.warning("sign.no_room document=%s", document.pk)
        PreparedSignature.objects.filter(pk=row.pk, used_at=None).update(expires_at=Now(), pdf=b"")
        return refused(
            document, _("The time stamp needs more room than was kept for it. Nothing was signed: start again.")
        )
    except SignatureRefused:
        logger.exception("sign.refused document=%s", document.pk)
        return refused(document, _("The file does not allow this signature."))
    with transaction.atomic():
        locked = Document.objects.lock(document)
        row = half.annotate(now=Now()).select_for_update(of=("self",)).get(pk=row.pk)
        if outcome := _obstacle(row, locked, by, was_in_time=True):
            return outcome  # somebody was faster: our bytes are an orphan for the quarantine
        keep_signature(
            locked,
            slot,
            digest=digest,
            size=len(signed),
            signer=by,
            fingerprint=row.key.fingerprint,
            fill=written,
            at=at,
        )
        row.used_at, row.pdf = row.now, b""
        row.save(update_fields=["used_at", "pdf"])
        failpoints.hit("sign.finishing")
    failpoints.hit("sign.committed")
    return SignResult(locked, ok=True)


def forget_expired() -> int:
    """Empty the halves that nobody came back for: a page and its texts wait nowhere for ever; how many were."""
    left = PreparedSignature.objects.filter(expires_at__lte=Now(), used_at=None).exclude(pdf=b"", fill={})
    return left.update(pdf=b"", fill={})


def prepared_for(document: Document, person: Person) -> PreparedSignature | None:
    """The half-made signature that the person can still finish, after a reload of the page."""
    found = _open().filter(slot__document=document, signer=person, base_sha256=document.current_sha256)
    return found.select_related("key").last()


def _open():
    return PreparedSignature.objects.filter(expires_at__gt=Now(), used_at=None)


def _obstacle(
    row: PreparedSignature, document: Document, by: Person, *, was_in_time: bool = False
) -> SignResult | None:
    """Why this half may not be completed: used, late, overtaken."""
    turn = slot_to_sign(document, by)
    if row.used_at is not None:
        used = _("This signature has been used already; it counts once.")
        return turn if isinstance(turn, SignResult) and turn.already else refused(document, used)
    if isinstance(turn, SignResult):
        return turn
    if row.base_sha256 != document.current_sha256 or turn.pk != row.slot_id:
        return refused(document, _("The document was changed since you prepared this signature. Start again."))
    if not was_in_time and row.expires_at <= row.now:  # type: ignore[attr-defined]
        return refused(document, _("What you prepared is too old: it counts ten minutes. Start again."))
    return None


def _usable(key: SigningKey, shown: Sequence[x509.Certificate] = ()) -> list[x509.Certificate]:
    """The registered certificate, active, in its validity, not revoked, and the one that the token shows."""
    if key.door != Door.TOKEN or not key.active:
        raise keys.WrongSigner("the person signs by another door")
    registered = keys.certificates_of(key)
    for each in (registered[0], *shown[:1]):
        require_usable(each, expected_fingerprint=key.fingerprint)
    keys.require_not_revoked(registered)
    return registered
