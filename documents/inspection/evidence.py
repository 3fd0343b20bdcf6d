"""Every archive time stamp stands for its tree, and every file's evidence leads to a trusted time."""

from collections.abc import Iterator

from django.utils import timezone

from documents import archive, evidence
from documents.evidence.trees import digest, grow
from documents.inspection.faults import WHOLE, Fault, Scope, trusted_roots
from documents.models import EvidenceStamp, StampPurpose
from documents.signing.stamps import TokenInvalid, judge_token

RECORDS = 20  # whole records judged for each stamp; the trees are recomputed in full


def check_evidence(scope: Scope = WHOLE) -> Iterator[Fault | str]:
    """Recompute each tree, compare it with its rows and its token, and judge some records as an outsider would."""
    roots = trusted_roots()
    for stamp in EvidenceStamp.objects.order_by("ordinal"):
        name = f"stamp {stamp.ordinal}"
        try:
            problems = [*_tree_problems(stamp, roots), *_record_problems(stamp, roots, scope.sample or RECORDS)]
        except (archive.FileMissing, archive.FileCorrupt) as error:
            problems = [f"{type(error).__name__} {error}"]
        yield from (Fault("evidence", name, problem) for problem in problems)
        if not problems:
            yield name


def _tree_problems(stamp: EvidenceStamp, roots: list[bytes]) -> Iterator[str]:
    leaves = evidence.leaves_of(stamp)
    token = archive.read(stamp.token_sha256)
    renewal = stamp.renewed_by.select_related("stamp").first()
    try:
        root = grow(stamp.algorithm, [leaf for leaf, _subject in leaves])[-1][0]
        judge_token(token, root, trust_roots=roots, at=renewal.stamp.stamped_at if renewal else timezone.now())
    except TokenInvalid as error:
        yield f"time stamp: {error}"
    subjects = {subject for _leaf, subject in leaves}
    if len(leaves) != stamp.count or len(subjects) != stamp.count:
        yield "the tree has lost or gained leaves"
    if stamp.purpose == StampPurpose.RENEWAL:
        renewed = {
            str(each.renews.ordinal): each.renews for each in stamp.entries.select_related("renews") if each.renews
        }
        named = set(renewed)
        wrong = [
            subject
            for leaf, subject in leaves
            if subject in renewed and leaf != digest(stamp.algorithm, archive.read(renewed[subject].token_sha256))
        ]
    else:
        named = set(stamp.entries.values_list("sha256", flat=True))
        first = stamp.purpose == StampPurpose.FIRST
        wrong = [subject for leaf, subject in leaves if first and leaf.hex() != subject]
    if named != subjects:
        yield "rows and tree name other things"
    if wrong:
        yield f"leaves of other bytes: {', '.join(wrong[:3])}"


def _record_problems(stamp: EvidenceStamp, roots: list[bytes], number: int) -> Iterator[str]:
    for sha256 in stamp.entries.exclude(sha256="").order_by("?").values_list("sha256", flat=True)[:number]:
        try:
            data = archive.read(sha256)
        except archive.FileMissing:
            continue  # disposed of, or the check of files says so
        try:
            evidence.judge_record(evidence.record_of(sha256), data, trust_roots=roots)
        except evidence.RecordInvalid as error:
            yield f"{sha256}: {error}"
