from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kpi.errors import KpiError
from kpi.models import (
    AdjustmentTarget,
    Catalogue,
    GeneralScore,
    LineKind,
    Product,
    Provenance,
    ScoreAdjustment,
    Scorecard,
    ScoreLine,
    ScoringScheme,
)
from organization.authority import Authority
from organization.models import Appointment, Person
from organization.names import normal

EXTRA = (LineKind.TAKEN_OVER, LineKind.UNPLANNED)


@dataclass(frozen=True)
class Opening:
    """What one scorecard freezes at its opening."""

    person: Person
    appointment: Appointment
    scheme: ScoringScheme
    is_leader: bool
    kind: str
    starts_on: date
    ends_on: date
    practice: bool = False
    provenance: str = Provenance.COMPUTED


@dataclass(frozen=True)
class LineSpec:
    """A line to be assigned: from a product of a decided catalogue, or with its own code, task and k."""

    assigned: Decimal
    product: Product | None = None
    code: str = ""
    task: str = ""
    output: str = ""
    k: Decimal | None = None
    kind: str = LineKind.PLANNED
    month: int | None = None
    due_on: date | None = None
    unit_name: str = ""
    requirement: str = ""


def open_scorecard(
    *,
    person: Person,
    appointment: Appointment,
    scheme: ScoringScheme,
    is_leader: bool,
    kind: str,
    starts_on: date,
    ends_on: date,
    practice: bool = False,
    provenance: str = Provenance.COMPUTED,
) -> Scorecard:
    """Open one empty scorecard; `ends_on` is the first day after the period."""
    opening = Opening(person, appointment, scheme, is_leader, kind, starts_on, ends_on, practice, provenance)
    return open_scorecards(openings=[opening])[0]


@transaction.atomic
def open_scorecards(*, openings: Sequence[Opening]) -> list[Scorecard]:
    """Open many scorecards at once, every general criterion empty; a handful of queries whatever the number."""
    for opening in openings:
        if opening.scheme.state != ScoringScheme.State.ACTIVE:
            raise KpiError(_("Only an active scheme can score a period."))
        if opening.appointment.person_id != opening.person.pk:
            raise KpiError(_("The appointment belongs to somebody else."))
    cards = Scorecard.objects.bulk_create(
        Scorecard(**{name: getattr(opening, name) for name in Opening.__dataclass_fields__}) for opening in openings
    )
    GeneralScore.objects.bulk_create(
        [
            GeneralScore(scorecard=card, item_code=item.code)
            for card, opening in zip(cards, openings, strict=True)
            for item in opening.scheme.scheme.items
        ],
        batch_size=1000,
    )
    return cards


def assign_line(*, scorecard: Scorecard, **spec: Any) -> ScoreLine:
    """Assign one product; the keywords are those of LineSpec. k is frozen here."""
    return assign_lines(lines=[(scorecard, LineSpec(**spec))])[0]


@transaction.atomic
def assign_lines(*, lines: Sequence[tuple[Scorecard, LineSpec]]) -> list[ScoreLine]:
    """Assign many products at once; refused as a whole with every faulty row."""
    problems = [
        f"{number}: {problem}"
        for number, (card, spec) in enumerate(lines, 1)
        for problem in _line_problems(card, spec)
    ]
    if problems:
        raise KpiError(_("The lines were not assigned."), rule=_("Decree 335/2025, Art 18.1"), problems=problems)
    return ScoreLine.objects.bulk_create([_line(card, spec) for card, spec in lines], batch_size=1000)


def _line(card: Scorecard, spec: LineSpec) -> ScoreLine:
    product = spec.product
    k = product.factor if product else spec.k
    assert k is not None  # a line without a factor was refused before
    return ScoreLine(
        scorecard=card,
        product=product,
        code=spec.code or (product.code if product else ""),
        task=normal(spec.task or (product.task if product else "")),
        output=normal(spec.output or (product.output if product else "")),
        k=k,
        assigned=spec.assigned,
        kind=spec.kind,
        month=spec.month,
        due_on=spec.due_on,
        unit_name=spec.unit_name,
        requirement=normal(spec.requirement),
    )


def _line_problems(card: Scorecard, spec: LineSpec) -> list[str]:
    problems = []
    product = spec.product
    if product is None and (spec.k is None or spec.k <= 0 or not spec.task.strip()):
        problems.append(_("A line needs a product of the catalogue, or its task and factor."))
    if product is not None:
        if product.catalogue.state != Catalogue.State.DECIDED:
            problems.append(_("The catalogue of %(code)s is not decided (Art 13).") % {"code": product.code})
        if spec.k is not None and spec.k != product.factor:
            problems.append(_("The factor of %(code)s is %(k)s.") % {"code": product.code, "k": product.factor})
    if spec.kind not in LineKind.values:
        problems.append(_("Unknown kind of line: %(kind)s.") % {"kind": spec.kind})
    if spec.assigned < 0 or (spec.assigned == 0 and spec.kind not in EXTRA):
        problems.append(_("The assigned quantity must be above 0."))
    if spec.month is not None and spec.month not in _months(card):
        problems.append(_("Month %(month)s lies outside the period.") % {"month": spec.month})
    return problems


def _months(card: Scorecard) -> set[int]:
    """The months that the period touches; `ends_on` is excluded."""
    first = card.starts_on.year * 12 + card.starts_on.month - 1
    after = card.ends_on.year * 12 + card.ends_on.month - 1 + (card.ends_on.day > 1)
    return {number % 12 + 1 for number in range(first, after)}


@transaction.atomic
def hand_back_line(*, line: ScoreLine, reason: str, by: Person, under: Authority | None, at: datetime) -> ScoreLine:
    """Work handed back stays in the assigned total and never counts as done (Art 18.1)."""
    line = ScoreLine.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.kind != LineKind.PLANNED:
        raise KpiError(_("Only planned work can be handed back."), rule=_("Decree 335/2025, Art 18.1"))
    if not reason.strip():
        raise KpiError(_("A reason is needed."))
    ScoreAdjustment.objects.create(
        scorecard_id=line.scorecard_id,
        target=AdjustmentTarget.KIND,
        item=str(line.uuid),
        label=str(line),
        old=line.kind,
        new=LineKind.HANDED_BACK,
        reason=normal(reason),
        by=by,
        under=under.as_json() if under else {},
        at=at,
    )
    line.kind = LineKind.HANDED_BACK
    line.save(update_fields=["kind"])
    return line
