"""Whose declared relations a person reads and writes: his own; the personnel officer those of the agency's people."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from approvals.models import DeclaredInterest
from organization.actions import current_appointment
from organization.models import Appointment, Person, Unit
from workflows.errors import NotAllowed
from workflows.policy.rules import may_manage_period
from workflows.policy.setup import managed_unit_ids


def relations(person: Person, on: date) -> QuerySet[DeclaredInterest]:
    """Those in which he is one of the two, and those of people who serve in the units that he manages."""
    served = Appointment.objects.on(on).filter(unit_id__in=managed_unit_ids(person, on)).values("person_id")
    rows = DeclaredInterest.objects.filter(
        Q(person=person) | Q(about=person) | Q(person_id__in=served) | Q(about_id__in=served)
    )
    return rows.select_related("person", "about", "declared_by")


def require_relation_writer(person: Person, by: Person, on: date) -> Unit:
    """The agency in which the relation is noted: of himself or, by its personnel officer, of one of its people."""
    post = current_appointment(person, on)
    if post is not None:
        agency = post.unit.agency()
        if by.pk == person.pk or may_manage_period(agency, by, on):
            return agency
    raise NotAllowed(
        _("A relation is declared and ended by the person himself or by the personnel officer of his agency."),
        rule=_("Who declares relations"),
    )


def endable(rows: Collection[DeclaredInterest], by: Person, on: date) -> set[int]:
    """Keys of those of these relations whose end is his to enter, read at once for a whole page."""
    people = {row.person_id for row in rows if row.ended_at is None}
    posts = Appointment.objects.on(on).filter(person_id__in=people).select_related("unit__parent__parent")
    agencies = {post.person_id: post.unit.agency().pk for post in posts.order_by("starts_on", "id")}
    managed = managed_unit_ids(by, on)
    own = {person for person, agency in agencies.items() if person == by.pk or agency in managed}
    return {row.pk for row in rows if row.ended_at is None and row.person_id in own}
