"""What is typed when a result that rests on a changed one stays as it is."""

from django import forms
from django.utils.translation import gettext_lazy as _


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it stays as it is"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is recorded with your name; head, personnel officers and auditors read it."),
    )
