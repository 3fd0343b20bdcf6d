"""A disk that is really full: the kernel refuses the write, the document waits, and goes on when there is room.

Where this machine lets a process mount a file system of its own (root, or a user with namespaces), the archive lies
on a tmpfs of 96 KiB; elsewhere a limit on the size of files makes the kernel refuse, and only the store is judged.
"""

import errno
import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from documents.models import State, Trouble
from tests.faults.rounds import run_rounds

MOUNT = 'mount -t tmpfs -o size=96k tmpfs "$ARCHIVE_DIR" && exec "$@"'


def own_mounts() -> list[str]:
    """The command in which the archive's folder is a small file system; empty where none may be mounted."""
    names = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    try:
        tried = subprocess.run(
            [*names, "sh", "-c", MOUNT, "sh", "true"],
            env=os.environ | {"ARCHIVE_DIR": str(settings.ARCHIVE_DIR)},
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        return []
    return [] if tried.returncode else [*names, "sh", "-c", MOUNT, "sh"]


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_refuses_whole_files_only_and_the_document_goes_on_when_there_is_room(
    office, tmp_path: Path
) -> None:
    document = office.request("notice")
    Path(settings.ARCHIVE_DIR).mkdir(parents=True, exist_ok=True)
    mounted = own_mounts()
    way = "full" if mounted else "limit"
    told = run_rounds("small_disk", tmp_path, way, str(document.pk), facts="notice", timeout=120, within=mounted)
    assert (told["left"], told["staged"]) == ([], []), "nothing half written is ever in the archive"
    if mounted:
        assert told["refused"] == errno.ENOSPC
        assert told["waits"] == [State.REQUESTED, Trouble.DISK_FULL]
        assert told["goes_on"] == [State.AWAITING_SIGNATURE, ""]
        assert told["whole"] == ["%PDF-"]
    else:
        assert told["refused"] == errno.EFBIG
