"""Signed lists: one signature over the hashes of many forms; a form names its list instead of a signature."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from documents.verification.files import CODE, UNREADABLE, Locked, SignedFile
from documents.verification.reports import Finding, Listing, PdfReport, Verdict

FIELD = "listed_in"


def named_lists(texts: dict[str, str]) -> tuple[str, ...]:
    """Codes of the lists that the form names."""
    return tuple(dict.fromkeys(CODE.findall(texts.get(FIELD, ""))))


def follow(
    named: Sequence[str], states: Sequence[str], lists: Sequence[bytes], judge: Callable[[bytes], PdfReport]
) -> tuple[list[Listing], list[Finding]]:
    """Which of the lists sign a state of this file, and what is wrong or missing with the others."""
    listings: list[Listing] = []
    findings: list[Finding] = []
    answered = set()
    for data in lists:
        report = judge(data)
        words = {"list": report.code or report.sha256[:16]}
        row = next((row for row in _rows(data) if row.get("sha256") in states), None)
        if report.code not in named:
            findings.append(
                Finding(Verdict.REMARKS, _("The list %(list)s is not one that this document names.") % words)
            )
            continue
        answered.add(report.code)
        if row is None:
            text = _("The list %(list)s does not hold the hash of this document: it was changed after it was listed.")
            findings.append(Finding(Verdict.BROKEN, text % words, FIELD))
        elif not report.ok:
            words["why"] = " ".join(report.problems)
            findings.append(Finding(report.verdict, _("The list %(list)s is not valid: %(why)s") % words, FIELD))
        else:
            listings.append(Listing(report.code, str(row["sha256"]), str(row.get("role", "")), report.signers))
    for code in named:
        if code not in answered:
            text = _("In place of a signature the document names the list %(list)s: give the list to verify it.")
            findings.append(Finding(Verdict.UNTRUSTED, text % {"list": code}, FIELD))
    return listings, findings


def _rows(data: bytes) -> list[dict[str, Any]]:
    try:
        rows = SignedFile.open(data, strict=True).facts().get("documents", [])
    except (*UNREADABLE, Locked):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
