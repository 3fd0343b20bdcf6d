"""The four steps of opening a period."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.models import ScoringScheme
from organization.models import SubjectGroup
from workflows.actions.campaigns import span
from workflows.models import PeriodKind

_ROMAN = ("I", "II", "III", "IV")


def period_name(kind: str, year: int, number: int) -> str:
    """The name by which offices call it: "Quý III năm 2026"; Vietnamese whatever the screen's language."""
    return {
        PeriodKind.MONTH: f"Tháng {number} năm {year}",
        PeriodKind.QUARTER: f"Quý {_ROMAN[(number - 1) % 4]} năm {year}",
        PeriodKind.YEAR: f"Năm {year}",
    }[PeriodKind(kind)]


class CampaignForm(forms.Form):
    """Which stretch of time is evaluated; its days follow from it."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of period"), choices=PeriodKind.choices, widget=forms.RadioSelect, initial="quarter"
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2020, max_value=2100)
    number = forms.IntegerField(
        label=gettext_lazy("Which one in the year"),
        min_value=1,
        max_value=12,
        required=False,
        help_text=gettext_lazy("Months 1–12, quarters 1–4; leave it empty for a whole year."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Empty: the usual name, such as “Quý III năm 2026”."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        kind = data["kind"]
        number = 1 if kind == PeriodKind.YEAR else data.get("number")
        if not number:
            self.add_error("number", _("Which month or quarter is it?"))
            return data
        try:
            data["starts_on"], data["ends_on"] = span(kind, data["year"], number)
        except ValueError:
            self.add_error("number", _("A year has four quarters: write a number from 1 to 4."))
            return data
        data["name"] = data["name"].strip() or period_name(kind, data["year"], number)
        return data

    def spec(self) -> dict[str, Any]:
        """The keywords of `create_campaign`."""
        return {name: self.cleaned_data[name] for name in ("name", "kind", "starts_on", "ends_on")}


class RulesForm(forms.Form):
    """The rule set of each subject group that the chosen agencies have."""

    def __init__(self, *args: Any, groups: Sequence[str], on: date, ranked_kind: str, **kwargs: Any):
        """`ranked_kind` is the campaign's kind where the procedure gives a class, else empty."""
        super().__init__(*args, **kwargs)
        active = list(ScoringScheme.objects.filter(state=ScoringScheme.State.ACTIVE).order_by("name", "-version"))
        self.choices = {group: _fitting(active, group, on, ranked_kind) for group in groups}
        for group, schemes in self.choices.items():
            self.fields[group] = forms.ChoiceField(
                label=SubjectGroup(group).label,
                choices=[(str(s.uuid), scheme_label(s)) for s in schemes] or [("", _("No rule set fits"))],
                required=bool(schemes),
                initial=str(schemes[0].uuid) if schemes else "",
            )

    @property
    def without_rules(self) -> list[str]:
        return [str(SubjectGroup(group).label) for group, schemes in self.choices.items() if not schemes]

    def schemes(self) -> Mapping[str, ScoringScheme]:
        found = {str(s.uuid): s for schemes in self.choices.values() for s in schemes}
        return {group: found[chosen] for group, chosen in self.cleaned_data.items() if chosen}


def _fitting(active: Sequence[ScoringScheme], group: str, on: date, ranked_kind: str) -> list[ScoringScheme]:
    """National sets first where no class is given; only sets that give one where the procedure ranks."""
    fitting = [scheme for scheme in active if scheme.applies(subject_group=group, on=on)]
    if ranked_kind:
        fitting = [scheme for scheme in fitting if scheme.scheme.ranks_kind(ranked_kind)]
    return sorted(fitting, key=lambda scheme: scheme.is_local)


def scheme_label(scheme: ScoringScheme) -> str:
    """Name and version; a local rule set is named local wherever it stands."""
    label = f"{scheme.name} (v{scheme.version})"
    return _("%(name)s · local rule set") % {"name": label} if scheme.is_local else label
