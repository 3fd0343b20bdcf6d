"""The self-assessment as one form: criteria, quantity and note of each product, words, a leader's đ and e."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpi.actions.self_scores import LONGEST_NOTE, item_problem, quantity_problem
from kpi.models import LineKind, Scorecard, ScoreLine
from kpi.scheme import GeneralItem
from workflows.forms.fields import DecimalCommaField
from workflows.models import Evaluation

HALF_OR_FULL = [("", _("Left open")), ("100", "100%"), ("50", "50%")]
READERS = _("you, your reviewer, the council and the head of the agency")
LEADER_FIELDS = {"self_dd": "dd", "self_e": "e"}


class PointsField(DecimalCommaField):
    """Points of one general criterion; the range and the step are the scheme's."""

    def __init__(self, item: GeneralItem, step: Fraction | None, **kwargs: Any):
        self.item, self.step = item, step
        super().__init__(required=False, label=item.name, **kwargs)

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)  # type: ignore[arg-type]
        problem = None if value is None else item_problem(self.item, value, self.step)
        if problem:
            raise ValidationError(problem)


class QuantityField(DecimalCommaField):
    """A quantity of done work."""

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)  # type: ignore[arg-type]
        problem = None if value is None else quantity_problem(value)
        if problem:
            raise ValidationError(problem)


class SelfAssessmentForm(forms.Form):
    """Only what is typed correctly is handed on, so that one faulty number never costs the others."""

    strengths = forms.CharField(
        label=_("Strengths"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    limitations = forms.CharField(
        label=_("Limitations, shortcomings"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    strengths.seen_by = limitations.seen_by = READERS  # type: ignore[attr-defined]

    def __init__(self, data: Any = None, *, evaluation: Evaluation):
        card = evaluation.scorecard
        self.stored: dict[str, Any] = {"strengths": evaluation.strengths, "limitations": evaluation.limitations}
        self.items: dict[str, GeneralItem] = {}
        self.lines: dict[UUID, ScoreLine] = {}
        super().__init__(data, initial=self.stored)
        self._add_criteria(card)
        self._add_lines(card)
        if card.is_leader:
            self._add_leader(card)
        for name, field in self.fields.items():
            field.widget.attrs["aria-describedby"] = f"id_{name}_error"

    def _add_criteria(self, card: Scorecard) -> None:
        scheme = card.scheme.scheme
        points = {row.item_code: row.self_points for row in card.general_scores.all()}
        for item in scheme.items:
            name = points_name(item.code)
            self.items[name] = item
            self.fields[name] = PointsField(item, scheme.general_step.value)
            self.stored[name] = points.get(item.code)

    def _add_lines(self, card: Scorecard) -> None:
        for line in card.lines.all():
            self.lines[line.uuid] = line
            if line.kind != LineKind.HANDED_BACK:
                self.fields[f"done-{line.uuid}"] = QuantityField(required=False, label=str(line))
                self.stored[f"done-{line.uuid}"] = line.done
            self.fields[f"note-{line.uuid}"] = forms.CharField(
                required=False,
                label=format_lazy("{}: {}", line.code, _("evidence and note")),
                max_length=LONGEST_NOTE,
                widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
            )
            self.stored[f"note-{line.uuid}"] = line.note

    def _add_leader(self, card: Scorecard) -> None:
        for name in LEADER_FIELDS:
            rule = card.scheme.scheme.components[LEADER_FIELDS[name]]
            self.fields[name] = forms.TypedChoiceField(
                required=False, choices=HALF_OR_FULL, coerce=int, empty_value=None, label=rule.value
            )
            self.stored[name] = getattr(card, name)

    def taken(self) -> dict[str, Any]:
        """The values of this POST that were typed correctly, by field name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}

    def entries(self) -> dict[str, Any]:
        """The same as keywords of `save_draft`; what was typed wrongly or not sent keeps its stored value."""
        taken = self.taken()
        lines: dict[UUID, dict[str, Any]] = {}
        for key in self.lines:
            sent = {part: taken[f"{part}-{key}"] for part in ("done", "note") if f"{part}-{key}" in taken}
            if sent:
                lines[key] = sent
        return {
            "general": {item.code: taken[name] for name, item in self.items.items() if name in taken},
            "lines": lines,
            "leader": {short: taken[name] for name, short in LEADER_FIELDS.items() if name in taken} or None,
            "strengths": taken.get("strengths", self.stored["strengths"]),
            "limitations": taken.get("limitations", self.stored["limitations"]),
        }

    def draft_version(self) -> int:
        """The version of the draft that the page was drawn from; 0 when the page did not send one."""
        sent = self.data.get("draft_version", "")
        return int(sent) if sent.isdecimal() else 0

    def differences(self) -> Iterator[tuple[str, Any, Any]]:
        """(label, stored, typed) of every entry that differs from what is stored."""
        for name in self.fields:
            stored, typed = self.stored[name], self.cleaned_data.get(name, self.data.get(name))
            if name in self.data and _plain(stored) != _plain(typed):
                yield str(self.fields[name].label), stored, typed


def _plain(value: Any) -> Any:
    """Nothing typed is None; line ends of browsers count as ours."""
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip() or None
    return value


def points_name(item_code: str) -> str:
    """Field name of a criterion: no dot, so that it can be an anchor."""
    return f"points-{item_code.replace('.', '-')}"
