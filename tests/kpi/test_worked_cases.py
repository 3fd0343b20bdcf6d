import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kpi.presets import LOCAL_QUARTER, preset
from kpi.scheme import parse_scheme
from workflows.worked_cases import evaluate

FILE = Path(__file__).with_name("worked-cases.json")
CASES = json.loads(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_worked_case_comes_out_exactly(case):
    (outcome,) = evaluate([case], parse_scheme(preset(LOCAL_QUARTER)))
    assert outcome.agrees, outcome


def test_the_command_prints_every_case():
    out = StringIO()
    call_command("worked_cases", FILE, stdout=out)
    assert f"{len(CASES)} cases, 0 differ" in out.getvalue()


def test_the_command_fails_on_any_difference(tmp_path):
    wrong = {**CASES[0], "expected": {**CASES[0]["expected"], "total": "99.99"}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"cases": [wrong]}), encoding="utf-8")
    out = StringIO()
    with pytest.raises(CommandError, match=CASES[0]["id"]) as caught:
        call_command("worked_cases", path, stdout=out)
    assert caught.value.returncode == 1
    assert "DIFF" in out.getvalue()


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"family": "factor", "inputs": {"points": "5", "standard_points": "0"}}, {"error": "no standard product"}),
        (
            {"family": "score", "inputs": {"lines": [], "general_points": "30", "leader": None}},
            {"status": "insufficient data", "total": None},
        ),
    ],
)
def test_a_refused_input_is_an_outcome_of_its_own(case, expected):
    (outcome,) = evaluate([{"id": "x", "expected": expected, **case}], parse_scheme(preset(LOCAL_QUARTER)))
    assert outcome.agrees
