"""The yearly form, and what personnel enter for a person's year."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.models import Absence, CircumstanceKind, CircumstanceRecord, Measure, Provenance, Side
from workflows.forms.fields import DecimalCommaField

READERS = _("you, your reviewer, the council and the head of the agency")
ROMAN = tuple(enumerate(("I", "II", "III", "IV"), start=1))
TIMES = [(f"month-{number}", _("Month %(number)d") % {"number": number}) for number in range(1, 13)]
ORIGINS = [(Provenance.PAPER, Provenance.PAPER.label), (Provenance.TRANSFERRED, Provenance.TRANSFERRED.label)]


def _words(label: Any, *, most: int, rows: int = 0, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, widget=widget, **kwargs)


def _day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


class YearForm(forms.Form):
    """A person's own class and his words; the twelve rows are not typed. A draft may still be without the class."""

    use_required_attribute = False

    self_class = forms.ChoiceField(label=_("Own class"), widget=forms.RadioSelect)
    strengths = _words(_("Strengths"), most=4000, rows=4, required=False)
    limitations = _words(_("Limitations, shortcomings"), most=4000, rows=4, required=False)
    draft_version = forms.IntegerField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["self_class"].choices = list(classes)  # type: ignore[attr-defined]
        for name in ("self_class", "strengths", "limitations"):
            self.fields[name].seen_by = READERS  # type: ignore[attr-defined]

    def full_clean(self) -> None:
        self.fields["self_class"].required = False
        super().full_clean()
        self.fields["self_class"].required = True


class ConfirmYearForm(forms.Form):
    comment = _words(_("Comment and proposal"), most=4000, rows=4, required=False)


class ScoreForm(forms.Form):
    """A score from outside: which time, how many points, where it stands."""

    time = forms.ChoiceField(label=_("Month or quarter"))
    total = DecimalCommaField(label=_("Total points"), min_value=0, max_value=100, max_digits=6, decimal_places=3)
    provenance = forms.ChoiceField(label=_("Where it comes from"), choices=ORIGINS, widget=forms.RadioSelect)
    agency_name = _words(_("Agency that scored"), most=250)
    proof = _words(_("Document it stands in"), most=300)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        quarters = [(f"quarter-{number}", _("Quarter %(number)s") % {"number": roman}) for number, roman in ROMAN]
        self.fields["time"].choices = [*TIMES, *quarters]  # type: ignore[attr-defined]

    def entry(self) -> dict[str, Any]:
        kind, _dash, number = self.cleaned_data["time"].partition("-")
        kept = {name: self.cleaned_data[name] for name in ("total", "provenance", "agency_name", "proof")}
        return {"kind": kind, "number": int(number), **kept}


class ServiceForm(forms.Form):
    """The months worked in the year, and an absence that keeps the person ranked."""

    months = forms.TypedMultipleChoiceField(
        label=_("Months worked"),
        coerce=int,
        required=False,
        choices=[(number, str(number)) for number in range(1, 13)],
        widget=forms.CheckboxSelectMultiple,
    )
    absence = forms.ChoiceField(label=_("Absence under Art 11.2"), required=False, choices=Absence.choices)
    basis = _words(_("Document it rests on"), most=300)


class CircumstanceForm(forms.Form):
    """An entry of the register, with its numbered decision."""

    kind = forms.ChoiceField(label=_("What was decided"), choices=CircumstanceKind.choices)
    measure = forms.ChoiceField(
        label=_("Disciplinary measure"), required=False, choices=[("", _("No disciplinary act")), *Measure.choices]
    )
    side = forms.ChoiceField(label=_("Decided by"), choices=Side.choices, widget=forms.RadioSelect)
    act = _words(_("What happened"), most=1000, rows=3)
    act_on = _day(_("Date of the act"))
    place = _words(_("Organisation in which it happened"), most=250)
    tied_to_public_duty = forms.BooleanField(label=_("Tied to public duty"), required=False, initial=True)
    decision_number = _words(_("Number of the decision"), most=60)
    decision_on = _day(_("Date of the decision"))
    issuer = _words(_("Who decided"), most=250)
    twin = forms.ChoiceField(label=_("The same act was decided on by the other side"), required=False)
    used_in = forms.IntegerField(
        label=_("Year in which it already lowered a class"), required=False, min_value=2020, max_value=2100
    )

    def __init__(self, *args: Any, entries: Iterable[CircumstanceRecord], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entries = {str(row.uuid): row for row in entries}
        labels = [(key, f"{row.decision_number} – {row.get_side_display()}") for key, row in self.entries.items()]
        self.fields["twin"].choices = [("", _("No")), *labels]  # type: ignore[attr-defined]

    def entry(self) -> dict[str, Any]:
        return self.cleaned_data | {"twin": self.entries.get(self.cleaned_data["twin"])}


class EndForm(forms.Form):
    """Which entry counts no more, and why."""

    entry = forms.ChoiceField(label=_("Entry"))
    reason = _words(_("Reason"), most=1000)
    proof = _words(_("Document it rests on"), most=300)

    def __init__(self, *args: Any, entries: Iterable[CircumstanceRecord], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.entries = {str(row.uuid): row for row in entries}
        labels = [(key, f"{row.get_kind_display()}: {row.decision_number}") for key, row in self.entries.items()]
        self.fields["entry"].choices = labels  # type: ignore[attr-defined]

    def chosen(self) -> CircumstanceRecord:
        return self.entries[self.cleaned_data["entry"]]
