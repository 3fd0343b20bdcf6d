"""What stands in the database, as the checks and writers of people need it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from organization.models import Appointment, Person, Role, Unit


@dataclass
class Ground:
    """Units with their parents and everybody's open post, read once for all rows."""

    units: dict[str, Unit]
    posts: dict[str, Appointment]

    @classmethod
    def load(cls) -> "Ground":
        units = list(Unit.objects.all())
        by_id = {unit.pk: unit for unit in units}
        for unit in units:
            if unit.parent_id is not None:
                unit.parent = by_id[unit.parent_id]
        return cls({unit.code: unit for unit in units}, {code_of(post.person): post for post in open_posts()})

    def is_below(self, code: str, top: Unit) -> bool:
        unit: Unit | None = self.units[code].parent
        while unit is not None and unit != top:
            unit = unit.parent
        return unit == top

    def unit_of_role(self, role: str, unit: Unit) -> Unit:
        """The province's personnel department works for its whole block, all others for their agency."""
        if role != Role.PROVINCE_HR:
            return unit.agency()
        while unit.parent is not None:
            unit = unit.parent
        return unit


def open_posts() -> QuerySet[Appointment]:
    return (
        Appointment.objects.filter(ends_on__isnull=True, person__code__isnull=False)
        .select_related("person", "unit", "reviewer")
        .prefetch_related("fields_in_charge")
        .order_by("starts_on", "id")
    )


def code_of(person: Person) -> str:
    return person.code or ""
