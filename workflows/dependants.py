"""What rests on a result that has changed: one entry of `FINDERS` for each kind of dependant.

They only find and, for the page, reckon what it would be if it were computed anew; nothing here stores anything.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Q

from approvals.models import Decision
from kpi.quota import CeilingCheck
from kpi.scheme import MANDATORY, UNDER_REVIEW
from kpi.scoring import leader_d
from organization.models import Duty
from workflows.ceilings import check_list, scheme_with_ceilings
from workflows.managed import leaders_over, managed_evaluations, people_under, reviewed_totals
from workflows.models import (
    Correction,
    DependantKind,
    Evaluation,
    EvaluationPeriod,
    OrganisationRating,
    OrganisationRuling,
    PeriodKind,
    Standing,
)
from workflows.organisations import ratings_resting_on


@dataclass(frozen=True)
class Found:
    """Something that rests on `source`; with neither person nor organisation the whole list of the period."""

    kind: DependantKind
    source: Correction | OrganisationRuling
    period: EvaluationPeriod | None
    evaluation: Evaluation | None = None
    organisation: OrganisationRating | None = None


@dataclass(frozen=True)
class Basis:
    """The article behind a kind of dependant, and the standing of our reading of it."""

    article: str
    standing: str


BASES = {
    DependantKind.LEADER: Basis("Điều 15, khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP", MANDATORY),
    DependantKind.LONGER_PERIOD: Basis("Điều 11, Điều 19 Nghị định số 335/2025/NĐ-CP", MANDATORY),
    DependantKind.ORGANISATION: Basis("Điều 8, khoản 6 Điều 20 Nghị định số 335/2025/NĐ-CP", UNDER_REVIEW),
    DependantKind.HEAD: Basis("khoản 6 Điều 20, khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP", MANDATORY),
    DependantKind.ABOVE: Basis("Điều 8, Điều 9 Nghị định số 335/2025/NĐ-CP", UNDER_REVIEW),
    DependantKind.CEILING: Basis("khoản 5 Điều 20 Nghị định số 335/2025/NĐ-CP", UNDER_REVIEW),
}


def dependants_of(corrections: Sequence[Correction]) -> list[Found]:
    """All that rests on these results of one document; called when they have just taken effect."""
    return [found for finder in FINDERS for found in finder(corrections)]


def changed_scores(corrections: Iterable[Correction]) -> dict[int, Correction]:
    """Evaluation id → the correction that changes its total."""
    return {each.evaluation_id: each for each in corrections if _total(each.earlier) != _total(each.later)}


def leaders_of_changed(corrections: Iterable[Correction]) -> dict[int, tuple[Evaluation, Correction]]:
    """Leaders whose d may be another one with the new scores, by key, each with one correction that he rests on."""
    over: dict[int, tuple[Evaluation, Correction]] = {}
    for correction in changed_scores(corrections).values():
        for leader in leaders_over(correction.evaluation):
            over.setdefault(leader.pk, (leader, correction))
    return over


def _leaders(corrections: Sequence[Correction]) -> list[Found]:
    """Leaders already scored whose d is another one with the new scores than with the old ones (Art 15)."""
    changed, over = changed_scores(corrections), leaders_of_changed(corrections)
    scored = _scored(over)
    found = []
    for leader, correction in over.values():
        if leader.pk not in scored:
            continue
        after = reviewed_totals(managed_evaluations(leader))
        under = set(people_under(leader).filter(pk__in=changed).values_list("pk", flat=True))
        before = {pk: total for pk, total in after.items() if pk not in under}
        before |= {pk: total for pk in under if (total := _total(changed[pk].earlier)) is not None}
        if leader_d(before.values()) != leader_d(after.values()):
            found.append(Found(DependantKind.LEADER, correction, leader.period, leader))
    return found


def _longer_periods(corrections: Sequence[Correction]) -> list[Found]:
    """Results of the same person over a longer period that counted this score (Art 11, 19)."""
    found = []
    for correction in corrections:
        if _total(correction.earlier) == _total(correction.later):
            continue
        own = correction.evaluation.period.campaign
        rows = Evaluation.objects.filter(
            person_id=correction.evaluation.person_id,
            practice=correction.evaluation.practice,
            period__campaign__kind__in=[PeriodKind.QUARTER, PeriodKind.YEAR],
            period__campaign__starts_on__lte=own.starts_on,
            period__campaign__ends_on__gte=own.ends_on,
        ).exclude(period__campaign=own)
        rows = rows.exclude(standing__in=[Standing.VOID, Standing.REPLACED, Standing.ANNULLED])
        longer = {row.pk: row for row in rows.select_related("period").order_by("pk")}
        found += [
            Found(DependantKind.LONGER_PERIOD, correction, longer[pk].period, longer[pk])
            for pk in sorted(_scored(longer))
        ]
    return found


def _ceilings(corrections: Sequence[Correction]) -> list[Found]:
    """The list, when more people stand at the top class than it allows now, or room appeared for those lowered."""
    first = corrections[0]
    period = first.evaluation.period
    classes = list_classes(period)
    after = check_list(period, classes)
    if after is None:
        return []
    before = check_list(period, classes | {each.evaluation_id: each.earlier.class_code for each in corrections})
    assert before is not None  # the same rule set limits both
    above = _excess(after) > _excess(before)
    room = after.agency.room > before.agency.room and bool(lowered_below_score(period))
    return [Found(DependantKind.CEILING, first, period)] if above or room else []


def _organisations(corrections: Sequence[Correction]) -> list[Found]:
    """The decided rating of the organisation whose head's yearly class has changed (Art 8, 20.6)."""
    found = []
    for correction in corrections:
        evaluation, period = correction.evaluation, correction.evaluation.period
        is_head = evaluation.appointment.duty == Duty.HEAD
        if not is_head or period.campaign.kind != PeriodKind.YEAR:
            continue
        if correction.earlier.class_code == correction.later.class_code:
            continue
        year, unit = period.campaign.starts_on.year, evaluation.appointment.unit
        for rating in ratings_resting_on(unit, year, practice=period.practice):
            if rating.unit_id == unit.pk and rating.ruling_id is not None:
                found.append(Found(DependantKind.ORGANISATION, correction, period, organisation=rating))
    return found


