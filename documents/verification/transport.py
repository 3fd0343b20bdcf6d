"""A report as plain JSON and back: for other programs, and between the child that judges and who asked it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from documents.verification.reports import Finding, Listing, PaperDates, PdfReport, SignatureReport, Verdict

TIMES = ("signed_at", "timestamped_at", "proven_at", "judged_at", "valid_from", "valid_until", "revoked_at")


def as_json(report: PdfReport) -> dict[str, Any]:
    """The report in plain JSON values, its verdict and sentence first; times in ISO 8601."""
    values = json.loads(json.dumps(asdict(report), default=lambda value: value.isoformat()))
    return {"verdict": report.verdict.value, "sentence": report.verdict.sentence, **values}


def from_json(values: Mapping[str, Any]) -> PdfReport:
    """The report again. ValueError, KeyError or TypeError for anything else."""
    kept: dict[str, Any] = {each.name: values[each.name] for each in fields(PdfReport)}
    dates = {name: date.fromisoformat(day) if day else None for name, day in kept["dates"].items()}
    return PdfReport(
        **kept
        | {
            "signatures": tuple(map(_signature, kept["signatures"])),
            "findings": tuple(Finding(**each | {"grade": Verdict(each["grade"])}) for each in kept["findings"]),
            "states": tuple(kept["states"]),
            "dates": PaperDates(**dates),
            "lists": tuple(kept["lists"]),
            "listings": tuple(
                Listing(**each | {"signers": tuple(map(_signature, each["signers"]))}) for each in kept["listings"]
            ),
        }
    )


def _signature(values: Mapping[str, Any]) -> SignatureReport:
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
    }
    told |= {name: datetime.fromisoformat(told[name]) if told[name] else None for name in TIMES}
    return SignatureReport(**told)
