"""Whose scorecard a row of assignments or results belongs to, and which of its lines."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from kpi.actions.scorecards import EXTRA
from kpi.models import Catalogue, LineKind, PeriodKind, Product, Scorecard, ScoreLine
from organization.models import Person, Unit
from organization.spreadsheets import Column, Row, RowError

PERSON = Column("person", "Mã nhân sự", "code", required=True, aliases=("Mã", "Mã công chức"))
NAME = Column("full_name", "Họ và tên", max_length=150, aliases=("Họ tên",))
LINE = (
    Column("month", "Tháng", "month", required=True),
    PERSON,
    NAME,
    Column("product", "Mã sản phẩm", "code", required=True),
    Column("due_on", "Thời hạn", "date", required=True),
    Column(
        "kind",
        "Loại",
        "choice",
        required=True,
        choices={
            "Theo kế hoạch": LineKind.PLANNED.value,
            "Nhận thêm": LineKind.TAKEN_OVER.value,
            "Đột xuất": LineKind.UNPLANNED.value,
            "Trả lại": LineKind.HANDED_BACK.value,
        },
    ),
)
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PERIOD = re.compile(r"(quý|tháng|năm)\s*([ivx\d]{1,4})(?:\s*[/ -]\s*(?:năm\s*)?(\d{4}))?", re.IGNORECASE)


class LineKey(NamedTuple):
    """A line's identity in a list. Work handed back is the planned work it was."""

    person: str
    month: date
    product: str
    due_on: date
    kind: str


def line_key(row: Row) -> LineKey | None:
    """None while a cell of the identity is broken."""
    if not all(row[name] for name in ("person", "month", "product", "due_on", "kind")):
        return None
    kind = row["kind"] if row["kind"] in EXTRA else LineKind.PLANNED.value
    return LineKey(row["person"], row["month"], row["product"], row["due_on"], kind)


def repeated_lines(rows: Iterable[Row]) -> list[RowError]:
    seen: dict[LineKey, int] = {}
    errors = []
    for row in rows:
        if (key := line_key(row)) is None:
            continue
        first = seen.setdefault(key, row.number)
        if first != row.number:
            reason = _("The same work already stands in row %(row)s. Put it into one row.") % {"row": first}
            errors.append(row.error("product", reason))
    return errors


def period_of(text: str) -> tuple[str, date] | None:
    """Kind and first day of "Quý III/2026", "Quý 3 năm 2026", "Tháng 7/2026", "Năm 2026"; None for anything else."""
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        return None
    word, number, year = found[1].casefold(), found[2].upper(), found[3]
    if word == "năm" and year is None and len(number) == 4 and number.isdigit():
        return PeriodKind.YEAR.value, date(int(number), 1, 1)
    if year is None:
        return None
    if word == "quý" and number in _QUARTERS:
        return PeriodKind.QUARTER.value, date(int(year), 3 * _QUARTERS[number] - 2, 1)
    if word == "tháng" and number.isdigit() and 1 <= int(number) <= 12:
        return PeriodKind.MONTH.value, date(int(year), int(number), 1)
    return None


@dataclass
class Cards:
    """People and scorecards that the rows speak of, read once. Practice cards are not seen."""

    people: dict[str, Person]
    cards: dict[str, list[Scorecard]]

    @classmethod
    def load(cls, rows: Iterable[Row]) -> "Cards":
        codes = {row["person"] for row in rows if row["person"]}
        people = {person.code: person for person in Person.objects.filter(code__in=codes) if person.code}
        cards: dict[str, list[Scorecard]] = {code: [] for code in people}
        found = (
            Scorecard.objects.filter(person__code__in=codes, practice=False)
            .select_related("person", "scheme", "appointment__unit")
            .order_by("starts_on", "id")
        )
        for card in found:
            cards[card.person.code or ""].append(card)
        return cls(people, cards)

    def of_month(self, row: Row) -> Scorecard | None:
        """The card whose period covers the month; of several posts, the one held on its first day."""
        code, month = row["person"], row["month"]
        if not month:
            return None
        covering = [card for card in self.cards.get(code, []) if card.starts_on <= month < card.ends_on]
        held = [card for card in covering if _held_on(card, month)]
        found = held or covering
        return found[-1] if found else None

    def of_period(self, row: Row) -> Scorecard | None:
        period = period_of(row["period"] or "")
        found = [card for card in self.cards.get(row["person"], []) if (card.kind, card.starts_on) == period]
        return found[-1] if found else None

    def check_person(self, row: Row) -> list[RowError]:
        """An unknown code, or a code beside another person's name: rows slip easily in Excel."""
        code = row["person"]
        if not code:
            return []
        person = self.people.get(code)
        if person is None:
            return [row.error("person", _("Nobody has this code. Import the people first."))]
        if row["full_name"] and row["full_name"].casefold() != person.full_name.casefold():
            return [row.error("full_name", _("This code belongs to %(name)s.") % {"name": person.full_name})]
        return []

    def lines(self) -> dict[LineKey, ScoreLine]:
        cards = {card.pk: card for found in self.cards.values() for card in found}
        lines = {}
        for line in ScoreLine.objects.filter(scorecard__in=list(cards)).order_by("id"):
            card = cards[line.scorecard_id]
            if line.month is None or line.due_on is None:
                continue
            year = card.starts_on.year + (line.month < card.starts_on.month)
            kind = line.kind if line.kind in EXTRA else LineKind.PLANNED.value
            key = LineKey(card.person.code or "", date(year, line.month, 1), line.code, line.due_on, kind)
            lines[key] = line
        return lines


def _held_on(card: Scorecard, day: date) -> bool:
    post = card.appointment
    return post.starts_on <= day and (post.ends_on is None or day < post.ends_on)


class Shelf:
    """Products of the decided catalogues, latest versions, as seen from a unit: the nearest catalogue upward wins."""

    def __init__(self) -> None:
        self._parents = dict(Unit.objects.values_list("pk", "parent_id"))
        self._products: dict[int, dict[str, Product]] = {}
        decided = Catalogue.objects.filter(state=Catalogue.State.DECIDED, practice=False).order_by("version")
        latest = {(catalogue.unit_id, catalogue.name): catalogue for catalogue in decided}
        for catalogue in latest.values():
            of_unit = self._products.setdefault(catalogue.unit_id, {})
            for product in catalogue.products.select_related("catalogue"):
                of_unit[product.code] = product

    def product(self, code: str, unit: Unit) -> Product | None:
        at: int | None = unit.pk
        while at is not None:
            if code in self._products.get(at, {}):
                return self._products[at][code]
            at = self._parents[at]
        return None
