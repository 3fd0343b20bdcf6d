from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kpi.imports import KINDS
from organization.spreadsheets import limits


class UploadForm(forms.Form):
    """An Excel file of one kind. Its size is asked before it is read."""

    kind = forms.ChoiceField(label=_("What the file lists"))
    file = forms.FileField(
        label=_("Excel file (.xlsx)"),
        help_text=_("At most 10 MB, without macros and password."),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        allow_empty_file=True,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, kind.title) for code, kind in KINDS.items()]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        found = self.cleaned_data["file"]
        if found.size > limits.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        if not found.size:
            raise forms.ValidationError(_("The file is empty."))
        return found
