"""The register that outsiders can check: lines, chained sheets, and the inspection that compares them."""

import os
import subprocess
from datetime import date, timedelta
from hashlib import sha256
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from documents import archive, inspection, keys, register, tasks
from documents.actions import cancel_document
from documents.models import (
    Document,
    NumberBook,
    PreparedSignature,
    RegisterEvent,
    RegisterLine,
    RegisterSheet,
    SheetToken,
    SignatureSlot,
    State,
    WitnessMail,
)
from documents.signing.stamps import request_token
from tests.documents.office import NOON, Office, again
from tests.documents.shelf import half_signed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 5)


def enter(office, *days):
    """Lines of these days, without the work of making documents."""
    lines = []
    for offset in days:
        document = office.request()
        lines.append(
            register.write_line(document=document, event=RegisterEvent.ARCHIVED, at=NOON + timedelta(days=offset))
        )
    return lines


def faults():
    return [found for check in inspection.CHECKS.values() for found in check() if isinstance(found, inspection.Fault)]


def sheet_faults():
    """What is wrong with sheets and stamps; the documents of `enter` are not archived, and each line says so."""
    found = [each.problem for each in inspection.CHECKS["register"]() if isinstance(each, inspection.Fault)]
    return [problem for problem in found if problem != "a line without an archived document"]


def test_a_line_names_hash_number_time_and_kind(office):
    document = office.bring(office.request(), State.ARCHIVED)
    line = RegisterLine.objects.get()
    digest, number, moment, kind = register.line_text(line).split("  ")
    assert digest == sha256(archive.path_of(document.current_sha256).read_bytes()).hexdigest()
    assert (number, kind) == ("01/TB-STN", "notice")
    assert moment.endswith("+07:00")


def test_a_kind_without_number_has_a_dash(office):
    office.bring(office.request("review_minutes"), State.ARCHIVED)
    assert register.line_text(RegisterLine.objects.get()).split("  ")[1] == "-"


def test_a_sheet_begins_with_the_hash_of_the_one_before(office):
    enter(office, 0, 0, 1)
    first = register.write_sheet(unit=office.unit, on=TODAY)
    second = register.write_sheet(unit=office.unit, on=TODAY + timedelta(days=1))
    texts = [archive.read(sheet.sha256).decode().splitlines() for sheet in (first, second)]
    assert [len(text) for text in texts] == [3, 2]
    assert texts[0][0] == register.NO_SHEET
    assert texts[1][0] == first.sha256 == sha256(archive.read(first.sha256)).hexdigest()


def test_a_second_sheet_of_the_same_day_holds_only_what_is_new(office):
    enter(office, 0)
    register.write_sheet(unit=office.unit, on=TODAY)
    assert register.write_sheet(unit=office.unit, on=TODAY) is None
    enter(office, 0)
    sheet = register.write_sheet(unit=office.unit, on=TODAY)
    assert (sheet.ordinal, sheet.last_sequence) == (2, 2)


def test_a_line_that_stands_behind_one_of_the_next_day_is_not_lost(office):
    enter(office, 0, 1, 0)
    register.write_sheet(unit=office.unit, on=TODAY)
    register.write_sheet(unit=office.unit, on=TODAY + timedelta(days=1))
    assert [sheet.last_sequence for sheet in RegisterSheet.objects.order_by("ordinal")] == [1, 3]


def test_each_agency_has_a_readable_copy_of_its_sheets(office, archive_dir):
    enter(office, 0)
    sheet = register.write_sheet(unit=office.unit, on=TODAY)
    copy = archive_dir / "registers" / "STN" / "2026-10-05-00001.txt"
    assert sha256(copy.read_bytes()).hexdigest() == sheet.sha256


def test_the_daily_task_closes_every_agency_once(office):
    document = office.request()
    register.write_line(document=document, event=RegisterEvent.ARCHIVED, at=NOON - timedelta(days=400))
    tasks.close_registers()
    tasks.close_registers()
    assert RegisterSheet.objects.count() == 1


# --- what a closed sheet owes: its time stamp, the mail to the witness -------------------------------------------


def closed(office, *days):
    enter(office, *(days or (0,)))
    return register.write_sheet(unit=office.unit, on=TODAY + timedelta(days=max(days, default=0)))


