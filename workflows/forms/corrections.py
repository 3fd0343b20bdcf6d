"""What the head types when a result is replaced or annulled, and the officer when results go with a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.models import Petition
from workflows.actions.corrected_results import MOST_GENERAL, MOST_RESULT, MOST_TOTAL, NewResult
from workflows.forms.discipline import DisciplineFields
from workflows.forms.fields import DecimalCommaField
from workflows.grounds import GroundGiven
from workflows.models import Dependant, Evaluation, Ground


@dataclass(frozen=True)
class Shown:
    """What stands now as the page writes it, and the grounds open to the reader.

    `petitions` are the accepted ones of this result, `flags` the open ones on it, each with its words. `left` says
    what the register of the year leaves, `why` by which circumstance; "" where it lowers nothing.
    """

    classes: Sequence[tuple[str, str]]
    general: str
    result: str
    total: str
    grounds: Sequence[tuple[str, str]]
    petitions: Mapping[Petition, str] = field(default_factory=dict)
    flags: Mapping[Dependant, str] = field(default_factory=dict)
    left: str = ""
    why: str = ""


#: What the form sends for "not ranked": a choice of its own, so that no choice at all stays an error.
NO_CLASS = "none"
RESULTS = ("class_code", "general", "result", "total", "title", "reason")


class NewResultForm(DisciplineFields):
    """One person's new result and its ground; what stays empty stays as it stands. Without classes: a score alone."""

    ground = forms.ChoiceField(label=_("Ground of the new decision"), widget=forms.RadioSelect)
    petition = forms.ChoiceField(label=_("The accepted petition"), required=False)
    dependant = forms.ChoiceField(label=_("The result that has changed"), required=False)
    class_code = forms.ChoiceField(label=_("New class"), widget=forms.RadioSelect)
    general = DecimalCommaField(label=_("New general points"), required=False)
    result = DecimalCommaField(label=_("New points for results"), required=False)
    total = DecimalCommaField(label=_("New total points"), required=False)
    title = forms.CharField(label=_("New title"), max_length=150, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is printed on the decision and on the person's notice."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        evaluation: Evaluation,
        shown: Shown,
        initial: Mapping[str, Any] | None = None,
    ):
        super().__init__(data, prefix=str(evaluation.uuid), initial=dict(initial or {}))
        self.evaluation, self.shown = evaluation, shown
        decided = evaluation.final_decision
        self.fields["ground"].choices = shown.grounds  # type: ignore[attr-defined]
        self.petitions = {str(each.uuid): each for each in shown.petitions}
        self.flags = {str(each.uuid): each for each in shown.flags}
        for name, offered in (("petition", shown.petitions), ("dependant", shown.flags)):
            if offered:
                choices = [(str(each.uuid), words) for each, words in offered.items()]
                self.fields[name].choices = choices  # type: ignore[attr-defined]
            else:
                del self.fields[name]
        if shown.classes:
            self.fields["class_code"].choices = shown.classes  # type: ignore[attr-defined]
            self.fields["class_code"].initial = (decided.class_code if decided else "") or NO_CLASS
        else:
            del self.fields["class_code"]
        parted = bool(shown.general and shown.result)  # the mean of a longer period has no parts
        for name in ("total",) if parted else ("general", "result"):
            del self.fields[name]
        for name, (stands, most) in self._limits(shown).items():
            if name not in self.fields:
                continue
            words = gettext("Now %(points)s, at most %(most)s. Empty: it stays.")
            self.fields[name].help_text = words % {"points": stands or "–", "most": most}
        self.fields["title"].help_text = gettext("Now: %(title)s. Empty: it stays.") % {"title": evaluation.title}

    @staticmethod
    def _limits(shown: Shown) -> dict[str, tuple[str, int]]:
        """What stands and the most there may be, by field."""
        return {
            "general": (shown.general, MOST_GENERAL),
            "result": (shown.result, MOST_RESULT),
            "total": (shown.total, MOST_TOTAL),
        }

    def clean_total(self) -> Decimal | None:
        return self._within("total", MOST_TOTAL)

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

    def about_discipline(self) -> bool:
        """Whether the fields of the discipline are to be seen at once."""
        return self["ground"].value() == Ground.DISCIPLINE

    def basics(self) -> list[forms.BoundField]:
        """The fields on the ground; the discipline's own stand folded below."""
        return [self[name] for name in ("ground", "petition", "dependant") if name in self.fields]

    def results(self) -> list[forms.BoundField]:
        """The fields of the new result."""
        return [self[name] for name in RESULTS if name in self.fields]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ground") == Ground.DISCIPLINE:
            self.require_discipline()
        return data

    def new_result(self) -> NewResult:
        data = self.cleaned_data
        ground = GroundGiven(
            data["ground"],
            petition=self.petitions.get(data.get("petition", "")),
            dependant=self.flags.get(data.get("dependant", "")),
            discipline=self.discipline() if data["ground"] == Ground.DISCIPLINE else None,
        )
        chosen = data.get("class_code", "")
        return NewResult(
            "" if chosen == NO_CLASS else chosen,
            data["reason"],
            general=data.get("general"),
            result=data.get("result"),
            total=data.get("total"),
            title=data["title"],
            ground=ground,
        )


class AnnulmentForm(forms.Form):
    ground = forms.ChoiceField(label=_("Ground of the new decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is printed on the decision."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, grounds: Sequence[tuple[str, str]]):
        super().__init__(data)
        self.fields["ground"].choices = grounds  # type: ignore[attr-defined]
        self.fields["ground"].initial = grounds[0][0] if grounds else ""


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
