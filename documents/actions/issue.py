"""The clerk's issue act, and taking a document out of force."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, failpoints, numbering, pipeline, register, sealing
from documents.actions.refusals import DocumentRefused
from documents.models import Document, RegisterEvent, State, Trouble
from documents.signing import SignatureRefused
from documents.signing.revocation import RevocationUnavailable, SignerRevoked
from organization.actions import journal
from organization.models import Person


@dataclass(frozen=True)
class IssueResult:
    document: Document
    ok: bool
    reason: str = ""
    already: bool = False


def issue_documents(
    *, documents: Iterable[Document | UUID], by: Person, at: datetime, unasked: Collection[int] = ()
) -> list[IssueResult]:
    """The clerk's act: give each signed document its number and date and release it to the seal, each for itself.

    A signer who had been revoked is found before a number is taken, but for the documents with the keys `unasked`.
    Call outside a transaction, so that no counter is held longer than one document needs it.
    """
    results, answers = [], True
    for each in documents:
        row = each if isinstance(each, Document) else Document.objects.get(uuid=each)
        try:
            if answers and row.pk not in unasked:
                answers = _ask_for_signers(row)
            results.append(_issue(row, by=by, at=at))
        except numbering.NumberingRefused as refused:
            results.append(IssueResult(row, ok=False, reason=str(refused)))
        except SignerRevoked:
            Document.objects.filter(pk=row.pk, state=State.SIGNED).update(last_error=Trouble.SIGNER_REVOKED)
            results.append(IssueResult(row, ok=False, reason=str(Trouble.SIGNER_REVOKED.label)))
        failpoints.hit("issue.committed")
    return results


def _ask_for_signers(row: Document) -> bool:
    """No number for what can never be sealed: SignerRevoked. False when the authority is silent: the seal asks again.

    One silence is enough for the act: the person waits for the answer.
    """
    if row.state != State.SIGNED or row.issue_released_at or not row.current_sha256:  # no file: the seal will say so
        return True
    try:
        with suppress(archive.FileMissing, archive.FileCorrupt, OSError, SignatureRefused):
            sealing.require_signers(row)
    except RevocationUnavailable:
        return False
    return True


@transaction.atomic
def _issue(document: Document | UUID, *, by: Person, at: datetime) -> IssueResult:
    row = Document.objects.lock(document)
    kind = row.kind
    if row.issue_released_at:
        moment = timezone.localtime(row.issue_released_at, register.LOCAL)
        reason = _("Already issued at %(at)s.") % {"at": f"{moment:%H:%M %d/%m/%Y}"}
        return IssueResult(row, ok=True, reason=reason, already=True)
    if not kind.waits_for_issue:
        return IssueResult(row, ok=False, reason=_("Documents of this kind are not issued by the clerk."))
    if row.state != State.SIGNED:
        return IssueResult(row, ok=False, reason=_("Not everybody has signed yet, or the document is cancelled."))
    if kind.numbered and not row.unit.abbreviation:
        return IssueResult(row, ok=False, reason=_("The agency has no abbreviation for its document numbers."))
    row.issue_released_at, row.issue_released_by = at, by
    row.issued_on = numbering.local_day(row.now)  # the database's clock decides the year, no web server's
    row.next_attempt_at, row.attempts, row.last_error = row.now, 0, ""
    journal(event="document.issued", subject=row, at=at, by=by, unit=row.unit, practice=row.practice)
    transaction.on_commit(partial(pipeline.nudge, row.pk))
    if kind.numbered:
        row.book = numbering.book_of(kind, practice=row.practice)
        # The counter comes last: its row stays locked until the commit, and a hot agency waits for it.
        number = numbering.take_number(unit=row.unit, book=row.book, year=row.issued_on.year)
        text = numbering.number_text(number=number, kind=kind, unit=row.unit)
        row.take_number(number=number, year=row.issued_on.year, text=text)
    row.keep()
    failpoints.hit("issue.numbered")
    return IssueResult(row, ok=True)


@transaction.atomic
def cancel_document(*, document: Document, reason: str, by: Person, at: datetime) -> Document:
    """Take a document out of force with a reason; file and number stay. DocumentRefused while it is sealed.

    One that can never be sealed, because a signer was revoked, ends here with its number.
    """
    row = Document.objects.lock(document)
    if row.state == State.CANCELLED:
        return row
    if not reason.strip():
        raise DocumentRefused(_("A cancellation needs a reason."))
    lost = row.state == State.NUMBERED and row.last_error == Trouble.SIGNER_REVOKED
    if row.state in (State.NUMBERED, State.SEALED) and not lost:
        raise DocumentRefused(_("The document is being sealed; it can be cancelled once it is archived."))
    before = row.state
    row.cancel(reason=reason.strip()[:500])
    row.keep()
    journal(
        event="document.cancelled",
        subject=row,
        at=at,
        by=by,
        unit=row.unit,
        changed_from=before,
        changed_to=row.state,
        practice=row.practice,
    )
    if before == State.ARCHIVED:
        register.write_line(document=row, event=RegisterEvent.CANCELLED, at=at)
    return row
