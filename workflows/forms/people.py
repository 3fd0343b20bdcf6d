"""What is asked before somebody is excused, added, or given another reviewer."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.models import Appointment


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences; they stand in the journal."),
    )


class ExcuseForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["reason"].seen_by = _("the person, the personnel officers, auditors")  # type: ignore[attr-defined]


class ReassignForm(ReasonForm):
    to = forms.ChoiceField(label=_("New reviewer"))
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, posts: Sequence[Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(post.person.uuid): post.person for post in posts}
        labels = {
            str(post.person.uuid): f"{post.person.full_name} · {post.title} · {post.unit.name}" for post in posts
        }
        self.fields["to"].choices = [("", "–"), *labels.items()]  # type: ignore[attr-defined]
        self.fields["reason"].seen_by = _("the new reviewer, the personnel officers, auditors")  # type: ignore[attr-defined]

    @property
    def reviewer(self):
        return self.people[self.cleaned_data["to"]]


class JoinForm(forms.Form):
    post = forms.ChoiceField(label=_("Person and post"))

    def __init__(self, *args: Any, posts: Sequence[Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.posts = {str(post.uuid): post for post in posts}
        labels = {key: f"{p.person.full_name} · {p.title} · {p.unit.name}" for key, p in self.posts.items()}
        self.fields["post"].choices = [("", "–"), *labels.items()]  # type: ignore[attr-defined]

    @property
    def appointment(self) -> Appointment:
        return self.posts[self.cleaned_data["post"]]
