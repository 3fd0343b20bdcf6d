"""Backups that can be put back, also the older ones, and that say so when something is damaged."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from django.conf import settings

FILES = settings.BASE_DIR / "deploy" / "files.py"


def run(*command: object, **environment: object) -> subprocess.CompletedProcess[str]:
    wanted = {name: str(value) for name, value in environment.items()}
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    return subprocess.run(
        [str(part) for part in command], env=kept | wanted, capture_output=True, text=True, check=False
    )


def files(act: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return run(sys.executable, FILES, act, *arguments)


def archived(folder: Path, data: bytes) -> Path:
    digest = sha256(data).hexdigest()
    path = folder / digest[:2] / digest[2:4] / digest
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_an_older_backup_is_put_back_whole_after_a_key_file_has_changed(tmp_path: Path) -> None:
    var, kept = tmp_path / "var", tmp_path / "kept"
    manage = [sys.executable, settings.BASE_DIR / "manage.py"]
    assert run(*manage, "migrate", "--noinput", VAR_DIR=var).returncode == 0
    (var / "archive").mkdir(exist_ok=True)
    key = var / "keys" / "people" / "an.p12"
    key.parent.mkdir(parents=True)
    for content in ("first", "second"):
        key.write_text(content)
        taken = run("deploy/backup", kept, VAR_DIR=var)
        assert taken.returncode == 0, taken.stderr
        if content == "first":
            (first,) = [folder for folder in kept.iterdir() if folder.name != "files"]
            first = first.rename(kept / "2026-01-01T000000Z")  # two backups of one second would have one name
    new = tmp_path / "new"
    restored = run("deploy/restore", first, VAR_DIR=new, TRUST_ROOTS="")
    assert restored.returncode == 0, restored.stderr
    assert (new / "keys" / "people" / "an.p12").read_text() == "first"
    assert (new / "archive" / "marks" / "restored").exists()
    again = run("deploy/restore", first, VAR_DIR=new)
    assert again.returncode == 1
    assert "already holds files" in again.stderr


def test_an_archive_that_is_not_there_is_no_empty_backup(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    taken = run("deploy/backup", tmp_path / "kept", VAR_DIR=tmp_path / "var", ARCHIVE_DIR=tmp_path / "not-mounted")
    assert taken.returncode == 1
    assert "is it mounted?" in taken.stderr
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["files"]


def test_a_damaged_file_is_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    whole, broken = archived(tmp_path / "archive", b"whole"), archived(tmp_path / "archive", b"broken")
    broken.write_bytes(b"brokeN")
    said = files("store", tmp_path / "store", tmp_path / "list", f"archive={tmp_path / 'archive'}")
    assert said.returncode == 1
    assert str(broken) in said.stderr
    assert str(whole) not in said.stderr
    assert len((tmp_path / "list").read_text().splitlines()) == 2


def test_a_rotten_copy_is_found_before_a_restore_and_mended_by_the_next_backup(tmp_path: Path) -> None:
    path = archived(tmp_path / "archive", b"whole")
    arguments = (tmp_path / "store", tmp_path / "list", f"archive={tmp_path / 'archive'}")
    assert files("store", *arguments).returncode == 0
    copy = tmp_path / "store" / path.name[:2] / path.name
    copy.write_bytes(b"rotten")
    assert files("check", *arguments[:2]).returncode == 1
    assert files("store", *arguments).returncode == 0
    assert files("check", *arguments[:2]).returncode == 0
    assert copy.read_bytes() == b"whole"


def test_work_in_hand_is_not_kept(tmp_path: Path) -> None:
    for name in ("staging", "quarantine", "marks", "registers"):
        folder = tmp_path / "archive" / name
        folder.mkdir(parents=True)
        (folder / "x").write_text(name)
    assert files("store", tmp_path / "store", tmp_path / "list", f"archive={tmp_path / 'archive'}").returncode == 0
    assert (tmp_path / "list").read_text().split()[1] == "archive/registers/x"
