"""What a review would come to if it were approved now. Reads only; the approval computes everything again."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from kpi.scoring import Leader, Score, leader_d
from organization.models import Person
from workflows.actions.reviews import LeaderMarks
from workflows.managed import managed_evaluations, reviewed_totals
from workflows.models import Evaluation


@dataclass(frozen=True)
class ManagedPeople:
    """Where a leader's d comes from: 100, 50 or open; how many civil servants he manages, and who is not scored."""

    d: int | None
    count: int
    missing: tuple[Person, ...]


def managed_people(evaluation: Evaluation) -> ManagedPeople | None:
    """The people behind d (Decree 335/2025, Art 15); None for those who lead nobody by their post."""
    if not evaluation.is_leader:
        return None
    people = list(managed_evaluations(evaluation).select_related("person"))
    totals = reviewed_totals(people)
    missing = tuple(row.person for row in people if totals[row.pk] is None)
    return ManagedPeople(leader_d(totals.values()), len(people), missing)


def preview_score(
    evaluation: Evaluation,
    *,
    general: Mapping[str, Decimal],
    done: Mapping[UUID, Decimal],
    marks: LeaderMarks | None = None,
    managed: ManagedPeople | None = None,
) -> Score:
    """The score with these reviewed points and quantities in place of the standing ones; nothing is stored."""
    card = evaluation.scorecard
    inputs = card.inputs(reviewed=True)
    quantities = {str(key): Fraction(value) for key, value in done.items()}
    leader = inputs.leader
    if leader is not None and marks is not None and managed is not None:
        leader = Leader(
            d=managed.d if managed.count else marks.d_without_people or leader.d,
            dd=marks.dd or leader.dd,
            e=marks.e or leader.e,
        )
    changed = replace(
        inputs,
        lines=tuple(replace(line, done=quantities.get(line.key, line.done)) for line in inputs.lines),
        general={**inputs.general, **{code: Fraction(points) for code, points in general.items()}},
        leader=leader,
    )
    return changed.score(card.scheme.scheme)
