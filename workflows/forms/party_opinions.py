"""Asking for, giving and filing the Party committee's opinion."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpi.evidence_rules import TYPES
from organization.models import Appointment, Person
from workflows.actions.party_opinions import Said, Scan
from workflows.models import Evaluation


def _class_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Class in the committee's opinion"), widget=forms.RadioSelect)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AskForm(forms.Form):
    """Of whom the opinion is asked."""

    secretary = forms.ChoiceField(label=_("Secretary of the Party committee"))
    party_name = forms.CharField(label=_("Party organisation"), max_length=250)

    def __init__(self, *args: Any, posts: Iterable[Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        posts = list(posts)
        self.people = {str(post.person.uuid): post.person for post in posts}
        labels = {
            str(post.person.uuid): f"{post.person.full_name} – {post.title}, {post.unit.name}" for post in posts
        }
        self.fields["secretary"].choices = list(labels.items())  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        return self.people[self.cleaned_data["secretary"]]


class AskAboutForm(AskForm):
    """Of whom the opinion is asked, and about which leaders: each has the committee of his own agency."""

    about = forms.MultipleChoiceField(label=_("About whom"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, leaders: Iterable[Evaluation], **kwargs: Any):
        super().__init__(*args, **kwargs)
        offered = [(str(row.uuid), f"{row.person.full_name} – {row.title}, {row.unit.name}") for row in leaders]
        self.fields["about"].choices = offered  # type: ignore[attr-defined]
        self.fields["about"].initial = [key for key, _words in offered]


class GiveForm(forms.Form):
    """What the committee resolved."""

    held_on = _day(_("Meeting of the committee"))
    members = forms.IntegerField(label=_("Members of the committee"), min_value=1, max_value=999)
    present = forms.IntegerField(label=_("Members present"), min_value=1, max_value=999)
    agreed = forms.IntegerField(label=_("Members who agreed"), min_value=0, max_value=999)
    class_code = _class_field()
    note = forms.CharField(
        label=_("Remarks"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["class_code"].choices = list(classes)  # type: ignore[attr-defined]

    def said(self) -> Said:
        return Said(**self.cleaned_data)


class FileForm(forms.Form):
    """A paper of the Party organisation that was received, with its scan."""

    number = forms.CharField(label=_("Number of the paper"), max_length=60)
    received_on = _day(_("Received on"))
    class_code = _class_field()
    note = forms.CharField(
        label=_("Remarks"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    file = forms.FileField(
        label=_("Scan"),
        help_text=_("pdf, jpg, png, docx or xlsx, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{kind}" for kind in TYPES)}),
    )

    def __init__(self, *args: Any, classes: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["class_code"].choices = list(classes)  # type: ignore[attr-defined]

    def scan(self) -> Scan:
        kept = self.cleaned_data
        return Scan(
            number=kept["number"],
            received_on=kept["received_on"],
            name=kept["file"].name or "",
            declared_type=kept["file"].content_type or "",
            content=kept["file"].read(),
        )
