"""What the officers and members of a session type: roll, chair, minutes, opinions, recusals, votes, classes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from approvals.actions import Mark
from approvals.models import AgendaItem, Attendance, CouncilMember
from approvals.roster import Roster
from organization.models import Person
from workflows.actions.agendas import Choice
from workflows.forms.dates import date_field

PRESENCE = [("present", _("Present")), ("absent", _("Absent"))]


def paragraph(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class RollForm(forms.Form):
    """The roll: a line for each member; lines left open stay as they are."""

    presence = PRESENCE

    def __init__(self, *args: Any, attendances: Sequence[Attendance], everybody: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.attendances = attendances
        self.seats = {str(row.member.uuid): row.member for row in attendances if not _is_alternate(row)}
        for row in attendances:
            self._line(row, everybody)

    def _line(self, row: Attendance, everybody: bool) -> None:
        key = row.member.uuid
        known = {True: "present", False: "absent", None: "present" if everybody else ""}[row.present]
        self.fields[f"present-{key}"] = forms.ChoiceField(
            label=row.member.person.full_name, choices=PRESENCE, required=False, initial=known
        )
        self.fields[f"reason-{key}"] = forms.CharField(
            label=gettext("Reason of the absence of %(name)s") % {"name": row.member.person.full_name},
            max_length=300,
            required=False,
            initial=row.reason,
        )
        if _is_alternate(row):
            self.fields[f"seat-{key}"] = forms.ChoiceField(
                label=gettext("Stands in for"),
                choices=[("", "–"), *((key, member.person.full_name) for key, member in self.seats.items())],
                required=False,
                initial=str(row.standing_in_for.uuid) if row.standing_in_for else "",
            )

    def lines(self) -> list[dict[str, Any]]:
        """The rows of the page."""
        return [
            {
                "attendance": row,
                "member": row.member,
                "name": f"present-{row.member.uuid}",
                "present": self[f"present-{row.member.uuid}"].value() or "",
                "reason": self[f"reason-{row.member.uuid}"],
                "seat": self[f"seat-{row.member.uuid}"] if _is_alternate(row) else None,
            }
            for row in self.attendances
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for row in self.attendances:
            key = row.member.uuid
            if data.get(f"present-{key}") == "absent" and not data.get(f"reason-{key}", "").strip():
                self.add_error(f"reason-{key}", gettext("An absence needs a reason."))
        return data

    def marks(self) -> list[Mark]:
        data = self.cleaned_data
        return [
            Mark(
                member=row.member,
                present=data[f"present-{row.member.uuid}"] == "present",
                reason=data[f"reason-{row.member.uuid}"],
                standing_in_for=self.seats.get(data.get(f"seat-{row.member.uuid}", "")),
            )
            for row in self.attendances
            if data.get(f"present-{row.member.uuid}")
        ]


def _is_alternate(row: Attendance) -> bool:
    return row.member.role == CouncilMember.Role.ALTERNATE


class AdjournForm(forms.Form):
    """The next sitting of a session that breaks off."""

    resumes_on = date_field(_("Day of the next sitting"))
    resumes_time = forms.TimeField(label=_("Hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    resumes_place = forms.CharField(label=_("Place"), max_length=250)

    def next_sitting(self) -> dict[str, Any]:
        """The arguments of the act."""
        data = self.cleaned_data
        when = timezone.make_aware(datetime.combine(data["resumes_on"], data["resumes_time"]))
        return {"resumes_at": when, "resumes_place": data["resumes_place"]}


class HandOverForm(forms.Form):
    """Another chair or secretary, so that one absent person never locks a session."""

    chair = forms.ChoiceField(label=_("Who chairs the session"))
    secretary = forms.ChoiceField(label=_("Who keeps the minutes"))

    def __init__(self, *args: Any, roster: Roster, **kwargs: Any):
        session = roster.session
        kwargs.setdefault("initial", {"chair": str(session.chair.uuid), "secretary": str(session.secretary.uuid)})
        super().__init__(*args, **kwargs)
        self.people: dict[str, Person] = {str(member.person.uuid): member.person for member in roster.members}
        leading = [m for m in roster.members if m.role in (CouncilMember.Role.CHAIR, CouncilMember.Role.DEPUTY)]
        for name, members in (("chair", leading), ("secretary", roster.members)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (str(m.person.uuid), f"{m.person.full_name} – {m.get_role_display()}") for m in members
            ]

    def chosen(self) -> dict[str, Person]:
        return {name: self.people[self.cleaned_data[name]] for name in ("chair", "secretary")}


class MinutesForm(forms.Form):
    """The conclusion as it is read out, and why some of several equals were chosen."""

    conclusion = paragraph(
        _("Conclusion"), rows=5, help_text=_("Read out to the meeting and printed in the minutes.")
    )
    choice_reason = paragraph(
        _("Reason for the choice among equals"),
        required=False,
        help_text=_("Where people with the same score got different classes because of the ceiling, say why."),
    )


class RecusalForm(forms.Form):
    member = forms.ChoiceField(label=_("Who keeps out of the case"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, members: Iterable[CouncilMember], **kwargs: Any):
        super().__init__(*args, **(kwargs | {"prefix": "recusal"}))
        self.members = {str(member.uuid): member for member in members}
        self.fields["member"].choices = [(key, m.person.full_name) for key, m in self.members.items()]  # type: ignore[attr-defined]

    def chosen(self) -> CouncilMember:
        return self.members[self.cleaned_data["member"]]


class SeatForm(forms.Form):
    """An alternate in the seat of a recused member, for one case; offered where both lists hold somebody."""

    seat = forms.ChoiceField(label=_("Whose seat"))
    alternate = forms.ChoiceField(label=_("Which alternate"))

    def __init__(
        self,
        *args: Any,
        recused: Iterable[CouncilMember] = (),
        alternates: Iterable[CouncilMember] = (),
        **kwargs: Any,
    ):
        super().__init__(*args, **(kwargs | {"prefix": "seat"}))
        self.recused = {str(member.uuid): member for member in recused}
        self.alternates = {str(member.uuid): member for member in alternates}
        for field, members in (("seat", self.recused), ("alternate", self.alternates)):
            self.fields[field].choices = [(key, m.person.full_name) for key, m in members.items()]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, CouncilMember]:
        return {
            "recused": self.recused[self.cleaned_data["seat"]],
            "alternate": self.alternates[self.cleaned_data["alternate"]],
        }


class OpinionForm(forms.Form):
    person = forms.ChoiceField(label=_("Who said it"))
    text = paragraph(_("Opinion"))

    text.seen_by = _("the members of the session; it is printed in the minutes")  # type: ignore[attr-defined]

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any):
        super().__init__(*args, **(kwargs | {"prefix": "opinion"}))
        self.people = {str(person.uuid): person for person in people}
        self.fields["person"].choices = [(key, person.full_name) for key, person in self.people.items()]  # type: ignore[attr-defined]

    def chosen(self) -> Person:
        return self.people[self.cleaned_data["person"]]


class ConcludeForm(forms.Form):
    """The reason that the minutes give where the result differs from the class by score."""

    reason = paragraph(_("Reason where the class differs from the score's"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **(kwargs | {"prefix": "conclude"}))


class ReopenForm(forms.Form):
    reason = paragraph(_("Why the case is discussed again"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **(kwargs | {"prefix": "reopen"}))


class BallotsForm(forms.Form):
    """A show of hands: one choice for each voter who has not voted in this round."""

    def __init__(
        self, *args: Any, voters: Iterable[CouncilMember], options: Sequence[tuple[str, str]], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.voters = {f"vote-{member.uuid}": member for member in voters}
        for name, member in self.voters.items():
            self.fields[name] = forms.ChoiceField(label=member.person.full_name, choices=options, required=False)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "member": member, "selected": self[name].value() or ""}
            for name, member in self.voters.items()
        ]

    def choices(self) -> dict[CouncilMember, str]:
        """Only the votes that are marked; the others may still come."""
        return {
            member: self.cleaned_data[name] for name, member in self.voters.items() if self.cleaned_data.get(name)
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in self.voters):
            self.add_error(None, gettext("Mark at least one vote."))
        return data


def listed_choices(data: QueryDict, items: Iterable[AgendaItem], *, changed_only: bool = True) -> list[Choice]:
    """The rows of the list whose class or reason is not what stands already."""
    found = []
    for item in items:
        code, reason = data.get(f"class-{item.uuid}", ""), data.get(f"reason-{item.uuid}", "").strip()[:4000]
        version = data.get(f"version-{item.uuid}", "")
        if not code or not version.isdecimal():
            continue
        standing = (item.proposed_class or item.score_class, item.reason)
        if not changed_only or (code, reason if code != item.score_class else "") != standing:
            found.append(Choice(item, code, reason, int(version)))
    return found
