"""The facts of the measured document: two pages of minutes of a ballot on twenty-five people."""

from typing import Any

KIND, LINES = "ballot_minutes", 25
UNITS = ("VP", "TTr", "CCVC", "XDCQ")
GIVEN = ("An", "Bình", "Chi", "Dung", "Giang", "Hà", "Lan", "Minh", "Nam", "Oanh", "Phúc", "Sơn", "Vân")
CLASSES = {"HTXS": "Xuất sắc", "HTT": "Tốt", "HTNV": "Hoàn thành", "KHTNV": "Không HT"}


def plain_minutes(number: int) -> dict[str, Any]:
    """The sample of the kind with short names, so that it has two pages; every number gives another list."""
    from documents.samples import facts_of

    facts = facts_of(KIND, number=number, lines=LINES)
    cases = [
        {
            **case,
            "name": f"Lê {GIVEN[(number + place) % len(GIVEN)]} {GIVEN[place % len(GIVEN)]}",
            "unit": UNITS[(number + place) % len(UNITS)],
            "agreed": CLASSES[case["agreed"]],
        }
        for place, case in enumerate(facts["cases"])
    ]
    signers = {role: facts["signers"][role] for role in ("teller_head", "teller_2")}
    return {
        **facts,
        "options": list(CLASSES.values()),
        "cases": cases,
        "tellers": facts["tellers"][:2],
        "signers": signers,
    }
