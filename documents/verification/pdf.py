"""The judgement of one file: open it, judge every signature, say in words what that means."""

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from asn1crypto import x509
from django.utils.translation import gettext as _

from documents.verification import findings as told
from documents.verification.certificates import Evidence, roots_of
from documents.verification.dates import dates_of, gaps
from documents.verification.files import UNREADABLE, Locked, SignedFile, states, why_locked
from documents.verification.judging import Judge
from documents.verification.lists import follow, named_lists
from documents.verification.reports import Finding, PdfReport, SignatureReport, Verdict

T = TypeVar("T")


def verify_pdf(
    data: bytes,
    *,
    trust_roots: Sequence[bytes],
    expected_sha256s: Sequence[str] = (),
    house_rules: bool = True,
    at: datetime | None = None,
    lists: Sequence[bytes] = (),
    crls: Sequence[bytes] = (),
    long_term: bool = False,
) -> PdfReport:
    """Judge a PDF against trust roots (PEM or DER); each signer's validity counts at its trusted time stamp.

    `expected_sha256s`: the file's hash after each signature in order, as kept in the archive (finds truncation).
    `house_rules`: the first signature certifies (P=2), every signature is time-stamped and in a pre-placed field;
    without them (documents of others) their absence is only noted. `long_term`: a seal must reach B-LTA.
    `lists`: signed lists that the file may name in place of a signature. `crls`: revocation lists beside those in
    the file. `at` is the time of the judgement. ValueError for a trust root that is no certificate.
    """
    given = Evidence()
    given.add(crls=crls)
    rules = _Rules(roots_of(trust_roots), given, at or datetime.now(UTC), house_rules, long_term)
    return _read(data, rules, list(expected_sha256s), lists)


@dataclass(frozen=True)
class _Rules:
    """By what a file and the lists it names are judged."""

    roots: list[x509.Certificate]
    given: Evidence
    at: datetime
    house_rules: bool
    long_term: bool


def _read(data: bytes, rules: _Rules, expected: list[str], lists: Sequence[bytes]) -> PdfReport:
    """Judge the file as the format's rules say, else leniently with a word about it, else say why neither works."""
    broken_rule = ""
    for strict in (True, False):
        try:
            return _judged(SignedFile.open(data, strict=strict), rules, expected, lists, broken_rule)
        except Locked:
            return _unreadable(data, why_locked())
        except UNREADABLE as error:
            broken_rule = broken_rule or str(error) or type(error).__name__
    return _unreadable(data, _("The file cannot be read as a signed PDF: %(why)s") % {"why": broken_rule})


def _unreadable(data: bytes, why: str) -> PdfReport:
    return PdfReport(sha256(data).hexdigest(), findings=(Finding(Verdict.UNREADABLE, why),))


def _judged(
    file: SignedFile, rules: _Rules, expected: list[str], lists: Sequence[bytes], broken_rule: str
) -> PdfReport:
    judged = finished(Judge(file, rules.roots, rules.given, rules.at).judged())
    had, facts, texts = tuple(states(file.data)), file.facts(), file.texts()
    named = named_lists(texts)
    listings, found = follow(named, had, lists, lambda data: _read(data, rules, [], []))
    by_list = any(each.sha256 == had[-1] for each in listings) or _waits_for_list(named, listings, judged)
    for index, each in enumerate(judged):
        found += told.of_signature(each, judged[index + 1 :], house_rules=rules.house_rules)
    if judged:
        house = rules.house_rules
        found += told.of_house(file, judged, long_term=rules.long_term) if house else told.of_others(judged)
    elif not by_list and not file.unreadable:
        found.append(Finding(Verdict.UNSIGNED, _("The file is not signed.")))
    found += told.of_file(file, judged, listed=by_list)
    found += told.of_kept_hashes(had, expected)
    if broken_rule:
        grade = Verdict.UNTRUSTED if rules.house_rules else Verdict.REMARKS
        text = _("The file breaks the rules of the PDF format (%(why)s); it was read leniently.")
        found.append(Finding(grade, text % {"why": broken_rule}))
    dates = dates_of(facts, texts, judged)
    return PdfReport(
        sha256=had[-1],
        signatures=tuple(judged),
        findings=(*found, *gaps(dates, judged)),
        states=had,
        dates=dates,
        code=file.code(),
        lists=named,
        listings=tuple(listings),
    )


def _waits_for_list(named: Sequence[str], listings: list, judged: list[SignatureReport]) -> bool:
    """Whether what stands after the last signature is the naming of a list that nobody has given yet."""
    open_ends = bool(named) and not listings
    return open_ends and (not judged or (judged[-1].modification == "form_filling" and judged[-1].allowed))


def finished(work: Coroutine[Any, Any, T]) -> T:
    """Run the library's coroutine to its end, also where the calling thread already has an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
