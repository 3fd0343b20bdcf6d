"""Disposition: proposed by the archivist, approved by the head, minuted – and only then are the bytes destroyed.

What is left is a tombstone row, a line in the register, and every hash and signature row; the contents are gone.
"""

import logging
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents import archive, register
from documents.actions import DocumentRefused, SlotSpec, request_document
from documents.finding import LOCAL, keys_of
from documents.keeping import holds
from documents.keeping.destroying import destroy_bytes
from documents.keeping.files import is_disposed, listing_sha256
from documents.keeping.retention import Term, term_of_file
from documents.keeping.withdrawn import withdrawn_with
from documents.models import (
    Disposition,
    DispositionItem,
    Document,
    DocumentWord,
    FileEntry,
    PreparedSignature,
    RecordsFile,
    RegisterEvent,
    RegisterLine,
    SignatureSlot,
    State,
    Succession,
    Tombstone,
)
from documents.numbering import NumberingRefused
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person, Unit

logger = logging.getLogger(__name__)
LIVE = (Disposition.State.PROPOSED, Disposition.State.APPROVED)


def expired(files: Iterable[RecordsFile], on: date) -> list[tuple[RecordsFile, Term, list[str]]]:
    """Files whose term is over that day, with the term and what still stands against their disposition."""
    found = []
    for file in files:
        term = term_of_file(file, on)
        over = term.over_on(file.closed_on)
        if over is not None and over <= on and not is_disposed(file):
            found.append((file, term, obstacles(file, on, term=term)))
    return found


def obstacles(
    file: RecordsFile,
    on: date,
    *,
    term: Term,
    together: Iterable[RecordsFile] = (),
    within: Disposition | None = None,
) -> list[str]:
    """Why this file may not be disposed of that day, one line each; empty when it may."""
    reasons = []
    if file.closed_on is None:
        reasons.append(_("The file is still open."))
    over = term.over_on(file.closed_on)
    if term.permanent:
        reasons.append(_("It is kept for ever."))
    elif not term.settled:
        reasons.append(_("No term is set for every kind of document in it."))
    elif over is not None and over > on:
        reasons.append(_("Its term runs until %(day)s.") % {"day": f"{over:%d/%m/%Y}"})
    for hold in holds.standing([file]):
        reasons.append(
            _("Held (%(ground)s): %(reason)s") % {"ground": hold.get_ground_display(), "reason": hold.reason}
        )
    if is_disposed(file):
        reasons.append(_("It was already disposed of."))
    others = DispositionItem.objects.filter(file=file, disposition__state__in=LIVE, kept_because="")
    if others.exclude(disposition=within).exists():
        reasons.append(_("Another disposition already names it."))
    needed = _needed_by([file, *together], file)
    if needed:
        reasons.append(_("A kept document rests on it: %(codes)s.") % {"codes": ", ".join(sorted(needed)[:5])})
    return reasons


def _needed_by(files: list[RecordsFile], file: RecordsFile) -> set[str]:
    """Codes of kept documents that replace, amend, annul or were signed through one in this file, or whose own
    replacement lies here: the chain must stay readable at both ends."""
    own = FileEntry.objects.filter(file=file).values("document")
    related = keys_of(
        Document.objects.filter(replaces__in=own).values_list("pk"),
        Document.objects.filter(pk__in=own, replaces__isnull=False).values_list("replaces"),
        Succession.objects.filter(earlier__in=own).values_list("later"),
        Succession.objects.filter(later__in=own).values_list("earlier"),
        SignatureSlot.objects.filter(listed_in__in=own).values_list("document"),
    )
    going = FileEntry.objects.filter(file__in=files).values("document")
    kept = Document.objects.filter(pk__in=related, tombstone__isnull=True).exclude(pk__in=going)
    # Withdrawn before its archive: no file ever holds it.
    kept = kept.exclude(state=State.CANCELLED, archived_at=None)
    minutes = Document.objects.filter(pk__in=own, disposition__isnull=False)
    return {*kept.values_list("code", flat=True), *minutes.values_list("code", flat=True)}


