from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.models import Catalogue, Product
from kpi.models.catalogue import COMPLEXITY_GROUPS
from kpi.scoring import ScoringError, factor
from organization.actions import journal
from organization.models import Person, Unit
from organization.names import normal


@dataclass(frozen=True)
class ProductRow:
    """A row of a catalogue; `factor`, when given, must be what points and standard points make."""

    code: str
    task: str
    group: int
    points: Decimal
    detail: str = ""
    output: str = ""
    point_range: str = ""
    factor: Decimal | None = None
    note: str = ""


def row_problems(rows: Sequence[ProductRow], standard_points: Decimal) -> list[str]:
    """What is wrong with the rows, each with its code; empty when they can be stored."""
    problems, seen = [], set()
    for row in rows:
        if not row.code.strip() or not row.task.strip():
            problems.append(_("%(code)s: code and task are needed.") % {"code": row.code})
        if row.code in seen:
            problems.append(_("%(code)s: stands twice.") % {"code": row.code})
        seen.add(row.code)
        if not 1 <= row.group <= COMPLEXITY_GROUPS:
            problems.append(_("%(code)s: the complexity group lies outside 1–5 (Art 13).") % {"code": row.code})
        try:
            k = factor(row.points, standard_points)
        except ScoringError as error:
            problems.append(f"{row.code}: {error}")
            continue
        if not k:
            problems.append(_("%(code)s: a product needs points.") % {"code": row.code})
        if row.factor is not None and row.factor != k:
            problems.append(
                _("%(code)s: the factor is %(given)s, but the points make %(k)s.")
                % {"code": row.code, "given": row.factor, "k": k}
            )
    return problems


@transaction.atomic
def import_catalogue(
    *,
    unit: Unit,
    name: str,
    standard_points: Decimal,
    rows: Sequence[ProductRow],
    by: Person,
    at: datetime,
    practice: bool = False,
) -> Catalogue:
    """A new draft version of a unit's catalogue; refused as a whole with every faulty row."""
    problems = row_problems(rows, standard_points)
    if not rows:
        problems.append(_("The catalogue holds no product."))
    if problems:
        raise KpiError(_("The catalogue was not stored."), rule=_("Decree 335/2025, Art 13"), problems=problems)
    last = Catalogue.objects.filter(unit=unit, name=name).aggregate(last=Max("version"))["last"] or 0
    catalogue = Catalogue.objects.create(
        unit=unit, name=name, version=last + 1, standard_points=standard_points, practice=practice
    )
    Product.objects.bulk_create(
        Product(
            catalogue=catalogue,
            code=normal(row.code),
            task=normal(row.task),
            detail=normal(row.detail),
            output=normal(row.output),
            group=row.group,
            point_range=row.point_range,
            points=row.points,
            factor=factor(row.points, standard_points),
            note=row.note,
        )
        for row in rows
    )
    journal(event="catalogue.drafted", subject=catalogue, at=at, by=by, unit=unit, products=len(rows))
    return catalogue


@transaction.atomic
def decide_catalogue(*, catalogue: Catalogue, number: str, on: date, by: Person, at: datetime) -> Catalogue:
    """The competent head's decision: from now on the version counts and changes no more (Art 13)."""
    catalogue = Catalogue.objects.select_for_update().get(pk=catalogue.pk)
    if catalogue.state != Catalogue.State.DRAFT:
        raise KpiError(_("This version is already decided."), rule=_("Decree 335/2025, Art 13"))
    if not number.strip():
        raise KpiError(_("A catalogue is decided by a numbered decision."), rule=_("Decree 335/2025, Art 13"))
    catalogue.state = Catalogue.State.DECIDED
    catalogue.decision_number = number.strip()
    catalogue.decided_on = on
    catalogue.save(update_fields=["state", "decision_number", "decided_on"])
    journal(event="catalogue.decided", subject=catalogue, at=at, by=by, unit=catalogue.unit, number=number)
    return catalogue
