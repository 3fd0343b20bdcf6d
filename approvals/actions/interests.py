"""Kinship and other interests that keep two people from judging each other, declared ahead of any meeting."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from approvals.errors import ApprovalRefused
from approvals.models import DeclaredInterest
from organization.actions import journal
from organization.models import Person, Unit


@transaction.atomic
def declare_interest(
    *, person: Person, about: Person, relation: str, unit: Unit, by: Person, at: datetime
) -> DeclaredInterest:
    """Note that these two never judge each other; the same pair twice is one row. ApprovalRefused."""
    if person.pk == about.pk:
        raise ApprovalRefused(_("An interest is declared between two people."), rule="interest")
    if not relation.strip():
        raise ApprovalRefused(_("A declared interest names the relation."), rule="reason")
    known = DeclaredInterest.objects.select_for_update().filter(
        Q(person=person, about=about) | Q(person=about, about=person), ended_at=None
    )
    if (row := known.first()) is not None:
        return row
    row = DeclaredInterest.objects.create(
        person=person, about=about, relation=relation.strip(), declared_by=by, declared_at=at
    )
    journal(event="interest.declared", subject=person, at=at, by=by, unit=unit, about=str(about.uuid))
    return row


@transaction.atomic
def end_interest(*, interest: DeclaredInterest, unit: Unit, by: Person, at: datetime) -> DeclaredInterest:
    """The relation is over (or was a mistake): sessions called from now on do not regard it."""
    row = DeclaredInterest.objects.select_for_update().select_related("person", "about").get(pk=interest.pk)
    if row.ended_at is None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        journal(event="interest.ended", subject=row.person, at=at, by=by, unit=unit, about=str(row.about.uuid))
    return row
