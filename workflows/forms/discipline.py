"""Discipline as the ground of a new result (Decree 335/2025, Art 11.3): what the head types about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflows.forms.dates import date_field
from workflows.grounds import Discipline


def _text(label: Any, most: int, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=hint)


class DisciplineFields(forms.Form):
    """Read only where the ground is discipline; the twin decision on the same act is counted together with it."""

    act_on = date_field(_("Day of the act"), required=False)
    organisation = _text(_("Who disciplined"), 200)
    number = _text(_("Number of the decision"), 60, _("As it is to be printed: 45/QĐ-UBND"))
    decided_on = date_field(_("Date of the decision"), required=False)
    twin_number = _text(
        _("Decision of the other side on the same act"), 60, _("Party or State: one act counts once (Art 11.3).")
    )
    twin_on = date_field(_("Its date"), required=False)

    def disciplinary(self) -> list[forms.BoundField]:
        """The fields, for the page."""
        return [self[name] for name in ("act_on", "organisation", "number", "decided_on", "twin_number", "twin_on")]

    def require_discipline(self) -> None:
        """Every field but the twin's is asked for."""
        for name in ("act_on", "organisation", "number", "decided_on"):
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, gettext("Needed where the ground is discipline."))
        if bool(self.cleaned_data.get("twin_number")) != bool(self.cleaned_data.get("twin_on")):
            self.add_error("twin_on", gettext("The other decision has a number and a date."))

    def discipline(self) -> Discipline:
        data = self.cleaned_data
        return Discipline(
            data["act_on"],
            data["organisation"],
            data["number"],
            data["decided_on"],
            data["twin_number"],
            data["twin_on"],
        )
