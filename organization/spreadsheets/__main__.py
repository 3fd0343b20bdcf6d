"""The child that opens a foreign workbook: stdin bytes in, JSON out, under CPU and memory limits.

Prints {"sheets": [...]} or {"refused": code, ...}. A cell is null, text, or [tag, text] with tag n (number),
d (ISO date), b (boolean). A death by its limits is the parent's to report.
"""

import io
import json
import resource
import sys
import unicodedata
import zipfile
from datetime import date, datetime
from typing import Any

import python_calamine

from organization.spreadsheets import limits

# Formatting characters (zero width, bidi overrides) make two codes look alike; they carry no meaning in these tables.
_DROPPED = {"Cc", "Cf", "Co", "Cs"}


class Refused(Exception):
    """The workbook is not read; ``code`` is one of the reasons the parent knows."""

    def __init__(self, code: str, **details: Any) -> None:
        self.report = {"refused": code, **details}


def main() -> None:
    limit()
    try:
        report = parse(sys.stdin.buffer.read(limits.MAX_BYTES + 1))
    except Refused as refused:
        report = refused.report
    except MemoryError:
        report = {"refused": "costly"}
    json.dump(report, sys.stdout, ensure_ascii=False, separators=(",", ":"))


def limit() -> None:
    """Bind this process: memory, CPU seconds, no core file, nothing written to any file."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def parse(data: bytes) -> dict[str, Any]:
    """All visible sheets as JSON-able rows. Raises Refused."""
    check_package(data)
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == python_calamine.SheetVisibleEnum.Visible
            and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        if len(visible) > limits.MAX_SHEETS:
            raise Refused("sheets")
        return {"sheets": sheets(book, visible)}
    except python_calamine.CalamineError:
        raise Refused("damaged")


def check_package(data: bytes) -> None:
    """Unpack every part as a stream and throw it away: declared sizes are not believed. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            if len(parts) > limits.MAX_PARTS or len(names) != len(parts):
                raise Refused("parts")
            if any(name.endswith("vbaProject.bin") for name in names):
                raise Refused("macros")
            total = 0
            for part in parts:
                if part.flag_bits & 1:
                    raise Refused("password")
                size = 0
                with package.open(part) as stream:
                    while chunk := stream.read(65536):
                        size += len(chunk)
                        total += len(chunk)
                        too_dense = size > limits.RATIO_FROM and size > limits.MAX_RATIO * max(part.compress_size, 1)
                        if total > limits.MAX_UNPACKED or too_dense:
                            raise Refused("unpacked")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise Refused("damaged")
    if "xl/workbook.xml" not in names:
        raise Refused("not_excel")


def sheets(book: python_calamine.CalamineWorkbook, names: list[str]) -> list[dict[str, Any]]:
    """The sheets' rows from their first used cell on, with the one-based place of that cell."""
    found, room = [], limits.MAX_TEXT
    for name in names:
        sheet = book.get_sheet_by_name(name)
        bottom, right = sheet.end or (0, 0)
        if bottom >= limits.MAX_ROWS:
            raise Refused("rows", sheet=name)
        if right >= limits.MAX_COLUMNS:
            raise Refused("columns", sheet=name)
        rows = []
        for cells in sheet.to_python(skip_empty_area=True):
            row = [cell(value) for value in cells]
            room -= sum(len(value) for value in row if isinstance(value, str))
            if room < 0:
                raise Refused("text")
            rows.append(row)
        top, left = sheet.start or (0, 0)
        merged = sorted({start[0] + 1 for start, end in sheet.merged_cell_ranges or [] if end[1] - start[1] >= 2})
        found.append({"name": text(name), "first": [top + 1, left + 1], "rows": rows, "merged": merged})
    return found


def cell(value: object) -> str | list[str] | None:
    """One cell for JSON. Excel keeps 15 significant digits: no more of a number are shown."""
    match value:
        case "" | None:
            return None
        case bool():
            return ["b", "1" if value else ""]
        case int() | float():
            return ["n", format(value, ".15g")]
        case datetime():
            return ["d", value.date().isoformat()]
        case date():
            return ["d", value.isoformat()]
    return text(str(value)) or None


def text(value: str) -> str:
    """NFC text without control and formatting characters, single spaces."""
    spaced = " ".join(unicodedata.normalize("NFC", value).split())
    return "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED).strip()


if __name__ == "__main__":
    main()
