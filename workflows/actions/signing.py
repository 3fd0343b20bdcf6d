"""Sign what waits for one's signature: one PIN for the whole queue, each by itself or as one list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from documents import keys
from documents.actions import (
    ListPreview,
    ListToSign,
    SignResult,
    may_be_listed,
    preview_list,
    sign_each,
    sign_lists,
)
from documents.models import Document, Door, SignatureSlot
from organization.authority import Authority
from organization.models import Person
from workflows import facts
from workflows.actions.reviews import last_review
from workflows.errors import NotReady, Refused
from workflows.facts.wording import authority_words, head_block, period_words, signer
from workflows.models import EvaluationPeriod, EvaluationStep, Stage

ROWS = 100  # forms on one list: it stays readable, and one request signs it in seconds


@dataclass(frozen=True)
class SeenList:
    """A list that the signer has looked at: its code and the hash of its page before the signature."""

    code: str
    sha256: str


def sign(*, documents: Iterable[Document], by: Person, pin: str, at: datetime) -> list[SignResult]:
    """Sign these documents in the person's own name; call it outside a transaction, each commits alone.

    Raises documents.keys.KeyUnusable (wrong PIN, no key, expired certificate) before anything is touched.
    """
    return list(sign_one_by_one(documents=documents, by=by, pin=pin, at=at))


def sign_one_by_one(*, documents: Iterable[Document], by: Person, pin: str, at: datetime) -> Iterator[SignResult]:
    """As `sign`, one result after the other while the request goes on; the key is open when this returns."""
    chosen = list(documents)
    return sign_each(documents=chosen, signer=by, pin=pin, at=at, fills=countersignatures(chosen, by, at))


def sign_as_lists(
    *, documents: Iterable[Document], by: Person, pin: str, at: datetime, seen: Sequence[SeenList] = ()
) -> list[SignResult]:
    """Sign by lists what may be listed, one list for each agency and authority; what may not is signed by itself.

    `seen`: the lists that the person has looked at; others are not signed in their place. Raises Refused for a key
    on a token, documents.keys.KeyUnusable; both before anything is touched.
    """
    require_key_for_lists(by)
    lists, alone, fills = _lists(list(documents), by, at)
    if seen and len(seen) != len(lists):
        raise NotReady(_("The list is no longer the one that you looked at. Look at it again, then sign."))
    if seen:
        lists = [replace(each, code=shown.code, seen=shown.sha256) for each, shown in zip(lists, seen, strict=True)]
    key = keys.open_person_key(by, pin=pin)
    results = sign_lists(lists=lists, signer=by, pin=pin, at=at, fills=fills, key=key)
    return [*results, *sign_each(documents=alone, signer=by, pin=pin, at=at, fills=fills, key=key)]


def preview_lists(
    *, documents: Iterable[Document], by: Person, at: datetime, seen: Sequence[SeenList] = ()
) -> tuple[list[ListPreview], list[Document]]:
    """The lists as `sign_as_lists` would sign them now, and what is signed by itself; nothing is written.

    `seen` draws lists again under the codes that they had. Raises Refused for a key on a token.
    """
    require_key_for_lists(by)
    lists, alone, fills = _lists(list(documents), by, at)
    if seen and len(seen) == len(lists):
        lists = [replace(each, code=shown.code) for each, shown in zip(lists, seen, strict=True)]
    return [preview_list(each, signer=by, at=at, fills=fills) for each in lists], alone


def require_key_for_lists(by: Person) -> None:
    """A token signs one digest at a time, each shown to its owner: it signs no list (decision 0014)."""
    if keys.door_of(by) == Door.TOKEN:
        raise Refused(
            _("A key on your own token cannot sign a list. Sign each document with your token."),
            rule=_("Signature by list"),
        )


def _lists(
    chosen: list[Document], by: Person, at: datetime
) -> tuple[list[ListToSign], list[Document], dict[UUID, dict[str, str]]]:
    """What goes on which list, what stands alone, and what the signer's texts are."""
    periods = listable(chosen, by)
    groups: dict[Any, list[Document]] = defaultdict(list)
    for document in chosen:
        if document.pk in periods:
            under = _authority(document, by)
            groups[document.unit_id, document.practice, str(under.as_json())].append(document)
    lists = [
        _list(part, [periods[document.pk] for document in part], by, timezone.localdate(at))
        for group in groups.values()
        for part in _parts(group)
    ]
    alone = [document for document in chosen if document.pk not in periods]
    return lists, alone, countersignatures(chosen, by, at)


