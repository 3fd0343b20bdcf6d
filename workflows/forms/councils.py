"""Founding a council by its decision, and calling a session."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from approvals.actions import Seat
from approvals.models import Council, CouncilMember, TieRule
from organization.models import Appointment, Person, Unit
from workflows.forms.dates import date_field

EMPTY_SEATS = 9
MOST_SEATS = 40


class CouncilForm(forms.Form):
    """The decision, the term, and the rules that the decision or a statute of the council sets."""

    unit = forms.ChoiceField(label=_("Agency"))
    name = forms.CharField(label=_("Name of the council"), max_length=250)
    decision_number = forms.CharField(
        label=_("Number of the founding decision"), max_length=60, help_text=_("As printed, for example 12/QĐ-SNV.")
    )
    decision_on = date_field(_("Date of the founding decision"))
    starts_on = date_field(_("Term from (included)"))
    ends_on = date_field(_("Term until (excluded)"), required=False)
    quorum_numerator = forms.IntegerField(
        label=_("Quorum: at least this many …"), min_value=1, max_value=10, initial=2
    )
    quorum_denominator = forms.IntegerField(
        label=_("… of this many parts of all seats"),
        min_value=1,
        max_value=10,
        initial=3,
        help_text=_("2 of 3 means two thirds of all seats, rounded up. The law does not set it: the decision does."),
    )
    tie_rule = forms.ChoiceField(
        label=_("When votes are equal"), choices=TieRule.choices, widget=forms.RadioSelect, initial=TieRule.NONE
    )
    members_sign = forms.BooleanField(
        label=_("The members sign the minutes too, not only secretary and chair"), required=False
    )
    covers = forms.MultipleChoiceField(
        label=_("Units that the council covers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: the whole agency. A unit covers what lies below it."),
    )
    rules_basis = forms.CharField(
        label=_("Document that sets quorum and equal votes"),
        max_length=300,
        help_text=_("Printed in every minutes of this council."),
    )

    def __init__(self, *args: Any, units: Sequence[Unit], below: Sequence[Unit] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.below = {str(unit.uuid): unit for unit in below}
        # The agency's own row stands for the people directly under it: ticked with all below it would be the whole.
        self.fields["covers"].choices = [  # type: ignore[attr-defined]
            (key, gettext("%(agency)s: directly under it") % {"agency": unit.name} if place == 0 else unit.name)
            for place, (key, unit) in enumerate(self.below.items())
        ]
        if len(self.below) < 2:
            del self.fields["covers"]
        self.units = {str(unit.uuid): unit for unit in units}
        self.fields["unit"].choices = [(key, unit.name) for key, unit in self.units.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends <= starts:
            self.add_error("ends_on", gettext("The end lies after the beginning."))
        share = data.get("quorum_numerator"), data.get("quorum_denominator")
        if all(share) and share[0] > share[1]:  # type: ignore[operator]
            self.add_error("quorum_numerator", gettext("A quorum is at most all of the seats."))
        return data

    def chosen_unit(self) -> Unit:
        return self.units[self.cleaned_data["unit"]]

    def decision(self) -> dict[str, Any]:
        """The arguments of the founding act."""
        covers = [self.below[key] for key in self.cleaned_data.get("covers", [])]
        return self.cleaned_data | {"unit": self.chosen_unit(), "covers": covers}


class SeatForm(forms.Form):
    """One line of the decision; an empty line is left out."""

    person = forms.ChoiceField(label=_("Member of the council"), required=False)
    role = forms.ChoiceField(label=_("Role"), choices=CouncilMember.Role.choices, initial=CouncilMember.Role.MEMBER)
    title = forms.CharField(label=_("Title in the decision"), max_length=150, required=False)

    def __init__(self, *args: Any, posts: dict[str, Appointment], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.posts = posts
        names = [(key, f"{post.person.full_name} – {post.title}, {post.unit.name}") for key, post in posts.items()]
        self.fields["person"].choices = [("", "–"), *names]  # type: ignore[attr-defined]

    def seat(self) -> Seat | None:
        key = self.cleaned_data.get("person")
        if not key:
            return None
        post = self.posts[key]
        return Seat(post.person, self.cleaned_data["role"], self.cleaned_data["title"].strip() or post.title)


class BaseSeats(BaseFormSet):
    def clean(self) -> None:
        """The roster's plain mistakes, said before the act says them."""
        if any(self.errors):
            return
        seats = self.seats()
        if [seat.role for seat in seats].count(CouncilMember.Role.CHAIR) != 1:
            raise forms.ValidationError(gettext("Name exactly one chair."))
        if len({seat.person.pk for seat in seats}) != len(seats):
            raise forms.ValidationError(gettext("A person has only one seat in a council."))
        if len(seats) < 3:
            raise forms.ValidationError(gettext("Name at least three members."))

    def seats(self) -> list[Seat]:
        return [seat for form in self.forms if (seat := form.seat()) is not None]


SeatFormSet = formset_factory(SeatForm, formset=BaseSeats, extra=0, max_num=MOST_SEATS, validate_max=True)


def first_seats() -> list[dict[str, str]]:
    """Empty lines of a new council: its chair, deputy and secretary first."""
    roles = CouncilMember.Role
    named = [roles.CHAIR, roles.DEPUTY, roles.SECRETARY]
    return [{"role": role} for role in named + [roles.MEMBER] * (EMPTY_SEATS - len(named))]


class ConveneForm(forms.Form):
    """When, where and under whom a council meets on the people who wait for it."""

    council = forms.ChoiceField(label=_("Council"))
    scheduled_on = date_field(_("Day"))
    scheduled_time = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("Place"), max_length=250)
    chair = forms.ChoiceField(label=_("Who chairs the session"), help_text=_("The chair or a deputy of the council."))
    secretary = forms.ChoiceField(label=_("Who keeps the minutes"), help_text=_("A member other than the chair."))

    def __init__(self, *args: Any, councils: Sequence[Council], waiting: Mapping[int, int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.councils = {str(council.uuid): council for council in councils}
        members = [member for council in councils for member in council.members.all()]
        self.people = {str(member.person.uuid): member.person for member in members}
        leading = [m for m in members if m.role in (CouncilMember.Role.CHAIR, CouncilMember.Role.DEPUTY)]
        first = sorted(members, key=lambda member: member.role != CouncilMember.Role.SECRETARY)
        words = {
            key: ngettext("%(name)s (%(count)d person waits)", "%(name)s (%(count)d people wait)", number)
            % {"name": council.name, "count": number}
            for key, council in self.councils.items()
            for number in [waiting.get(council.pk, 0)]
        }
        self._offer("council", words)
        self._offer("chair", _names(leading))
        self._offer("secretary", _names(first))

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        self.fields[name].choices = list(choices.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("chair") and data.get("chair") == data.get("secretary"):
            self.add_error("secretary", gettext("Chair and secretary are two people."))
        return data

    def chosen(self) -> tuple[Council, Person, Person]:
        """Council, chair, secretary."""
        data = self.cleaned_data
        return self.councils[data["council"]], self.people[data["chair"]], self.people[data["secretary"]]

    def scheduled_at(self) -> datetime:
        day: date = self.cleaned_data["scheduled_on"]
        return timezone.make_aware(datetime.combine(day, self.cleaned_data["scheduled_time"]))


def _names(members: Sequence[CouncilMember]) -> dict[str, str]:
    return {str(m.person.uuid): f"{m.person.full_name} – {m.get_role_display()}" for m in members}
