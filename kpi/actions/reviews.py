"""What only the competent person does: every change is a new row with its reason, never an overwrite."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kpi.actions.self_scores import item_problem, normal_note, quantity_problem
from kpi.errors import KpiError
from kpi.models import AdjustmentTarget, GeneralScore, LineKind, ScoreAdjustment, Scorecard, ScoreLine
from kpi.scoring import leader_d
from organization.authority import Authority
from organization.models import Person

LEADER_LABELS = {"d": "d", "dd": "đ", "e": "e"}
ERRORS = (AdjustmentTarget.FAILED_REVIEWS, AdjustmentTarget.DELAYS)


@dataclass(frozen=True)
class Change:
    """A wanted score: `target` general (item = criterion) or done (item = line uuid), with the reviewer's reason."""

    target: str
    item: str
    new: Decimal
    reason: str


@transaction.atomic
def adjust_scores(
    *, scorecard: Scorecard, changes: Sequence[Change], by: Person, under: Authority | None, at: datetime
) -> list[ScoreAdjustment]:
    """Set reviewed points and quantities beside the person's own. What equals the standing value is left alone.

    Raises KpiError with every faulty change (no reason, outside its range, unknown item); nothing is stored then.
    """
    card = _locked(scorecard, by)
    rows = {row.item_code: row for row in card.general_scores.all()}
    lines = {str(line.uuid): line for line in card.lines.all()}
    scheme = card.scheme.scheme
    items = {item.code: item for item in scheme.items}
    problems: list[str] = []
    wanted: list[tuple[Change, GeneralScore | ScoreLine, Decimal | None, str]] = []
    for change in changes:
        key = str(change.item)
        if change.target == AdjustmentTarget.GENERAL and key in rows:
            row: GeneralScore | ScoreLine = rows[key]
            old, label = rows[key].points(reviewed=True), items[key].name
            problem = item_problem(items[key], change.new, scheme.general_step.value)
        elif change.target == AdjustmentTarget.DONE and key in lines:
            row = lines[key]
            old, label = lines[key].done_as(reviewed=True), str(row)
            problem = quantity_problem(change.new)
            if lines[key].kind == LineKind.HANDED_BACK:
                problem = _("work handed back never counts as done (Art 18.1)")
        else:
            problems.append(_("%(item)s: not an entry of this form.") % {"item": key})
            continue
        if problem:
            problems.append(f"{label}: {problem}")
        elif old != change.new:
            if not change.reason.strip():
                problems.append(_("%(item)s: a changed score needs a reason.") % {"item": label})
            wanted.append((change, row, old, label))
    if problems:
        raise KpiError(_("The adjustments were not stored."), problems=problems)
    made = []
    for change, entry, old, label in wanted:
        field = "reviewed_points" if isinstance(entry, GeneralScore) else "reviewed_done"
        setattr(entry, field, change.new)
        entry.save(update_fields=[field])
        made.append(_record(card, change.target, change.item, label, old, change.new, change.reason, by, under, at))
    return made


@transaction.atomic
def drop_adjustments(
    *, scorecard: Scorecard, reason: str, by: Person, under: Authority | None, at: datetime
) -> list[ScoreAdjustment]:
    """Let the person's own entries count again (a new round begins); the earlier adjustments stay on record."""
    card = _locked(scorecard, by)
    _need(reason)
    names = {item.code: item.name for item in card.scheme.scheme.items}
    made = []
    for row in card.general_scores.exclude(reviewed_points=None):
        target, label = AdjustmentTarget.GENERAL, names[row.item_code]
        made.append(_record(card, target, row.item_code, label, row.reviewed_points, None, reason, by, under, at))
    for line in card.lines.exclude(reviewed_done=None):
        target = AdjustmentTarget.DONE
        made.append(_record(card, target, line.uuid, str(line), line.reviewed_done, None, reason, by, under, at))
    card.general_scores.update(reviewed_points=None)
    card.lines.update(reviewed_done=None)
    return made


def record_failed_review(
    *, line: ScoreLine, reason: str, by: Person, under: Authority | None, at: datetime, count: int = 1
) -> ScoreLine:
    """A major content error was found in the product: −25% of its quality each (Art 14.2.b)."""
    return _count_errors(line, AdjustmentTarget.FAILED_REVIEWS, count, reason, by, under, at)


def record_delay(
    *, line: ScoreLine, reason: str, by: Person, under: Authority | None, at: datetime, count: int = 1
) -> ScoreLine:
    """The product was late: −25% of its progress each (Art 14)."""
    return _count_errors(line, AdjustmentTarget.DELAYS, count, reason, by, under, at)


