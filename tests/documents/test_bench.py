"""The measurement runs and says what it measured; no test looks at its times."""

import json
import os
import subprocess
import sys
from pathlib import Path

import qrcode

from documents import rendering

ROOT = Path(__file__).parents[2]


def test_the_bench_ends_with_one_line_that_names_its_ratios_and_conditions(tmp_path):
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "documents.py"), "--documents", "1"],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    *table, last = done.stdout.splitlines()
    assert "naive" in table[0]
    assert "tuned" in table[0]
    assert any(line.startswith("whole document, B-LTA") for line in table)
    found = json.loads(last)
    assert found["ratio"] == round(found["naive_seconds"] / found["tuned_seconds"], 2)
    assert found["ratio_signing"] > 0
    conditions = found["conditions"]
    assert (conditions["documents"], conditions["level"], conditions["key"]) == (1, "B-LTA", "RSA-2048")
    assert conditions["pages"] == 2
    assert {"cores", "load", "python", "weasyprint", "pyHanko"} <= conditions.keys()
    assert not list(tmp_path.iterdir())  # keys and documents of the measurement are gone


def test_the_strokes_of_the_code_are_its_dark_modules():
    url = "https://congminh.example/v/CM-7F3K-92QD"
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(url)
    wanted = code.get_matrix()
    drawn = [[False] * len(wanted) for _row in wanted]
    path = str(rendering._qr(url)).split(' d="')[1].split('"')[0]
    for stroke in path.split("M")[1:]:
        place, length = stroke.split("h")
        x, y = place.split(" ")
        for step in range(int(length)):
            drawn[int(float(y))][int(x) + step] = True
    assert drawn == wanted