def test_a_sheet_is_time_stamped_and_the_token_lies_beside_it(office, archive_dir, tmp_path):
    sheet = closed(office)
    assert register.stamp_sheets() == 1
    assert register.stamp_sheets() == 0
    copy = archive_dir / "registers" / "STN" / "2026-10-05-00001.tst"
    assert sha256(copy.read_bytes()).hexdigest() == SheetToken.objects.get(sheet=sheet).sha256
    command = ["openssl", "ts", "-verify", "-data", str(copy.with_suffix(".txt")), "-in", str(copy), "-token_in"]
    done = subprocess.run([*command, "-CAfile", str(settings.TRUST_ROOTS[0])], capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr
    assert sheet_faults() == []


def test_a_sheet_closes_without_the_time_stamp_service_and_the_sweep_makes_the_token(office, monkeypatch):
    with monkeypatch.context() as down:
        down.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")
        enter(office, -400)
        tasks.close_registers()
        tasks.prove_registers()
        assert (RegisterSheet.objects.count(), SheetToken.objects.count()) == (1, 0)
    tasks.prove_registers()
    assert SheetToken.objects.count() == 1


def test_the_head_of_every_sheet_is_mailed_once_to_each_witness(office, monkeypatch, mailoutbox):
    monkeypatch.setattr(settings, "REGISTER_WITNESS", {"STN": "a@example.vn", "*": "b@example.vn; a@example.vn"})
    sheets = [closed(office), closed(office, 1)]
    assert register.mail_heads(at=NOON) == 4
    assert register.mail_heads(at=NOON) == 0
    assert sorted(mail.to[0] for mail in mailoutbox) == ["a@example.vn"] * 2 + ["b@example.vn"] * 2
    first, second = (mail.body for mail in mailoutbox if mail.to == ["a@example.vn"])
    assert sheets[0].sha256 in first
    assert sheets[1].sha256 in second
    assert sheets[1].previous_sha256 == sheets[0].sha256
    assert "STN/2026-10-06-00002.txt (1 " in second


def test_without_a_witness_nothing_is_mailed(office, mailoutbox):
    closed(office)
    assert register.mail_heads(at=NOON) == 0
    assert mailoutbox == []


def test_a_dead_mail_server_loses_no_head(office, monkeypatch, mailoutbox):
    monkeypatch.setattr(settings, "REGISTER_WITNESS", {"STN": "a@example.vn"})
    closed(office)
    with monkeypatch.context() as down:
        down.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        down.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        down.setattr(settings, "EMAIL_PORT", 9)
        tasks.prove_registers()
        assert not WitnessMail.objects.exists()
    tasks.prove_registers()
    assert len(mailoutbox) == WitnessMail.objects.count() == 1


def test_an_address_that_takes_no_mail_and_a_lost_sheet_stop_no_other(office, monkeypatch, mailoutbox):
    wrong, right = "sai@example.vn", "dung@example.vn"
    monkeypatch.setattr(settings, "REGISTER_WITNESS", {"STN": wrong, "TINH": right})
    closed(office)
    parent = Office(office.unit.parent, office.authority, office.people)
    lost, kept = closed(parent), closed(parent, 1)
    take = EmailBackend.send_messages

    def picky(backend, messages):
        if messages[0].to == [wrong]:
            raise SMTPRecipientsRefused({wrong: (550, b"no such user")})
        return take(backend, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    register.stamp_sheets()
    archive.path_of(lost.sha256).unlink()
    tasks.prove_registers()
    assert [mail.to for mail in mailoutbox] == [[right]]
    assert register.mail_heads(at=NOON) == 0
    assert set(WitnessMail.objects.values_list("sheet", flat=True)) == {kept.pk}


def test_a_copy_that_was_taken_away_or_changed_is_written_again(office, archive_dir):
    sheet = closed(office)
    register.stamp_sheets()
    copy = archive_dir / "registers" / "STN" / "2026-10-05-00001.txt"
    copy.unlink()
    assert register.publish_missing() == 1
    assert sha256(copy.read_bytes()).hexdigest() == sheet.sha256


def test_the_command_closes_one_agency_up_to_now(office, capsys):
    register.write_line(document=office.request(), event=RegisterEvent.ARCHIVED, at=timezone.now())
    call_command("close_registers")
    assert not RegisterSheet.objects.exists()
    call_command("close_registers", unit="STN", today=True)
    sheet = RegisterSheet.objects.get()
    assert sheet.sha256 in capsys.readouterr().out
    assert SheetToken.objects.filter(sheet=sheet).exists()
    with pytest.raises(CommandError, match="No agency"):
        call_command("close_registers", unit="NOBODY")


def test_the_inspection_finds_a_token_of_another_sheet(office):
    sheets = [closed(office), closed(office, 1)]
    token = request_token(keys.timestamps(), bytes.fromhex(sheets[1].sha256))
    SheetToken.objects.create(sheet=sheets[0], sha256=archive.store(token), stamped_at=NOON)
    assert sheet_faults() == ["time stamp: the token stands for other bytes"]


# --- the sanity command --------------------------------------------------------------------------------------------


def test_a_missing_trust_root_is_said_and_is_no_traceback(office, tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "TRUST_ROOTS", [tmp_path / "absent.pem"])
    with pytest.raises(CommandError, match="which cannot be read") as caught:
        call_command("verify_archive")
    assert caught.value.returncode == 2


def test_some_checks_can_be_chosen_and_a_sample_drawn(office, capsys):
    office.bring(office.request("review_minutes"), State.ARCHIVED)
    office.bring(office.request("review_minutes"), State.ARCHIVED)
    call_command("verify_archive", only="files,signatures", sample=1)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[1:]]
    assert rows == [["files", "1", "0"], ["signatures", "1", "0"]]
    with pytest.raises(CommandError, match="No such check: dates") as caught:
        call_command("verify_archive", only="files,dates")
    assert caught.value.returncode == 2


def test_signatures_judged_in_processes_give_the_same_answer(office):
    document = office.bring(office.request("review_minutes"), State.ARCHIVED)
    other = office.bring(office.request("review_minutes"), State.ARCHIVED)
    scope = inspection.Scope(processes=2)
    assert list(inspection.CHECKS["signatures"](scope)) == [document.code, other.code]
    damage(other.current_sha256)
    right, wrong = inspection.CHECKS["signatures"](scope)
    assert (right, wrong.subject, wrong.problem) == (
        document.code,
        other.code,
        "the file cannot be judged: ValueError",
    )


def test_lines_cannot_be_changed_or_removed(office):
    (line,) = enter(office, 0)
    for change in (lambda: line.delete(), lambda: RegisterLine.objects.update(sha256="0" * 64)):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            change()


def test_a_cancelled_document_gets_a_second_line_and_keeps_its_number(office):
    document = office.bring(office.request(), State.ARCHIVED)
    cancel_document(document=document, reason="wrong person", by=office.people["head"], at=NOON)
    assert [line.event for line in document.register_lines.order_by("sequence")] == ["archived", "cancelled"]
    assert again(document).number == 1
    assert register.line_text(document.register_lines.last()).endswith("  notice:cancelled")
    assert faults() == []


def test_a_sound_archive_passes_the_inspection_and_prints_its_counts(office, capsys):
    document = office.bring(office.request("council_minutes"), State.ARCHIVED)
    register.write_sheet(unit=office.unit, on=document.archived_at.date() + timedelta(days=1))
    call_command("verify_archive")
    rows = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:])
    assert {name: rest.split() for name, rest in rows.items()} == {
        "files": ["6", "0"],  # five revisions and a sheet
        "signatures": ["1", "0"],
        "numbers": ["1", "0"],
        "register": ["1", "0"],
        "evidence": ["0", "0"],
    }


