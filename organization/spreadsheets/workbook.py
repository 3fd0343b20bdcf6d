"""A foreign workbook as plain values. The web worker never parses: a child process does, under limits."""

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from organization.spreadsheets import limits

Cell = str | Decimal | bool | date | None

logger = logging.getLogger(__name__)

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_REASONS = {
    "size": _("The file is larger than 10 MB."),
    "old": _("This is an old .xls file or it is protected by a password. Save it as .xlsx without a password."),
    "not_excel": _("This is not an Excel file (.xlsx)."),
    "password": _("The file is protected by a password."),
    "macros": _("The file contains macros. Save it as .xlsx without macros."),
    "parts": _("The file is built of too many or repeated parts."),
    "unpacked": _("The file unpacks to far more than a list of this kind needs."),
    "damaged": _("The file is damaged and cannot be read."),
    "sheets": _("The file has more than 20 sheets."),
    "rows": _("Sheet “%(sheet)s” goes beyond row 20,000. Is there a stray cell far below the table?"),
    "columns": _("Sheet “%(sheet)s” goes beyond column 200. Is there a stray cell far right of the table?"),
    "text": _("The file holds more text than a list of this kind needs."),
    "costly": _(
        "The file takes too much memory or time to read. Is there a stray cell far below or far right of the table?"
    ),
}


class WorkbookRefused(Exception):
    """The whole file is refused; its text is a reason in the reader's language."""


@dataclass(frozen=True)
class Sheet:
    """Rows of cells; ``first_row`` and ``first_column`` are one-based. Rows in ``merged`` hold a wide merged cell."""

    name: str
    rows: Sequence[Sequence[Cell]]
    first_row: int = 1
    first_column: int = 1
    merged: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Workbook:
    """The visible sheets of a file, in order."""

    sheets: Sequence[Sheet]


def read_workbook(data: bytes) -> Workbook:
    """Read an .xlsx file in a child process of 1 GiB and 20 CPU seconds. Raises WorkbookRefused with a reason."""
    if len(data) > limits.MAX_BYTES:
        raise WorkbookRefused(_REASONS["size"])
    if data.startswith(_OLE):
        raise WorkbookRefused(_REASONS["old"])
    if not data.startswith(_ZIP):
        raise WorkbookRefused(_REASONS["not_excel"])
    report = _parse_in_child(data)
    if "refused" in report:
        raise WorkbookRefused(str(_REASONS[report["refused"]]) % report)
    return Workbook([_sheet(sheet) for sheet in report["sheets"]])


def _parse_in_child(data: bytes) -> Mapping[str, Any]:
    root = Path(__file__).resolve().parent.parent.parent
    try:
        child = subprocess.run(  # our own interpreter and module; the file goes in by stdin
            [sys.executable, "-m", "organization.spreadsheets"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=root,
            env={"PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"},
            timeout=limits.WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise WorkbookRefused(_REASONS["costly"])
    if child.returncode:
        killed = child.returncode < 0
        logger.warning("workbook child ended with %s", child.returncode)
        raise WorkbookRefused(_REASONS["costly" if killed else "damaged"])
    return json.loads(child.stdout)


def _sheet(report: Mapping[str, Any]) -> Sheet:
    rows = [[_value(cell) for cell in row] for row in report["rows"]]
    top, left = report["first"]
    return Sheet(report["name"], rows, top, left, frozenset(report["merged"]))


def _value(cell: str | list[str] | None) -> Cell:
    if not isinstance(cell, list):
        return cell
    tag, text = cell
    if tag == "n":
        return Decimal(text)
    return date.fromisoformat(text) if tag == "d" else bool(text)
