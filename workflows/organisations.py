"""The class of an organisation, what rests on it, and what it allows its head (Decree 335/2025, Art 20.6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from documents.models import State
from kpi.scheme import Scheme
from kpi.scoring import Circumstances, apply_overrides
from organization.authority import subtree_ids
from organization.models import AgencyRole, Duty, Unit
from workflows.errors import NotReady
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    OrganisationRating,
    PeriodKind,
    RatingState,
    Standing,
)

DECISION, NOTICE = "organisation_decision", "organisation_notice"


def ratings_of(year: int, *, practice: bool = False) -> QuerySet[OrganisationRating]:
    """The ratings of a year that were not left out."""
    rows = OrganisationRating.objects.filter(listed__year=year, listed__practice=practice)
    return rows.exclude(state=RatingState.VOID)


def class_of_organisation(unit: Unit, year: int, *, practice: bool = False) -> str | None:
    """The decided class in force of this organisation for the year; None while it is undecided."""
    return classes_of([unit.pk], year, practice=practice).get(unit.pk)


def classes_of(unit_ids: Iterable[int], year: int, *, practice: bool = False) -> dict[int, str | None]:
    """Unit id → its class in force, None while undecided; units without a rating of their own are absent."""
    rows = ratings_of(year, practice=practice).filter(unit_id__in=list(unit_ids))
    found: dict[int, str | None] = {}
    for unit, code, document in rows.values_list("unit_id", "ruling__class_code", "ruling__document__state"):
        found[unit] = code if code and document != State.CANCELLED else None
    return found


def ratings_resting_on(unit: Unit, year: int, *, practice: bool = False) -> list[OrganisationRating]:
    """The ratings that a change in this unit may make wrong: its own, then those of the organisations above it.

    A leader's class may bear on his organisation; the class of an organisation bears on the one that it belongs to
    (no subordinate at the lowest class, Art 8).
    """
    above, here = [unit.pk], unit.parent
    while here is not None:
        above.append(here.pk)
        here = here.parent
    rows = ratings_of(year, practice=practice).filter(unit_id__in=above).select_related("unit", "listed__agency")
    return sorted(rows, key=lambda row: above.index(row.unit_id))


def recognised_by(unit: Unit) -> Unit | None:
    """The agency whose head recognises this organisation's rating; None where it lies outside the province.

    The head of the managing agency for using agencies, the head of the using agency for its parts.
    """
    if unit.agency_role == AgencyRole.DIRECTLY_USING:
        agency = unit.agency()
        return agency if agency.pk != unit.pk else None
    above = unit.parent
    while above is not None and above.agency_role != AgencyRole.MANAGING:
        above = above.parent
    return above


def may_be_rated_under(agency: Unit, on: date) -> list[Unit]:
    """The organisations of that day whose rating this agency's head recognises, in the order of the tree.

    One that ends later has its year rated like the others, while it still is there.
    """
    below = (
        Unit.objects.filter(pk__in=subtree_ids([agency.pk])).exclude(pk=agency.pk).select_related("parent__parent")
    )
    return [unit for unit in below if unit.is_open_on(on) and recognised_by(unit) == agency]


@dataclass(frozen=True)
class HeadCap:
    """The organisation that caps its head; `organisation_class` None while undecided."""

    unit: Unit
    organisation_class: str | None

    @property
    def decided(self) -> bool:
        return self.organisation_class is not None


def head_caps(period: EvaluationPeriod) -> dict[int, HeadCap]:
    """Evaluation id → the organisation over its head, in a year whose rules cap heads.

    A part of an agency without a rating of its own caps nobody, nor does an agency that is recognised outside the
    province or was left out of the year with a reason; every other agency always has one.
    """
    if period.campaign.kind != PeriodKind.YEAR:
        return {}
    rows = Evaluation.objects.filter(period=period, appointment__duty=Duty.HEAD).exclude(
        standing__in=[Standing.VOID, Standing.REPLACED]
    )
    heads = [
        row
        for row in rows.select_related("appointment__unit", "scorecard__scheme")
        if row.scorecard.scheme.scheme.head_cap.value
    ]
    units = [row.appointment.unit_id for row in heads]
    known = classes_of(units, _year(period), practice=period.practice)
    void = OrganisationRating.objects.filter(
        unit_id__in=units, listed__year=_year(period), listed__practice=period.practice, state=RatingState.VOID
    )
    left_out = set(void.values_list("unit_id", flat=True))
    return {
        row.pk: HeadCap(row.appointment.unit, known.get(row.appointment.unit_id))
        for row in heads
        if row.appointment.unit_id in known
        or (row.appointment.unit_id not in left_out and _must_be_rated(row.appointment.unit))
    }


def _must_be_rated(unit: Unit) -> bool:
    return unit.agency_role != AgencyRole.DIRECTLY_USING and recognised_by(unit) is not None


def _year(period: EvaluationPeriod) -> int:
    return period.campaign.starts_on.year


def heads_above(
    period: EvaluationPeriod, classes: Mapping[int, str], *, among: Collection[int] | None = None
) -> list[str]:
    """The heads whose class cannot be closed yet, each with what blocks him; [] when all may be.

    `classes`: evaluation id → class code, "" where there is none yet; `among`: only these evaluations, None: all.
    """
    caps = {pk: cap for pk, cap in head_caps(period).items() if among is None or pk in among}
    rows = Evaluation.objects.filter(pk__in=caps).select_related("person", "scorecard__scheme").order_by("pk")
    return [
        words
        for row in rows
        if (words := _obstacle(row, caps[row.pk], classes.get(row.pk, ""), row.scorecard.scheme.scheme, period))
    ]


def require_heads_within(
    period: EvaluationPeriod, classes: Mapping[int, str], *, among: Collection[int] | None = None
) -> None:
    """Raises NotReady naming the heads above their organisation, or whose organisation is undecided (Art 20.6)."""
    blocked = heads_above(period, classes, among=among)
    if blocked:
        raise NotReady(
            _("A head is not rated above his organisation, whose class is decided first."),
            rule=_("Decree 335/2025, Art 20.6"),
            missing=blocked,
        )


def _obstacle(row: Evaluation, cap: HeadCap, code: str, scheme: Scheme, period: EvaluationPeriod) -> str:
    if cap.organisation_class is None:
        return _(
            "%(name)s: %(organisation)s has no decided class for %(year)s yet; whoever recognises it decides it first"
        ) % {
            "name": row.person.full_name,
            "organisation": cap.unit.name,
            "year": _year(period),
        }
    most = highest_for(cap, code, scheme, _year(period)) if code else ""
    if most == code:
        return ""
    return _(
        "%(name)s: class %(class)s is above that of %(organisation)s (%(organisation_class)s); give at most "
        "%(most)s, with the reason"
    ) % {
        "name": row.person.full_name,
        "class": code,
        "organisation": cap.unit.name,
        "organisation_class": cap.organisation_class,
        "most": most,
    }


def highest_for(cap: HeadCap, code: str, scheme: Scheme, year: int) -> str:
    """The class that is left of `code` under the organisation's class; ScoringError while that is undecided."""
    facts = Circumstances(
        year=year, leader=True, head_of_organisation=True, organisation_class=cap.organisation_class
    )
    return apply_overrides(code, facts, scheme).class_code or code
