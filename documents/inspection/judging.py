"""One file judged in a process of its own: nothing here reads a row or a setting."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from documents.verification import verify_pdf


@dataclass(frozen=True)
class Job:
    """A signed file, the signed lists it leans on, and what the rows expect of it."""

    path: Path
    lists: tuple[Path, ...]
    revisions: tuple[str, ...]
    fingerprints: tuple[str, ...]
    roots: tuple[bytes, ...]


def judge(job: Job) -> list[str]:
    """What is wrong with the file; empty when it is what the rows say."""
    try:
        data, *lists = (_whole(path) for path in (job.path, *job.lists))
    except (OSError, ValueError) as error:
        return [f"the file cannot be judged: {type(error).__name__}"]
    # A seal without long-term data is a fault, also of old documents: `renew_timestamps` mends it in a new file.
    report = verify_pdf(data, trust_roots=job.roots, expected_sha256s=job.revisions, lists=lists, long_term=True)
    problems = list(report.problems)
    if [each.fingerprint for each in report.signatures] != list(job.fingerprints):
        problems.append("the file is signed with other keys than the rows say")
    return problems


def _whole(path: Path) -> bytes:
    data = path.read_bytes()
    if sha256(data).hexdigest() != path.name:
        raise ValueError(path.name)
    return data
