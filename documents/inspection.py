"""Compare the archive with its rows: every file re-hashed, every signature judged, every number and line counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.conf import settings
from django.utils import timezone

from documents import archive, lists, register
from documents.models import (
    Document,
    DocumentRevision,
    NumberBook,
    RegisterEvent,
    RegisterLine,
    RegisterSheet,
    State,
)
from documents.verification import verify_pdf
from organization.models import Unit


@dataclass(frozen=True)
class Fault:
    """Something that must not be: what was looked at, which one, and what is wrong with it."""

    check: str
    subject: str
    problem: str


def known_hashes() -> set[str]:
    """Every hash that a row names."""
    return {
        *DocumentRevision.objects.values_list("sha256", flat=True),
        *RegisterSheet.objects.values_list("sha256", flat=True),
    }


def check_files() -> Iterator[Fault | str]:
    """Every named file is there and whole, and no other file lies there longer than a step takes."""
    known = known_hashes()
    for digest in sorted(known):
        try:
            archive.read(digest)
        except archive.FileMissing:
            yield Fault("files", digest, "missing")
        except archive.FileCorrupt:
            yield Fault("files", digest, "corrupt")
        else:
            yield digest
    for path in archive.orphans(known, at=timezone.now()):
        yield Fault("files", path.name, "orphan: no row names this file")


def check_signatures() -> Iterator[Fault | str]:
    """Every signed document validates, revision by revision, with the keys of the expected signers."""
    roots = [path.read_bytes() for path in settings.TRUST_ROOTS]
    documents = Document.objects.exclude(current_sha256="").order_by("pk")
    for document in documents.prefetch_related(
        "revisions", "slots__expected_signer__signing_keys", "slots__listed_in"
    ).iterator(500):
        problems = list(_signature_problems(document, roots))
        yield from (Fault("signatures", document.code, problem) for problem in problems)
        if not problems:
            yield document.code


def _signature_problems(document: Document, roots: list[bytes]) -> Iterator[str]:
    revisions = list(document.revisions.all())
    signed = [each for each in revisions if each.fingerprint]
    slots = [slot for slot in document.slots.all() if slot.signed_at]
    if not revisions or revisions[-1].sha256 != document.current_sha256:
        yield "the row does not name its last revision"
    if [each.ordinal for each in revisions] != list(range(1, len(revisions) + 1)):
        yield "revisions are missing"
    if [(slot.role, slot.fingerprint) for slot in slots if slot.listed_in_id is None] != [
        (each.role, each.fingerprint) for each in signed if each.role != "seal"
    ]:
        yield "signatures and revisions differ"
    for slot in slots:
        keys = slot.expected_signer.signing_keys.all() if slot.expected_signer else ()
        if slot.fingerprint not in {key.fingerprint for key in keys}:
            yield f"{slot.field} was signed with a key that is not the expected signer's"
    if document.state in (State.SEALED, State.ARCHIVED) and document.kind.sealed:
        seals = set(document.unit.seal_keys.values_list("fingerprint", flat=True))
        if not signed or signed[-1].role != "seal" or signed[-1].fingerprint not in seals:
            yield "the agency's seal is missing"
    asked = {rule["role"] for rule in document.kind.signers if not rule.get("optional")}
    asked |= {slot.role for slot in document.slots.all()}
    if document.state in (State.SIGNED, State.NUMBERED, State.SEALED, State.ARCHIVED) and asked != {
        slot.role for slot in slots
    }:
        yield "not everybody has signed"
    listed = [slot.listed_in for slot in slots if slot.listed_in]
    if not signed and not listed:
        return
    try:
        data = archive.read(document.current_sha256)
        named = [archive.read(each.current_sha256) for each in listed]
    except (archive.FileMissing, archive.FileCorrupt) as error:
        yield f"the file cannot be judged: {type(error).__name__}"
        return
    kept = [each.sha256 for each in revisions if each.fingerprint or each.step == "listed"]
    report = verify_pdf(data, trust_roots=roots, expected_sha256s=kept, lists=named)
    yield from report.problems
    if [each.fingerprint for each in report.signatures] != [each.fingerprint for each in signed]:
        yield "the file is signed with other keys than the rows say"


def check_numbers() -> Iterator[Fault | str]:
    """Per agency, book and year: 1..N, no gap, no repeat, and N is where the counter stands."""
    taken: dict[tuple[int, str, int | None], list[int | None]] = {}
    rows = Document.objects.filter(number__isnull=False).values_list("unit_id", "book", "number_year", "number")
    for unit_id, book, year, number in rows:
        taken.setdefault((unit_id, book, year), []).append(number)
    counters: dict[tuple[int, str, int | None], int] = {
        (each.unit_id, each.book, each.year): each.last
        for each in NumberBook.objects.exclude(book__in=[register.LINES, register.SHEETS])
    }
    for key in sorted(taken.keys() | counters.keys(), key=str):
        last, name = counters.get(key, 0), f"agency {key[0]}, {key[1]} {key[2]}"
        if sorted(number or 0 for number in taken.get(key, [])) != list(range(1, last + 1)):
            yield Fault("numbers", name, f"not 1..{last}")
        else:
            yield name


def check_registers() -> Iterator[Fault | str]:
    """Every archived document stands in the register with its hash and number; lines and sheets have no gap."""
    lines = RegisterLine.objects.filter(event=RegisterEvent.ARCHIVED).select_related("document")
    named = {line.document_id: line for line in lines}
    for document in Document.objects.filter(archived_at__isnull=False).iterator(1000):
        line = named.pop(document.pk, None)
        if line is None:
            yield Fault("register", document.code, "no line")
        elif (line.sha256, line.number) != (document.current_sha256, document.number_text):
            yield Fault("register", document.code, "the line names another hash or number")
        else:
            yield document.code
    for line in named.values():
        yield Fault("register", line.document.code, "a line without an archived document")
    for unit in Unit.objects.filter(pk__in=RegisterLine.objects.values("unit")):
        sequences = list(RegisterLine.objects.filter(unit=unit).values_list("sequence", flat=True))
        if sequences != list(range(1, len(sequences) + 1)):
            yield Fault("register", unit.code, "lines are missing")
        yield from _sheet_faults(unit)


def _sheet_faults(unit: Unit) -> Iterator[Fault]:
    sheets = list(RegisterSheet.objects.filter(unit=unit).order_by("ordinal"))
    start = 0
    for sheet in sheets:
        lines = RegisterLine.objects.filter(unit=unit, sequence__gt=start, sequence__lte=sheet.last_sequence)
        start = sheet.last_sequence
        try:
            text = archive.read(sheet.sha256)
        except (archive.FileMissing, archive.FileCorrupt) as error:
            yield Fault("register", f"{unit.code} {sheet.ordinal}", type(error).__name__)
            continue
        if text.decode() != register.sheet_text(sheet.previous_sha256, lines.order_by("sequence")):
            yield Fault("register", f"{unit.code} {sheet.ordinal}", "the sheet differs from the lines")
    for before, after in pairwise(sheets):
        if after.previous_sha256 != before.sha256 or after.ordinal != before.ordinal + 1:
            yield Fault("register", f"{unit.code} {after.ordinal}", "the chain is broken")


def check_lists() -> Iterator[Fault | str]:
    """Every document signed by a list stands in it with its hash, and the same person signed the list."""
    for document in Document.objects.filter(slots__listed_in__isnull=False).distinct().order_by("pk").iterator(500):
        problems = list(lists.list_problems(document))
        yield from (Fault("lists", document.code, problem) for problem in problems)
        if not problems:
            yield document.code


CHECKS = {
    "files": check_files,
    "signatures": check_signatures,
    "lists": check_lists,
    "numbers": check_numbers,
    "register": check_registers,
}
