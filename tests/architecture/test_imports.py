"""The floor plan holds: the contracts stand in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_every_import_contract_is_kept():
    verdict = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"], cwd=BASE_DIR, capture_output=True, text=True, check=False
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert " 0 broken" in verdict.stdout
