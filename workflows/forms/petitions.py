"""What people write about a petition: the request, who prepares, what was found, the answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from approvals.models import Outcome, Petition
from kpi.evidence_rules import TYPES
from organization.models import Appointment, Person


def paragraph(label: Any, *, rows: int = 6) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}))


class PetitionForm(forms.Form):
    """A petition against one's own result."""

    target = forms.ChoiceField(label=_("Against"), widget=forms.RadioSelect)
    request = paragraph(_("What you ask for, and why"))
    file = forms.FileField(
        label=_("File that shows it"),
        required=False,
        help_text=_("pdf, jpg, png, docx or xlsx, at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(f".{kind}" for kind in TYPES)}),
    )

    def __init__(self, *args: Any, ranked: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        targets = Petition.Target.choices if ranked else Petition.Target.choices[:1]
        self.fields["target"].choices = targets  # type: ignore[attr-defined]
        self.fields["target"].initial = targets[-1][0]
        self.fields["request"].seen_by = _(  # type: ignore[attr-defined]
            "whoever answers, whoever prepares the answer, the personnel officers of the agency"
        )


class PreparerForm(forms.Form):
    preparer = forms.ChoiceField(label=_("Who prepares the answer"))

    def __init__(self, *args: Any, posts: Iterable[Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        posts = list(posts)
        self.people = {str(post.person.uuid): post.person for post in posts}
        labels = {str(post.person.uuid): f"{post.person.full_name} – {post.title}" for post in posts}
        self.fields["preparer"].choices = list(labels.items())  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        return self.people[self.cleaned_data["preparer"]]


class FindingsForm(forms.Form):
    findings = paragraph(_("What was examined and found (one finding a line)"))
    advice = forms.ChoiceField(label=_("Proposed outcome"), choices=Outcome.choices, widget=forms.RadioSelect)


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = paragraph(_("Answer with its reasons"))
