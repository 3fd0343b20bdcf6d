"""Who sees a Party committee's opinion: its secretary, the agency's personnel, its head, the council, the auditor."""

from datetime import date

from django.db.models import Q, QuerySet

from organization.authority import units_of_role
from organization.models import Person, Role
from workflows.models import PartyOpinion
from workflows.policy.visibility import headed_units, sessions

READING_ROLES = (Role.UNIT_HR, Role.PROVINCE_HR, Role.AUDITOR)


def opinions(person: Person, on: date) -> QuerySet[PartyOpinion]:
    """Asked of oneself, or of the agencies and sessions in which one has a part; never the one about oneself."""
    agencies = {unit for role in READING_ROLES for unit in units_of_role(person=person, role=role, on=on)}
    agencies.update(headed_units(person, on))
    seen = Q(secretary=person) | Q(evaluation__period__agency_id__in=agencies)
    seen |= Q(evaluation__council_cases__item__session__in=sessions(person).values("pk"))
    rows = PartyOpinion.objects.filter(pk__in=PartyOpinion.objects.filter(seen).values("pk"))
    return rows.exclude(evaluation__person=person).select_related(
        "evaluation__person",
        "evaluation__unit",
        "evaluation__period__agency",
        "evaluation__period__campaign",
        "evaluation__period__procedure",
        "secretary",
        "document__kind",
        "entered_by",
    )
