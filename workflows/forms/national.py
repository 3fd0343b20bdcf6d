"""What the officer enters: for whom a file is made, and what the national database answered to it."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.models import Unit
from organization.spreadsheets import Column, WorkbookRefused, limits, read_table, read_workbook
from workflows.actions.national_batches import MOST_REASON, Upload

_SEPARATOR = re.compile(r"[;,:\t]")
_NUMBER = re.compile(r"\d{1,6}")
_MOST_ROW = MOST_REASON + 100
COLUMNS = (
    Column("line", "STT", "integer", required=True, minimum=1),
    Column("reason", "Lý do", required=True, aliases=("Lý do từ chối",), max_length=MOST_REASON),
)


class BatchForm(forms.Form):
    """The unit whose waiting results, with those of all below it, go into the file."""

    unit: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("For"), queryset=Unit.objects.none(), to_field_name="uuid"
    )

    def __init__(self, data: Mapping[str, Any] | None, *, units: QuerySet[Unit]):
        super().__init__(data)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = None  # type: ignore[attr-defined]


class ReceiptForm(forms.Form):
    """The receipt's number and time, its paper, and the refused lines as typed or as a list."""

    number = forms.CharField(label=_("Number of the receipt"), max_length=100)
    received_at = forms.DateTimeField(
        label=_("Time of the receipt"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y", "%d/%m/%Y %H:%M"],
    )
    file = forms.FileField(
        label=_("The receipt itself"), required=False, help_text=_("pdf, jpg, png, docx or xlsx, at most 20 MB.")
    )
    refused = forms.CharField(
        label=_("Refused lines"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: number in the file, semicolon, reason. Example: 12; wrong personnel code."),
    )
    refused_list = forms.FileField(
        label=_("Refused lines as a list"),
        required=False,
        help_text=_("Excel with the columns “STT” and “Lý do”, or CSV: number; reason."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    whole_refused = forms.CharField(
        label=_("The whole file was refused because"),
        required=False,
        max_length=MOST_REASON,
        help_text=_("Leave empty unless no line was taken."),
    )

    def clean_received_at(self) -> datetime:
        found = self.cleaned_data["received_at"]
        return timezone.make_aware(found) if timezone.is_naive(found) else found

    def clean_refused(self) -> dict[int, str]:
        return _parsed(self.cleaned_data["refused"])

    def clean_refused_list(self) -> dict[int, str]:
        found = self.cleaned_data["refused_list"]
        if not found:
            return {}
        if found.size > limits.MAX_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        data = found.read()
        if found.name.lower().endswith(".csv"):
            return _of_csv(data)
        return _of_workbook(data)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        typed, listed = data.get("refused") or {}, data.get("refused_list") or {}
        both = sorted(line for line in typed if listed.get(line, typed[line]) != typed[line])
        if both:
            raise forms.ValidationError(
                _("These lines have two reasons: %(lines)s.") % {"lines": ", ".join(map(str, both))}
            )
        return data

    def refusals(self) -> dict[int, str]:
        """Line of the file → reason."""
        return self.cleaned_data["refused_list"] | self.cleaned_data["refused"]

    def upload(self) -> Upload | None:
        found: UploadedFile | None = self.cleaned_data["file"]
        return Upload(found.name or "", found.content_type or "", found.read()) if found else None


def _parsed(text: str, *, heading: bool = False) -> dict[int, str]:
    """Line → reason. ValidationError names the first row that cannot be read; a `heading` is passed over."""
    found: dict[int, str] = {}
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        line, reason = _of_row(row.strip())
        if line is None or not reason:
            if heading and number == 1:
                continue
            raise forms.ValidationError(
                gettext("Row %(row)d is not “number; reason”: %(text)s") % {"row": number, "text": row.strip()[:60]}
            )
        if line in found:
            raise forms.ValidationError(gettext("Line %(line)d is named twice.") % {"line": line})
        found[line] = reason
    return found


def _of_row(row: str) -> tuple[int | None, str]:
    """("12", "reason") of a row, quotation marks around either taken off; (None, "") where it is no such row."""
    parts = _SEPARATOR.split(row, maxsplit=1) if len(row) <= _MOST_ROW else []
    if len(parts) < 2 or not _NUMBER.fullmatch(number := _unquoted(parts[0])):
        return None, ""
    return int(number), _unquoted(parts[1])


def _unquoted(text: str) -> str:
    return text.strip().removeprefix('"').removesuffix('"').strip()


def _of_csv(data: bytes) -> dict[int, str]:
    try:
        return _parsed(data.decode("utf-8-sig"), heading=True)
    except UnicodeDecodeError:
        raise forms.ValidationError(_("The CSV file is not in UTF-8.")) from None


def _of_workbook(data: bytes) -> dict[int, str]:
    try:
        rows, faults = read_table(read_workbook(data), None, COLUMNS)
    except WorkbookRefused as refused:
        raise forms.ValidationError(str(refused)) from None
    if faults:
        first = faults[0]
        raise forms.ValidationError(
            gettext("Row %(row)d, %(column)s: %(reason)s")
            % {"row": first.row, "column": first.column or "–", "reason": first.reason}
        )
    found: dict[int, str] = {}
    for row in rows:
        if row["line"] in found:
            raise forms.ValidationError(gettext("Line %(line)d is named twice.") % {"line": row["line"]})
        found[row["line"]] = row["reason"]
    return found
