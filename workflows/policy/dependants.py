"""Who sees and who settles a result that rests on a changed one."""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organization.authority import Authority
from organization.models import Person
from workflows.errors import NotAllowed
from workflows.models import Dependant, Evaluation, Ground, OrganisationRating, Standing
from workflows.policy import correcting, organising, rules


def dependants(person: Person, on: date) -> QuerySet[Dependant]:
    """Of periods that the person runs, heads, manages or audits, of forms he reviews, of lists he recognises."""
    followed = correcting.periods(person, on).values("pk")
    reviewed = Q(evaluation__reviewer=person, evaluation__standing=Standing.OPEN)
    recognised = Q(organisation__listed__in=organising.lists(person, on).values("pk"))
    return Dependant.objects.filter(Q(period__in=followed) | reviewed | recognised)


def settling_authority(dependant: Dependant, by: Person, on: date) -> Authority | None:
    """The power of the head who decides the list, of the one who would decide anew, or of an open form's reviewer.

    Never in one's own case, nor about the organisation that one heads; a delegate inherits the delegator's conflicts.
    """
    evaluation = dependant.evaluation
    if evaluation is not None and evaluation.person_id == by.pk:
        return None
    if dependant.organisation is not None:
        return _over_organisation(dependant.organisation, by, on)
    if dependant.period is None:  # of an organisation, answered above; a constraint of the table
        return None
    found = rules.deciding_authority(dependant.period, by, on)
    found = found or correcting.correcting_authority(dependant.period, Ground.DEPENDANT, by, on)
    if found is None and evaluation is not None and evaluation.standing == Standing.OPEN:
        found = rules.reviewing_authority(evaluation, by, on)
    return found


def _over_organisation(rating: OrganisationRating, by: Person, on: date) -> Authority | None:
    """The recogniser's power, unless he or whoever uses it heads this organisation."""
    found = organising.recognising_authority(rating.listed, by, on)
    if found is None or any(organising.heads_organisation(rating, one, on) for one in (by, found.holder)):
        return None
    return found


def require_settler(dependant: Dependant, by: Person, on: date) -> Authority:
    authority = settling_authority(dependant, by, on)
    if authority is None:
        raise NotAllowed(
            _("The head who decides this list, or the reviewer of an open form, settles it."),
            rule=_("Decree 335/2025, Art 10, 21.3"),
        )
    return authority


def flags_on(evaluation: Evaluation, reader: Person, on: date) -> list[tuple[Dependant, bool]]:
    """The open flags on this result, each with whether the reader may look into it.

    The person himself learns that his result rests on a changed one, not whose.
    """
    flags = list(Dependant.objects.filter(evaluation=evaluation, settlement=None))
    if not flags:
        return []
    keys = [flag.pk for flag in flags]
    seen = set(dependants(reader, on).filter(pk__in=keys).values_list("pk", flat=True))
    return [(flag, flag.pk in seen and evaluation.person_id != reader.pk) for flag in flags]
