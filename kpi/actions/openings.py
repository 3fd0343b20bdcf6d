from datetime import date

from django.db import transaction

from kpi.actions.scorecards import open_scorecard
from kpi.models import GeneralScore, Scorecard, ScoringScheme
from organization.models import Appointment, Person


@transaction.atomic
def take_up_scorecard(
    *,
    person: Person,
    appointment: Appointment,
    scheme: ScoringScheme,
    is_leader: bool,
    kind: str,
    starts_on: date,
    ends_on: date,
    practice: bool = False,
) -> Scorecard:
    """The scorecard of a period that opens: the one on which work was already assigned, else a new one.

    Freezes the period's scheme version and the role; assigned lines and their k stay as they are.
    """
    card = (
        Scorecard.objects.select_for_update()
        .filter(
            person=person, appointment=appointment, kind=kind, starts_on=starts_on, ends_on=ends_on, practice=practice
        )
        .last()
    )
    if card is None:
        return open_scorecard(
            person=person,
            appointment=appointment,
            scheme=scheme,
            is_leader=is_leader,
            kind=kind,
            starts_on=starts_on,
            ends_on=ends_on,
            practice=practice,
        )
    card.scheme, card.is_leader = scheme, is_leader
    card.save(update_fields=["scheme", "is_leader"])
    known = set(card.general_scores.values_list("item_code", flat=True))
    GeneralScore.objects.bulk_create(
        GeneralScore(scorecard=card, item_code=item.code) for item in scheme.scheme.items if item.code not in known
    )
    return card
