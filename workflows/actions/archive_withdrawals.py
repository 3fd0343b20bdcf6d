"""The head withdraws an approved disposition, he or the archivist a listed transfer, while a signature is missing."""

from datetime import datetime

from django.utils import timezone

from documents.keeping import undoing
from documents.models import Disposition, Transfer
from organization.models import Person
from workflows.actions.keeping import require_head_of, require_keeper_or_head


def withdraw_disposition(
    *, row: Disposition, reason: str, expected_version: int, by: Person, at: datetime
) -> Disposition:
    """NotAllowed for everybody but the head; DocumentRefused once everybody has signed the minutes."""
    under = require_head_of(row.unit, by, timezone.localdate(at))
    return undoing.withdraw_disposition(
        disposition=row, reason=reason, by=by, under=under, expected_version=expected_version, at=at
    )


def withdraw_transfer(*, transfer: Transfer, reason: str, by: Person, at: datetime) -> Transfer:
    """NotAllowed for everybody but archivist and head; DocumentRefused once both have signed the list."""
    under = require_keeper_or_head(transfer.unit, by, timezone.localdate(at))
    return undoing.withdraw_transfer(transfer=transfer, reason=reason, by=by, under=under, at=at)