@transaction.atomic
def propose(*, unit: Unit, files: Iterable[RecordsFile], appraisal: str, by: Person, at: datetime) -> Disposition:
    """The archivist's checked list. DocumentRefused names every file that may not go, and why."""
    keys = sorted({file.pk for file in files})
    rows = list(RecordsFile.objects.select_for_update().filter(pk__in=keys, unit=unit).order_by("pk"))
    if not rows:
        raise DocumentRefused(_("Choose at least one file."))
    on = timezone.localdate(at, LOCAL)
    disposition = Disposition.objects.create(
        unit=unit, appraisal=appraisal.strip()[:300], proposed_by=by, proposed_at=at
    )
    refused = []
    for file in rows:
        term = term_of_file(file, on)
        reasons = obstacles(file, on, term=term, together=rows, within=disposition)
        refused += [f"{file.code}: {reason}" for reason in reasons]
        DispositionItem.objects.create(
            disposition=disposition,
            file=file,
            term=_("%(years)s years – %(basis)s") % {"years": term.years, "basis": term.basis},
            documents=file.entries.count(),
            listing_sha256=listing_sha256(file),
        )
    if refused:
        raise DocumentRefused(" ".join(refused))
    journal(event="disposition.proposed", subject=disposition, at=at, by=by, unit=unit, files=len(rows))
    return disposition


def _locked(disposition: Disposition, expected_version: int) -> Disposition:
    row = Disposition.objects.select_for_update(of=("self",)).select_related("unit").get(pk=disposition.pk)
    if row.version != expected_version or row.state != Disposition.State.PROPOSED:
        raise DocumentRefused(_("This has been changed since you opened the page. Look at it again."))
    return row


@transaction.atomic
def approve(
    *,
    disposition: Disposition,
    facts: Mapping,
    signers: Iterable[SlotSpec],
    by: Person,
    under: Authority,
    expected_version: int,
    at: datetime,
) -> Disposition:
    """The head approves; the minutes are owed. DocumentRefused when anything stands against it by now."""
    row = _locked(disposition, expected_version)
    if row.proposed_by_id == by.pk:
        raise DocumentRefused(_("Whoever proposes a disposition does not approve it."))
    on, items = timezone.localdate(at, LOCAL), list(row.items.select_related("file__unit"))
    files = [item.file for item in items]
    against = [
        f"{file.code}: {reason}"
        for file in files
        for reason in obstacles(file, on, term=term_of_file(file, on), together=files, within=row)
    ]
    if against:
        raise DocumentRefused(" ".join(against))
    row.minutes = request_document(kind="disposition_minutes", unit=row.unit, facts=facts, signers=signers, at=at)
    _decide(row, Disposition.State.APPROVED, by=by, at=at)
    journal(
        event="disposition.approved",
        subject=row,
        at=at,
        by=by,
        under=under,
        unit=row.unit,
        document=row.minutes.code,
    )
    return row


@transaction.atomic
def refuse(
    *, disposition: Disposition, reason: str, by: Person, under: Authority, expected_version: int, at: datetime
) -> Disposition:
    """The head says no, with a reason; the files stay. DocumentRefused."""
    row = _locked(disposition, expected_version)
    if not reason.strip():
        raise DocumentRefused(_("A refusal needs a reason."))
    row.reason = reason.strip()[:500]
    _decide(row, Disposition.State.REFUSED, by=by, at=at)
    journal(event="disposition.refused", subject=row, at=at, by=by, under=under, unit=row.unit)
    return row


