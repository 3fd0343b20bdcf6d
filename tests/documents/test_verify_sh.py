"""The script for outsiders: standard tools alone find what was removed, changed, renamed or back-dated."""

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from documents import archive, demo_authority, keys, register, timestamping
from documents.models import RegisterEvent, RegisterSheet
from documents.signing.stamps import request_token

pytestmark = pytest.mark.django_db
SCRIPT = Path(settings.BASE_DIR) / "documents" / "outsiders" / "verify.sh"


def enter(office, *texts: str) -> None:
    """A line for each of these files."""
    for text in texts:
        document = office.request()
        document.current_sha256, document.number_text = archive.store(text.encode()), "01/TB-STN"
        register.write_line(document=document, event=RegisterEvent.ARCHIVED, at=timezone.now())


def close(office) -> RegisterSheet:
    sheet = register.write_sheet(unit=office.unit, on=timezone.localdate() + timedelta(days=1))
    assert sheet is not None
    return sheet


@pytest.fixture
def kept(office, archive_dir: Path) -> Path:
    """An archive of three stamped sheets and five files, as an outsider gets it."""
    for texts in (("một", "hai"), ("ba",), ("bốn", "năm")):
        enter(office, *texts)
        close(office)
    register.stamp_sheets()
    return archive_dir


