"""From facts about signatures to words for a person, each with the best verdict it leaves possible."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from documents.verification.files import SignedFile
from documents.verification.reports import Finding, SignatureReport, Verdict

BROKEN, UNTRUSTED, REMARKS, NOTE = Verdict.BROKEN, Verdict.UNTRUSTED, Verdict.REMARKS, Verdict.VALID


def of_signature(each: SignatureReport, later: Iterable[SignatureReport], *, house_rules: bool) -> list[Finding]:
    """What is wrong, missing or unusual with one signature; `later` are those that cover it."""
    found = [*_damage(each, list(later), house_rules), *_trust(each), *_time(each, house_rules)]
    return [Finding(grade, text % _words(each), each.field) for grade, text in found]


def _damage(each: SignatureReport, later: list[SignatureReport], house_rules: bool) -> Iterable[tuple[Verdict, str]]:
    if not each.intact:
        yield BROKEN, _("The signature of %(signer)s (%(field)s) is broken: the signed bytes were changed.")
    if each.covers == "part":
        yield BROKEN, _("The signature of %(signer)s (%(field)s) does not cover its whole revision.")
    elif not each.allowed:
        answered = not house_rules and not each.certified and any(_answers_for(other) for other in later)
        yield (
            REMARKS if answered else BROKEN,
            _("After %(signer)s signed (%(field)s) the document was changed beyond form filling: %(changed)s."),
        )
        if answered:
            yield NOTE, _("A later signature answers for what was changed after %(signer)s signed (%(field)s).")


def _answers_for(other: SignatureReport) -> bool:
    return other.kind == "signature" and other.intact and other.covers in ("file", "revision")


def _trust(each: SignatureReport) -> Iterable[tuple[Verdict, str]]:
    before = each.revoked_at and not (each.proven_at and each.revoked_at > each.proven_at)
    if before and each.proven_at:
        yield UNTRUSTED, _("The certificate of %(signer)s (%(field)s) was revoked on %(revoked)s, before it signed.")
    elif before:
        yield (
            UNTRUSTED,
            _("%(signer)s (%(field)s): the certificate was revoked on %(revoked)s; nothing proves it signed before."),
        )
    elif each.revoked_at:
        yield REMARKS, _("The certificate of %(signer)s (%(field)s) was revoked on %(revoked)s, after it signed.")
    elif not each.trusted and each.intact:
        if not each.root_known:
            yield (
                UNTRUSTED,
                _("The signature of %(signer)s (%(field)s) is intact; its authority %(root)s is unknown here."),
            )
        else:
            yield UNTRUSTED, _("The certificate of %(signer)s (%(field)s) is not trusted at the time of signing.")
    if each.weak:
        yield REMARKS, _("%(signer)s signed (%(field)s) with an old algorithm that no longer protects: %(weak)s.")


def _time(each: SignatureReport, house_rules: bool) -> Iterable[tuple[Verdict, str]]:
    missing = UNTRUSTED if house_rules else REMARKS
    if each.timestamped_at and not each.timestamp_trusted:
        yield UNTRUSTED, _("The time stamp of %(signer)s (%(field)s) is not trusted.")
    if each.kind == "timestamp":
        if each.judged_by == "claimed" and each.trusted:
            yield (
                missing,
                _("The certificate of the document's time stamp (%(field)s) has expired; no newer one confirms it."),
            )
        return
    if each.judged_by == "claimed":
        yield (
            missing,
            _("%(signer)s (%(field)s): certificate expired on %(until)s; validity cannot be proven: no time stamp."),
        )
    if not each.timestamped_at and each.judged_by != "claimed":
        yield missing, _("The signature of %(signer)s (%(field)s) has no time stamp.")
    if each.proven_at and each.longterm_missing:
        yield NOTE, _("The file holds no revocation data for: %(missing)s (%(field)s).")


def of_house(file: SignedFile, judged: list[SignatureReport], *, long_term: bool) -> list[Finding]:
    """What our own documents have and those of others may lack; `long_term`: a seal must reach B-LTA."""
    found = []
    if not judged[0].certified or "/DocMDP" not in file.signatures[0].reader.root.get("/Perms", {}):
        found.append(Finding(UNTRUSTED, _("The first signature does not certify the document."), judged[0].field))
    places = file.first_places
    for each in judged:
        if each.kind == "signature" and each.field not in places:
            text = _("%(signer)s signed in a place (%(field)s) that the document did not have.") % _words(each)
            found.append(Finding(UNTRUSTED, text, each.field))
    seal = next((each for each in judged if each.field == "seal"), None)
    if seal and seal.level != "B-LTA":
        text = _("The seal of %(signer)s does not reach B-LTA but %(level)s: %(missing)s.") % _words(seal)
        found.append(Finding(UNTRUSTED if long_term else REMARKS, text, "seal"))
    return found


def of_others(judged: list[SignatureReport]) -> list[Finding]:
    """What is worth telling about a document that did not come from here."""
    if judged[0].certified:
        return []
    text = _("The first signature does not certify the document: later changes are judged by what they are.")
    return [Finding(NOTE, text, judged[0].field)]


def of_file(file: SignedFile, judged: list[SignatureReport], *, listed: bool) -> list[Finding]:
    """What the file as a whole shows; `listed`: a signed list answers for its last state."""
    found = [
        Finding(BROKEN, _("The signature in %(field)s cannot be read: %(why)s") % {"field": name, "why": why}, name)
        for name, why in file.unreadable.items()
    ]
    found += [
        Finding(BROKEN, _("A signature (%(field)s) was taken away by a later change.") % {"field": name}, name)
        for name in file.removed()
    ]
    if judged and judged[-1].covers != "file" and not listed:
        last = judged[-1]
        only_data = last.modification == "long_term_data" and last.allowed
        text = (
            _("After the last signature only long-term data were added, without a time stamp over them.")
            if only_data
            else _("Something was added after the last signature.")
        )
        found.append(Finding(NOTE if only_data else BROKEN, text))
    if file.reader.encrypted:
        found.append(Finding(REMARKS, _("The file is encrypted; it opens without a password.")))
    return found


def of_kept_hashes(states: tuple[str, ...], expected: list[str]) -> list[Finding]:
    """Compare with the hashes kept at each signing; a file cut back to an earlier revision is valid but short."""
    if not expected:
        return []
    if states[-1] == expected[-1] and set(expected) <= set(states):
        return []
    if states[-1] in expected[:-1]:
        counts = {"found": expected.index(states[-1]) + 1, "expected": len(expected)}
        text = _("The file was cut back: %(found)d of %(expected)d signed revisions are left.") % counts
    else:
        text = _("The file is not the one archived: its signed revisions have other hashes.")
    return [Finding(BROKEN, text)]


def _words(each: SignatureReport) -> dict[str, str]:
    return {
        "signer": each.signer,
        "field": each.field,
        "root": each.chain[-1] if each.chain else each.issuer,
        "revoked": f"{each.revoked_at:%d/%m/%Y}" if each.revoked_at else "",
        "until": f"{each.valid_until:%d/%m/%Y}" if each.valid_until else "",
        "weak": ", ".join(each.weak),
        "level": each.level or each.subfilter,
        "missing": ", ".join(each.longterm_missing) or _("long-term data without a time stamp of the document"),
        "changed": "; ".join(each.changed) or _("parts that are not shown on the page"),
    }
