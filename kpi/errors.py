"""What an act of this app says when it may not happen."""

from collections.abc import Mapping, Sequence
from typing import Any


class KpiError(Exception):
    """An act that is refused: nothing was stored. `rule` names the article or policy behind it."""

    def __init__(self, message: str, *, rule: str = "", problems: Sequence[str] = ()) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.rule = rule
        self.problems = list(problems)


class DraftConflict(KpiError):
    """Another tab or device saved meanwhile; `version` and `stored` are what stands, nothing was overwritten."""

    def __init__(self, message: str, *, version: int, stored: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.version = version
        self.stored = stored
