"""One office's rounds in a process of their own, which may die at any failpoint while the test goes on."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.documents.office import FACTS
from tests.worker import BASE_DIR, database_url


def run_rounds(
    module: str, folder: Path, *arguments: str, facts: str, timeout: int, within: Sequence[str] = ()
) -> dict[str, Any]:
    """Run `tests.faults.MODULE` on the test's own database, archive and keys; the JSON object that it ends with.

    `facts` names the sample that the rounds ask documents of; they find it in `folder`. `within` is a command that
    prepares the ground and goes on with the rest of its arguments.
    """
    shutil.copy(FACTS / f"{facts}.json", folder / f"{facts}.json")
    done = subprocess.run(
        [*within, sys.executable, "-m", f"tests.faults.{module}", str(folder), *arguments],
        cwd=BASE_DIR,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "VAR_DIR": str(settings.VAR_DIR),
            "ARCHIVE_DIR": str(settings.ARCHIVE_DIR),
            "KEYS_DIR": str(settings.KEYS_DIR),
            "TRUST_ROOTS": ",".join(map(str, settings.TRUST_ROOTS)),
            "TIMESTAMP_URL": settings.TIMESTAMP_URL,
            "LOG_LEVEL": "ERROR",
        },
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
