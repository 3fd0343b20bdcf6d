"""Figures of a half-year or a year: counted by the database, a fixed number of queries, never person by person.

Only results that stand count: published ones with the class of their last decision. Nothing is ranked.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from approvals.classes import CLASSES
from approvals.models import Petition, PetitionState
from organization.models import SubjectGroup, Unit
from workflows.facts.ceiling_use import OPEN, CeilingUse, ceiling_use
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    NationalResult,
    OutstandingAchievement,
    PeriodKind,
    PeriodScheme,
    Stage,
    Standing,
)

#: What a result is counted as, beside the classes: a score without a class; no result stands (any more, or yet).
SCORE, ANNULLED, EXCUSED = "score", "annulled", "excused"
CELLS = (*CLASSES, SCORE, ANNULLED, OPEN, EXCUSED)
_OF_STANDING = {Standing.ANNULLED: ANNULLED, Standing.VOID: EXCUSED}


@dataclass(frozen=True)
class Span:
    """The first or second half of a year, or the year: what lies wholly inside counts. Half-open."""

    year: int
    part: str  # "h1" | "h2" | "year"

    @property
    def starts_on(self) -> date:
        return date(self.year, 7 if self.part == "h2" else 1, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, 7, 1) if self.part == "h1" else date(self.year + 1, 1, 1)


@dataclass(frozen=True)
class Line:
    """An agency, a unit or a subject group with its numbers; `counts` None: no period of this kind was held there."""

    name: str
    counts: Mapping[str, int] | None

    @property
    def due(self) -> int:
        """Results that should stand: all but those of excused people."""
        return sum(number for cell, number in (self.counts or {}).items() if cell != EXCUSED)

    @property
    def published(self) -> int:
        return sum((self.counts or {}).get(cell, 0) for cell in (*CLASSES, SCORE))

    def of(self, cell: str) -> int | None:
        return None if self.counts is None else self.counts.get(cell, 0)


@dataclass(frozen=True)
class KindFigures:
    """All periods of one kind in the span."""

    kind: str
    lines: list[Line]
    groups: list[Line]
    total: Line
    ceilings: list[CeilingUse]


@dataclass(frozen=True)
class PetitionLine:
    """The petitions about results of these periods in one agency."""

    name: str
    counts: Mapping[str, int]  # by outcome, "withdrawn", "open", "late"

    @property
    def received(self) -> int:
        return sum(number for key, number in self.counts.items() if key != "late")


@dataclass(frozen=True)
class Figures:
    """Everything that the report says; `late_periods`: lists past their day with results missing."""

    span: Span
    kinds: list[KindFigures]
    petitions: list[PetitionLine]
    late_periods: list[tuple[EvaluationPeriod, int]]
    late_results: int
    campaigns: list[str]
    rule_sets: list[tuple[str, bool]]
    without: list[str] = field(default_factory=list)  # agencies that held no period


def figures(span: Span, agencies: Collection[int], *, by_unit: bool, on: date) -> Figures:
    """The figures of these agencies (keys); `by_unit` splits them by the units in which people served."""
    periods = {period.pk: period for period in _periods(span, agencies)}
    counted = _counted(periods, by_unit=by_unit)
    places = _places(counted, agencies, by_unit=by_unit)
    chosen = list(PeriodScheme.objects.filter(period__in=periods).select_related("scheme").order_by("subject_group"))
    schemes: dict[int, list[Any]] = {}
    for each in chosen:
        schemes.setdefault(each.period_id, []).append(each.scheme)
    standing = OutstandingAchievement.objects.filter(period__in=periods, withdrawn_at=None)
    lifted = {each.period_id: each for each in standing}
    kinds = [
        _kind(kind, rows, places, periods, schemes, lifted, by_unit=by_unit)
        for kind in PeriodKind.values
        if (rows := [row for row in counted if row["kind"] == kind])
    ]
    missing = Counter[int]()
    for row in counted:
        missing[row["period"]] += row["number"] * (row["cell"] == OPEN)
    held = {period.agency_id for period in periods.values()}
    names = {scheme.pk: (str(scheme), scheme.is_local) for found in schemes.values() for scheme in found}
    agency_names = dict(Unit.objects.filter(pk__in=agencies).order_by("position", "code").values_list("pk", "name"))
    return Figures(
        span=span,
        kinds=kinds,
        petitions=_petitions(periods, agency_names, on),
        late_periods=[
            (period, missing[key])
            for key, period in periods.items()
            if missing[key] and (due := period.deadline(Stage.PUBLISHED)) and due < on
        ],
        late_results=NationalResult.objects.filter(agency_id__in=agencies).overdue(on).count(),
        campaigns=list(dict.fromkeys(period.campaign.name for period in periods.values())),
        rule_sets=sorted(names.values()),
        without=[name for key, name in agency_names.items() if key not in held],
    )


def _periods(span: Span, agencies: Collection[int]) -> Iterable[EvaluationPeriod]:
    return (
        EvaluationPeriod.objects.filter(
            agency_id__in=agencies,
            practice=False,
            people_expected__isnull=False,
            campaign__starts_on__gte=span.starts_on,
            campaign__ends_on__lte=span.ends_on,
        )
        .select_related("campaign", "agency", "procedure")
        .order_by("campaign__starts_on", "agency__position", "agency__code", "pk")
    )


def _counted(periods: Mapping[int, EvaluationPeriod], *, by_unit: bool) -> list[dict[str, Any]]:
    """Grouped counts: period, place, subject group, duty group, cell, number. One query."""
    rows = (
        Evaluation.objects.filter(period__in=periods)
        .exclude(standing=Standing.REPLACED)
        .order_by()
        .values(
            "period",
            "standing",
            "duty_group",
            place=F("unit") if by_unit else F("period__agency"),
            group=F("appointment__subject_group"),
            code=F("final_decision__class_code"),
        )
        .annotate(number=Count("pk"))
    )
    return [{**row, "kind": periods[row["period"]].campaign.kind, "cell": _cell(row)} for row in rows]


def _cell(row: Mapping[str, Any]) -> str:
    if row["standing"] == Standing.PUBLISHED:
        return row["code"] or SCORE
    return _OF_STANDING.get(row["standing"], OPEN)


def _places(counted: Iterable[Mapping[str, Any]], agencies: Collection[int], *, by_unit: bool) -> dict[int, str]:
    keys = {row["place"] for row in counted} if by_unit else set(agencies)
    return dict(Unit.objects.filter(pk__in=keys).order_by("position", "code").values_list("pk", "name"))


def _kind(
    kind: str,
    rows: list[dict[str, Any]],
    places: Mapping[int, str],
    periods: Mapping[int, EvaluationPeriod],
    schemes: Mapping[int, list[Any]],
    lifted: Mapping[int, OutstandingAchievement],
    *,
    by_unit: bool,
) -> KindFigures:
    at: dict[int, Counter[str]] = {}
    of: dict[str, Counter[str]] = {}
    lists: dict[int, list[dict[str, Any]]] = {}
    total = Counter[str]()
    for row in rows:
        at.setdefault(row["place"], Counter())[row["cell"]] += row["number"]
        of.setdefault(row["group"], Counter())[row["cell"]] += row["number"]
        lists.setdefault(row["period"], []).append(row)
        total[row["cell"]] += row["number"]
    uses = [
        ceiling_use(period, lists[key], schemes.get(key, []), lifted.get(key))
        for key, period in periods.items()
        if key in lists
    ]
    return KindFigures(
        kind=kind,
        lines=[Line(name, at.get(key)) for key, name in places.items() if key in at or not by_unit],
        groups=[Line(str(group.label), of[group]) for group in SubjectGroup if group in of],
        total=Line("", total),
        ceilings=[use for use in uses if use is not None],
    )


def _petitions(periods: Mapping[int, EvaluationPeriod], agencies: Mapping[int, str], on: date) -> list[PetitionLine]:
    waiting = Q(state__in=[PetitionState.RECEIVED, PetitionState.PREPARED])
    rows = (
        Petition.objects.filter(case__evaluation__period__in=periods, practice=False)
        .order_by()
        .values("state", "outcome", agency=F("case__evaluation__period__agency"))
        .annotate(number=Count("pk"), late=Count("pk", filter=waiting & Q(due_on__lt=on)))
    )
    found: dict[int, Counter[str]] = {}
    for row in rows:
        counts = found.setdefault(row["agency"], Counter())
        key = row["outcome"] or ("withdrawn" if row["state"] == PetitionState.WITHDRAWN else "open")
        counts[key] += row["number"]
        counts["late"] += row["late"]
    return [PetitionLine(name, found[key]) for key, name in agencies.items() if key in found]
