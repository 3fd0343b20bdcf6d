"""Results of a period as people keep them in Excel. They enter each one's draft, which he still submits and signs."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.actions import save_self_scores
from kpi.actions.self_scores import item_problem, quantity_problem
from kpi.imports.cards import LINE, NAME, PERSON, Cards, line_key, period_of, repeated_lines
from kpi.models import GeneralScore, LineKind, Scorecard, ScoreLine
from organization.actions import journal
from organization.imports.kinds import Facts, ImportKind, Sheets, Table
from organization.models import Person
from organization.spreadsheets import Column, Row, RowError

PERIOD = Column("period", "Kỳ", required=True, aliases=("Kỳ đánh giá",))
LINES = (
    *LINE,
    Column("done", "Số lượng hoàn thành", "decimal", minimum=0),
    Column("note", "Minh chứng", max_length=4000, aliases=("Minh chứng, ghi chú",)),
)
ITEMS = {
    "I.1": "I.1. Phẩm chất chính trị, đạo đức, văn hóa thực thi công vụ",
    "I.2": "I.2. Ý thức kỷ luật, kỷ cương trong thực thi công vụ",
    "II.1": "II.1. Năng lực chuyên môn, nghiệp vụ",
    "II.2": "II.2. Khả năng đáp ứng yêu cầu nhiệm vụ thường xuyên, đột xuất",
    "II.3": "II.3. Tinh thần trách nhiệm",
    "II.4": "II.4. Thái độ phục vụ, khả năng phối hợp",
    "III.1": "III.1. Có sản phẩm, giải pháp đột phá, sáng tạo",
    "III.2": "III.2. Sẵn sàng nhận nhiệm vụ quan trọng, đột xuất, phức tạp",
    "III.3": "III.3. Chịu trách nhiệm trước kết quả công việc",
    "III.4": "III.4. Chủ động quyết định trong phạm vi thẩm quyền",
}
GENERAL = (
    PERIOD,
    PERSON,
    NAME,
    *(Column(code, heading, "decimal", minimum=0, aliases=(code,)) for code, heading in ITEMS.items()),
    Column("sum", "Tổng cộng", "decimal"),
)
HALF_OR_FULL = {"100": "100", "50": "50", "100%": "100", "50%": "50"}
LEADERS = (
    PERIOD,
    PERSON,
    NAME,
    Column("dd", "Tổ chức thực hiện (đ, %)", "choice", choices=HALF_OR_FULL),
    Column("e", "Đoàn kết nội bộ (e, %)", "choice", choices=HALF_OR_FULL),
)


@dataclass
class Entries:
    """What one person enters: the keywords of `save_self_scores`."""

    general: dict[str, Decimal | None] = field(default_factory=dict)
    lines: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    leader: dict[str, int | None] = field(default_factory=dict)


def entries(sheets: Sheets, keys: set[Hashable] | None = None) -> dict[Scorecard, Entries]:
    """The entries of each scorecard; empty cells are not entries, what stands is left alone."""
    cards = _cards(sheets)
    lines = cards.lines()
    found: dict[Scorecard, Entries] = {}
    for row in sheets["lines"]:
        card, key = cards.of_month(row), line_key(row)
        if card and key in lines and row["done"] is not None and (keys is None or key in keys):
            entry = {"done": row["done"], "note": row["note"]}
            found.setdefault(card, Entries()).lines[lines[key].uuid] = entry
    for name, codes in (("general", ITEMS), ("leaders", ("dd", "e"))):
        for row in sheets[name]:
            card = cards.of_period(row)
            for code in codes:
                value = row[code]
                if card is None or value is None or (keys is not None and (card.pk, code) not in keys):
                    continue
                of_card = found.setdefault(card, Entries())
                if name == "general":
                    of_card.general[code] = value
                else:
                    of_card.leader[code] = int(value)
    return found


def check(sheets: Sheets) -> list[RowError]:
    """Results of work that nobody assigned, points beyond their range, sums that do not add up."""
    cards = _cards(sheets)
    lines = cards.lines()
    errors = repeated_lines(sheets["lines"])
    for row in sheets["lines"]:
        errors += cards.check_person(row)
        key = line_key(row)
        if key and cards.of_month(row):
            errors += _check_line(row, lines.get(key))
    for name in ("general", "leaders"):
        for row in sheets[name]:
            errors += cards.check_person(row)
            if row["period"] and period_of(row["period"]) is None:
                errors.append(row.error("period", _("This is not a period (such as Quý III/2026 or Tháng 7/2026).")))
            elif card := cards.of_period(row):
                errors += _check_general(row, card) if name == "general" else _check_leader(row, card)
    return errors


def _check_line(row: Row, line: ScoreLine | None) -> list[RowError]:
    if line is None:
        return [row.error("product", _("This work was not assigned to this person for this month and deadline."))]
    if line.kind == LineKind.HANDED_BACK and row["done"]:
        return [row.error("done", _("Work handed back never counts as done (Art 18.1)."))]
    problem = quantity_problem(row["done"]) if row["done"] is not None else None
    return [row.error("done", problem)] if problem else []


def _check_general(row: Row, card: Scorecard) -> list[RowError]:
    scheme = card.scheme.scheme
    errors = []
    for item in scheme.items:
        points = row.values.get(item.code)
        problem = item_problem(item, points, scheme.general_step.value) if points is not None else None
        if problem:
            errors.append(row.error(item.code, problem))
    total = sum((row[code] for code in ITEMS if row[code] is not None), Decimal())
    if not errors and row["sum"] is not None and row["sum"] != total:
        reason = _("The points of this row add up to %(total)s.") % {"total": str(total).replace(".", ",")}
        errors.append(row.error("sum", reason))
    return errors


def _check_leader(row: Row, card: Scorecard) -> list[RowError]:
    given = [name for name in ("dd", "e") if row[name]]
    reason = _("đ and e are for leaders only (Art 15).")
    return [] if card.is_leader else [row.error(name, reason) for name in given]


def leave_out(sheets: Sheets) -> list[RowError]:
    cards = _cards(sheets)
    reason = _("No such period is open for this person.")
    errors = [row.error("month", reason) for row in sheets["lines"] if cards.of_month(row) is None]
    for name in ("general", "leaders"):
        errors += [row.error("period", reason) for row in sheets[name] if cards.of_period(row) is None]
    return errors


def stated(sheets: Sheets) -> Facts:
    cards = _cards(sheets)
    facts: Facts = {line_key(row): (row["done"], row["note"]) for row in sheets["lines"] if row["done"] is not None}
    for name, codes in (("general", ITEMS), ("leaders", ("dd", "e"))):
        for row in sheets[name]:
            card = cards.of_period(row)
            values = {code: row[code] if name == "general" else row[code] and int(row[code]) for code in codes}
            facts |= {(card.pk, code): value for code, value in values.items() if card and value is not None}
    return facts


def standing(sheets: Sheets) -> Facts:
    """What the drafts hold; an empty entry does not stand yet."""
    cards = _cards(sheets)
    facts: Facts = {key: (line.done, line.note) for key, line in cards.lines().items() if line.done is not None}
    own = [card for found in cards.cards.values() for card in found]
    for score in GeneralScore.objects.filter(scorecard__in=own, self_points__isnull=False):
        facts[(score.scorecard_id, score.item_code)] = score.self_points
    for card in own:
        facts |= {(card.pk, name): v for name in ("dd", "e") if (v := getattr(card, f"self_{name}")) is not None}
    return facts


def write(sheets: Sheets, *, keys: set[Hashable], by: Person, at: datetime) -> None:
    """Into each person's own draft, in his name (Art 18.2); the journal says who brought the file."""
    for card, own in entries(sheets, keys).items():
        save_self_scores(
            scorecard=card,
            general=own.general,
            lines=own.lines,
            leader=own.leader or None,
            by=card.person,
            expected_draft_version=card.draft_version,
            at=at,
        )
        count = len(own.general) + len(own.lines) + len(own.leader)
        journal(event="results.imported", subject=card, at=at, by=by, unit=card.appointment.unit, entries=count)


def _cards(sheets: Sheets) -> Cards:
    return Cards.load([*sheets["lines"], *sheets["general"], *sheets["leaders"]])


RESULTS = ImportKind(
    code="results",
    title=gettext_lazy("Results and self-scores"),
    tables=(
        Table("lines", "Kết quả", LINES),
        Table("general", "Tiêu chí chung", GENERAL, required=False),
        Table("leaders", "Tiêu chí lãnh đạo", LEADERS, required=False),
    ),
    check=check,
    stated=stated,
    standing=standing,
    write=write,
    leave_out=leave_out,
)
