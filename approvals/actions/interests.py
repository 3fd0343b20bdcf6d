"""Kinship and other interests that keep two people from judging each other, in meetings called already too."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from approvals.actions.cases import keep_out
from approvals.actions.requirements import BEFORE_MINUTES
from approvals.actions.sessions import INTEREST
from approvals.errors import ApprovalRefused
from approvals.models import Council, CouncilMember, DeclaredInterest
from approvals.roster import Roster
from organization.actions import journal
from organization.models import Person, Unit


@transaction.atomic
def declare_interest(
    *, person: Person, about: Person, relation: str, unit: Unit, by: Person, at: datetime
) -> DeclaredInterest:
    """Note that these two never judge each other; the same pair twice is one row. ApprovalRefused.

    A session called before keeps the one out of the other's case as soon as this is declared, unless it is concluded.
    """
    if person.pk == about.pk:
        raise ApprovalRefused(_("An interest is declared between two people."), rule="interest")
    if not relation.strip():
        raise ApprovalRefused(_("A declared interest names the relation."), rule="reason")
    seats = CouncilMember.objects.filter(person__in=(person, about))
    # The councils first, as whoever convenes does: no session is called past this declaration.
    sat_in = Council.objects.filter(pk__in=seats.values("council_id")).order_by("pk")
    sitting = list(sat_in.select_for_update(of=("self",)))
    known = DeclaredInterest.objects.select_for_update().filter(
        Q(person=person, about=about) | Q(person=about, about=person), ended_at=None
    )
    if (row := known.first()) is not None:
        return row
    row = DeclaredInterest.objects.create(
        person=person, about=about, relation=relation.strip(), declared_by=by, declared_at=at
    )
    journal(event="interest.declared", subject=person, at=at, by=by, unit=unit, about=str(about.uuid))
    for council in sitting:
        _apply(row, council, by=by, at=at)
    return row


def _apply(interest: DeclaredInterest, council: Council, *, by: Person, at: datetime) -> None:
    """Whoever of the two sits in a session not yet minuted keeps out of the other's open case."""
    other = {interest.person_id: interest.about_id, interest.about_id: interest.person_id}
    sessions = council.sessions.filter(state__in=BEFORE_MINUTES).order_by("pk").select_for_update(of=("self",))
    for session in sessions:
        roster = Roster.of(session)
        items = session.items.filter(concluded_at=None, person_id__in=other).order_by("pk")
        for item in items.select_related("person").select_for_update(of=("self",)):
            item.session = session
            for member in roster.members:
                named = member.pk in roster.recused.get(item.pk, ())
                if other.get(member.person_id) == item.person_id and not named:
                    reason = INTEREST.format(relation=interest.relation)[:300]
                    keep_out(item, member, reason, automatic=True, by=by, at=at)


@transaction.atomic
def end_interest(*, interest: DeclaredInterest, unit: Unit, by: Person, at: datetime) -> DeclaredInterest:
    """The relation is over (or was a mistake): sessions called from now on do not regard it."""
    row = DeclaredInterest.objects.select_for_update().select_related("person", "about").get(pk=interest.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        journal(event="interest.ended", subject=row.person, at=at, by=by, unit=unit, about=str(row.about.uuid))
    return row
