"""One signed list instead of many signatures: an opt-in local rule of the procedure (decision 0014).

Every form gets a revision that fills the signer's texts and names the list; the list holds the hash of each and is
signed. Nothing is written before the list's signature stands; then one transaction writes the list and all forms.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, failpoints, keys, pipeline, register
from documents.actions.refusals import DocumentRefused
from documents.actions.requests import SlotSpec, frozen, new_code, request_document
from documents.actions.signatures import SignResult, keep_signature, postponed, refused, slot_to_sign
from documents.kinds import LISTED
from documents.lettering import TextDoesNotFit
from documents.models import Document, DocumentKind, SignatureSlot, State
from documents.render_child import render_limited as render
from documents.rendering import RenderError
from documents.signing import FillingRefused, SignatureRefused, Signer, TimestampUnavailable, fill_pdf, sign_pdf
from organization.authority import Authority
from organization.models import Person

logger = logging.getLogger(__name__)
KIND = "signing_list"
TRIES = 3  # a form may be cancelled while its list is made; the list is then made anew without it


@dataclass(frozen=True)
class ListToSign:
    """Forms for one list: one agency, one authority, the list's own facts (head, basis, signer's words).

    `code` and `seen` (SHA-256 of the unsigned list) come from a preview: only that very list is signed then.
    """

    documents: tuple[UUID, ...]
    facts: Mapping[str, Any]
    authority: Authority | None = None
    code: str = ""
    seen: str = ""


@dataclass(frozen=True)
class ListPreview:
    """A list as it would be signed now, byte for byte, and what cannot stand on it."""

    code: str
    pdf: bytes
    sha256: str
    rows: list[dict[str, Any]]
    left_out: list[SignResult]


class _OtherThanSeen(Exception):
    """What would be signed is not what the signer looked at."""


@dataclass(frozen=True)
class _Filled:
    document: Document
    slot: SignatureSlot
    fill: dict[str, str]
    pdf: bytes
    digest: str


def may_be_listed(slot: SignatureSlot) -> bool:
    """Whether the page has a place to name the list that stands for this signature."""
    return LISTED in slot.fillable


def sign_lists(
    *,
    lists: Iterable[ListToSign],
    signer: Person,
    pin: str,
    at: datetime,
    fills: Mapping[UUID, Mapping[str, str]] | None = None,
    key: Signer | None = None,
) -> list[SignResult]:
    """Sign one list for each group of forms, the key opened once; a list and all its forms stand, or none.

    Call outside a transaction. `key` is the person's, when the same act has opened it already. Raises keys.WrongPin
    or another keys.KeyUnusable before anything is touched.
    """
    key = key or keys.open_person_key(signer, pin=pin)
    return [result for each in lists for result in _sign_list(each, signer=signer, key=key, at=at, fills=fills or {})]


def preview_list(
    wanted: ListToSign, *, signer: Person, at: datetime, fills: Mapping[UUID, Mapping[str, str]] | None = None
) -> ListPreview:
    """The list that `sign_lists` would sign, before any PIN is asked for; nothing is written, no number is taken.

    Raises DocumentRefused while a file cannot be read or drawn.
    """
    code, filled, left_out = wanted.code or new_code(at), [], []
    try:
        for uuid in wanted.documents:
            outcome = _fill(uuid, signer=signer, code=code, at=at, fills=fills or {})
            if isinstance(outcome, _Filled):
                filled.append(outcome)
            else:
                left_out.append(outcome)
        pdf = _unsigned(filled, wanted, code) if filled else b""
    except (OSError, archive.FileMissing, archive.FileCorrupt, RenderError) as error:
        raise DocumentRefused(str(pipeline.trouble_of(error).label)) from error
    rows = [_row(number, each) for number, each in enumerate(filled, start=1)]
    return ListPreview(code, pdf, sha256(pdf).hexdigest(), rows, left_out)


def _sign_list(
    wanted: ListToSign, *, signer: Person, key: Signer, at: datetime, fills: Mapping[UUID, Mapping[str, str]]
) -> list[SignResult]:
    results: dict[UUID, SignResult] = {}
    for _try in range(1 if wanted.seen else TRIES):
        code = wanted.code or new_code(at)
        try:
            filled = []
            for uuid in wanted.documents:
                outcome = results.get(uuid) or _fill(uuid, signer=signer, code=code, at=at, fills=fills)
                if isinstance(outcome, _Filled):
                    filled.append(outcome)
                else:
                    results[uuid] = outcome
            if filled and not _list(filled, wanted, code=code, signer=signer, key=key, at=at, results=results):
                continue
        except (TimestampUnavailable, OSError, archive.FileMissing, archive.FileCorrupt, RenderError) as error:
            results |= {uuid: postponed(_document(uuid), error) for uuid in wanted.documents if uuid not in results}
        except _OtherThanSeen:
            reason = _("The list is no longer the one that you looked at. Look at it again, then sign.")
            results |= {uuid: refused(_document(uuid), reason) for uuid in wanted.documents if uuid not in results}
        except keys.KeyUnusable as error:
            words = keys.problem(error)
            results |= {uuid: refused(_document(uuid), words) for uuid in wanted.documents if uuid not in results}
        except SignatureRefused:
            logger.exception("list.refused code=%s", code)
            reason = _("The list could not be signed; sign the documents one by one.")
            results |= {uuid: refused(_document(uuid), reason) for uuid in wanted.documents if uuid not in results}
        break
    for uuid in wanted.documents:
        results.setdefault(uuid, refused(_document(uuid), _("It was just changed; try again.")))
    return [results[uuid] for uuid in wanted.documents]


def _document(uuid: UUID) -> Document:
    return Document.objects.select_related("kind", "unit", "subject").get(uuid=uuid)


def _fill(
    uuid: UUID, *, signer: Person, code: str, at: datetime, fills: Mapping[UUID, Mapping[str, str]]
) -> _Filled | SignResult:
    """The form's file with the signer's texts and the list's code; else why it cannot be listed."""
    document = _document(uuid)
    slot = slot_to_sign(document, signer)
    if isinstance(slot, SignResult):
        return slot
    if not may_be_listed(slot):
        return refused(document, _("This signature cannot be given by a list. Sign the document by itself."))
    written = {name: text for name, text in fills.get(uuid, {}).items() if name in slot.fillable}
    written[LISTED] = f"Ký theo danh sách\n{code}\nngày {timezone.localdate(at, register.LOCAL):%d/%m/%Y}"
    try:
        pdf = fill_pdf(archive.read(document.current_sha256), slot.fill | written)
    except TextDoesNotFit:
        return refused(document, _("A text is too long for its place on the page."))
    except FillingRefused:
        logger.exception("list.form_refused document=%s", document.pk)
        return refused(document, _("The page has no place to name a list. Sign the document by itself."))
    return _Filled(document, slot, written, pdf, sha256(pdf).hexdigest())


