"""Production refuses to start with what would spoil documents for good."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

WHOLE = {
    "PRODUCTION": "true",
    "SECRET_KEY": "k" * 60,
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    "DEMO_AUTHORITY": "false",
    "PUBLIC_URL": "https://danhgia.example.org",
    "TIMESTAMP_URL": "https://tsa.example.org",
}


def started(tmp_path: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    root = tmp_path / "root.pem"
    root.touch()
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), "TRUST_ROOTS": str(root)} | WHOLE | changed
    return subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_whole_environment_starts(tmp_path: Path) -> None:
    said = started(tmp_path)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "http://localhost:8000"),
        ("PUBLIC_URL", "http://danhgia.example.org"),
        ("TIMESTAMP_URL", ""),
        ("TRUST_ROOTS", ""),
        ("TRUST_ROOTS", "not-there.pem"),
        ("CSC_URL", "http://csc.example.org/csc/v1"),
        ("SECRET_KEY", "insecure-embedded-default-never-for-production"),
        ("DEBUG", "true"),
        ("DATABASE_URL", "sqlite:///x.sqlite3"),
        ("DEMO_AUTHORITY", "true"),
    ],
)
def test_what_would_spoil_documents_refuses_to_start_and_is_named(tmp_path: Path, name: str, value: str) -> None:
    said = started(tmp_path, **{name: value})
    assert said.returncode != 0
    assert "ImproperlyConfigured" in said.stderr
    assert name.split("_")[0] in said.stderr.splitlines()[-1].upper()
