"""Assigned products of a period. What is assigned stays: a file adds lines, it never changes one."""

from collections.abc import Hashable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.actions import LineSpec, assign_lines
from kpi.imports.cards import LINE, Cards, Shelf, line_key, repeated_lines
from organization.actions import journal
from organization.imports.kinds import Facts, ImportKind, Sheets, Table
from organization.models import Person
from organization.spreadsheets import Column, RowError

COLUMNS = (
    *LINE,
    Column("requirement", "Yêu cầu", required=True, max_length=4000),
    Column("assigned", "Số lượng giao", "decimal", required=True, minimum=0, maximum=100_000),
)


def check(sheets: Sheets) -> list[RowError]:
    """Each line names its product, requirement and deadline (Art 18.1); lines already assigned stand."""
    rows = sheets["assignments"]
    cards, shelf = Cards.load(rows), Shelf()
    lines = cards.lines()
    errors = repeated_lines(rows)
    for row in rows:
        errors += cards.check_person(row)
        if row["assigned"] == 0:
            errors.append(row.error("assigned", _("The assigned quantity must be above 0.")))
        card, key = cards.of_month(row), line_key(row)
        if card is None or key is None:
            continue
        if shelf.product(row["product"], card.appointment.unit) is None:
            errors.append(row.error("product", _("No decided catalogue of this person's agency has this product.")))
        line = lines.get(key)
        if line and row.sound and (line.assigned, line.kind) != (row["assigned"], row["kind"]):
            reason = _("This work is already assigned with another quantity or kind; a file does not change that.")
            errors.append(row.error("assigned", reason))
    return errors


def leave_out(sheets: Sheets) -> list[RowError]:
    cards = Cards.load(sheets["assignments"])
    reason = _("No period that covers this month is open for this person.")
    return [row.error("month", reason) for row in sheets["assignments"] if cards.of_month(row) is None]


def stated(sheets: Sheets) -> Facts:
    return {line_key(row): row["assigned"] for row in sheets["assignments"]}


def standing(sheets: Sheets) -> Facts:
    return {key: line.assigned for key, line in Cards.load(sheets["assignments"]).lines().items()}


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    rows = sheets["assignments"]
    cards, shelf = Cards.load(rows), Shelf()
    specs = []
    for row in rows:
        card = cards.of_month(row)
        if card is None or line_key(row) not in keys:
            continue
        spec = LineSpec(
            product=shelf.product(row["product"], card.appointment.unit),
            assigned=row["assigned"],
            kind=row["kind"],
            month=row["month"].month,
            due_on=row["due_on"],
            requirement=row["requirement"],
        )
        specs.append((card, spec))
    assign_lines(lines=specs)
    counts: dict = {}
    for card, _spec in specs:
        counts[card] = counts.get(card, 0) + 1
    for card, count in counts.items():
        journal(event="lines.assigned", subject=card, at=at, by=by, unit=card.appointment.unit, lines=count)


ASSIGNMENTS = ImportKind(
    code="assignments",
    title=gettext_lazy("Assigned products"),
    tables=(Table("assignments", "Giao việc", COLUMNS),),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
    leave_out=leave_out,
)