def _decide(row: Disposition, state: str, *, by: Person, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, at
    row.version += 1
    row.save(update_fields=["state", "decided_by", "decided_at", "reason", "minutes", "version"])


def carry_out(disposition: Disposition, *, at: datetime) -> int:
    """Once the minutes stand in the archive: destroy what they name; how many documents now. Doing it again goes on.

    A file that is held, changed or needed by now is left out for good, and the reason is kept. Call outside a
    transaction: the bytes go only after the tombstones are committed.
    """
    row = Disposition.objects.select_related("unit", "minutes").get(pk=disposition.pk)
    if row.state != Disposition.State.APPROVED or row.minutes is None or row.minutes.state != State.ARCHIVED:
        return 0
    archive.read(row.minutes.current_sha256)  # what justifies the act is there and whole
    items = list(row.items.filter(kept_because="").select_related("file__unit"))
    buried = sum(_bury(item, row, [each.file for each in items], at) for item in items)
    _close_registers(row, at)
    destroy_bytes(row)
    with transaction.atomic():
        done = Disposition.objects.filter(pk=row.pk, state=Disposition.State.APPROVED)
        if done.update(state=Disposition.State.DONE, done_at=at):
            gone = FileEntry.objects.filter(document__tombstone__disposition=row).count()  # by earlier runs too
            journal(event="disposition.done", subject=row, at=at, by=None, unit=row.unit, documents=gone)
    return buried


def _close_registers(disposition: Disposition, at: datetime) -> None:
    """One more sheet with the lines of what goes: outsiders who check the archive never miss a file unexplained."""
    lines = RegisterLine.objects.filter(event=RegisterEvent.DISPOSED, document__tombstone__disposition=disposition)
    for unit in Unit.objects.filter(pk__in=lines.values("unit")).order_by("pk"):
        register.write_sheet(unit=unit, on=timezone.localdate(at, LOCAL))


@transaction.atomic
def _bury(item: DispositionItem, disposition: Disposition, together: list[RecordsFile], at: datetime) -> int:
    """Write the tombstones and register lines of one file and take the contents out of its rows."""
    file = RecordsFile.objects.select_for_update(of=("self",)).select_related("unit").get(pk=item.file_id)
    entries = FileEntry.objects.filter(file=file, document__tombstone__isnull=True).order_by("ordinal")
    # A time stamp that is just renewed changes a document's hash: before what follows is read, or not at all.
    inside = entries.order_by().values("document")
    list(Document.objects.select_for_update().filter(pk__in=inside).order_by("pk").values_list("pk"))
    documents = [entry.document for entry in entries.select_related("document__kind", "document__unit__parent")]
    if not documents:
        return 0
    on = timezone.localdate(at, LOCAL)
    reasons = obstacles(file, on, term=term_of_file(file, on), together=together, within=disposition)
    if listing_sha256(file) != item.listing_sha256:
        reasons.append(_("The file has changed since it was approved."))
    if reasons:
        item.kept_because = " ".join(reasons)[:300]
        item.save(update_fields=["kept_because"])
        return 0
    minutes = disposition.minutes
    if minutes is None:
        raise ValueError("a disposition is carried out by its minutes")
    for document in [*documents, *withdrawn_with(file)]:
        Tombstone.objects.create(
            document=document,
            file=file,
            disposition=disposition,
            minutes=minutes,
            sha256=document.current_sha256,
            number=document.number_text,
            what=document.kind.title_vi[:300],
            at=at,
        )
        Document.objects.filter(pk=document.pk).update(facts={"disposed_by": minutes.code})
        SignatureSlot.objects.filter(document=document).update(fill={})
        halves = PreparedSignature.objects.filter(slot__document=document)  # a token's, finished or not
        halves.update(pdf=b"", fill={}, signed_attributes=b"")
        DocumentWord.objects.filter(document=document).delete()  # it is found by its number and its kind still
    for document in documents:  # the register's counter comes last
        register.write_line(document=document, event=RegisterEvent.DISPOSED, at=at)
    return len(documents)


def carry_out_due(*, at: datetime) -> int:
    """Every approved disposition whose minutes are archived; and bytes that a crash has left behind.

    One that cannot be carried out now waits and stops no other.
    """
    buried = 0
    for each in Disposition.objects.filter(state=Disposition.State.APPROVED, minutes__state=State.ARCHIVED):
        try:
            buried += carry_out(each, at=at)
        except (archive.FileMissing, archive.FileCorrupt, NumberingRefused, OSError) as error:
            logger.warning("disposition.waits disposition=%s %s", each.pk, type(error).__name__)
    return buried
