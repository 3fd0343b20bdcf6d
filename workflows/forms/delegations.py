from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.models import Appointment, Capacity, Scope, Unit
from organization.names import normal
from workflows.forms.dates import date_field


class DelegationForm(forms.Form):
    """A power handed over by a document: whose, to whom, for what, where and how long."""

    delegator = forms.ChoiceField(label=_("Delegator"))
    delegate = forms.ChoiceField(label=_("Who receives the power"))
    scope = forms.ChoiceField(label=_("For what"), choices=Scope.choices, widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("In which unit"), help_text=_("The units below it are covered too."))
    capacity = forms.ChoiceField(
        label=_("Words before the signer's title"),
        choices=[
            (value, f"{value} – {label}") for value, label in Capacity.choices if value not in ("", Capacity.TM.value)
        ],
    )
    document_number = forms.CharField(label=_("Document number"), max_length=60)
    document_on = date_field(_("Document date"))
    starts_on = date_field(_("From (included)"))
    ends_on = date_field(
        _("Until (excluded)"),
        required=False,
        help_text=_("Empty while no end is known; it can be ended at any time."),
    )

    def __init__(
        self,
        *args: Any,
        givers: Sequence[Appointment],
        takers: Sequence[Appointment],
        units: Iterable[Unit],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.people = {str(post.person.uuid): post.person for post in [*givers, *takers]}
        self.units = {str(unit.uuid): unit for unit in units}
        self._offer("delegator", _labels(givers))
        self._offer("delegate", _labels(takers))
        self._offer("unit", [(key, unit.name) for key, unit in self.units.items()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "–"), *choices] if len(choices) != 1 else choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("delegator") and data.get("delegator") == data.get("delegate"):
            self.add_error("delegate", gettext("Choose somebody other than the delegator."))
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", gettext("The end lies after the beginning."))
        return data

    def spec(self) -> dict[str, Any]:
        """The keywords of `actions.delegations.give`."""
        data = dict(self.cleaned_data)
        data["document_number"] = normal(data["document_number"])
        return data | {
            "delegator": self.people[data["delegator"]],
            "delegate": self.people[data["delegate"]],
            "unit": self.units[data["unit"]],
        }


class EndForm(forms.Form):
    on = date_field(_("Ends on"), help_text=_("From this day on the power is no longer handed over."))


def _labels(posts: Iterable[Appointment]) -> list[tuple[str, str]]:
    return list({str(p.person.uuid): f"{p.person.full_name} · {p.title} · {p.unit.name}" for p in posts}.items())
