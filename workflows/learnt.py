"""What the register of circumstances would do to a yearly result that stands (Art 11.3, 20.4): shown, not stored."""

from collections.abc import Sequence
from dataclasses import dataclass

from approvals.classes import CLASSES
from kpi.models import CircumstanceKind, CircumstanceRecord
from kpi.scoring import Rating, apply_overrides, counts
from workflows.grounds import Discipline
from workflows.models import Evaluation, EvaluationPeriod, Ground, PeriodKind, Standing
from workflows.years import discipline_of_entry, rating_words, standing_circumstances, year_inputs


@dataclass(frozen=True)
class Learnt:
    """The class that stands, the one that the register leaves of it, and why with the articles."""

    stands: str
    anew: str
    why: str
    discipline: Discipline | None

    @property
    def ground(self) -> Ground:
        """On which ground the competent head decides anew: what is no discipline was found later."""
        return Ground.DISCIPLINE if self.discipline is not None else Ground.FOUND_LATER


def rests_on_register(period: EvaluationPeriod) -> bool:
    """Whether its classes are yearly ones, which the register of circumstances lowers."""
    return period.campaign.kind == PeriodKind.YEAR and period.procedure.parsed().ranks


def learnt_later(evaluation: Evaluation) -> Learnt | None:
    """What an entry would do to the class that stands; None where the register lowers nothing."""
    decision = evaluation.final_decision
    if evaluation.standing not in (Standing.DECIDED, Standing.PUBLISHED) or decision is None:
        return None
    if decision.class_code not in CLASSES or not rests_on_register(evaluation.period):
        return None
    entries = standing_circumstances(evaluation.person, practice=evaluation.practice)
    rating = _overridden(evaluation, decision.class_code) if entries else None
    if rating is None or not rating.class_code:
        return None
    if CLASSES.index(rating.class_code) <= CLASSES.index(decision.class_code):
        return None
    lowering = lowering_entries(evaluation)
    shown = _discipline(lowering[-1], entries) if lowering else None
    return Learnt(decision.class_code, rating.class_code, rating_words(rating), shown)


def entry_of(evaluation: Evaluation, known: Discipline) -> CircumstanceRecord | None:
    """The register's standing entry of this disciplinary decision, or of its twin, on an act of this day.

    Where both are entered, one that lowers the class comes first.
    """
    found = []
    for row in standing_circumstances(evaluation.person, practice=evaluation.practice):
        paper = (row.decision_number.strip().casefold(), row.decision_on)
        if row.kind == CircumstanceKind.DISCIPLINE and paper in known.papers and row.act_on == known.act_on:
            found.append(row)
    lowering = lowering_entries(evaluation)
    return next((row for row in found if row in lowering), found[0] if found else None)


def lowering_entries(evaluation: Evaluation) -> list[CircumstanceRecord]:
    """The standing entries of discipline that lower the class of this year; one act counts once (Art 11.3)."""
    facts, scheme = year_inputs(evaluation).circumstances, evaluation.scorecard.scheme.scheme
    entries = standing_circumstances(evaluation.person, practice=evaluation.practice)
    acts = [row for row in entries if row.kind == CircumstanceKind.DISCIPLINE]
    return [row for row in acts if counts(discipline_of_entry(row), facts, scheme)]


def left_by_register(evaluation: Evaluation, code: str) -> Rating | None:
    """What Articles 11 and 20.4 leave of this class of a year; None where the period's classes are no yearly ones."""
    return _overridden(evaluation, code) if rests_on_register(evaluation.period) else None


def _overridden(evaluation: Evaluation, code: str) -> Rating:
    return apply_overrides(code, year_inputs(evaluation).circumstances, evaluation.scorecard.scheme.scheme)


def _discipline(row: CircumstanceRecord, entries: Sequence[CircumstanceRecord]) -> Discipline:
    """The entry as the ground of a new result, with the other side's decision on the act where that stands too."""
    act = discipline_of_entry(row).act
    twin = next(
        (
            other
            for other in entries
            if other.pk != row.pk
            and other.kind == CircumstanceKind.DISCIPLINE
            and discipline_of_entry(other).act == act
        ),
        None,
    )
    return Discipline(
        row.act_on,
        row.issuer,
        row.decision_number,
        row.decision_on,
        twin.decision_number if twin else "",
        twin.decision_on if twin else None,
    )
