"""Who initials the documents of a period."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from organization.models import Appointment, Person
from workflows.models import InitialRole


class InitialsForm(forms.Form):
    """One choice for each role that the procedure asks for; people of the agency."""

    def __init__(
        self, data=None, *, roles: Sequence[str], posts: Sequence[Appointment], now: dict[str, Person | None]
    ):
        super().__init__(data)
        choices = [
            ("", _("Choose a person")),
            *((str(p.person.uuid), f"{p.person.full_name} · {p.title}") for p in posts),
        ]
        self.people = {str(post.person.uuid): post.person for post in posts}
        for role in roles:
            named = now.get(role)
            self.fields[role] = forms.ChoiceField(
                label=InitialRole(role).label, choices=choices, initial=str(named.uuid) if named else ""
            )

    def named(self) -> dict[str, Person]:
        """The chosen person of each role."""
        return {role: self.people[uuid] for role, uuid in self.cleaned_data.items()}
