"""Excel lists from the province's personnel department: kept as a preview, stored only on confirmation."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.imports import KINDS
from organization.actions import journal
from organization.imports import ImportKind, ImportRefused, Preview
from organization.models import ImportBatch, JournalEntry, Person
from organization.spreadsheets import WorkbookRefused
from workflows import flows
from workflows.errors import AlreadyHandled, NotReady, Refused, already_handled
from workflows.models import Evaluation, Standing
from workflows.policy.setup import require_province_hr

#: Where the form must still be for a list to change what stands on it.
_OPEN_AT = {"assignments": (flows.SELF_ASSESSMENT, flows.REVIEW), "results": (flows.SELF_ASSESSMENT,)}


def read_upload(*, kind: str, data: bytes, by: Person, at: datetime) -> Preview:
    """What the file says against what stands; writes nothing. Call it outside a transaction: it takes seconds."""
    require_province_hr(by, timezone.localdate(at))
    try:
        return _kind(kind).preview(data)
    except WorkbookRefused as error:
        raise Refused(str(error), rule=_("Files that are read")) from error


@transaction.atomic
def upload(*, kind: str, data: bytes, file_name: str, preview: Preview, by: Person, at: datetime) -> ImportBatch:
    """Keep a read file with its preview for somebody to confirm. Nothing of it counts yet."""
    require_province_hr(by, timezone.localdate(at))
    batch = ImportBatch.objects.create(
        kind=_kind(kind).code,
        file_name=file_name[-200:],
        sha256=hashlib.sha256(data).hexdigest(),
        rows=preview.rows,
        errors=[error.as_json() for error in [*preview.errors, *preview.left_out]],
        summary=preview.summary,
        uploaded_by=by,
        uploaded_at=at,
    )
    journal(event="import.previewed", subject=batch, at=at, by=by, kind=kind, sha256=batch.sha256)
    return batch


@transaction.atomic
def confirm(*, batch: ImportBatch, by: Person, at: datetime) -> ImportBatch:
    """Store the previewed rows, all or none and once. Refused while a row is faulty or when the ground has moved."""
    under = require_province_hr(by, timezone.localdate(at))
    batch = _lock(batch)
    kind = _kind(batch.kind)
    if batch.summary.get("errors"):
        raise NotReady(_("Mend the faulty rows in the file and upload it again."), rule=_("All rows or none"))
    before = _closed_forms(batch)
    try:
        summary = kind.store(batch.rows, by=by, at=at)
    except ImportRefused as error:
        raise NotReady(
            _("Since the preview something has changed; nothing was stored. Upload the file again."),
            rule=_("All rows or none"),
            missing=[_("%(sheet)s, row %(row)s: %(reason)s") % fault.as_json() for fault in error.errors[:20]],
        ) from error
    _refuse_changed(before, _closed_forms(batch))
    batch.state = ImportBatch.State.STORED
    batch.stored_at = at
    batch.summary = summary
    batch.rows = []  # what was stored stands in its own tables now; personal data are not kept twice
    batch.save(update_fields=["state", "stored_at", "summary", "rows"])
    counts: dict[str, Any] = {name: summary[name] for name in ("new", "changed", "unchanged")}
    journal(event="import.stored", subject=batch, at=at, by=by, under=under, kind=batch.kind, **counts)
    return batch


@transaction.atomic
def discard(*, batch: ImportBatch, by: Person, at: datetime) -> ImportBatch:
    """Throw a preview away; nothing of it was ever stored."""
    under = require_province_hr(by, timezone.localdate(at))
    batch = _lock(batch)
    batch.state = ImportBatch.State.DISCARDED
    batch.rows = []
    batch.save(update_fields=["state", "rows"])
    journal(event="import.discarded", subject=batch, at=at, by=by, under=under, kind=batch.kind)
    return batch


def _kind(code: str) -> ImportKind:
    if code not in KINDS:
        raise Refused(_("There is no import of this kind."))
    return KINDS[code]


def _lock(batch: ImportBatch) -> ImportBatch:
    locked = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state != ImportBatch.State.PREVIEWED:
        raise _handled(locked)
    return locked


def _handled(batch: ImportBatch) -> AlreadyHandled:
    entry = JournalEntry.objects.filter(subject_uuid=batch.uuid).select_related("by").last()
    return already_handled(entry.by if entry else None, entry.at if entry else None)


def _closed_forms(batch: ImportBatch) -> Mapping[int, tuple[Any, ...]]:
    """Forms of the file's people that are no longer with them: what a list must leave exactly as it is."""
    nodes = _OPEN_AT.get(batch.kind)
    if nodes is None:
        return {}
    codes = {row["values"].get("person") for row in batch.rows}
    people = Evaluation.objects.filter(person__code__in=codes - {None}).exclude(
        standing__in=[Standing.VOID, Standing.REPLACED]
    )
    open_tasks = flows.open_tasks(process__evaluation__in=people, flow_task__in=flows.nodes_named(*nodes))
    closed = people.exclude(pk__in=open_tasks.values("process__evaluation_id"))
    found = closed.annotate(line_count=Count("scorecard__lines")).values_list(
        "pk", "scorecard__draft_version", "line_count", "person__full_name"
    )
    return {row[0]: row[1:] for row in found.order_by("pk")}


def _refuse_changed(before: Mapping[int, tuple[Any, ...]], after: Mapping[int, tuple[Any, ...]]) -> None:
    changed = [after[pk][-1] for pk in before if pk in after and before[pk] != after[pk]]
    if changed:
        raise NotReady(
            _("The forms of these people have been handed in; a list no longer changes them. Nothing was stored."),
            rule=_("Order of steps"),
            missing=sorted(changed),
        )
