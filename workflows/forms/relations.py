"""Declaring a relation between two people."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organization.models import Person


class RelationForm(forms.Form):
    """Who, about whom, and what ties them."""

    person = forms.ChoiceField(label=_("Whose relation"))
    about = forms.ChoiceField(label=_("To whom"))
    relation = forms.CharField(
        label=_("Relation or interest"),
        max_length=200,
        help_text=_("For example: spouse, sibling, a shared business. It is printed as the reason of the recusal."),
    )
    relation.seen_by = _("both people, the personnel officer, and the council in whose session it applies")  # type: ignore[attr-defined]

    def __init__(self, *args: Any, people: Mapping[Person, str], others: Mapping[Person, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {str(person.uuid): person for person in [*people, *others]}
        self.fields["person"].choices = [(str(one.uuid), words) for one, words in people.items()]  # type: ignore[attr-defined]
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", "–"),
            *((str(one.uuid), words) for one, words in others.items()),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") and data.get("person") == data.get("about"):
            self.add_error("about", gettext("A relation is declared between two people."))
        return data

    def relation_of(self) -> dict[str, Any]:
        """The arguments of the act."""
        data = self.cleaned_data
        return {
            "person": self.people[data["person"]],
            "about": self.people[data["about"]],
            "relation": data["relation"],
        }
