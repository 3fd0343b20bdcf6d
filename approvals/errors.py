"""What an act of this app raises when it is not done. Nothing was stored then."""

from datetime import datetime

from organization.models import Person


class ApprovalRefused(Exception):
    """A rule stands against the act; `rule` is a short stable name of it, such as "quorum" or "recused"."""

    def __init__(self, message: str, *, rule: str = ""):
        super().__init__(message)
        self.message = message
        self.rule = rule


class Stale(Exception):
    """Somebody was faster: who handled the thing last, and when (both empty when the journal does not know)."""

    def __init__(self, by: Person | None, at: datetime | None):
        super().__init__(f"already handled by {by} at {at}")
        self.by = by
        self.at = at
