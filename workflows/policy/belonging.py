"""What belongs to a person himself, and what an agency's people may read of each other after publication."""

from datetime import date

from django.db.models import Q, QuerySet

from organization.actions import current_appointment
from organization.models import Person
from workflows.models import Evaluation, EvaluationPeriod, Standing


def own_evaluations(person: Person) -> QuerySet[Evaluation]:
    """The person's own forms, whatever became of them."""
    return Evaluation.objects.filter(person=person)


def periods_of_own_agency(person: Person, on: date) -> QuerySet[EvaluationPeriod]:
    """Periods of the agency in which the person serves that day, and those in which he himself was evaluated."""
    post = current_appointment(person, on)
    mine = Q(pk__in=own_evaluations(person).values("period_id"))
    if post is not None:
        mine |= Q(agency=post.unit.agency())
    return EvaluationPeriod.objects.filter(mine)


def published_in(period: EvaluationPeriod) -> QuerySet[Evaluation]:
    """Who stands on the public list inside the agency: only issued results that carry a class (Art 21)."""
    published = Evaluation.objects.filter(period=period, standing=Standing.PUBLISHED)
    return published.exclude(final_decision__class_code="").select_related("person", "unit", "final_decision")
