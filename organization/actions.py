"""Writers of the ground: people, posts, powers, and the journal of every act."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from organization.authority import Authority
from organization.models import (
    Appointment,
    CalendarDay,
    Delegation,
    JournalEntry,
    Person,
    RoleGrant,
    Unit,
)


def journal(
    *,
    event: str,
    subject: Any,
    at: datetime,
    by: Person | None,
    under: Authority | None = None,
    unit: Unit | None = None,
    changed_from: str = "",
    changed_to: str = "",
    practice: bool = False,
    **details: Any,
) -> JournalEntry:
    """Write one act into the journal. `subject` has a uuid; `details` are JSON-able and hold ids, not free text."""
    return JournalEntry.objects.create(
        at=at,
        event=event,
        by=by,
        on_behalf_of=under.holder if under and under.is_delegated else None,
        under=under.as_json() if under else {},
        unit=unit,
        subject_type=subject._meta.label,
        subject_uuid=subject.uuid,
        changed_from=changed_from,
        changed_to=changed_to,
        details=details,
        practice=practice,
    )


@transaction.atomic
def delegate(
    *,
    delegator: Person,
    delegate: Person,
    capacity: str,
    scope: str,
    unit: Unit,
    document_number: str,
    document_on: date,
    starts_on: date,
    ends_on: date | None,
    by: Person,
    at: datetime,
) -> Delegation:
    """Hand a power over by a document. Raises ValidationError where the document or the period is wrong."""
    delegation = Delegation(
        delegator=delegator,
        delegate=delegate,
        capacity=capacity,
        scope=scope,
        unit=unit,
        document_number=document_number,
        document_on=document_on,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    delegation.full_clean()
    delegation.save()
    journal(event="delegation.given", subject=delegation, at=at, by=by, unit=unit, scope=scope, capacity=capacity)
    return delegation


@transaction.atomic
def end_delegation(*, delegation: Delegation, on: date, by: Person, at: datetime) -> None:
    """End a delegation on a day (excluded from it)."""
    delegation.ends_on = on
    delegation.full_clean()
    delegation.save(update_fields=["ends_on"])
    journal(event="delegation.ended", subject=delegation, at=at, by=by, unit=delegation.unit)


@transaction.atomic
def grant_role(
    *,
    person: Person,
    role: str,
    unit: Unit,
    starts_on: date,
    ends_on: date | None = None,
    basis: str = "",
    by: Person | None,
    at: datetime,
) -> RoleGrant:
    """Give a standing role in a unit's subtree."""
    grant = RoleGrant(person=person, role=role, unit=unit, starts_on=starts_on, ends_on=ends_on, basis=basis)
    grant.full_clean()
    grant.save()
    journal(event="role.granted", subject=person, at=at, by=by, unit=unit, role=role)
    return grant


def seed_holidays(years: list[int]) -> int:
    """Put Vietnam's public holidays and exchanged working Saturdays of these years into the editable calendar."""
    import holidays

    known = holidays.country_holidays("VN", years=years, language="vi")
    created = 0
    for day, name in sorted(known.items()):
        created += CalendarDay.objects.get_or_create(day=day, defaults={"is_working": False, "name": name})[1]
    for day in sorted(known.weekend_workdays):
        if day.year in years:
            created += CalendarDay.objects.get_or_create(day=day, defaults={"is_working": True, "name": "Làm bù"})[1]
    return created


def working_calendar():
    """A predicate `is_working(day)` over the calendar table and the Monday-to-Friday week, read once."""
    special = dict(CalendarDay.objects.values_list("day", "is_working"))
    return lambda day: special.get(day, day.weekday() < 5)


def current_appointment(person: Person, on: date) -> Appointment | None:
    """The post that a person holds that day; the latest begun when there are several."""
    return Appointment.objects.on(on).filter(person=person).select_related("unit").order_by("starts_on", "id").last()
