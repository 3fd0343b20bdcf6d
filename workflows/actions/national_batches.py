"""Files for the national database: made of what waits, answered by a receipt, refused lines sent again."""

import hashlib
import logging
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.actions import keep_bytes, open_stored
from kpi.evidence_rules import kind_of_upload
from organization.actions import journal
from organization.authority import subtree_ids
from organization.models import AgencyRole, Person, Unit
from workflows.actions.locks import handled_before
from workflows.errors import NotReady, Refused
from workflows.facts.national import national_file, national_line, national_workbook
from workflows.models import NationalBatch, NationalItem, NationalReceipt, NationalResult
from workflows.policy import national as policy

logger = logging.getLogger(__name__)
MOST = 5000  # results in one file
MOST_REASON = 500  # characters


@dataclass(frozen=True)
class Upload:
    """A file as a browser sent it."""

    name: str
    declared_type: str
    content: bytes


@transaction.atomic
def make_batch(*, unit: Unit, by: Person, at: datetime) -> NationalBatch:
    """Put what waits in the unit and below it, at most MOST results, into one file. NotReady when nothing waits.

    The agencies are locked, so that two officers never take the same result.
    """
    under = policy.require_sender(unit, by, timezone.localdate(at))
    agencies = Unit.objects.filter(pk__in=subtree_ids([unit.pk])).exclude(agency_role=AgencyRole.DIRECTLY_USING)
    locked = list(agencies.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    waiting = (
        NationalResult.objects.waiting()
        .filter(agency_id__in=locked)
        .select_related("evaluation__person", "earlier")
        .annotate(attempts=Count("items"))
        .order_by("pk")
    )
    results = list(waiting[:MOST])
    if not results:
        raise NotReady(_("No result waits to be sent."), rule=_(policy.RULE))
    last = NationalBatch.objects.filter(unit=unit).aggregate(last=Max("number"))["last"] or 0
    batch = NationalBatch(
        uuid=uuid.uuid4(),
        unit=unit,
        number=last + 1,
        results=len(results),
        made_by=by,
        made_at=at,
        by_folder=bool(settings.NATIONAL_OUTBOX_DIR),
    )
    items = [
        NationalItem(batch=batch, result=result, line=line, attempt=result.attempts + 1)
        for line, result in enumerate(results, start=1)
    ]
    lines = [national_line(item) for item in items]
    batch.sha256 = keep_bytes(national_file(batch, lines))
    batch.workbook_sha256 = keep_bytes(national_workbook(batch, lines))
    batch.save()
    NationalItem.objects.bulk_create(items)
    journal(
        event="national.batch_made",
        subject=batch,
        at=at,
        by=by,
        under=under,
        unit=unit,
        results=len(results),
        again=sum(item.attempt > 1 for item in items),
        sha256=batch.sha256,
    )
    return batch


@transaction.atomic
def record_receipt(
    *,
    batch: NationalBatch,
    number: str,
    received_at: datetime,
    refusals: Mapping[int, str],
    by: Person,
    expected_version: int | None,
    at: datetime,
    whole_refused: str = "",
    file: Upload | None = None,
) -> NationalReceipt:
    """Enter the national database's answer: `refusals` by line with the reason, `whole_refused` for all lines.

    With the first receipt every line that is not refused counts as received; a later one may still refuse lines.
    Refused results wait for the next file. Raises Refused, AlreadyHandled, KpiError for a file of another kind.
    """
    on = timezone.localdate(at)
    batch = NationalBatch.objects.select_for_update().get(pk=batch.pk)
    under = policy.require_sender(Unit.objects.get(pk=batch.unit_id), by, on)
    if expected_version is not None and batch.version != expected_version:
        raise handled_before(batch.uuid)
    if received_at > at:
        raise Refused(_("The receipt cannot be later than now."), rule=_(policy.RULE))
    if NationalReceipt.objects.filter(batch=batch, number=number).exists():
        raise Refused(_("A receipt of this number is entered already."), rule=_(policy.RULE))
    items = {item.line: item for item in NationalItem.objects.filter(batch=batch)}
    if whole_refused:
        left = [line for line, item in items.items() if item.outcome != NationalItem.Outcome.REFUSED]
        refusals = dict.fromkeys(left, whole_refused) | dict(refusals)
    refused = _refused_items(items, refusals)
    NationalItem.objects.bulk_update(refused, ["outcome", "reason"], batch_size=500)
    open_still = NationalItem.objects.filter(batch=batch, outcome=NationalItem.Outcome.SENT)
    accepted = open_still.update(outcome=NationalItem.Outcome.ACCEPTED)
    receipt = NationalReceipt.objects.create(
        batch=batch,
        number=number,
        received_at=received_at,
        refused=len(refused),
        by=by,
        at=at,
        **_kept(file),
    )
    batch.version += 1
    batch.save(update_fields=["version"])
    journal(
        event="national.receipt_entered",
        subject=batch,
        at=at,
        by=by,
        under=under,
        unit=batch.unit,
        number=number,
        accepted=accepted,
        refused=len(refused),
    )
    return receipt


def _refused_items(items: Mapping[int, NationalItem], refusals: Mapping[int, str]) -> list[NationalItem]:
    """The refused lines with their reasons. Raises Refused naming every line that cannot be refused."""
    wrong = [_("line %(line)d: not in this file") % {"line": line} for line in refusals if line not in items]
    found = [items[line] for line in refusals if line in items]
    wrong += [
        _("line %(line)d: refused before") % {"line": item.line}
        for item in found
        if item.outcome == NationalItem.Outcome.REFUSED
    ]
    wrong += [
        _("line %(line)d: without a reason") % {"line": line} for line, why in refusals.items() if not why.strip()
    ]
    if wrong:
        raise Refused(_("The list of refused lines does not fit this file."), missing=wrong)
    for item in found:
        item.outcome, item.reason = NationalItem.Outcome.REFUSED, refusals[item.line].strip()[:MOST_REASON]
    return found


def _kept(file: Upload | None) -> dict[str, str]:
    if file is None:
        return {}
    kind = kind_of_upload(name=file.name, declared_type=file.declared_type, content=file.content)
    return {"file_name": file.name[:200], "file_kind": kind, "sha256": keep_bytes(file.content)}


def drop_batches(*, at: datetime) -> int:
    """The worker lays each file into the transport folder, whole or not at all; returns how many.

    A crash between the file and the row's mark lays the same bytes under the same name a second time. A file whose
    kept bytes are damaged waits for its restoration and stops no other.
    """
    if not settings.NATIONAL_OUTBOX_DIR:
        return 0
    done = 0
    for key in NationalBatch.objects.filter(by_folder=True, dropped_at=None).order_by("pk").values_list("pk"):
        with transaction.atomic():
            rows = NationalBatch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("unit")
            batch = rows.filter(pk=key[0], dropped_at=None).first()
            if batch is None:
                continue
            try:
                content = stored_file(batch.sha256)
            except NotReady:
                logger.warning("national.file_damaged batch=%s", batch.pk)
                continue
            _lay(Path(settings.NATIONAL_OUTBOX_DIR) / f"{batch.name}.json", content)
            batch.dropped_at = at
            batch.save(update_fields=["dropped_at"])
            journal(event="national.batch_laid_out", subject=batch, at=at, by=None, unit=batch.unit)
            done += 1
    return done


def _lay(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        with staged.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        staged.rename(target)
    finally:
        staged.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def stored_file(sha256: str) -> bytes:
    """The bytes kept under this hash, held against it. NotReady when they are gone or others."""
    try:
        with open_stored(sha256) as file:
            content = file.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotReady(_("The kept file is damaged: restore it from the backup."), rule=sha256)
    return content
