from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.actions.numbers import HIGHEST, MOST_AT_ONCE
from workflows.forms.dates import date_field


class ReserveForm(forms.Form):
    """Numbers set aside for papers written outside this system."""

    count = forms.IntegerField(label=_("How many numbers"), min_value=1, max_value=MOST_AT_ONCE, initial=1)
    text = forms.CharField(
        label=_("What for"), max_length=500, help_text=_("For example: notice of a meeting, written by hand.")
    )


class ImportForm(forms.Form):
    """Where the paper book ended, typed twice: a slip would use up numbers for good."""

    last = forms.IntegerField(label=_("Last number used on paper"), min_value=1, max_value=HIGHEST)
    again = forms.IntegerField(label=_("The same number once more"), help_text=_("As it stands in the paper book."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        again = data.pop("again", None)
        if again is not None and "last" in data and again != data["last"]:
            self.add_error("again", _("The two numbers differ. Look into the paper book and type both again."))
        return data


class AssignForm(forms.Form):
    """The paper document that bears a reserved number."""

    text = forms.CharField(label=_("Paper document"), max_length=500)
    dated_on = date_field(_("Its date"))


class CancelForm(forms.Form):
    """Why a number will stand on no document."""

    reason = forms.CharField(label=_("Reason of the cancellation"), max_length=500)


class RegisterDayForm(forms.Form):
    """The day whose register is closed."""

    day = date_field(_("Day"))
