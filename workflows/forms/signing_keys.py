"""Registering a key, and what a personal token answers."""

import binascii
import re
from base64 import b64decode

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

LARGEST = 100_000  # bytes of a key file or a certificate
HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]*)+")


class SmallFileField(forms.FileField):
    """A key, a certificate or a signature: none is large."""

    default_error_messages = {"large": _("The file is larger than 100 KB.")}

    def clean(self, data: UploadedFile | None, initial: object = None) -> UploadedFile | None:
        found = super().clean(data, initial)
        if found and found.size > LARGEST:
            raise forms.ValidationError(self.error_messages["large"], code="large")
        return found


class KeyFileForm(forms.Form):
    """A key file and its PIN, which is never shown again."""

    file = SmallFileField(label=_("Key file (.p12, .pfx)"), widget=forms.FileInput(attrs={"accept": ".p12,.pfx"}))
    pin = forms.CharField(
        label=_("PIN of the key file"),
        help_text=_("It opens the file once to look at the certificate and is not stored."),
        max_length=64,
        strip=False,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"}),
    )


class CertificateForm(forms.Form):
    """The certificate of a personal token."""

    certificate = SmallFileField(
        label=_("Certificate of your token (.cer, .crt, .pem)"),
        help_text=_("Only the certificate leaves your token, never the key."),
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.pem,.der"}),
    )


class ServiceKeyForm(forms.Form):
    """A key at the remote signing service."""

    credential = forms.CharField(label=_("Name of your key at the service (credential ID)"), max_length=200)


class ShownCertificateForm(forms.Form):
    """The certificate that the token shows now, if the person wants it compared."""

    certificate = SmallFileField(
        label=_("Certificate that your token shows"),
        help_text=_("Leave it empty to sign with the registered one."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".cer,.crt,.pem,.der"}),
    )


class TokenSignatureForm(forms.Form):
    """The token's signature: a file, or its bytes as text (Base64 or hexadecimal)."""

    prepared = forms.UUIDField(widget=forms.HiddenInput())
    signature_file = SmallFileField(label=_("Signature file"), required=False)
    signature = forms.CharField(
        label=_("Or the signature as text"),
        help_text=_("Base64 or hexadecimal, as your token's program gives it."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )

    def clean(self) -> dict:
        given = super().clean() or {}
        file, text = given.get("signature_file"), given.get("signature", "").strip()
        if not self.errors:
            given["bytes"] = file.read() if file else _bytes_of(text)
            if not given["bytes"]:
                raise forms.ValidationError(_("Choose the signature file or paste the signature."))
        return given


def _bytes_of(text: str) -> bytes:
    if HEX.fullmatch(text):
        return bytes.fromhex(re.sub(r"[\s:]", "", text))
    try:
        return b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise forms.ValidationError(_("This text is neither Base64 nor hexadecimal.")) from None
