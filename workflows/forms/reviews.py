"""The review beside the self-assessment: points and quantities with a reason for each change, d/đ/e, a comment."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpi.actions import Change
from kpi.models import AdjustmentTarget, LineKind
from workflows.actions.reviews import LeaderMarks
from workflows.forms.self_assessments import HALF_OR_FULL, PointsField, QuantityField, points_name
from workflows.models import Evaluation

READERS = _("the person, the council and the head of the agency; printed in the review minutes")


def reason_name(name: str) -> str:
    """Field name of the reason beside an entry."""
    return f"why-{name}"


class ReviewForm(forms.Form):
    """Holds the standing values; what the reviewer types and differs becomes a change with its reason."""

    comment = forms.CharField(
        label=_("Comment of the competent person"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Written into the review minutes and into Form 01 when you countersign it."),
    )
    comment.seen_by = READERS  # type: ignore[attr-defined]

    def __init__(self, data: Any = None, *, evaluation: Evaluation, manages_nobody: bool = False):
        super().__init__(data)
        self.standing: dict[str, Decimal | None] = {}
        self.items: dict[str, str] = {}
        self.lines: dict[str, UUID] = {}
        self.evaluation = evaluation
        card = evaluation.scorecard
        scheme = card.scheme.scheme
        points = {row.item_code: row.points(reviewed=True) for row in card.general_scores.all()}
        for item in scheme.items:
            name = points_name(item.code)
            self.items[name] = item.code
            self._add(name, PointsField(item, scheme.general_step.value), points.get(item.code))
        for line in card.lines.all():
            if line.kind != LineKind.HANDED_BACK:
                name = f"done-{line.uuid}"
                self.lines[name] = line.uuid
                field = QuantityField(required=False, label=str(line))
                self._add(name, field, line.done_as(reviewed=True))
        self.leader_fields = self._add_leader(manages_nobody) if card.is_leader else {}

    def _add(self, name: str, field: forms.Field, standing: Decimal | None) -> None:
        """An entry and its reason; the script hides the reason while the value stands unchanged."""
        self.standing[name] = standing
        field.initial = standing
        field.widget.attrs.update({"aria-describedby": f"id_{name}_error", "data-standing": written(standing)})
        self.fields[name] = field
        self.fields[reason_name(name)] = forms.CharField(
            required=False,
            max_length=2000,
            label=format_lazy("{}: {}", _("Reason of the change"), field.label),
            widget=forms.Textarea(
                attrs={
                    "rows": 2,
                    "class": "input",
                    "data-reason": "",
                    "aria-describedby": f"id_{reason_name(name)}_error",
                }
            ),
        )

    def _add_leader(self, manages_nobody: bool) -> dict[str, str]:
        card = self.evaluation.scorecard
        names = {"leader-dd": "dd", "leader-e": "e"}
        if manages_nobody:
            names = {"leader-d": "d", **names}
        for name, code in names.items():
            self.fields[name] = forms.TypedChoiceField(
                required=False,
                choices=HALF_OR_FULL,
                coerce=int,
                empty_value=None,
                label=card.scheme.scheme.components[code].value,
                initial=getattr(card, f"leader_{code}"),
            )
        self.fields["leader-why"] = forms.CharField(
            label=_("Reason for d, đ and e"),
            required=False,
            max_length=2000,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Needed for 50% and where you differ from the person's own opinion (Art 15)."),
        )
        return names

    def clean(self) -> dict[str, Any]:
        for name, value in self._entered():
            if value is None:
                if self.standing[name] is not None:
                    self.add_error(name, _("Type a number. An entry cannot be emptied by the review."))
            elif value != self.standing[name] and not self.cleaned_data.get(reason_name(name), "").strip():
                self.add_error(reason_name(name), _("Say why you change this value."))
        if self.leader_fields and self._leader_reason_is_missing():
            self.add_error("leader-why", _("Say why; the person will read it."))
        return self.cleaned_data

    def _entered(self) -> Iterator[tuple[str, Decimal | None]]:
        """Entries of this POST that are numbers, by name."""
        for name in self.standing:
            if name in self.data and name in self.cleaned_data:
                yield name, self.cleaned_data[name]

    def _leader_reason_is_missing(self) -> bool:
        card = self.evaluation.scorecard
        own = {"dd": card.self_dd, "e": card.self_e}
        given = {code: self.cleaned_data.get(name) for name, code in self.leader_fields.items()}
        asked = any(
            value == 50 or (value is not None and own.get(code) not in (None, value)) for code, value in given.items()
        )
        return asked and not self.cleaned_data.get("leader-why", "").strip()

    def typed(self) -> dict[str, str]:
        """What stands in the boxes of this POST, as text, for the draft."""
        return {name: self.data[name] for name in self.fields if name in self.data}

    def numbers(self) -> tuple[dict[str, Decimal], dict[UUID, Decimal]]:
        """Points by criterion and quantities by line as far as they are typed correctly, reasons or not."""
        if not self.is_bound:
            return {}, {}
        self.is_valid()
        given = {name: value for name, value in self._entered() if value is not None}
        general = {code: given[name] for name, code in self.items.items() if name in given}
        return general, {key: given[name] for name, key in self.lines.items() if name in given}

    def changed_names(self) -> list[str]:
        """Entries whose typed value differs from the standing one."""
        if not self.is_bound:
            return []
        self.is_valid()
        return [name for name, value in self._entered() if value is not None and value != self.standing[name]]

    def changes(self) -> list[Change]:
        """The adjustments of a valid form."""
        found = []
        for name in self.changed_names():
            is_general = name in self.items
            found.append(
                Change(
                    target=AdjustmentTarget.GENERAL if is_general else AdjustmentTarget.DONE,
                    item=self.items[name] if is_general else str(self.lines[name]),
                    new=self.cleaned_data[name],
                    reason=self.cleaned_data[reason_name(name)],
                )
            )
        return found

    def marks(self) -> LeaderMarks | None:
        """đ and e, and d of a leader without people; None for staff. Needs a validated or unbound form."""
        if not self.leader_fields:
            return None
        values = {code: self._leader_value(name) for name, code in self.leader_fields.items()}
        reason = self.cleaned_data.get("leader-why", "") if self.is_bound else ""
        return LeaderMarks(dd=values["dd"], e=values["e"], d_without_people=values.get("d"), reason=reason)

    def _leader_value(self, name: str) -> int | None:
        if not self.is_bound:
            return self.fields[name].initial
        self.is_valid()
        return self.cleaned_data.get(name)


class ReasonForm(forms.Form):
    """One reason that the person will read."""

    reason = forms.CharField(label=_("Reason"), max_length=450, widget=forms.Textarea(attrs={"rows": 4}))
    reason.seen_by = _("the person; it stays in the record of the evaluation")  # type: ignore[attr-defined]


def written(value: Decimal | None) -> str:
    """The value as the input shows it: decimal comma, no useless zeros."""
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
