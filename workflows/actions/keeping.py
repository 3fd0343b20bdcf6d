"""The archivist's and the head's acts on what is archived; each asks the policy first."""

import logging
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import SlotSpec, request_document
from documents.keeping import disposition, files, holds, packages, retention
from documents.lists import with_lists
from documents.models import Disposition, Document, DocumentKind, Hold, RecordsFile, RetentionRule, Transfer
from organization.actions import journal
from organization.authority import Authority, find_authority, has_role
from organization.models import Person, Role, Scope, Unit
from workflows.actions.organisation_files import ORIGIN, file_list
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.facts import keeping as facts
from workflows.facts.wording import period_words
from workflows.models import EvaluationPeriod, OrganisationList, Stage
from workflows.policy import rules, visibility
from workflows.readiness import period_documents

logger = logging.getLogger(__name__)


def file_period(period: EvaluationPeriod, *, at: datetime) -> RecordsFile | None:
    """Lay the period's archived documents into its file, closed with the period; again repairs it."""
    words = period_words(period.campaign)
    matter = files.Matter(
        origin=f"period/{period.uuid}",
        title=f"Hồ sơ theo dõi, đánh giá, xếp loại chất lượng {words} của {period.agency.name}",
        opened_on=period.opened_on or timezone.localdate(at),
        keywords=f"đánh giá; xếp loại chất lượng; {words}",
    )
    return files.keep_file(
        unit=period.agency,
        matter=matter,
        documents=_kept(period).select_related("kind"),
        closed=period.stage == Stage.ARCHIVED,
        at=at,
    )


def file_periods(*, at: datetime) -> int:
    """Every period that is published or archived and has archived documents outside its file; how many were filed.

    A period with a damaged document waits for its restoration and stops no other.
    """
    filed = 0
    for period in EvaluationPeriod.objects.filter(stage__in=[Stage.PUBLISHED, Stage.ARCHIVED]).select_related(
        "agency", "campaign"
    ):
        try:
            filed += _unfiled(period) and file_period(period, at=at) is not None
        except files.UNFILED as error:
            logger.warning("file.waits period=%s %s", period.pk, type(error).__name__)
    return filed


def _kept(period: EvaluationPeriod):
    """What is archived of the period, with the signed lists; a list of two periods lies in the file filed first."""
    return with_lists(period_documents(period)).filter(archived_at__isnull=False)


def _unfiled(period: EvaluationPeriod) -> bool:
    if _kept(period).filter(file_entry__isnull=True).exists():
        return True
    open_files = RecordsFile.objects.filter(
        unit=period.agency, origin=f"period/{period.uuid}", closed_on__isnull=True
    )
    return period.stage == Stage.ARCHIVED and open_files.exists()


def repair_file(*, file: RecordsFile, by: Person, at: datetime) -> RecordsFile:
    """The archivist has a file completed at once."""
    rules.require_archivist(file.unit, by, timezone.localdate(at))
    found = _filed_again(file, at)
    journal(event="file.repaired", subject=file, at=at, by=by, unit=file.unit)
    return found or file


def _filed_again(file: RecordsFile, at: datetime) -> RecordsFile | None:
    kind, _slash, uuid = file.origin.partition("/")
    if f"{kind}/" == ORIGIN:
        listed = OrganisationList.objects.select_related("agency").get(uuid=uuid, agency=file.unit)
        return file_list(listed, at=at)
    period = EvaluationPeriod.objects.select_related("agency", "campaign").get(uuid=uuid, agency=file.unit)
    return file_period(period, at=at)


def describe_file(
    *, file: RecordsFile, title: str, keywords: str, access: str, expected_version: int, by: Person, at: datetime
) -> RecordsFile:
    rules.require_archivist(file.unit, by, timezone.localdate(at))
    return files.describe(
        file=file,
        title=title,
        keywords=keywords,
        access=access,
        expected_version=expected_version,
        by=by,
        at=at,
    )


def set_term(
    *,
    kind: DocumentKind,
    unit: Unit,
    years: int | None,
    permanent: bool,
    basis: str,
    settled: bool,
    starts_on: date,
    by: Person,
    at: datetime,
) -> RetentionRule:
    """A row on an agency's own schedule."""
    rules.require_archivist(unit, by, timezone.localdate(at))
    return retention.set_term(
        kind=kind,
        unit=unit,
        years=years,
        permanent=permanent,
        basis=basis,
        settled=settled,
        starts_on=starts_on,
        by=by,
        at=at,
    )


def hold(*, file: RecordsFile, document: Document | None, ground: str, reason: str, by: Person, at: datetime) -> Hold:
    """The archivist, or the head, stops the disposition of a file or of one document in it."""
    require_keeper_or_head(file.unit, by, timezone.localdate(at))
    target: dict = {"document": document} if document else {"file": file}
    return holds.place_hold(**target, ground=ground, reason=reason, by=by, at=at)


def release(*, hold: Hold, unit: Unit, reason: str, by: Person, at: datetime) -> Hold:
    require_keeper_or_head(unit, by, timezone.localdate(at))
    return holds.release_hold(hold=hold, reason=reason, by=by, at=at)


def require_keeper_or_head(unit: Unit, by: Person, on: date) -> Authority:
    if has_role(person=by, role=Role.ARCHIVIST, unit=unit, on=on):
        return Authority.own(by)
    return require_head_of(unit, by, on)


