"""Forms of the archive: a term, a hold, a file's cover, a disposition, a transfer."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from documents.models import Document, DocumentKind, FileAccess, Hold, RecordsFile
from organization.models import Person, Unit
from workflows.forms.dates import date_field


class TermForm(forms.Form):
    """A row of an agency's schedule."""

    kind = forms.ChoiceField(label=_("Kind of document"))
    unit = forms.ChoiceField(label=_("Agency"))
    years = forms.IntegerField(
        label=_("Kept for years"),
        min_value=1,
        max_value=100,
        required=False,
        help_text=_("Counted from the end of the year in which the file was closed. Empty when it is kept for ever."),
    )
    permanent = forms.BooleanField(label=_("Kept for ever"), required=False)
    basis = forms.CharField(
        label=_("Legal basis"), max_length=300, help_text=_("Document, article, and what it says.")
    )
    settled = forms.BooleanField(
        label=_("The basis is checked and in force"),
        required=False,
        help_text=_("Without this the term stands under review, and nothing is disposed of by it."),
    )
    starts_on = date_field(_("From (included)"))

    def __init__(self, *args: Any, kinds: Iterable[DocumentKind], units: Iterable[Unit], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kinds = {kind.code: kind for kind in kinds}
        self.units = {str(unit.uuid): unit for unit in units}
        _offer(self, "kind", [(code, kind.title_vi) for code, kind in self.kinds.items()])
        _offer(self, "unit", [(key, unit.name) for key, unit in self.units.items()])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if bool(data.get("years")) == bool(data.get("permanent")):
            self.add_error("years", gettext("Write the years, or tick that it is kept for ever."))
        return data

    def spec(self) -> dict[str, Any]:
        """The keywords of `actions.keeping.set_term`."""
        data = dict(self.cleaned_data)
        return data | {"kind": self.kinds[data["kind"]], "unit": self.units[data["unit"]]}


class CoverForm(forms.Form):
    """What stands on a file's cover."""

    title = forms.CharField(label=_("Title"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    keywords = forms.CharField(label=_("Keywords"), max_length=300, required=False)
    access = forms.ChoiceField(
        label=_("Access level"),
        choices=FileAccess.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "Public: the agency's people read what is issued to the agency. Restricted: the people concerned and the "
            "officers. Personal: only the person, the signers, the head, the auditor and the archivist."
        ),
    )


class HoldForm(forms.Form):
    """Why nothing of the file, or of one document, may be disposed of."""

    what = forms.ChoiceField(label=_("What is held"))
    ground = forms.ChoiceField(label=_("Ground"), choices=Hold.Ground.choices, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, file: RecordsFile, **kwargs: Any):
        super().__init__(*args, **kwargs)
        papers = [entry.document for entry in file.entries.select_related("document__kind", "document__subject")]
        self.documents = {str(paper.uuid): paper for paper in papers}
        inside = [(key, _paper_words(paper)) for key, paper in self.documents.items()]
        _offer(self, "what", [("file", gettext("The whole file")), *inside], blank=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AppraisalForm(forms.Form):
    """What the competent archive said about the list before it."""

    appraisal = forms.CharField(
        label=_("Appraisal by the competent archive"),
        max_length=300,
        required=False,
        help_text=_("Number and date of its letter; the minutes name it."),
    )


class DecisionForm(forms.Form):
    verdict = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("approve", _("Approve: minutes are made for both to sign")),
            ("refuse", _("Refuse: the files stay")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason of a refusal"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class TransferForm(forms.Form):
    """Who takes the files in."""

    receiving_archive = forms.CharField(label=_("Receiving archive"), max_length=250)
    receiver = forms.ChoiceField(label=_("Who receives and signs"), help_text=_("An archivist of another agency."))

    def __init__(self, *args: Any, receivers: Mapping[Person, Iterable[str]], **kwargs: Any):
        """`receivers` with the agencies whose archives they keep: names alone repeat in a province."""
        super().__init__(*args, **kwargs)
        self.people = {str(person.uuid): person for person in receivers}
        words = [(key, f"{person.full_name} · {', '.join(receivers[person])}") for key, person in self.people.items()]
        _offer(self, "receiver", words)


def _paper_words(paper: Document) -> str:
    """Number or code, title, and whose it is: a file holds one form of each person."""
    whose = paper.subject.full_name if paper.subject else ""
    return " · ".join(filter(None, [paper.number_text or paper.code, paper.kind.title_vi, whose]))


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]], *, blank: bool = True) -> None:
    offered = [("", "–"), *choices] if blank and len(choices) != 1 else choices
    form.fields[name].choices = offered  # type: ignore[attr-defined]