def _parts(group: list[Document]) -> Iterator[list[Document]]:
    for start in range(0, len(group), ROWS):
        yield group[start : start + ROWS]


def listable(documents: Iterable[Document], by: Person) -> dict[int, EvaluationPeriod]:
    """Key → period of the documents whose procedure lets this person sign them by a list. `slots` prefetched."""
    waiting = {document.pk for document in documents if (slot := _turn(document, by)) and may_be_listed(slot)}
    steps = EvaluationStep.objects.filter(document__in=waiting).select_related(
        "evaluation__period__procedure", "evaluation__period__campaign", "evaluation__period__agency__parent"
    )
    return {
        step.document_id: step.evaluation.period
        for step in steps
        if step.document_id and step.evaluation.period.procedure.parsed().list_signature
    }


def _turn(document: Document, by: Person) -> SignatureSlot | None:
    """The signature whose turn it is, when it is this person's; who signs in two roles signs by himself."""
    mine = [slot for slot in document.slots.all() if slot.signed_at is None]
    return mine[0] if mine and {slot.expected_signer_id for slot in mine} == {by.pk} and len(mine) == 1 else None


def _list(documents: list[Document], periods: list[EvaluationPeriod], by: Person, on: date) -> ListToSign:
    """One list and what its page says besides the table."""
    under = _authority(documents[0], by)
    words = dict.fromkeys(period_words(period.campaign) for period in periods)
    head = head_block(periods[0], title="Danh sách văn bản được ký")
    said = {
        **head,
        "local_rule_name": "",
        "period_words": "; ".join(words),
        "basis": periods[0].procedure.parsed().list_basis,
        "authority_note": authority_words(under),
        "signed_on": on.isoformat(),
        "signers": {"signer": signer(by, on, under)},
        "recipients": ["Người có tên trong Danh sách", "Lưu: hồ sơ đánh giá"],
    }
    return ListToSign(tuple(document.uuid for document in documents), said, under)


def _authority(document: Document, by: Person) -> Authority:
    """The authority under which the person signs this document."""
    slot = _turn(document, by)
    kept = slot.authority if slot else {}
    if not kept or kept["holder"] == str(by.uuid):
        return Authority.own(by)
    day = kept["document_on"]
    return Authority(
        holder=Person.objects.get(uuid=kept["holder"]),
        actor=by,
        capacity=kept["capacity"],
        document_number=kept["document_number"],
        document_on=date.fromisoformat(day) if day else None,
    )


def countersignatures(documents: list[Document], by: Person, at: datetime) -> dict[UUID, dict[str, str]]:
    """What the scorer writes on Form 01 with his signature, and the ranker on Form 02."""
    slots = SignatureSlot.objects.filter(
        document__in=documents, document__kind__code="form_01", role="reviewer", expected_signer=by
    )
    steps = EvaluationStep.objects.filter(
        document_id__in=slots.values("document_id"), stage=Stage.SELF_ASSESSMENT
    ).select_related("evaluation__period__agency", "document")
    fills = {}
    for step in steps:
        review = last_review(step.evaluation)
        if step.document is not None and review is not None and step.round == step.evaluation.round:
            fills[step.document.uuid] = facts.form_01_countersignature(
                comment=review.decision.comment, by=by, evaluation=step.evaluation, at=at
            )
    return fills | _rankings(documents, by, at)


def _rankings(documents: list[Document], by: Person, at: datetime) -> dict:
    """The class and the proposed handling that the ranker puts into Form 02: those of the decision that stands."""
    slots = SignatureSlot.objects.filter(
        document__in=documents, document__kind__code="form_02", role="ranker", expected_signer=by
    )
    steps = EvaluationStep.objects.filter(
        document_id__in=slots.values("document_id"), evaluation__final_decision__isnull=False
    ).select_related("evaluation__period__agency", "evaluation__final_decision", "document")
    return {
        step.document.uuid: facts.form_02_ranking(
            decision=step.evaluation.final_decision, by=by, evaluation=step.evaluation, at=at
        )
        for step in steps
        if step.document is not None and step.evaluation.final_decision is not None
    }
