"""What the head types when a result is replaced or annulled, and the officer when results go with a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflows.actions.replacements import MOST_GENERAL, MOST_RESULT, NewResult
from workflows.forms.fields import DecimalCommaField
from workflows.models import Evaluation


class NewResultForm(forms.Form):
    """One person's new result; what stays empty stays as it stands. `shown`: words of classes, points and title."""

    class_code = forms.ChoiceField(label=_("New class"), widget=forms.RadioSelect)
    general = DecimalCommaField(label=_("New general points"), required=False)
    result = DecimalCommaField(label=_("New points for results"), required=False)
    title = forms.CharField(label=_("New title"), max_length=150, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is printed on the decision and on the person's notice."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, evaluation: Evaluation, shown: "Shown"):
        super().__init__(data, prefix=str(evaluation.uuid))
        self.evaluation = evaluation
        decided = evaluation.final_decision
        self.fields["class_code"].choices = shown.classes  # type: ignore[attr-defined]
        self.fields["class_code"].initial = decided.class_code if decided else ""
        for name, stands, most in (("general", shown.general, MOST_GENERAL), ("result", shown.result, MOST_RESULT)):
            words = gettext("Now %(points)s, at most %(most)s. Empty: it stays.")
            self.fields[name].help_text = words % {"points": stands or "–", "most": most}
        self.fields["title"].help_text = gettext("Now: %(title)s. Empty: it stays.") % {"title": evaluation.title}

    def clean_general(self) -> Decimal | None:
        return self._within("general", MOST_GENERAL)

    def clean_result(self) -> Decimal | None:
        return self._within("result", MOST_RESULT)

    def _within(self, name: str, most: int) -> Decimal | None:
        """The points, said at their own field when they lie outside; the act checks them again."""
        points: Decimal | None = self.cleaned_data[name]
        if points is not None and not 0 <= points <= most:
            raise forms.ValidationError(gettext("Points lie between 0 and %(most)s.") % {"most": most})
        return points

    def new_result(self) -> NewResult:
        data = self.cleaned_data
        return NewResult(data["class_code"], data["reason"], data["general"], data["result"], data["title"])


@dataclass(frozen=True)
class Shown:
    """What stands now, as the page writes it."""

    classes: Sequence[tuple[str, str]]
    general: str
    result: str


class AnnulmentForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is printed on the decision."),
    )


class TransferForm(forms.Form):
    """What the transfer document says besides the results."""

    moved_by = forms.CharField(
        label=_("Decision on the move"),
        max_length=300,
        help_text=_("In words, as it is to be printed: Quyết định số 45/QĐ-UBND ngày 01/9/2026"),
    )
    notes = forms.CharField(
        label=_("What else the new agency must know"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Open petitions, discipline; one line each."),
    )

    def lines(self) -> Sequence[str]:
        return [line for line in self.cleaned_data["notes"].splitlines() if line.strip()]
