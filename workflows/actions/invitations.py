"""Whom a council's session is called on: the people who wait and whom it covers, with what their place rests on."""

from collections.abc import Sequence

from approvals.actions import Case
from approvals.models import Council
from organization.authority import subtree_ids
from workflows import flows
from workflows.actions.reviews import approved_review
from workflows.histories import last_classes, totals
from workflows.models import Evaluation, EvaluationPeriod, Stage


def covered_units(council: Council) -> set[int] | None:
    """Units whose people the council judges, each with what lies below; None for the whole agency.

    The agency's own row stands for the people directly under it: with those below it would be the whole.
    """
    named = {unit.pk for unit in council.covers.all()}
    if not named:
        return None
    return subtree_ids(sorted(named - {council.unit_id})) | (named & {council.unit_id})


def waiting_evaluations(period: EvaluationPeriod, council: Council | None = None) -> list[Evaluation]:
    """Evaluations whose turn is the council's and that stand on no agenda yet; those that `council` covers."""
    tasks = flows.open_tasks(process__evaluation__period=period, flow_task__in=flows.nodes_named(flows.COUNCIL))
    rows = Evaluation.objects.filter(processes__task_set__in=tasks, council_cases__isnull=True)
    covered = covered_units(council) if council is not None else None
    if covered is not None:
        rows = rows.filter(unit_id__in=covered)
    return list(
        rows.select_related("person", "unit", "reviewer", "scorecard").order_by("unit__position", "person__sort_key")
    )


def cases_on(period: EvaluationPeriod, waiting: Sequence[Evaluation]) -> list[Case]:
    """The cases of the agenda, in the order of unit and name; the act that convenes sorts them by disagreement."""
    reviews = {row.pk: approved_review(row) for row in waiting}
    scored = totals(row.pk for row in waiting)
    earlier = last_classes(period, [row.person_id for row in waiting])
    cases = []
    for row in waiting:
        own = scored.get(row.pk, {}).get(Stage.SELF_ASSESSMENT)
        cases.append(
            Case(
                person=row.person,
                title=row.title,
                unit_name=row.unit.name,
                duty_group=row.duty_group,
                score_total=reviews[row.pk].decision.score_total,
                score_class=reviews[row.pk].decision.class_code,
                own_total="" if own is None else str(own),
                last_class=earlier.get(row.person_id, ""),
                contested=_points_changed(row) > 0,
                prior_reviewers=(reviews[row.pk].decision.by,),
            )
        )
    return cases


def _points_changed(evaluation: Evaluation) -> int:
    """How many points of the form the supervisor changed: what the meeting should look at first."""
    return evaluation.scorecard.adjustments.filter(target__in=("general", "done"), new__gt="").count()
