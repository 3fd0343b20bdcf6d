"""The listing of the checkout reads like a table of contents, and nothing in it is private to one machine."""

import re
import subprocess
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "organization", "kpi", "approvals", "documents", "workflows")
NAMELESS = {"core", "common", "utils", "util", "helpers", "helper", "misc", "notifications", "shared", "lib"}
# A file under a root folder that exists on one machine only, spelled so that this line is none itself.
MACHINE_PATH = re.compile(r"(?<![\w.~${}/-])/(?:work|root|home|farm|Users)/(?=\w)")
PRIVATE_KEY = re.compile("-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE" + " KEY-----")


def files() -> list[Path]:
    """What git tracks; in an unpacked archive without git, what lies there."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = [BASE_DIR / name for name in listing.stdout.split("\0") if name]
    else:
        outside = {".venv", "var", ".git", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
        names = [path for path in BASE_DIR.rglob("*") if not outside & set(path.relative_to(BASE_DIR).parts)]
    return [path for path in names if path.is_file()]


def texts() -> list[tuple[str, str]]:
    """Name and text of every file that is text."""
    found = []
    for path in files():
        data = path.read_bytes()
        if b"\0" not in data[:8000]:
            found.append((path.relative_to(BASE_DIR).as_posix(), data.decode("utf-8")))
    return found


def modules() -> list[Path]:
    """The Python files of our packages."""
    return [path for package in PACKAGES for path in sorted((BASE_DIR / package).rglob("*.py"))]


def test_no_module_is_named_for_nothing():
    assert len(modules()) > 50
    names = {path: {path.stem, *path.relative_to(BASE_DIR).parts[:-1]} for path in modules()}
    assert [str(path) for path, words in names.items() if words & NAMELESS] == []


def test_no_module_passes_300_lines():
    long = {
        path.relative_to(BASE_DIR).as_posix(): count
        for path in modules()
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > 300
    }
    assert long == {}


def test_no_tracked_file_names_a_path_of_one_machine():
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in texts()
        if not name.endswith((".min.js", ".min.css"))
        for number, line in enumerate(text.splitlines(), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


def test_no_private_key_is_tracked():
    assert [name for name, text in texts() if PRIVATE_KEY.search(text)] == []
    assert [path.name for path in files() if path.suffix in {".p12", ".pfx", ".key"}] == []


def test_what_is_made_is_not_tracked():
    made = re.compile(r"(^|/)(var|\.venv|__pycache__|node_modules)/|\.(pyc|mo|sqlite3)$|^\.env$")
    assert [name for path in files() if made.search(name := path.relative_to(BASE_DIR).as_posix())] == []


def test_every_command_is_executable_and_starts_with_plain_sh():
    for name in ("bin/setup", "bin/demo", "bin/serve", "bin/test", "bin/check", ".ci/run"):
        path = BASE_DIR / name
        assert path.read_text().startswith("#!/bin/sh\n"), path
        assert path.stat().st_mode & 0o111, path
