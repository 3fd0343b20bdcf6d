"""Every signed document validates, revision by revision, with the keys of the expected signers."""

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

import django

from documents import archive
from documents.inspection.faults import WHOLE, Fault, Scope, trusted_roots
from documents.inspection.judging import Job, judge
from documents.models import Document, State
from documents.sealing import SEAL, TIMESTAMP

AT_ONCE = 200  # documents handed to the processes together: memory stays flat


def check_signatures(scope: Scope = WHOLE) -> Iterator[Fault | str]:
    """Compare each document's rows with each other and with what its file proves."""
    documents = Document.objects.exclude(current_sha256="").filter(tombstone__isnull=True)
    if scope.sample is None:
        documents = documents.order_by("pk")
    else:
        documents = documents.filter(
            pk__in=list(documents.order_by("?").values_list("pk", flat=True)[: scope.sample])
        )
    rows = documents.prefetch_related(
        "kind", "revisions", "slots__expected_signer__signing_keys", "slots__listed_in", "unit__seal_keys"
    ).iterator(AT_ONCE)
    roots = tuple(trusted_roots())
    if scope.processes < 2:
        for document in rows:
            yield from _findings(document, map(judge, _jobs(document, roots)))
        return
    fresh = multiprocessing.get_context("spawn")  # a forked one would share our database connection
    with ProcessPoolExecutor(scope.processes, mp_context=fresh, initializer=django.setup) as pool:
        while batch := list(islice(rows, AT_ONCE)):
            jobs = [(document, _jobs(document, roots)) for document in batch]
            judged = pool.map(judge, [job for _document, mine in jobs for job in mine], chunksize=8)
            for document, mine in jobs:
                yield from _findings(document, islice(judged, len(mine)))


def _findings(document: Document, judged: Iterable[list[str]]) -> Iterator[Fault | str]:
    problems = [*_row_problems(document), *(problem for each in judged for problem in each)]
    yield from (Fault("signatures", document.code, problem) for problem in problems)
    if not problems:
        yield document.code


def _jobs(document: Document, roots: tuple[bytes, ...]) -> list[Job]:
    """The one file to judge, or none while nobody has signed."""
    signed = [each for each in document.revisions.all() if each.fingerprint]
    listed = [slot.listed_in for slot in document.slots.all() if slot.signed_at and slot.listed_in]
    if not signed and not listed:
        return []
    kept = [each.sha256 for each in document.revisions.all() if each.fingerprint or each.step == "listed"]
    return [
        Job(
            path=archive.path_of(document.current_sha256),
            lists=tuple(archive.path_of(each.current_sha256) for each in listed),
            revisions=tuple(kept),
            fingerprints=tuple(each.fingerprint for each in signed),
            roots=roots,
        )
    ]


def _row_problems(document: Document) -> Iterator[str]:
    revisions = list(document.revisions.all())
    signed = [each for each in revisions if each.fingerprint]
    slots = [slot for slot in document.slots.all() if slot.signed_at]
    if not revisions or revisions[-1].sha256 != document.current_sha256:
        yield "the row does not name its last revision"
    if [each.ordinal for each in revisions] != list(range(1, len(revisions) + 1)):
        yield "revisions are missing"
    if [(slot.role, slot.fingerprint) for slot in slots if slot.listed_in_id is None] != [
        (each.role, each.fingerprint) for each in signed if each.role not in (SEAL, TIMESTAMP)
    ]:
        yield "signatures and revisions differ"
    for slot in slots:
        keys = slot.expected_signer.signing_keys.all() if slot.expected_signer else ()
        if slot.fingerprint not in {key.fingerprint for key in keys}:
            yield f"{slot.field} was signed with a key that is not the expected signer's"
    if document.state in (State.SEALED, State.ARCHIVED) and document.kind.sealed:
        seals = {key.fingerprint for key in document.unit.seal_keys.all()}
        last = next((each for each in reversed(signed) if each.role != TIMESTAMP), None)
        if last is None or last.role != SEAL or last.fingerprint not in seals:
            yield "the agency's seal is missing"
    asked = {rule["role"] for rule in document.kind.signers if not rule.get("optional")}
    asked |= {slot.role for slot in document.slots.all()}
    if document.state in (State.SIGNED, State.NUMBERED, State.SEALED, State.ARCHIVED) and asked != {
        slot.role for slot in slots
    }:
        yield "not everybody has signed"
