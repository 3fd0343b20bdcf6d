from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from kpi.errors import DraftConflict, KpiError
from kpi.models import GeneralScore, LineKind, Scorecard, ScoreLine
from kpi.scheme import GeneralItem
from kpi.scoring.explanation import shown
from organization.models import Person
from organization.names import normal

LONGEST_NOTE = 4000


def stored_draft(scorecard: Scorecard) -> dict[str, Any]:
    """What stands in the person's draft now, as JSON-able data: general, lines, leader, version."""
    return {
        "version": scorecard.draft_version,
        "general": {row.item_code: _text(row.self_points) for row in scorecard.general_scores.all()},
        "lines": {str(line.uuid): {"done": _text(line.done), "note": line.note} for line in scorecard.lines.all()},
        "leader": {"dd": scorecard.self_dd, "e": scorecard.self_e} if scorecard.is_leader else None,
    }


@transaction.atomic
def save_self_scores(
    *,
    scorecard: Scorecard,
    general: Mapping[str, Decimal | None],
    lines: Mapping[UUID, Mapping[str, Any]],
    by: Person,
    expected_draft_version: int,
    leader: Mapping[str, int | None] | None = None,
    at: datetime | None = None,
) -> int:
    """Keep the person's own entries; returns the new draft version. None empties an entry: it is then not scored.

    Only the given entries change. Raises DraftConflict when another tab saved meanwhile (nothing overwritten),
    KpiError with every faulty entry when one lies outside its range (nothing stored).
    """
    card = Scorecard.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=scorecard.pk)
    if card.draft_version != expected_draft_version:
        raise DraftConflict(
            _("This form was saved in another window meanwhile. Nothing was overwritten."),
            version=card.draft_version,
            stored=stored_draft(card),
        )
    if by.pk != card.person_id:
        raise KpiError(_("Only the person enters his own scores."), rule=_("Decree 335/2025, Art 18.2"))
    rows = {row.item_code: row for row in card.general_scores.all()}
    own = {line.uuid: line for line in card.lines.all()}
    entries = {_uuid(key): entry for key, entry in lines.items()}
    problems = _general_problems(general, card) + _line_problems(entries, own) + _leader_problems(leader, card)
    if problems:
        raise KpiError(_("Some entries were not accepted; nothing was stored."), problems=problems)
    for code, points in general.items():
        rows[code].self_points = points
    for key, entry in entries.items():
        if "done" in entry:
            own[key].done = entry["done"]
        if "note" in entry:
            own[key].note = normal_note(entry["note"])
    GeneralScore.objects.bulk_update([rows[code] for code in general], ["self_points"])
    ScoreLine.objects.bulk_update([own[key] for key in entries], ["done", "note"])
    for name, value in (leader or {}).items():
        setattr(card, f"self_{name}", value)
    card.draft_version += 1
    card.draft_saved_at = at or Now()  # without a given time the database's clock, never the process's
    card.save(update_fields=["draft_version", "draft_saved_at", "self_dd", "self_e"])
    return card.draft_version


def normal_note(text: str) -> str:
    """NFC text, lines kept."""
    return "\n".join(normal(line) for line in str(text).splitlines()).strip()


def item_problem(item: GeneralItem, points: Decimal, step: Fraction | None) -> str | None:
    """Why these points are not possible for this criterion, None when they are."""
    if not points.is_finite() or not 0 <= Fraction(points) <= item.maximum:
        return _("%(code)s: points lie between 0 and %(maximum)s.") % {
            "code": item.code,
            "maximum": shown(item.maximum),
        }
    if (Fraction(points) * 1000).denominator != 1:
        return _("%(code)s: at most three decimals.") % {"code": item.code}
    if step is not None and Fraction(points) % step:
        return _("%(code)s: points come in steps of %(step)s.") % {"code": item.code, "step": shown(step)}
    return None


def quantity_problem(quantity: Any) -> str | None:
    """Why this is not a quantity of done work, None when it is."""
    if not isinstance(quantity, Decimal) or not quantity.is_finite() or not 0 <= quantity < 10**9:
        return _("a quantity is 0 or more")
    if (Fraction(quantity) * 1000).denominator != 1:
        return _("at most three decimals")
    return None


def _general_problems(general: Mapping[str, Decimal | None], card: Scorecard) -> list[str]:
    items = {item.code: item for item in card.scheme.scheme.items}
    step = card.scheme.scheme.general_step.value
    problems = []
    for code, points in general.items():
        if code not in items:
            problems.append(_("%(code)s: no such criterion.") % {"code": code})
        elif points is not None:
            problem = item_problem(items[code], points, step)
            problems += [problem] if problem else []
    return problems


def _line_problems(entries: Mapping[UUID, Mapping[str, Any]], own: Mapping[UUID, ScoreLine]) -> list[str]:
    problems = []
    for key, entry in entries.items():
        line = own.get(key)
        if line is None:
            problems.append(_("%(code)s: not a line of this form.") % {"code": key})
            continue
        if entry.get("done") is not None:
            problem = quantity_problem(entry["done"])
            if line.kind == LineKind.HANDED_BACK and entry["done"]:
                problem = _("work handed back never counts as done (Art 18.1)")
            if problem:
                problems.append(f"{line.code}: {problem}")
        if len(str(entry.get("note", ""))) > LONGEST_NOTE:
            problems.append(_("%(code)s: the note is too long.") % {"code": line.code})
    return problems


def _leader_problems(leader: Mapping[str, int | None] | None, card: Scorecard) -> list[str]:
    if not leader:
        return []
    if not card.is_leader:
        return [_("đ and e are for leaders only (Art 15).")]
    return [
        _("%(name)s: only 100%% or 50%% (Art 15).") % {"name": name}
        for name, value in leader.items()
        if name not in ("dd", "e") or value not in (None, 50, 100)
    ]


def _uuid(key: UUID | str) -> UUID:
    return key if isinstance(key, UUID) else UUID(str(key))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"
