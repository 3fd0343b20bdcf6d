"""What the worker keeps up in the archive: files, packages, and what a damaged paper does not stop."""

from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from documents import archive, pipeline
from documents.keeping import packages
from documents.models import Document, RecordsFile, Transfer
from organization.models import JournalEntry
from tests.workflows.agency import Agency
from tests.workflows.test_archives import archived, file, signed_in
from tests.workflows.test_lists import sign_as_list, waiting
from workflows.actions import checks, keeping
from workflows.models import EvaluationPeriod
from workflows.tasks import keep_archive

__all__ = ["archived", "file", "waiting"]


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_an_end_of_the_calendar_is_none(agency: Agency, archived: Document, day: str) -> None:
    client = signed_in(agency, "archivist")
    asked = {"since": day, "until": day, "day": day}
    assert [client.get(reverse(name), asked).status_code for name in ("archive", "documents")] == [200, 200]


def test_a_file_is_judged_before_anything_is_locked_for_writing(
    agency: Agency, archived: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside, judged = [], checks.judge

    def watched(document: Document, *, at: datetime) -> checks.Judgement:
        inside.append(list(connection.savepoint_ids))
        return judged(document, at=at)

    monkeypatch.setattr(checks, "judge", watched)
    before = list(connection.savepoint_ids)
    assert checks.check_archived(document=archived, by=agency.people["archivist"], at=agency.at()).ok
    assert inside == [before]


def damage(document: Document) -> None:
    path = archive.path_of(document.current_sha256)
    path.chmod(0o644)
    path.write_bytes(b"%PDF-1.7 changed")


def test_a_damaged_paper_of_one_period_stops_no_other_and_no_later_step(
    agency: Agency, archived: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    EvaluationPeriod.objects.update(stage="published")
    damage(archived)
    assert keeping.file_periods(at=timezone.now()) == 0
    assert not RecordsFile.objects.exists()
    taken = []
    monkeypatch.setattr(keeping, "build_packages", lambda at: taken.append("packages"))
    monkeypatch.setattr(keeping, "carry_out_dispositions", lambda at: taken.append("dispositions"))

    def unforeseen(at: datetime) -> int:
        raise LookupError("unforeseen")

    monkeypatch.setattr(keeping, "file_periods", unforeseen)
    with pytest.raises(LookupError, match="unforeseen"):
        keep_archive()
    assert taken == ["packages", "dispositions"]


def test_two_workers_build_one_package_and_the_row_tells_its_hash(
    agency: Agency, file: RecordsFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    archivist, chairman = agency.people["archivist"], agency.people["chairman"]
    RecordsFile.objects.update(closed_on=timezone.localdate())
    transfer = keeping.hand_over(
        unit=file.unit,
        chosen=RecordsFile.objects.all(),
        receiver=chairman,
        receiving_archive="Lưu trữ",
        by=archivist,
        at=agency.at(),
    )
    Document.objects.filter(pk=transfer.list_document_id).update(archived_at=timezone.now())
    target, hashes = packages.path_of(transfer), []

    def other_worker_meanwhile(row: Transfer, wanted: Path) -> Path:
        """Writes a package of its own, slower than another worker that began later."""
        part = wanted.with_name(f".{wanted.name}.{len(hashes)}.part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(b"package %d" % len(hashes))
        hashes.append(packages.sha256_of(part))
        if len(hashes) == 1:
            assert keeping.build_packages(at=timezone.now()) == 1
        return part

    monkeypatch.setattr(packages, "stage_package", other_worker_meanwhile)
    assert keeping.build_packages(at=timezone.now()) == 0
    transfer.refresh_from_db()
    assert (transfer.state, transfer.problem) == (Transfer.State.BUILT, "")
    assert transfer.sha256 == packages.sha256_of(target) == hashes[1]
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert JournalEntry.objects.filter(event="transfer.built").count() == 1


def test_a_signed_list_lies_in_the_file_with_its_forms_also_when_it_comes_later(
    agency: Agency, waiting: list[Document]
) -> None:
    sign_as_list(signed_in(agency, "office_head"), waiting)
    (signed_list,) = agency.documents("signing_list")
    EvaluationPeriod.objects.update(stage="published")
    for document in waiting:
        pipeline.advance(document.pk)
    assert keeping.file_periods(at=timezone.now()) == 1
    file = RecordsFile.objects.get()
    assert file.entries.count() == 6
    pipeline.advance(signed_list.pk)
    assert keeping.file_periods(at=timezone.now()) == 1
    assert file.entries.get(ordinal=7).document == signed_list
    assert keeping.file_periods(at=timezone.now()) == 0