def require_head_of(unit: Unit, by: Person, on: date) -> Authority:
    """The head of the agency, or whoever holds his deciding power by document."""
    head = rules.head_of(unit, on)
    power = find_authority(actor=by, holder=head.person, scope=Scope.DECIDE, unit=unit, on=on) if head else None
    if power is None:
        raise NotAllowed(_("Only the head of the agency decides this."), rule=_("Head of the agency"))
    return power


def propose_disposition(
    *, unit: Unit, chosen: Iterable[RecordsFile], appraisal: str, by: Person, at: datetime
) -> Disposition:
    rules.require_archivist(unit, by, timezone.localdate(at))
    return disposition.propose(unit=unit, files=chosen, appraisal=appraisal, by=by, at=at)


@transaction.atomic
def approve_disposition(*, row: Disposition, expected_version: int, by: Person, at: datetime) -> Disposition:
    """The head approves; minutes for both to sign are owed. The bytes go only after they are archived."""
    on = timezone.localdate(at)
    under = require_head_of(row.unit, by, on)
    signers = [SlotSpec("archivist", row.proposed_by), SlotSpec("head", by, under)]
    return disposition.approve(
        disposition=row,
        facts=facts.disposition_minutes(row, under=under, on=on),
        signers=signers,
        by=by,
        under=under,
        expected_version=expected_version,
        at=at,
    )


def refuse_disposition(
    *, row: Disposition, reason: str, expected_version: int, by: Person, at: datetime
) -> Disposition:
    under = require_head_of(row.unit, by, timezone.localdate(at))
    return disposition.refuse(
        disposition=row, reason=reason, by=by, under=under, expected_version=expected_version, at=at
    )


def carry_out_dispositions(*, at: datetime) -> int:
    """Destroy what archived minutes name; how many documents."""
    return disposition.carry_out_due(at=at)


@transaction.atomic
def hand_over(
    *, unit: Unit, chosen: Iterable[RecordsFile], receiver: Person, receiving_archive: str, by: Person, at: datetime
) -> Transfer:
    """Owe the transfer list, to be signed by giver and receiver and sealed; the worker then builds the package."""
    on = timezone.localdate(at)
    rules.require_archivist(unit, by, on)
    rows = sorted(chosen, key=lambda file: file.code)
    if not rows:
        raise Refused(_("Choose at least one file."))
    if receiver.pk == by.pk:
        raise Refused(_("Giver and receiver are two people."), rule=_("Conflict of interest"))
    if not receiving_archive.strip():
        raise Refused(_("Name the receiving archive."))
    unready = [file.code for file in rows if file.closed_on is None or file.tombstones.exists()]
    if unready:
        raise NotReady(_("Only closed files that are still kept are handed over."), missing=unready)
    listed = request_document(
        kind="archive_transfer_list",
        unit=unit,
        facts=facts.archive_transfer_list(
            unit, rows, giver=by, receiver=receiver, receiving_archive=receiving_archive.strip(), on=on
        ),
        signers=[SlotSpec("giver", by), SlotSpec("receiver", receiver)],
        at=at,
    )
    transfer = Transfer.objects.create(
        unit=unit,
        receiver=receiver,
        receiving_archive=receiving_archive.strip()[:250],
        list_document=listed,
        requested_by=by,
        requested_at=at,
    )
    transfer.files.set(rows)
    journal(event="transfer.listed", subject=transfer, at=at, by=by, unit=unit, document=listed.code, files=len(rows))
    return transfer


def build_packages(*, at: datetime) -> int:
    """Packages whose list is archived by now; what fails says why on its row and is tried again."""
    built = 0
    due = Transfer.objects.filter(state=Transfer.State.LISTED, list_document__archived_at__isnull=False)
    for transfer in due.select_related("unit", "list_document"):
        try:
            part = packages.stage_package(transfer, packages.path_of(transfer))
            built += _put_in_place(transfer, part, at)
        except packages.UNBUILT as error:
            waiting = Transfer.objects.filter(pk=transfer.pk, state=Transfer.State.LISTED)
            waiting.update(problem=f"{type(error).__name__}: {error}"[:300])
    return built


def _put_in_place(transfer: Transfer, part: Path, at: datetime) -> bool:
    """The package under its name, and the row that says its hash; False when another worker was faster."""
    with ExitStack() as left_over:
        left_over.callback(part.unlink, missing_ok=True)
        digest, size = packages.sha256_of(part), part.stat().st_size
        with transaction.atomic():
            row = Transfer.objects.select_for_update().get(pk=transfer.pk)
            if row.state != Transfer.State.LISTED:
                return False
            row.state, row.sha256, row.size, row.problem = Transfer.State.BUILT, digest, size, ""
            row.built_at = at
            row.save(update_fields=["state", "sha256", "size", "problem", "built_at"])
            journal(event="transfer.built", subject=row, at=at, by=None, unit=row.unit, sha256=digest)
            packages.put_in_place(transfer, part)
    return True


def note_opening(*, document: Document, by: Person, at: datetime) -> None:
    """Journal that a personal paper, or one of a personal file, was opened by the archivist's office alone."""
    entry = getattr(document, "file_entry", None)
    personal = document.kind.access == "personal" or (entry is not None and entry.file.access == "personal")
    if personal and visibility.reads_as_keeper(document, by, timezone.localdate(at)):
        journal(
            event="archive.opened",
            subject=document,
            at=at,
            by=by,
            unit=document.unit,
            practice=document.practice,
            sha256=document.current_sha256,
        )
