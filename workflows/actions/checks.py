"""Judge one document of the archive: its bytes against its hash, its signatures against what the rows expect."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, lists
from documents.models import Document, State
from documents.verification import PdfReport, verify_pdf
from organization.actions import journal
from organization.models import Person
from workflows.errors import NotReady
from workflows.policy import rules


@dataclass(frozen=True)
class Judgement:
    """`report` is empty when the file could not be read; `problems` then says why."""

    report: PdfReport | None
    problems: list[str]

    @property
    def ok(self) -> bool:
        return not self.problems


def judge(document: Document, *, at: datetime) -> Judgement:
    """Verify the current file of the document. NotReady while nobody has signed it, or when it is disposed of."""
    if hasattr(document, "tombstone"):
        raise NotReady(
            _("This document was disposed of; what is left is its hash and its number."), rule=document.code
        )
    kept = [row for row in document.revisions.order_by("ordinal") if row.fingerprint or row.step == "listed"]
    if not kept:
        raise NotReady(_("Nobody has signed this document yet; there is nothing to verify."))
    try:
        data = archive.read(document.current_sha256)
        named = [
            archive.read(slot.listed_in.current_sha256)
            for slot in document.slots.select_related("listed_in")
            if slot.listed_in
        ]
    except archive.FileMissing:
        return Judgement(None, [_("The file is missing from the archive.")])
    except archive.FileCorrupt:
        return Judgement(None, [_("The file in the archive has other bytes than its hash says.")])
    roots = [path.read_bytes() for path in settings.TRUST_ROOTS]
    hashes = [row.sha256 for row in kept]
    report = verify_pdf(data, trust_roots=roots, expected_sha256s=hashes, at=at, lists=named)
    problems = [*report.problems, *lists.list_problems(document)]
    if [each.fingerprint for each in report.signatures] != [row.fingerprint for row in kept if row.fingerprint]:
        problems.append(_("The file is signed with other keys than the record says."))
    return Judgement(report, problems)


def check_archived(*, document: Document, by: Person, at: datetime) -> Judgement:
    """The archivist's check of one archived document; its outcome stands in the journal.

    Outside a transaction: files are read and judged for seconds, and only the entry is written.
    """
    rules.require_archivist(document.unit, by, timezone.localdate(at))
    if document.archived_at is None or document.state not in (State.ARCHIVED, State.CANCELLED):
        raise NotReady(_("The document is not archived yet."), rule=_("Order of steps"))
    judgement = judge(document, at=at)
    with transaction.atomic():
        journal(
            event="document.checked",
            subject=document,
            at=at,
            by=by,
            unit=document.unit,
            changed_to="valid" if judgement.ok else "faulty",
            practice=document.practice,
            sha256=document.current_sha256,
            problems=len(judgement.problems),
        )
    return judgement
