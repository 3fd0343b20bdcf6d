"""One PIN for everything that is ticked."""

import contextlib
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _


def uuids_in(texts) -> list[UUID]:
    """The uuids among these words; what is none is left out."""
    found = []
    for word in " ".join(texts).split():
        with contextlib.suppress(ValueError):
            found.append(UUID(word))
    return found


class SigningForm(forms.Form):
    """The documents to sign by uuid, and the PIN; the PIN is never shown again.

    Ticked are those of the page; with `all` they are those of `queue`, everything that waited when the page was
    drawn: what arrived later was not seen and is not signed.
    """

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
        if data is not None and data.get("all"):
            data = data.copy()
            data.setlist("documents", [str(uuid) for uuid in uuids])
        super().__init__(data)
        self.fields["documents"].choices = [(str(uuid), str(uuid)) for uuid in uuids]  # type: ignore[attr-defined]

    @staticmethod
    def chosen(data) -> list[UUID]:
        """The documents that this POST asks for."""
        return uuids_in(data.getlist("queue" if data.get("all") else "documents"))