def _unsigned(filled: list[_Filled], wanted: ListToSign, code: str) -> bytes:
    """The list's page; the same forms, facts and code give the same bytes."""
    kind = DocumentKind.objects.get(code=KIND)
    return render(
        kind.template, frozen(_facts(filled, wanted), code=code, practice=filled[0].document.practice), code=code
    )


def _facts(filled: list[_Filled], wanted: ListToSign) -> dict[str, Any]:
    return {**wanted.facts, "documents": [_row(number, each) for number, each in enumerate(filled, start=1)]}


def _list(
    filled: list[_Filled],
    wanted: ListToSign,
    *,
    code: str,
    signer: Person,
    key: Signer,
    at: datetime,
    results: dict[UUID, SignResult],
) -> bool:
    """Make and sign the list, then write it and its forms in one transaction; False when a form has changed."""
    unit, practice = filled[0].document.unit, filled[0].document.practice
    unsigned = _unsigned(filled, wanted, code)
    if wanted.seen and sha256(unsigned).hexdigest() != wanted.seen:
        raise _OtherThanSeen
    for each in filled:
        archive.store(each.pdf)
        failpoints.hit("list.filled")
    signed = sign_pdf(
        unsigned,
        field="sig.signer",
        signer=key,
        timestamps=keys.timestamps(),
        certify=True,
        name=signer.full_name,
        reason=DocumentKind.objects.get(code=KIND).title_vi,
        location=unit.place,
    )
    failpoints.hit("list.made")
    kept, digest = archive.store(unsigned), archive.store(signed)
    failpoints.hit("list.stored")
    with transaction.atomic():
        rows = [(Document.objects.lock(each.document), each) for each in sorted(filled, key=lambda f: f.document.pk)]
        for row, each in rows:
            if row.current_sha256 != each.document.current_sha256 or _turn_of(row, signer) != each.slot.authority:
                return False  # cancelled, signed or handed over meanwhile: nothing of this list stands
        document = request_document(
            kind=KIND,
            unit=unit,
            facts=_facts(filled, wanted),
            signers=[SlotSpec("signer", signer, wanted.authority)],
            practice=practice,
            at=at,
            code=code,
        )
        document = Document.objects.lock(document)
        document.keep_unsigned(sha256=kept)
        pipeline.keep_revision(document, sha256=kept, size=len(unsigned), step="rendered", at=at)
        document.present_to_signers()
        keep = partial(keep_signature, signer=signer, fingerprint=key.fingerprint, at=at)
        keep(document, document.slots.get(), digest=digest, size=len(signed), fill={})
        for row, each in rows:
            keep(row, each.slot, digest=each.digest, size=len(each.pdf), fill=each.fill, listed_in=document)
        failpoints.hit("list.finishing")
    failpoints.hit("list.committed")
    results |= {each.document.uuid: SignResult(row, ok=True, by_list=document) for row, each in rows}
    return True


def _turn_of(row: Document, signer: Person) -> dict | None:
    """The authority under which it is this person's turn; None when it is not."""
    slot = slot_to_sign(row, signer)
    return slot.authority if isinstance(slot, SignatureSlot) and row.state == State.AWAITING_SIGNATURE else None


def _row(number: int, each: _Filled) -> dict[str, Any]:
    subject = each.document.subject
    return {
        "number": number,
        "kind": each.document.kind.title_vi,
        "role": each.slot.role,
        "name": subject.full_name if subject else "",
        "code": each.document.code,
        "sha256": each.digest,
    }
