from typing import Any

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field; it sends ISO dates, which the Vietnamese formats also read."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None):
        super().__init__(attrs, format="%Y-%m-%d")


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput(), input_formats=["%Y-%m-%d", "%d/%m/%Y"], **kwargs)
