"""Whose scores a leader's d depends on (Decree 335/2025, Art 15): the civil servants he manages."""

from collections.abc import Iterable
from fractions import Fraction

from django.db.models import QuerySet

from organization.authority import subtree_ids
from organization.models import Appointment, Duty, SubjectGroup
from workflows.models import Correction, Evaluation, EvaluationStep, Stage, Standing


def managed_unit_ids(appointment: Appointment) -> set[int]:
    """Heads manage their unit and all below it; deputies only the fields assigned to them (Art 15.4)."""
    if appointment.duty == Duty.HEAD:
        return subtree_ids([appointment.unit_id])
    if appointment.duty == Duty.DEPUTY:
        return subtree_ids(list(appointment.fields_in_charge.values_list("pk", flat=True)))
    return set()


def managed_evaluations(evaluation: Evaluation) -> QuerySet[Evaluation]:
    """Evaluations of the same campaign of the civil servants under this leader; deputies are not under deputies.

    Whose result was annulled has no score: he neither lowers d nor is he waited for.
    """
    people = people_under(evaluation)
    return people.exclude(standing__in=[Standing.VOID, Standing.REPLACED, Standing.ANNULLED])


def people_under(evaluation: Evaluation) -> QuerySet[Evaluation]:
    """The same people whatever became of their results."""
    appointment = evaluation.appointment
    people = Evaluation.objects.filter(
        period__campaign_id=evaluation.period.campaign_id,
        unit_id__in=managed_unit_ids(appointment),
        appointment__subject_group=SubjectGroup.CONG_CHUC,
    ).exclude(person_id=evaluation.person_id)
    if appointment.duty == Duty.DEPUTY:
        people = people.exclude(unit_id=appointment.unit_id, appointment__duty__in=[Duty.HEAD, Duty.DEPUTY])
    return people


def leaders_over(evaluation: Evaluation) -> list[Evaluation]:
    """Evaluations of leaders whose d may change when this person's score changes."""
    if evaluation.appointment.subject_group != SubjectGroup.CONG_CHUC:
        return []
    leaders = Evaluation.objects.filter(period__campaign_id=evaluation.period.campaign_id, is_leader=True).exclude(
        person_id=evaluation.person_id
    )
    leaders = leaders.exclude(standing__in=[Standing.VOID, Standing.REPLACED]).select_related("appointment", "period")
    return [leader for leader in leaders if people_under(leader).filter(pk=evaluation.pk).exists()]


def reviewed_totals(evaluations: Iterable[Evaluation]) -> dict[int, Fraction | None]:
    """Evaluation id → exact total of the approved review of its present round; None while it is not approved.

    Where a later decision in force has corrected the score, the corrected one.
    """
    found: dict[int, Fraction | None] = {}
    rounds = {}
    for evaluation in evaluations:
        found[evaluation.pk] = None
        rounds[evaluation.pk] = evaluation.round
    steps = (
        EvaluationStep.objects.filter(
            evaluation_id__in=found, stage=Stage.SUPERVISOR_REVIEW, decision__kind="review_approved"
        )
        .select_related("decision")
        .order_by("id")
    )
    for step in steps:
        if step.round == rounds[step.evaluation_id] and step.decision.score_total:
            found[step.evaluation_id] = Fraction(step.decision.score_total)
    in_force = Correction.objects.filter(evaluation_id__in=found, document__issue_released_at__isnull=False)
    for correction in in_force.exclude(later__score_total="").select_related("later").order_by("id"):
        found[correction.evaluation_id] = Fraction(correction.later.score_total)
    return found
