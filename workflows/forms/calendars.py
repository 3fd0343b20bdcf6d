from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.forms.dates import date_field


class DayForm(forms.Form):
    """One day that differs from the Monday-to-Friday week."""

    day = date_field(_("Day"))
    is_working = forms.TypedChoiceField(
        label=_("What it is"),
        choices=[("0", _("Day off")), ("1", _("Working day"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("The holiday, or the day it is worked for."))
