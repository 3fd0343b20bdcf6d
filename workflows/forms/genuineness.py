from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from documents.verification.limited import MOST_BYTES
from organization.models import AgencyRole, Unit

HEAD = b"%PDF-"


class AskForm(forms.Form):
    """A code, or a number with its agency and year, as they stand on the paper."""

    code = forms.CharField(
        label=_("Internal code"),
        max_length=20,
        required=False,
        help_text=_("Beside the QR code, such as CM-2026-7F3K92QD."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    number = forms.CharField(
        label=_("Number and symbol"),
        max_length=60,
        required=False,
        help_text=_("Such as 05/QĐ-SNV."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    agency: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Agency"), queryset=Unit.objects.none(), required=False
    )
    year = forms.IntegerField(label=_("Year of issue"), min_value=2000, max_value=2200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Unit.objects.exclude(agency_role=AgencyRole.DIRECTLY_USING).filter(practice=False)
        self.fields["agency"].queryset = agencies.order_by("name")  # type: ignore[attr-defined]
        self.fields["agency"].to_field_name = "code"  # type: ignore[attr-defined]

    def clean(self) -> dict:
        """Either the code, or all three parts of a number."""
        found = super().clean() or {}
        if not self.errors and not found.get("code"):
            if not found.get("number"):
                raise forms.ValidationError(_("Type the code, or the number."))
            for name in ("agency", "year"):
                if not found.get(name):
                    self.add_error(name, _("A number is searched with its agency and year."))
        return found


class VerifyForm(forms.Form):
    """A signed PDF of any system, and the signed list it may name."""

    file = forms.FileField(
        label=_("Signed PDF"),
        help_text=_("At most 20 MB. The file is judged and forgotten; nothing is stored."),
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        allow_empty_file=True,
    )
    signing_list = forms.FileField(
        label=_("Signed list"),
        help_text=_("Only if the document names a list in place of a signature."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
        allow_empty_file=True,
    )

    def clean_file(self) -> UploadedFile:
        return _checked(self.cleaned_data["file"])

    def clean_signing_list(self) -> UploadedFile | None:
        found = self.cleaned_data["signing_list"]
        return _checked(found) if found else None


def _checked(found: UploadedFile) -> UploadedFile:
    """Size and first bytes, before anything is parsed."""
    if (found.size or 0) > MOST_BYTES:
        raise forms.ValidationError(_("The file is larger than 20 MB."))
    if HEAD not in found.read(1024):
        raise forms.ValidationError(_("This is not a PDF file."))
    found.seek(0)
    return found
