"""Reading marks of the notices on one's home."""

from datetime import datetime
from uuid import UUID

from organization.models import Person
from workflows.models import Notice


def mark_read(*, person: Person, at: datetime, notice: UUID | None = None) -> int:
    """Mark one of the person's own notices as read, or all of them; returns how many were unread."""
    unread = Notice.objects.filter(person=person, read_at__isnull=True)
    if notice is not None:
        unread = unread.filter(uuid=notice)
    return unread.update(read_at=at)
