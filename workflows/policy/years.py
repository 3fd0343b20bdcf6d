"""Who reads what overrides a class: the person, his personnel, the competent head, his council, the auditor."""

from datetime import date

from django.db.models import QuerySet

from kpi.models import CircumstanceRecord
from organization.authority import has_role
from organization.models import Person, Role
from workflows.models import Evaluation
from workflows.policy import rules
from workflows.policy.visibility import sessions


def reads_circumstances(evaluation: Evaluation, person: Person, on: date) -> bool:
    """Not the direct reviewer as such: he learns that a rule lowers the class, not what stands behind it."""
    agency = evaluation.period.agency
    return (
        person.pk == evaluation.person_id
        or rules.may_manage_period(agency, person, on)
        or rules.deciding_authority(evaluation.period, person, on) is not None
        or has_role(person=person, role=Role.AUDITOR, unit=agency, on=on)
        or sessions(person).filter(items__case__evaluation=evaluation).exists()
    )


def entries_on(evaluation: Evaluation) -> QuerySet[CircumstanceRecord]:
    """The register's entries on the person of this form, ended ones too, for whom `reads_circumstances` allows."""
    rows = CircumstanceRecord.objects.filter(person_id=evaluation.person_id, practice=evaluation.practice)
    return rows.select_related("by", "twin", "end__by")
