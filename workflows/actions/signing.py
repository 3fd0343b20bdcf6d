"""Sign what waits for one's signature: one PIN for the whole queue, a result for each document."""

from collections.abc import Iterable
from datetime import datetime

from documents.actions import SignResult, sign_documents
from documents.models import Document, SignatureSlot
from organization.models import Person
from workflows import facts
from workflows.actions.reviews import last_review
from workflows.models import EvaluationStep, Stage


def sign(*, documents: Iterable[Document], by: Person, pin: str, at: datetime) -> list[SignResult]:
    """Sign these documents in the person's own name; call it outside a transaction, each commits alone.

    Raises documents.keys.KeyUnusable (wrong PIN, no key, expired certificate) before anything is touched.
    """
    chosen = list(documents)
    return sign_documents(documents=chosen, signer=by, pin=pin, at=at, fills=_countersignatures(chosen, by, at))


def _countersignatures(documents: list[Document], by: Person, at: datetime) -> dict:
    """The comment and the date that the scorer writes on Form 01 with his signature."""
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
    return fills
