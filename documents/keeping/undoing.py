"""Taking back what waits for a signature that may never come: an approved disposition, a listed transfer.

Nothing has left the archive by then. The paper is cancelled and its file stays; what was fully signed goes its way.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from documents.actions import DocumentRefused, cancel_document
from documents.models import Disposition, Document, State, Transfer
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person

UNSIGNED = (State.REQUESTED, State.RENDERED, State.AWAITING_SIGNATURE)


def why_not(paper: Document) -> str:
    """Why what this paper is about can no longer be taken back; empty while a signature on it is missing."""
    return "" if paper.state in UNSIGNED else _("Everybody has signed it: it goes its way.")


@transaction.atomic
def withdraw_disposition(
    *, disposition: Disposition, reason: str, by: Person, under: Authority, expected_version: int, at: datetime
) -> Disposition:
    """The minutes are cancelled, the files stay and may be proposed again. DocumentRefused."""
    row = Disposition.objects.select_for_update(of=("self",)).select_related("unit").get(pk=disposition.pk)
    if row.version != expected_version or row.state != Disposition.State.APPROVED or row.minutes is None:
        raise DocumentRefused(_("This has been changed since you opened the page. Look at it again."))
    _cancel(row.minutes, reason=reason, by=by, at=at)
    row.state, row.reason = Disposition.State.REFUSED, reason.strip()[:500]
    row.decided_by, row.decided_at = by, at
    row.version += 1
    row.save(update_fields=["state", "reason", "decided_by", "decided_at", "version"])
    journal(
        event="disposition.withdrawn",
        subject=row,
        at=at,
        by=by,
        under=under,
        unit=row.unit,
        document=row.minutes.code,
    )
    return row


@transaction.atomic
def withdraw_transfer(*, transfer: Transfer, reason: str, by: Person, under: Authority, at: datetime) -> Transfer:
    """No package is made: the list is cancelled, the files may be handed over anew. DocumentRefused."""
    row = Transfer.objects.select_for_update(of=("self",)).select_related("unit", "list_document").get(pk=transfer.pk)
    if row.state != Transfer.State.LISTED:
        raise DocumentRefused(_("This has been changed since you opened the page. Look at it again."))
    _cancel(row.list_document, reason=reason, by=by, at=at)
    row.state, row.problem = Transfer.State.CANCELLED, ""
    row.save(update_fields=["state", "problem"])
    journal(
        event="transfer.withdrawn",
        subject=row,
        at=at,
        by=by,
        under=under,
        unit=row.unit,
        document=row.list_document.code,
    )
    return row


def _cancel(paper: Document, *, reason: str, by: Person, at: datetime) -> None:
    if not reason.strip():
        raise DocumentRefused(_("A withdrawal needs a reason."))
    if refusal := why_not(Document.objects.lock(paper)):
        raise DocumentRefused(refusal)
    cancel_document(document=paper, reason=reason, by=by, at=at)
