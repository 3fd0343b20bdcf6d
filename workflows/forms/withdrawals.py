"""Why a paper is withdrawn before anybody has signed it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason of the withdrawal"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
