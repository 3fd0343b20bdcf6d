"""Compare the archive with its rows: every file re-hashed, every signature judged, every number and line counted.

Checks stream: each yields the name of what is right, and a Fault for what is not.
"""

from collections.abc import Callable, Iterator

from documents.inspection.evidence import check_evidence
from documents.inspection.faults import WHOLE, Fault, InspectionImpossible, Scope
from documents.inspection.files import check_files, known_hashes
from documents.inspection.numbers import check_numbers
from documents.inspection.registers import check_registers
from documents.inspection.signatures import check_signatures

__all__ = ["CHECKS", "WHOLE", "Fault", "InspectionImpossible", "Scope", "known_hashes"]

CHECKS: dict[str, Callable[..., Iterator[Fault | str]]] = {
    "files": check_files,
    "signatures": check_signatures,
    "numbers": check_numbers,
    "register": check_registers,
    "evidence": check_evidence,
}
