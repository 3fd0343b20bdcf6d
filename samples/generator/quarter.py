"""Assignments and results of Q3/2026: lines drawn so that each person's score lands near an intended total.

Score = general points + R × 70 with R from the pooled quarter, each ratio capped at 1 (Decree 335/2025, Art 12-18).
No failed review, delay or waiver stands in the files: they are entered by the reviewer.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from samples.generator.products import Product, sections
from samples.generator.province import DEPUTY, HEAD, STAFF, Person

MONTHS = (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))
HOLIDAYS = (date(2026, 9, 1), date(2026, 9, 2))
PLANNED, TAKEN_OVER, UNPLANNED, HANDED_BACK = "Theo kế hoạch", "Nhận thêm", "Đột xuất", "Trả lại"
MAXIMA = (Decimal(5), Decimal(5), *[Decimal("2.5")] * 8)

# intended totals: ten candidates for HTXS (above every ceiling), most HTT, five HTNV, one KHTNV
TOTALS = {
    "Lãnh đạo cơ quan": (92, 93.2, 88, 84.5),
    "Cấp trưởng đơn vị": (95, 91.2, 87.5, 86, 82, 77.5),
    "Cấp phó đơn vị": (92.4, 89, 85.5, 83, 80, 74),
    "Chuyên viên hành chính": (93.5, 84, 73),
    "Chuyên viên nghiệp vụ": (
        97, 95.8, 94.2, 91.6, 90.5, 89.4, 88.2, 87.1, 86.3, 85, 82.4, 80.7, 79, 76.5, 71.5, 67.8, 65, 61.3, 57, 52.6,
        48.2,
    ),
}  # fmt: skip
LOWEST = 48.2  # this one's superiors get d = 50%
WITHOUT_INITIATIVE = (82, 88, 74)  # leaders with đ = 50%

REQUIREMENTS = (
    "Đúng thể thức, đủ nội dung, có số liệu chứng minh",
    "Trình đúng hạn, không phải sửa quá một lần",
    "Đủ hồ sơ theo quy định, cập nhật lên phần mềm",
    "Bám sát chỉ đạo của lãnh đạo, có đề xuất cụ thể",
    "Lấy ý kiến các đơn vị liên quan trước khi trình",
    "Bảo đảm chính xác, kịp thời, lưu hồ sơ công việc",
)
# share of a sub-unit's own products: first letters of the task they belong to
OWN_TASKS = {
    "SNV-TCBC": "Tổ chức bộ máy", "SNV-CCVC": "Công chức", "SNV-XDCQ": "Xây dựng chính quyền",
    "SNV-CCHC": "Cải cách", "SNV-LDVL": "Lao động", "SNV-VP": "Văn thư",
    "STC-NS": "Ngân sách", "STC-DT": "Ngân sách", "STC-GCS": "Tài sản", "STC-DN": "Tài sản", "STC-VP": "Văn thư",
}  # fmt: skip


@dataclass
class Line:
    person: Person
    month: date
    product: Product
    requirement: str
    due: date
    assigned: int
    kind: str = PLANNED
    done: int = 0
    evidence: str = ""


@dataclass
class Card:
    """One person's quarter: lines, general self-scores and, for leaders, what is declared for đ and e."""

    person: Person
    intended: float
    lines: list[Line]
    general: list[Decimal] = field(default_factory=list)
    managed_under_fifty: bool = False
    organising: int = 100
    unity: int = 100

    @property
    def ratio(self) -> Fraction:
        asked = sum(_weight(line, line.assigned) for line in self.lines if line.kind in (PLANNED, HANDED_BACK))
        done = sum(_weight(line, line.done) for line in self.lines)
        return min(Fraction(1), done / asked)

    @property
    def total(self) -> Fraction:
        result = self.ratio
        if self.person.duty != STAFF:
            d = Fraction(1, 2) if self.managed_under_fifty else Fraction(1)
            result = (3 * self.ratio + d + Fraction(self.organising, 100) + Fraction(self.unity, 100)) / 6
        return Fraction(sum(self.general)) + 70 * result


def _weight(line: Line, quantity: int) -> Fraction:
    return Fraction(line.product.factor) * quantity


