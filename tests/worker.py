"""A Celery worker as production runs it: a process of its own that shares nothing with the test but its addresses."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from config.celery import app

BASE_DIR = Path(__file__).resolve().parent.parent


def database_url() -> str:
    """The address of the database the tests are using now."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    account = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgres://{account}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@dataclass
class RealWorker:
    """Starts, kills and reads one worker; `environment` (failpoints, say) applies from the next start."""

    folder: Path
    var_dir: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None

    @property
    def log(self) -> str:
        """Everything it has printed so far."""
        return (self.folder / "worker.log").read_text()

    def start(self) -> None:
        """Start it and return when it answers."""
        known = {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": app.conf.broker_url,
            "VAR_DIR": str(self.var_dir),
            "ARCHIVE_DIR": str(settings.ARCHIVE_DIR),
            "KEYS_DIR": str(settings.KEYS_DIR),
            "TRUST_ROOTS": ",".join(map(str, settings.TRUST_ROOTS)),
            "TIMESTAMP_URL": settings.TIMESTAMP_URL,
            "LOG_LEVEL": "INFO",
        }
        app.control.purge()
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--concurrency", "1"]
        command += ["--schedule", str(self.folder / "beat"), "--hostname", f"{self.folder.name}@localhost"]
        command += ["--without-mingle", "--without-gossip"]
        with open(self.folder / "worker.log", "ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env={**os.environ, **known, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not app.control.ping(timeout=0.5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"the worker did not start:\n{self.log}")

    def signal(self, number: int) -> None:
        """Send a signal to the worker and its children, and only to them."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """kill -9: no goodbye, no clean-up."""
        self.signal(signal.SIGKILL)
        if self.process is not None:
            self.process.wait()

    def stop(self) -> None:
        """The polite end, and the other one when it does not come."""
        self.signal(signal.SIGTERM)
        try:
            if self.process is not None:
                self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
