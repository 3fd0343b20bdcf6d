"""The meeting with a petitioner, as whoever chairs it writes it down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.models import Appointment
from workflows.facts.petition_minutes import Meeting
from workflows.forms.dates import date_field
from workflows.forms.petitions import paragraph


class TimeInput(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"


def clock(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput(format="%H:%M"))


class MeetingForm(forms.Form):
    """Everything that the minutes print; one line each for findings and opinions."""

    day = date_field(_("Day of the meeting"))
    began = clock(_("Began at"))
    ended = clock(_("Ended at"))
    venue = forms.CharField(label=_("Place"), max_length=200)
    secretary = forms.ChoiceField(label=_("Secretary"))
    others = forms.MultipleChoiceField(
        label=_("Who else took part"), required=False, widget=forms.CheckboxSelectMultiple
    )
    checked = paragraph(_("What was examined and found (one finding a line)"))
    opinions = forms.CharField(
        label=_("Opinions"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line each, “Name: words”; without a name it is the petitioner's."),
    )
    conclusion = paragraph(_("Conclusion of the chair"), rows=3)
    adopted = forms.CharField(
        label=_("What the petitioner says to these minutes"), max_length=300, initial="đồng ý với nội dung biên bản"
    )
    petitioner_signs = forms.BooleanField(label=_("The petitioner signs the minutes"), required=False, initial=True)

    def __init__(self, *args: Any, posts: Iterable[Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        posts = list(posts)
        self.people = {str(post.person.uuid): post.person for post in posts}
        choices = [(str(post.person.uuid), f"{post.person.full_name} – {post.title}") for post in posts]
        self.fields["secretary"].choices = choices  # type: ignore[attr-defined]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        began, ended = data.get("began"), data.get("ended")
        if began and ended and ended <= began:
            self.add_error("ended", gettext("The end comes after the beginning."))
        return data

    def meeting(self) -> Meeting:
        data = self.cleaned_data
        secretary = self.people[data["secretary"]]
        others = [self.people[key] for key in data["others"] if self.people[key] != secretary]
        return Meeting(
            started_at=timezone.make_aware(datetime.combine(data["day"], data["began"])),
            finished_at=timezone.make_aware(datetime.combine(data["day"], data["ended"])),
            venue=data["venue"].strip(),
            secretary=secretary,
            others=others,
            checked=_lines(data["checked"]),
            opinions=_lines(data["opinions"]),
            conclusion=data["conclusion"].strip(),
            adopted=data["adopted"].strip(),
            petitioner_signs=data["petitioner_signs"],
        )


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
