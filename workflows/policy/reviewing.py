"""Whose forms a person reviews: as the named reviewer, or by a delegation that is valid that day (Art 10.1)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from organization.authority import Authority, delegators_of, subtree_ids
from organization.models import Person, Scope
from workflows.models import Evaluation, Standing
from workflows.policy.rules import reviewing_authority


def reviewed_by(person: Person, on: date) -> QuerySet[Evaluation]:
    """Forms that the person may review that day, never his own; excused and replaced ones are left out."""
    seen = Q(reviewer=person)
    for delegator_id, unit_id in delegators_of(actor=person, scope=Scope.REVIEW, on=on):
        seen |= Q(reviewer_id=delegator_id, unit_id__in=subtree_ids([unit_id]))
    live = Evaluation.objects.exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    return live.filter(seen).exclude(person=person)


def authorities_over(evaluations: Iterable[Evaluation], person: Person, on: date) -> dict[int, Authority | None]:
    """Evaluation id → the power by which the person reviews it; asked once for each reviewer and unit."""
    known: dict[tuple[int, int], Authority | None] = {}
    found: dict[int, Authority | None] = {}
    for evaluation in evaluations:
        if evaluation.reviewer_id == person.pk:
            found[evaluation.pk] = Authority.own(person)
            continue
        place = (evaluation.reviewer_id, evaluation.unit_id)
        if place not in known:
            known[place] = reviewing_authority(evaluation, person, on)
        found[evaluation.pk] = known[place]
    return found
