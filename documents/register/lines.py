"""One line of the register: `sha256  number  time  kind`."""

from collections.abc import Iterable
from datetime import datetime

from documents import numbering
from documents.models import Document, RegisterEvent, RegisterLine
from documents.numbering import LINES, LOCAL


def write_line(*, document: Document, event: RegisterEvent, at: datetime) -> RegisterLine:
    """Enter that a document counts from now on, or no longer counts; its counter makes it the last statement."""
    kind = f"{document.kind.code}" if event == RegisterEvent.ARCHIVED else f"{document.kind.code}:{event}"
    return RegisterLine.objects.create(
        unit=document.unit,
        day=numbering.local_day(at),
        sha256=document.current_sha256,
        number=document.number_text,
        at=at,
        kind=f"practice/{kind}" if document.practice else kind,
        event=event,
        document=document,
        sequence=numbering.take_number(unit=document.unit, book=LINES, year=0),
    )


def line_text(line: RegisterLine) -> str:
    """One line as outsiders read it; "-" stands where the kind takes no number."""
    moment = line.at.astimezone(LOCAL).isoformat(timespec="seconds")
    return f"{line.sha256}  {line.number or '-'}  {moment}  {line.kind}"


def sheet_text(previous_sha256: str, lines: Iterable[RegisterLine]) -> str:
    """A whole sheet: the hash of the one before, then the lines in their order."""
    return "\n".join([previous_sha256, *map(line_text, lines)]) + "\n"
