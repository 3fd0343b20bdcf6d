"""The content-addressed store, without a database."""

import errno
import os
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from documents import archive

DATA = b"%PDF-1.7 some bytes"
LATER = datetime.now(UTC) + timedelta(hours=2)


@pytest.fixture(autouse=True)
def own_archive(archive_dir):
    """No test here touches another's files."""


def test_bytes_lie_under_their_own_hash_read_only():
    digest = archive.store(DATA)
    assert digest == sha256(DATA).hexdigest()
    path = archive.path_of(digest)
    assert path.parts[-3:] == (digest[:2], digest[2:4], digest)
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert archive.read(digest) == DATA


def test_the_same_bytes_twice_are_one_file():
    assert archive.store(DATA) == archive.store(DATA)
    assert len(list(archive.stored())) == 1


def test_a_flipped_byte_is_found_on_reading():
    path = archive.path_of(archive.store(DATA))
    path.chmod(0o644)
    path.write_bytes(DATA[:-1] + b"X")
    with pytest.raises(archive.FileCorrupt):
        archive.read(path.name)


def test_storing_again_replaces_a_corrupt_file_and_keeps_it_in_quarantine(archive_dir):
    path = archive.path_of(archive.store(DATA))
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    assert archive.read(archive.store(DATA)) == DATA
    assert [each.read_bytes() for each in (archive_dir / "quarantine").iterdir()] == [b"damaged"]


def test_an_absent_hash_is_named_missing():
    with pytest.raises(archive.FileMissing):
        archive.read("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63])
def test_only_a_hash_is_ever_a_path(name):
    with pytest.raises(ValueError, match="SHA-256"):
        archive.path_of(name)


def test_a_full_disk_leaves_nothing_half_written(archive_dir, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        (archive_dir / "staging").mkdir(parents=True)
        target = archive.path_of(sha256(DATA).hexdigest())
        target.parent.mkdir(parents=True)
        with pytest.raises(OSError, match="No space left"):
            archive.store(DATA)
    assert not target.exists()
    assert not list((archive_dir / "staging").iterdir())


def test_the_file_and_its_folder_are_synced_before_the_hash_is_returned(monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda number: (synced.append(os.readlink(f"/proc/self/fd/{number}")), real(number))
    )
    digest = archive.store(DATA)
    staged = next(index for index, name in enumerate(synced) if "staging/" in name)
    assert staged < len(synced) - 1
    assert synced[-1] == str(archive.path_of(digest).parent)


def test_orphans_are_old_files_without_a_row(archive_dir):
    known, orphan = archive.store(DATA), archive.store(DATA + b"twin")
    leftover = archive_dir / "staging" / "half"
    leftover.write_bytes(b"half")
    assert list(archive.orphans({known}, at=datetime.now(UTC))) == []
    assert [path.name for path in archive.orphans({known}, at=LATER)] == [orphan, "half"]


def test_storing_an_old_orphan_again_saves_it_from_the_quarantine():
    digest = archive.store(DATA)
    os.utime(archive.path_of(digest), (0, 0))
    assert list(archive.orphans(set(), at=datetime.now(UTC)))
    archive.store(DATA)
    assert not list(archive.orphans(set(), at=datetime.now(UTC)))


def test_quarantine_moves_and_never_deletes(archive_dir, caplog):
    path = archive.path_of(archive.store(DATA))
    moved = archive.quarantine(path, reason="orphan")
    assert not path.exists()
    assert moved.read_bytes() == DATA
    assert path.name in caplog.text
