from django import forms
from django.utils.translation import gettext_lazy as _

from workflows.forms.dates import date_field


class DecisionForm(forms.Form):
    """The numbered decision by which a product catalogue comes into force (Art 13)."""

    number = forms.CharField(label=_("Number of the decision"), max_length=60)
    on = date_field(_("Date of the decision"))
