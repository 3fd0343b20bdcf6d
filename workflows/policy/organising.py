"""Who opens, types, recognises and reads the ratings of organisations (Decree 335/2025, Art 9, 10)."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organization.authority import Authority, find_authority
from organization.models import Appointment, Duty, Person, Scope
from workflows.errors import NotAllowed
from workflows.models import OrganisationList, OrganisationRating
from workflows.policy import rules
from workflows.policy.visibility import Offices


def _headed(person: Person, on: date) -> QuerySet:
    """Units of every kind that the person heads that day."""
    return Appointment.objects.on(on).filter(person=person, duty=Duty.HEAD).values("unit_id")


def ratings(person: Person, on: date) -> QuerySet[OrganisationRating]:
    """Of the organisation one heads, of the list one recognises, and by role in either of the two."""
    offices = Offices.of(person, on)
    units = offices.content | set(offices.headed)
    seen = Q(unit_id__in=_headed(person, on)) | Q(unit_id__in=offices.content) | Q(listed__agency_id__in=units)
    return OrganisationRating.objects.filter(seen)


def lists(person: Person, on: date) -> QuerySet[OrganisationList]:
    """The lists that one recognises, runs or audits."""
    offices = Offices.of(person, on)
    return OrganisationList.objects.filter(agency_id__in=offices.content | set(offices.headed))


def recognising_authority(listed: OrganisationList, by: Person, on: date) -> Authority | None:
    """The recogniser's own power over the list, or his delegate's."""
    head = rules.head_of(listed.agency, on)
    if head is None:
        return None
    return find_authority(actor=by, holder=head.person, scope=Scope.DECIDE, unit=listed.agency, on=on)


def require_recogniser(listed: OrganisationList, by: Person, on: date) -> Authority:
    authority = recognising_authority(listed, by, on)
    if authority is None:
        raise NotAllowed(
            _("Only the head of %(agency)s recognises the rating of its organisations.")
            % {"agency": listed.agency.name},
            rule=_("Decree 335/2025, Art 9, 10"),
        )
    return authority


def heads_organisation(rating: OrganisationRating, by: Person, on: date) -> bool:
    head = rules.head_of(rating.unit, on)
    return head is not None and head.person_id == by.pk


def require_head_of_organisation(rating: OrganisationRating, by: Person, on: date) -> Authority:
    """The head of the organisation types its own card."""
    if not heads_organisation(rating, by, on):
        raise NotAllowed(
            _("Only the head of %(organisation)s types its own card.") % {"organisation": rating.unit.name},
            rule=_("Decree 335/2025, Art 9"),
        )
    return Authority.own(by)