def verify(folder: Path, *options: str, root: Path | None = None) -> tuple[int, str]:
    """Exit code and words of the script, run by a plain shell with no Python in reach."""
    root = root or settings.TRUST_ROOTS[0]
    command = ["sh", str(SCRIPT), "-r", str(root), *options, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    return done.returncode, done.stdout + done.stderr


def kinds(words: str) -> set[str]:
    return set(re.findall(r"LỖI \[(\w+)\]", words))


def sheets(folder: Path) -> list[Path]:
    return sorted((folder / "registers" / "STN").glob("*.txt"))


def of_line(folder: Path, sheet: int, line: int) -> Path:
    """The file that this line names."""
    digest = sheets(folder)[sheet].read_text().splitlines()[line][:64]
    return folder / digest[:2] / digest[2:4] / digest


def rewrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def stamp(sheet: Path) -> None:
    """A genuine time stamp of today for whatever the sheet holds now."""
    token = request_token(keys.timestamps(), sha256(sheet.read_bytes()).digest())
    sheet.with_suffix(".tst").write_bytes(token)


def test_a_sound_archive_is_proven(kept: Path) -> None:
    code, words = verify(kept)
    assert (code, kinds(words)) == (0, set()), words
    assert "3 tờ sổ, 5 tệp; 0 lỗi" in words


def test_the_script_and_its_instruction_lie_beside_the_sheets(kept: Path) -> None:
    copy = kept / "registers" / "verify.sh"
    done = subprocess.run(["sh", str(copy), "-r", str(settings.TRUST_ROOTS[0])], capture_output=True, text=True)
    assert (done.returncode, copy.read_bytes()) == (0, SCRIPT.read_bytes())
    assert "HƯỚNG DẪN" in (kept / "registers" / "HUONG-DAN-KIEM-TRA.txt").read_text()


def flip_a_byte(folder: Path) -> None:
    path = of_line(folder, 0, 1)
    data = path.read_bytes()
    rewrite(path, bytes([data[0] ^ 1]) + data[1:])


def take_a_file(folder: Path) -> None:
    of_line(folder, 1, 1).unlink()


def rename_a_file(folder: Path) -> None:
    of_line(folder, 2, 1).rename(folder / "quen-ten.pdf")


def remove_a_line(folder: Path) -> None:
    lines = sheets(folder)[0].read_text().splitlines(keepends=True)
    rewrite(sheets(folder)[0], "".join(lines[:1] + lines[2:]).encode())


def remove_a_line_of_the_last_sheet(folder: Path) -> None:
    lines = sheets(folder)[-1].read_text().splitlines(keepends=True)
    rewrite(sheets(folder)[-1], "".join(lines[:-1]).encode())


def remove_a_sheet(folder: Path) -> None:
    sheets(folder)[1].unlink()


def back_date_a_sheet(folder: Path) -> None:
    """A month earlier than it was, with a genuine stamp of today."""
    sheet = sheets(folder)[-1]
    today = datetime.now(register.LOCAL)
    rewrite(sheet, sheet.read_text().replace(f"{today:%Y-%m-}", f"{today - timedelta(days=40):%Y-%m-}").encode())
    stamp(sheet)


def date_a_sheet_ahead(folder: Path) -> None:
    """Its lines are later than its stamp: they were put there afterwards."""
    sheet = sheets(folder)[-1]
    today = datetime.now(register.LOCAL)
    rewrite(sheet, sheet.read_text().replace(f"  {today:%Y}", f"  {today.year + 1}").encode())
    stamp(sheet)


def write_the_whole_chain_anew(folder: Path) -> None:
    """Another file in the first line, all heads recomputed, the stamps kept."""
    before = register.NO_SHEET
    for number, sheet in enumerate(sheets(folder)):
        lines = sheet.read_text().splitlines(keepends=True)
        lines[0] = before + "\n"
        if number == 0:
            digest = sha256(b"forged").hexdigest()
            (folder / digest[:2] / digest[2:4]).mkdir(parents=True, exist_ok=True)
            (folder / digest[:2] / digest[2:4] / digest).write_bytes(b"forged")
            lines[1] = digest + lines[1][64:]
        rewrite(sheet, "".join(lines).encode())
        before = sha256(sheet.read_bytes()).hexdigest()


def swap_the_stamps(folder: Path) -> None:
    first, second = (sheet.with_suffix(".tst") for sheet in sheets(folder)[:2])
    data = first.read_bytes()
    rewrite(first, second.read_bytes())
    rewrite(second, data)


DAMAGES = [
    (flip_a_byte, {"changed"}),
    (take_a_file, {"missing"}),
    (rename_a_file, {"renamed"}),
    (remove_a_line, {"chain", "stamp"}),
    (remove_a_line_of_the_last_sheet, {"stamp"}),
    (remove_a_sheet, {"missing", "chain"}),
    (back_date_a_sheet, {"backdated"}),
    (date_a_sheet_ahead, {"backdated"}),
    (write_the_whole_chain_anew, {"stamp"}),
    (swap_the_stamps, {"stamp"}),
]


def test_each_damage_is_found_and_named(kept: Path, tmp_path: Path) -> None:
    for damage, expected in DAMAGES:
        copy = tmp_path / damage.__name__
        shutil.copytree(kept, copy)
        damage(copy)
        code, words = verify(copy)
        assert (code, kinds(words)) == (1, expected), f"{damage.__name__}: {words}"


def test_a_chain_replaced_with_its_stamps_contradicts_the_mailed_heads(kept: Path, tmp_path: Path) -> None:
    letters = tmp_path / "heads.txt"
    letters.write_text("\n".join(f"SHA-256: {sheet.sha256}" for sheet in RegisterSheet.objects.all()))
    assert verify(kept, "-w", str(letters))[0] == 0
    write_the_whole_chain_anew(kept)
    for sheet in sheets(kept):
        stamp(sheet)
    assert verify(kept)[0] == 0  # made anew on the same day by whoever holds everything: only the witness knows
    code, words = verify(kept, "-w", str(letters))
    assert (code, kinds(words)) == (1, {"witness"}), words


def test_a_sheet_without_its_stamp_is_owed_and_not_proven(office, kept: Path) -> None:
    enter(office, "sáu")
    close(office)
    code, words = verify(kept)
    assert (code, kinds(words)) == (3, set())
    assert "1 tờ chưa có dấu thời gian" in words


def test_a_file_that_the_register_itself_says_was_destroyed_is_not_missing(office, kept: Path) -> None:
    path = of_line(kept, 0, 1)
    document = office.request()
    document.current_sha256 = path.name
    register.write_line(document=document, event=RegisterEvent.DISPOSED, at=timezone.now())
    close(office)
    register.stamp_sheets()
    path.unlink()
    assert verify(kept)[0] == 0
    of_line(kept, 1, 1).unlink()
    assert kinds(verify(kept)[1]) == {"missing"}


def test_another_root_trusts_no_stamp(kept: Path, tmp_path: Path) -> None:
    stranger = demo_authority.create(tmp_path / "stranger")
    code, words = verify(kept, root=stranger)
    assert (code, kinds(words)) == (1, {"stamp"})


def test_a_stamp_outlives_the_certificate_that_made_it(office, archive_dir: Path, tmp_path: Path) -> None:
    """Judged at its own time: eleven years later the authority is gone, what it stamped stays stamped."""
    then = datetime.now(UTC) - timedelta(days=11 * 365)
    root = demo_authority.create(tmp_path / "old", at=then - timedelta(days=1))
    document = office.request()
    document.current_sha256 = archive.store(b"an old file")
    register.write_line(document=document, event=RegisterEvent.ARCHIVED, at=then - timedelta(hours=1))
    sheet = close(office)
    query = subprocess.run(
        ["openssl", "ts", "-query", "-digest", sheet.sha256, "-sha256", "-cert"], capture_output=True, check=True
    )
    answer = timestamping.Responder(tmp_path / "old").respond(query.stdout, at=then)
    token = timestamping.Response.load(answer)["time_stamp_token"].dump()
    sheets(archive_dir)[0].with_suffix(".tst").write_bytes(token)
    assert verify(archive_dir, root=root)[0] == 0


@pytest.mark.parametrize("wrong", ["no root", "no archive", "no option"])
def test_what_cannot_be_checked_is_no_success(kept: Path, tmp_path: Path, wrong: str) -> None:
    if wrong == "no root":
        assert verify(kept, root=tmp_path / "absent.pem")[0] == 2
    elif wrong == "no archive":
        assert verify(tmp_path / "absent")[0] == 2
    else:
        assert subprocess.run(["sh", str(SCRIPT), str(kept)], capture_output=True).returncode == 2


def test_an_archive_without_registers_proves_nothing(tmp_path: Path, kept: Path) -> None:
    (tmp_path / "empty" / "registers").mkdir(parents=True)
    assert verify(tmp_path / "empty")[0] == 1
    assert os.access(SCRIPT, os.X_OK)
