"""Form fields for numbers as people here write them."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_WRITTEN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


class DecimalCommaInput(forms.TextInput):
    """Shows "8,5", never grouped; text typed wrongly comes back as it was typed."""

    def __init__(self, attrs: dict | None = None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def format_value(self, value: object) -> str | None:
        if not isinstance(value, Decimal | int):
            return super().format_value(value)
        text = f"{Decimal(value):f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace(".", ",")


class DecimalCommaField(forms.DecimalField):
    """Reads "8,5" and "8.5" alike; refuses thousand separators, because "1.312,5" leaves room for doubt.

    At most nine digits before the comma and six after it, unless the field says otherwise: all of it is stored.
    """

    widget = DecimalCommaInput
    default_error_messages = {
        "invalid": _("Write a number with one decimal comma and no thousand separators, for example 1312,5."),
    }

    def __init__(self, *, max_digits: int = 15, decimal_places: int = 6, **kwargs: Any):
        super().__init__(max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    def to_python(self, value: object) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        text = str(value).strip()
        if not text:
            return None
        if not _WRITTEN.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text.replace(",", "."))