@transaction.atomic
def confirm_waiver(
    *,
    line: ScoreLine,
    of: str,
    cause: str,
    by: Person,
    under: Authority | None,
    at: datetime,
    count: int | None = None,
) -> ScoreLine:
    """Confirm an objective cause: `of` failed_reviews or delays; `count` of them (default all) lose no points."""
    if of not in ERRORS:
        raise KpiError(_("Only failed reviews and delays can be waived."))
    line = _locked_line(line, by)
    _need(cause)
    errors, waived = getattr(line, of), getattr(line, f"{of}_waived")
    new = errors if count is None else waived + count
    if new <= waived or new > errors:
        raise KpiError(_("There is no such failed review or delay to waive."), rule=_("Decree 335/2025, Art 14"))
    setattr(line, f"{of}_waived", new)
    line.save(update_fields=[f"{of}_waived"])
    _record(line.scorecard, f"{of}_waived", line.uuid, str(line), waived, new, cause, by, under, at)
    return line


@transaction.atomic
def set_leader_components(
    *,
    scorecard: Scorecard,
    values: Mapping[str, int | None],
    reason: str,
    by: Person,
    under: Authority | None,
    at: datetime,
) -> Scorecard:
    """Settle a leader's d, dd (đ) or e: 100, 50, or None while open. Each change is recorded with the reason."""
    card = _locked(scorecard, by)
    if not card.is_leader:
        raise KpiError(_("d, đ and e are for leaders only."), rule=_("Decree 335/2025, Art 15"))
    for name, value in values.items():
        if name not in LEADER_LABELS or value not in (None, 50, 100):
            raise KpiError(_("d, đ and e take only 100% or 50%."), rule=_("Decree 335/2025, Art 15"))
        old = getattr(card, f"leader_{name}")
        if old == value:
            continue
        _need(reason)
        setattr(card, f"leader_{name}", value)
        card.save(update_fields=[f"leader_{name}"])
        _record(card, AdjustmentTarget.LEADER, name, LEADER_LABELS[name], old, value, reason, by, under, at)
    return card


def derive_leader_d(
    *,
    scorecard: Scorecard,
    scores: Iterable[Fraction | None],
    by: Person,
    under: Authority | None,
    at: datetime,
) -> Scorecard:
    """d from the scores of the civil servants managed (in his field only, for a deputy: Art 15.4)."""
    return set_leader_components(
        scorecard=scorecard,
        values={"d": leader_d(scores)},
        reason="Điều 15: tính từ điểm của công chức thuộc quyền quản lý",
        by=by,
        under=under,
        at=at,
    )


def _locked(scorecard: Scorecard, by: Person) -> Scorecard:
    """The scorecard under lock; nobody reviews himself."""
    card = Scorecard.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=scorecard.pk)
    if by.pk == card.person_id:
        raise KpiError(_("Nobody reviews his own score."), rule=_("Decree 335/2025, Art 10"))
    return card


def _locked_line(line: ScoreLine, by: Person) -> ScoreLine:
    card = _locked(line.scorecard, by)
    fresh = ScoreLine.objects.get(pk=line.pk)
    fresh.scorecard = card
    return fresh


@transaction.atomic
def _count_errors(
    line: ScoreLine,
    target: str,
    count: int,
    reason: str,
    by: Person,
    under: Authority | None,
    at: datetime,
) -> ScoreLine:
    line = _locked_line(line, by)
    _need(reason)
    if count < 1:
        raise KpiError(_("At least one failed review or delay is recorded at a time."))
    old = getattr(line, target)
    setattr(line, target, old + count)
    line.save(update_fields=[target])
    _record(line.scorecard, target, line.uuid, str(line), old, old + count, reason, by, under, at)
    return line


def _need(reason: str) -> None:
    if not reason.strip():
        raise KpiError(_("A reason is needed."))


def _record(
    card: Scorecard,
    target: str,
    item: Any,
    label: str,
    old: Any,
    new: Any,
    reason: str,
    by: Person,
    under: Authority | None,
    at: datetime,
) -> ScoreAdjustment:
    return ScoreAdjustment.objects.create(
        scorecard=card,
        target=target,
        item=str(item),
        label=label[:600],
        old=_text(old),
        new=_text(new),
        reason=normal_note(reason),
        by=by,
        under=under.as_json() if under else {},
        at=at,
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
