"""The order of the agenda: by disagreement until the meeting is opened, then it stays as the members know it."""

from fractions import Fraction

from django.db.models import Count, F, Q

from approvals.agenda_order import Disagreement
from approvals.models import AgendaItem, CouncilSession, PreparatoryMark, SessionState

QUESTIONS = Count("marks", distinct=True, filter=Q(marks__choice=PreparatoryMark.Choice.QUESTION))


def disagreement(item: AgendaItem, questions: int) -> Disagreement:
    """What the case's place rests on."""
    return Disagreement(
        own=Fraction(item.own_total) if item.own_total else None,
        final=Fraction(item.score_total),
        score_class=item.score_class,
        last_class=item.last_class,
        contested=item.contested,
        questions=questions,
    )


def sort_agenda(session: CouncilSession) -> bool:
    """Renumber the cases of a locked session that is not opened yet; equal ones keep the order of the invitation.

    Returns whether anything moved. Numbers change, versions do not: nothing in a case depends on its number.
    """
    if session.state != SessionState.CONVENED:
        return False
    items = list(session.items.annotate(question_count=QUESTIONS).order_by("pk"))
    items.sort(key=lambda item: disagreement(item, item.question_count).key)
    moved = [(item, place) for place, item in enumerate(items, start=1) if item.order != place]
    if not moved:
        return False
    # A number is free before it is given again: the constraint holds between two rows of this act too.
    session.items.update(order=F("order") + len(items))
    for place, item in enumerate(items, start=1):
        item.order = place
    AgendaItem.objects.bulk_update(items, ["order"])
    return True