class Quarter:
    """Draws the lines of a department's people; ``scored`` adds results that reach the intended totals."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)  # noqa: S311 (invented data)
        self._shelf = {banner.split(".")[0]: products for banner, products in sections()}

    def lines(self, person: Person, per_month: tuple[int, int]) -> list[Line]:
        """Between ``per_month`` lines a month, no product twice in one month."""
        lines = []
        for month in MONTHS:
            shelf = self._shelf_of(person)
            count = min(self._rng.randint(*per_month), len(shelf))
            for product in self._rng.sample(shelf, count):
                top = max(1, min(9, int(12 / max(product.factor, Decimal(1)))))
                line = Line(person, month, product, self._rng.choice(REQUIREMENTS), self._due(month), 1)
                line.assigned = self._rng.randint(1, top)
                lines.append(line)
        return sorted(lines, key=lambda line: (line.month, line.due, line.product.code))

    def scored(self, people: list[Person]) -> list[Card]:
        """Cards of a whole department; raises ValueError where a total misses the intended one by a point."""
        waiting = {group: list(totals) for group, totals in TOTALS.items()}
        for group in ("Cấp phó đơn vị", "Chuyên viên hành chính", "Chuyên viên nghiệp vụ"):
            self._rng.shuffle(waiting[group])
        cards = [Card(p, waiting[p.duty_group].pop(0), self.lines(p, (4, 6))) for p in people]
        lowest = next(card.person for card in cards if card.intended == LOWEST)
        for card in cards:
            who = card.person
            card.managed_under_fifty = (who.duty == HEAD and lowest.unit.startswith(who.unit)) or (
                who.duty == DEPUTY and lowest.unit in who.fields
            )
            card.organising = 50 if who.duty != STAFF and card.intended in WITHOUT_INITIATIVE else 100
            self._perform(card)
            if abs(card.total - Fraction(card.intended)) > 1:
                raise ValueError(f"{who.code}: intended {card.intended}, reached {float(card.total):.2f}")
        return cards

    def _perform(self, card: Card) -> None:
        if card.intended >= 85 or self._rng.random() < 0.3:
            self._add_extra(card)
        general = Decimal(str(round(4 * (19 + (card.intended - 48) / 49 * 10)) / 4))
        wanted = self._wanted_ratio(card, general)
        while wanted > Fraction(99, 100):
            general += Decimal("0.25")
            wanted = self._wanted_ratio(card, general)
        card.general = self._split(general)
        self._do(card, wanted)
        for line in card.lines:
            line.evidence = self._evidence(line)

    def _wanted_ratio(self, card: Card, general: Decimal) -> Fraction:
        result = (Fraction(card.intended) - Fraction(general)) / 70
        if card.person.duty == STAFF:
            return result
        d = Fraction(1, 2) if card.managed_under_fifty else Fraction(1)
        return (6 * result - d - Fraction(card.organising, 100) - 1) / 3

    def _do(self, card: Card, wanted: Fraction) -> None:
        """Everything done, then quantities taken away in seeded order until the pooled ratio is reached."""
        planned = [line for line in card.lines if line.kind == PLANNED]
        for line in card.lines:
            line.done = line.assigned
        asked = sum(_weight(line, line.assigned) for line in planned)
        surplus = sum(_weight(line, line.done) for line in card.lines) - wanted * asked
        self._rng.shuffle(planned)
        if card.intended < 80 and (heavy := [x for x in planned if _weight(x, x.assigned) <= surplus]):
            heavy[0].kind, heavy[0].done = HANDED_BACK, 0
            surplus -= _weight(heavy[0], heavy[0].assigned)
        for share in (2, 1):  # at most half of a line first, so that few lines stand at nought
            for line in planned:
                while line.done * share > line.assigned * (share - 1) and _weight(line, 1) <= surplus:
                    line.done -= 1
                    surplus -= _weight(line, 1)

    def _add_extra(self, card: Card) -> None:
        month = self._rng.choice(MONTHS)
        taken = {line.product.code for line in card.lines if line.month == month}
        shelf = [p for p in self._shelf["D"] + self._shelf["B"][:12] if p.code not in taken and p.points <= 8]
        line = Line(card.person, month, self._rng.choice(shelf), self._rng.choice(REQUIREMENTS), self._due(month), 1)
        line.kind = self._rng.choice((TAKEN_OVER, UNPLANNED))
        card.lines.append(line)
        card.lines.sort(key=lambda line: (line.month, line.due, line.product.code))

    def _split(self, general: Decimal) -> list[Decimal]:
        """Ten item scores in steps of 0.25 that add up to ``general``."""
        items = list(MAXIMA)
        excess = sum(items) - general
        while excess > 0:
            index = self._rng.randrange(len(items))
            if items[index] > MAXIMA[index] / 2:
                items[index] -= Decimal("0.25")
                excess -= Decimal("0.25")
        return items

    def _shelf_of(self, person: Person) -> list[Product]:
        shared = self._shelf["B"][:18]
        if person.duty != STAFF:
            leading = self._shelf["A"] if person.duty == HEAD else self._shelf["A"][1:6] + self._shelf["A"][9:]
            return leading + shared[:6]
        own = OWN_TASKS[person.unit]
        special = [p for shelf in self._shelf.values() for p in shelf if p.task.startswith(own)]
        return special + self._rng.sample(shared, 4)

    def _due(self, month: date) -> date:
        day = month.replace(day=self._rng.randint(8, 28))
        while day.weekday() > 4 or day in HOLIDAYS:
            day -= timedelta(days=1)
        return day

    def _evidence(self, line: Line) -> str:
        if line.kind == HANDED_BACK:
            return "Đã báo cáo trả lại việc do điều chỉnh phân công của lãnh đạo"
        if line.done == 0:
            return "Chưa hoàn thành, chuyển sang kỳ sau"
        sent = line.due - timedelta(days=self._rng.randint(0, 3))
        number, unit = self._rng.randint(40, 1900), line.person.unit.replace("-", "/")
        forms = (
            f"Văn bản số {number}/{unit} ngày {sent:%d/%m/%Y}",
            f"Hồ sơ công việc số {number} trên hệ thống quản lý văn bản, cập nhật ngày {sent:%d/%m/%Y}",
            f"{line.product.output}: phiếu trình số {number} ngày {sent:%d/%m/%Y}",
        )
        return self._rng.choice(forms)
