"""Every archived document stands in the register with its hash and number; lines, sheets and tokens have no gap."""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from documents import archive, reconciliation, register
from documents.inspection.faults import WHOLE, Fault, Scope, trusted_roots
from documents.models import Document, RegisterEvent, RegisterLine, RegisterSheet
from documents.signing.stamps import TokenInvalid, judge_token, read_token
from organization.models import Unit

COUNTING = (RegisterEvent.ARCHIVED, RegisterEvent.RENEWED)


def check_registers(scope: Scope = WHOLE) -> Iterator[Fault | str]:
    """Compare documents with lines, lines with sheets, sheets with each other and with their time stamps."""
    yield from _lines_of_documents()
    for unit in Unit.objects.filter(pk__in=RegisterLine.objects.values("unit")):
        if (missing := _missing_line(unit)) is not None:
            yield Fault("register", unit.code, f"line {missing} is missing")
        yield from _sheet_faults(unit)


def _lines_of_documents() -> Iterator[Fault | str]:
    """Two streams side by side, both by document: archived rows, and the lines that count."""
    lines = RegisterLine.objects.filter(event__in=COUNTING).order_by("document_id", "sequence").iterator(2000)
    groups = groupby(lines, attrgetter("document_id"))
    group = next(groups, None)
    documents = (
        Document.objects.filter(archived_at__isnull=False)
        .order_by("pk")
        .only("pk", "code", "current_sha256", "number_text")
    )
    for document in documents.iterator(2000):
        while group is not None and group[0] < document.pk:
            yield _stray(group[0])
            group = next(groups, None)
        if group is None or group[0] != document.pk:
            yield Fault("register", document.code, "no line")
            continue
        *_earlier, line = group[1]  # the last one counts
        if (line.sha256, line.number) != (document.current_sha256, document.number_text):
            yield Fault("register", document.code, "the line names another hash or number")
        else:
            yield document.code
        group = next(groups, None)
    while group is not None:
        yield _stray(group[0])
        group = next(groups, None)


def _stray(document_id: int) -> Fault:
    code = Document.objects.values_list("code", flat=True).get(pk=document_id)
    return Fault("register", code, "a line without an archived document")


def _missing_line(unit: Unit) -> int | None:
    """The first sequence that no row has, those lost in a restore apart."""
    lost = reconciliation.lost_lines(unit)
    expected = 1
    sequences = RegisterLine.objects.filter(unit=unit).order_by("sequence").values_list("sequence", flat=True)
    for sequence in sequences.iterator(5000):
        while expected < sequence and any(expected in each for each in lost):
            expected += 1
        if sequence != expected:
            return expected
        expected += 1
    return None


def _sheet_faults(unit: Unit) -> Iterator[Fault]:
    roots, start, before = trusted_roots(), 0, register.NO_SHEET
    sheets = RegisterSheet.objects.filter(unit=unit).order_by("ordinal").select_related("token")
    for ordinal, sheet in enumerate(sheets.iterator(500), 1):
        name = f"{unit.code} {sheet.ordinal}"
        if sheet.previous_sha256 != before or sheet.ordinal != ordinal:
            yield Fault("register", name, "the chain is broken")
        lines = RegisterLine.objects.filter(unit=unit, sequence__gt=start, sequence__lte=sheet.last_sequence)
        start, before = sheet.last_sequence, sheet.sha256
        try:
            text = archive.read(sheet.sha256).decode()
            token = archive.read(sheet.token.sha256) if hasattr(sheet, "token") else b""
        except (archive.FileMissing, archive.FileCorrupt) as error:
            yield Fault("register", name, type(error).__name__)
            continue
        if sheet.recovered:
            same = set(text.splitlines()) >= {register.line_text(line) for line in lines}
        else:
            same = text == register.sheet_text(sheet.previous_sha256, lines.order_by("sequence"))
        if not same:
            yield Fault("register", name, "the sheet differs from the lines")
        if token:
            try:
                # At its own time: the authority's certificate ends some day, what it stamped stays stamped.
                at = read_token(token).at
                judge_token(token, bytes.fromhex(sheet.sha256), trust_roots=roots, at=at)
            except TokenInvalid as error:
                yield Fault("register", name, f"time stamp: {error}")