def _excess(check: CeilingCheck) -> int:
    return check.agency.excess + sum(group.excess for group in check.groups)


def list_classes(period: EvaluationPeriod) -> dict[int, str]:
    """Evaluation id → class that stands, for the whole list."""
    decided = Evaluation.objects.filter(period=period, final_decision__isnull=False)
    return dict(decided.values_list("pk", "final_decision__class_code"))


def lowered_below_score(period: EvaluationPeriod) -> list[Evaluation]:
    """People whose score reached the limited class and whose decided class is lower; [] where nothing is limited."""
    scheme = scheme_with_ceilings(period)
    if scheme is None or scheme.ceilings is None:
        return []
    top = scheme.ceilings.top_class.value
    rows = Evaluation.objects.filter(
        period=period, standing=Standing.PUBLISHED, final_decision__score_class=top
    ).exclude(final_decision__class_code=top)
    return list(rows.select_related("person", "unit"))


def _scored(keys: Iterable[int]) -> set[int]:
    """Those of these evaluations that have an approved score or a decision."""
    known = Q(final_decision__isnull=False) | Q(steps__decision__kind=Decision.Kind.REVIEW_APPROVED)
    return set(Evaluation.objects.filter(known, pk__in=list(keys)).values_list("pk", flat=True))


def _total(decision: Decision) -> Fraction | None:
    return Fraction(decision.score_total) if decision.score_total else None


FINDERS: tuple[Callable[[Sequence[Correction]], list[Found]], ...] = (
    _leaders,
    _longer_periods,
    _ceilings,
    _organisations,
)
