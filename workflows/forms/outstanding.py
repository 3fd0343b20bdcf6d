"""The decision on outstanding achievements that lifts a list's ceiling."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.forms.dates import date_field


class OutstandingForm(forms.Form):
    """The numbered decision, as it was issued."""

    number = forms.CharField(
        label=_("Number of the decision"), max_length=60, help_text=_("For example 305/QĐ-UBND.")
    )
    decided_on = date_field(_("Date of the decision"))
    authority = forms.CharField(
        label=_("Who issued it"), max_length=250, help_text=_("The competent authority, as printed on the decision.")
    )
    text = forms.CharField(
        label=_("What it recognises"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Printed in the minutes and in the grounds of the decision on the list."),
    )


class WithdrawOutstandingForm(forms.Form):
    reason = forms.CharField(label=_("Reason of the withdrawal"), max_length=300)
