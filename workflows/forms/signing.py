"""One PIN for everything that is ticked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SigningForm(forms.Form):
    """The ticked documents by uuid, and the PIN; the PIN is never shown again."""

    documents = forms.TypedMultipleChoiceField(
        label=_("Documents"), error_messages={"required": _("Tick at least one document.")}
    )
    pin = forms.CharField(
        label=_("PIN of your signing key"),
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
        error_messages={"required": _("Type your PIN.")},
    )

    def __init__(self, data=None, *, uuids=()):
        super().__init__(data)
        self.fields["documents"].choices = [(str(uuid), str(uuid)) for uuid in uuids]  # type: ignore[attr-defined]
