"""What rests on the class of an organisation: its head's result (Art 20.6), the organisation above it (Art 8).

They only find and reckon; nothing here stores anything.
"""

from django.db.models import QuerySet
from django.utils import timezone

from approvals.classes import CLASSES
from organization.models import Duty
from workflows.dependants import Found
from workflows.models import (
    DependantKind,
    Evaluation,
    OrganisationRating,
    OrganisationRuling,
    PeriodKind,
    Standing,
)
from workflows.organisation_order import Order
from workflows.organisations import HeadCap, class_of_organisation, highest_for

OVER = (Standing.VOID, Standing.REPLACED, Standing.ANNULLED)


def years_of_head(rating: OrganisationRating) -> QuerySet[Evaluation]:
    """The yearly results, decided or not, of whoever heads this organisation."""
    rows = Evaluation.objects.filter(
        appointment__unit=rating.unit_id,
        appointment__duty=Duty.HEAD,
        practice=rating.listed.practice,
        period__campaign__kind=PeriodKind.YEAR,
        period__campaign__starts_on__year=rating.listed.year,
    )
    return rows.exclude(standing__in=OVER).order_by("pk")


def dependants_of_ruling(ruling: OrganisationRuling) -> list[Found]:
    """All that rests on a replacing ruling which has just taken effect."""
    if ruling.earlier is None or ruling.earlier.class_code == ruling.class_code:
        return []
    return [*_heads(ruling, ruling.earlier), *_above(ruling, ruling.earlier)]


def _heads(ruling: OrganisationRuling, earlier: OrganisationRuling) -> list[Found]:
    """Its head where his decided class stands above the new one, or was held down to the earlier one.

    Whoever stood below the earlier class was lowered for another reason: no room appeared for him.
    """
    rows = years_of_head(ruling.rating).filter(final_decision__isnull=False)
    found = []
    for row in rows.select_related("period__agency", "period__campaign", "scorecard__scheme", "final_decision"):
        decision, scheme = row.final_decision, row.scorecard.scheme.scheme
        if decision is None or decision.class_code not in CLASSES or not scheme.head_cap.value:
            continue
        stands, now = decision.class_code, capped(row, decision.class_code, ruling.class_code)
        held = stands == earlier.class_code and decision.score_class in CLASSES
        room = held and _rank(capped(row, decision.score_class, ruling.class_code)) < _rank(stands)
        if now != stands or room:
            found.append(Found(DependantKind.HEAD, ruling, row.period, row))
    return found


def _above(ruling: OrganisationRuling, earlier: OrganisationRuling) -> list[Found]:
    """The decided organisation above, where its points and conditions now give another class (Art 8)."""
    listed = ruling.rating.listed
    order = Order(listed.year, listed.practice, timezone.localdate(ruling.at))
    own = order.ratings.get(ruling.rating.unit_id)
    over = order.above(own) if own is not None else None
    if own is None or over is None or not order.class_now(over):
        return []
    before = order.fit(over, instead={own.pk: earlier.class_code})
    after = order.fit(over, instead={own.pk: ruling.class_code})
    if (before.class_code, before.at_most) == (after.class_code, after.at_most):
        return []
    return [Found(DependantKind.ABOVE, ruling, None, organisation=over)]


def capped(row: Evaluation, code: str, organisation_class: str) -> str:
    """What is left of a head's class under that of his organisation."""
    cap = HeadCap(row.appointment.unit, organisation_class)
    return highest_for(cap, code, row.scorecard.scheme.scheme, row.period.campaign.starts_on.year)


def head_class_now(row: Evaluation) -> str:
    """The best class that a head's score and his organisation's class in force leave; "" where one is unknown."""
    decision, unit = row.final_decision, row.appointment.unit
    year = row.period.campaign.starts_on.year
    organisation_class = class_of_organisation(unit, year, practice=row.practice)
    if decision is None or decision.score_class not in CLASSES or organisation_class is None:
        return ""
    return capped(row, decision.score_class, organisation_class)


def fitted_now(rating: OrganisationRating) -> str:
    """The class that an organisation's points and conditions give today, else the highest that may be decided."""
    order = Order(rating.listed.year, rating.listed.practice, timezone.localdate())
    row = order.ratings.get(rating.unit_id)
    fit = order.fit(row) if row is not None else None
    return (fit.class_code or fit.at_most or "") if fit is not None else ""


def _rank(code: str) -> int:
    return CLASSES.index(code)