def damage(digest):
    path = archive.path_of(digest)
    path.chmod(0o644)
    data = path.read_bytes()
    path.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])


DAMAGES = {
    "a flipped byte in the archive": lambda document: damage(document.current_sha256),
    "a flipped byte in an earlier revision": lambda document: damage(document.unsigned_sha256),
    "a missing file": lambda document: archive.path_of(document.current_sha256).unlink(),
    "an old file without a row": lambda document: os.utime(archive.path_of(archive.store(b"stranger")), (0, 0)),
    "a row that names an earlier revision": lambda document: Document.objects.filter(pk=document.pk).update(
        current_sha256=document.revisions.get(ordinal=2).sha256
    ),
    "another expected signer": lambda document: SignatureSlot.objects.filter(document=document, role="chair").update(
        expected_signer=document.slots.get(role="secretary").expected_signer
    ),
    "a counter that has run ahead": lambda document: NumberBook.objects.filter(book="BB").update(last=2),
    "a changed number": lambda document: Document.objects.filter(pk=document.pk).update(
        number=7, number_text="07/BB-STN"
    ),
    "a register line of another hash": lambda document: Document.objects.filter(pk=document.pk).update(
        current_sha256="0" * 64
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_the_inspection_finds(office, name):
    document = office.bring(office.request("council_minutes"), State.ARCHIVED)
    assert faults() == []
    DAMAGES[name](document)
    assert faults()
    with pytest.raises(CommandError) as caught:
        call_command("verify_archive")
    assert caught.value.returncode == 1


def test_orphans_are_moved_by_the_hourly_task_and_rows_keep_their_files(office, archive_dir):
    document = office.bring(office.request(), State.ARCHIVED)
    orphan = archive.path_of(archive.store(b"a twin that lost its race"))
    half = half_signed(office, document.slots.get(role="head"))
    PreparedSignature.objects.update(used_at=None)
    for path in archive.stored():
        os.utime(path, (0, 0))
    tasks.quarantine_orphans()
    assert not orphan.exists()
    assert archive.read(document.current_sha256)
    assert len(list((archive_dir / "quarantine").iterdir())) == 1
    half.refresh_from_db()
    assert (half.fill, bytes(half.pdf)) == ({}, b"")
    assert faults() == []
