"""The card of an organisation, the recogniser's classes for his list, opening, replacing, leaving out."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.classes import classes_within
from kpi.organisations import COUNTS, FAULTS, NEXT_CLASS, RESULT, UNDECIDED, card_problems
from kpi.quota import OF_GOOD, OF_GOOD_OR_BETTER
from organization.models import Unit
from workflows.actions.organisation_rulings import Recognition
from workflows.forms.fields import DecimalCommaField
from workflows.models import OrganisationRating
from workflows.organisation_order import Order, row_words

MOST_TASKS = 100_000
FAULT_CHOICES = [
    ("", _("Left open")),
    ("none", _("No faults found")),
    ("fixed", _("Found and mended")),
    ("open", _("Not all mended")),
]
PROBLEMS = {
    "number": _("Write a number."),
    "range": _("The points lie outside the range of this row."),
    "more_than_assigned": _("More than the tasks assigned."),
    "more_than_done": _("More than the tasks done."),
}


class CardForm(forms.Form):
    """The rows of a card; an empty row is not scored. `belongs`: id of the HTML form whose column this is."""

    def __init__(
        self, data: Any = None, *, rating: OrganisationRating, card: dict[str, str], belongs: str, note: str
    ):
        self.rules = rating.listed.parsed
        super().__init__(data, prefix=belongs)
        for item in self.rules.items:
            self._points(item.code, item.name, item.maximum, card)
        self._points(RESULT, row_words(RESULT, self.rules), self.rules.result_points.value, card)
        for name in COUNTS:
            self.fields[name] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MOST_TASKS,
                label=row_words(name, self.rules),
                initial=card.get(name, ""),
                widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            )
        self.fields[FAULTS] = forms.ChoiceField(
            required=False, choices=FAULT_CHOICES, label=row_words(FAULTS, self.rules), initial=card.get(FAULTS, "")
        )
        for name, field in self.fields.items():
            # The page shows the error itself, beside the entry.
            field.widget.attrs |= {"class": "input", "form": belongs}
            field.widget.attrs["aria-describedby"] = f"id_{belongs}-{name}_error"
        area = forms.Textarea({"rows": 4, "class": "input", "form": belongs})
        self.fields["note"] = forms.CharField(required=False, max_length=4000, initial=note, widget=area)

    def _points(self, code: str, label: str, most: Fraction, card: dict[str, str]) -> None:
        stored = card.get(code)
        self.fields[code] = DecimalCommaField(
            required=False,
            label=label,
            min_value=0,
            max_value=Decimal(most.numerator) / most.denominator,
            initial=Decimal(stored) if stored else None,
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for code, problem in card_problems(self.typed(), self.rules).items():
            self.add_error(code, ValidationError(PROBLEMS[problem], code=problem))
        return data

    def typed(self) -> dict[str, str]:
        """Row → exact text of what was typed rightly; empty rows are left out."""
        found = {code: value for code, value in self.cleaned_data.items() if code != "note"}
        return {code: _exact(value) for code, value in found.items() if value not in (None, "")}

    def problems(self) -> list[str]:
        """The wrong entries in words, in the order of the card; the first of them takes the focus of the page."""
        wrong = [name for name in self.fields if name in self.errors]
        if wrong:
            self.fields[wrong[0]].widget.attrs["autofocus"] = True
        return [f"{self[name].label}: {' '.join(str(each) for each in self.errors[name])}" for name in wrong]

    def rows(self) -> Iterator[tuple[str, Any]]:
        """(row code, bound field) in the order of the card."""
        for name in self.fields:
            if name != "note":
                yield name, self[name]


def _exact(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


class RecognitionsForm(forms.Form):
    """A class and a reason for each undecided organisation. Never above what its card gives."""

    outstanding = forms.CharField(
        label=_("Decision on outstanding achievement"),
        max_length=150,
        required=False,
        help_text=_("Number and date, where one lifts the ceiling to 25% (Art 8.5); otherwise leave it empty."),
    )

    def __init__(self, *args: Any, order: Order, ratings: Sequence[OrganisationRating], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.ratings, self.fits = ratings, {rating.pk: order.fit(rating) for rating in ratings}
        for rating in ratings:
            most = self.fits[rating.pk].at_most
            self.fields[class_name(rating)] = forms.ChoiceField(
                label=rating.unit.name,
                choices=[(code, code) for code in (classes_within(most) if most else ())],
                required=False,
            )
            self.fields[reason_name(rating)] = forms.CharField(
                label=gettext("Reason for %(name)s") % {"name": rating.unit.name}, max_length=4000, required=False
            )

    def chosen(self, rating: OrganisationRating) -> str:
        """The class that stands on the page, else the one that the card gives, "" where none fits."""
        value = self[class_name(rating)].value() or ""
        known = value in dict(self.fields[class_name(rating)].choices)  # type: ignore[attr-defined]
        return value if known else self.fits[rating.pk].class_code or ""

    def reason(self, rating: OrganisationRating) -> str:
        return (self[reason_name(rating)].value() or "").strip()

    def differs(self, rating: OrganisationRating) -> bool:
        return self.chosen(rating) != (self.fits[rating.pk].class_code or "")

    def lifted(self) -> str:
        return (self["outstanding"].value() or "").strip()

    def recognitions(self) -> dict[UUID, Recognition]:
        """What the act needs: the organisations in which the recogniser differs from the card."""
        return {
            rating.uuid: Recognition(self.chosen(rating), self.reason(rating))
            for rating in self.ratings
            if self.chosen(rating) and (self.differs(rating) or self.reason(rating))
        }


def class_name(rating: OrganisationRating) -> str:
    return f"class-{rating.uuid}"


def reason_name(rating: OrganisationRating) -> str:
    return f"reason-{rating.uuid}"


class OpenRatingsForm(forms.Form):
    """A year, its organisations, and the policies that the law leaves open."""

    year = forms.IntegerField(label=_("Year"), min_value=2026, max_value=2100)
    units = forms.MultipleChoiceField(label=_("Organisations"), widget=forms.CheckboxSelectMultiple)
    unmatched = forms.ChoiceField(
        label=_("Points without the condition of their class (the text is silent)"),
        widget=forms.RadioSelect,
        choices=[
            (UNDECIDED, _("the recogniser decides, below the class of the points, with a reason")),
            (NEXT_CLASS, _("the next class whose conditions are met")),
        ],
        initial=UNDECIDED,
    )
    reading = forms.ChoiceField(
        label=_("Ceiling of the top class: share of whom (the text can be read both ways)"),
        widget=forms.RadioSelect,
        choices=[
            (OF_GOOD_OR_BETTER, _("of those rated good or better")),
            (OF_GOOD, _("of those rated good")),
        ],
        initial=OF_GOOD_OR_BETTER,
    )

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known = {str(unit.uuid): unit for unit in units}
        self.fields["units"].choices = [(key, unit.name) for key, unit in self.known.items()]  # type: ignore[attr-defined]
        self.fields["units"].initial = list(self.known)

    def opening(self) -> dict[str, Any]:
        """The arguments of the act."""
        return self.cleaned_data | {"units": [self.known[key] for key in self.cleaned_data["units"]]}


class ReplacementForm(forms.Form):
    """Another class for a decided organisation, and why."""

    class_code = forms.ChoiceField(label=_("New class"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=4000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["class_code"].choices = classes  # type: ignore[attr-defined]


class LeaveOutForm(forms.Form):
    """Why an organisation is not rated this year."""

    reason = forms.CharField(
        label=_("Reason for leaving the organisation out"), max_length=1000, widget=forms.Textarea({"rows": 2})
    )
