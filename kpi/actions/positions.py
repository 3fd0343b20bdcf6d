from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.models import JobPosition, PositionHolding
from organization.actions import journal
from organization.models import Appointment, Person, Unit
from organization.names import normal


@dataclass(frozen=True)
class PositionRow:
    """A row of the job-position catalogue."""

    code: str
    name: str
    group: str = ""
    unit: Unit | None = None
    description: str = ""


@transaction.atomic
def import_positions(*, rows: Sequence[PositionRow], by: Person, at: datetime) -> list[JobPosition]:
    """Store the catalogue: new codes are added, known ones brought up to date. Refused as a whole."""
    codes = [row.code for row in rows]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    problems = [_("%(code)s: stands twice.") % {"code": code} for code in twice]
    problems += [
        _("%(code)s: code and name are needed.") % {"code": row.code}
        for row in rows
        if not row.code.strip() or not row.name.strip()
    ]
    if problems:
        raise KpiError(_("The job positions were not stored."), problems=problems)
    stored = []
    for row in rows:
        position, _created = JobPosition.objects.update_or_create(
            code=normal(row.code),
            defaults={
                "name": normal(row.name),
                "group": row.group,
                "unit": row.unit,
                "description": row.description,
            },
        )
        stored.append(position)
    if stored:
        journal(event="positions.imported", subject=stored[0], at=at, by=by, count=len(stored))
    return stored


@transaction.atomic
def hold_position(*, appointment: Appointment, position: JobPosition) -> PositionHolding:
    """Record that an appointment fills a job position."""
    holding, _created = PositionHolding.objects.get_or_create(appointment=appointment, position=position)
    return holding
