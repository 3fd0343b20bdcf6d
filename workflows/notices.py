"""Lines on people's homes. Written in the act's transaction, so that none is lost and none is invented."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from organization.models import Person
from workflows.models import Evaluation, Notice

TEXTS = {
    "evaluation.opened": _("Your self-assessment is open."),
    "evaluation.submitted": _("A self-assessment waits for your review."),
    "evaluation.returned": _("Your form was returned with a reason."),
    "evaluation.withdrawn": _("A self-assessment was withdrawn by the person."),
    "evaluation.review_approved": _("Your form was reviewed."),
    "evaluation.reassigned": _("A review was assigned to you."),
    "evaluation.excused": _("You are excused in this period."),
    "evaluation.decided": _("Your rating was decided."),
    "evaluation.published": _("Your result was published."),
    "evaluation.replaced": _("Your result was replaced by a new decision."),
    "evaluation.annulled": _("Your result was annulled by a decision."),
    "dependant.flagged": _("A result rests on one that has changed."),
    "notice.reminded": _("Please confirm that you have received your notice."),
    "year.score_recorded": _("A score from outside was entered for your year."),
    "year.service_recorded": _("Your months worked in the year were entered."),
    "circumstance.recorded": _("An entry that may lower your class was made: read it in your year's file."),
    "circumstance.learnt_later": _("An entry learnt later would lower a class that is decided: decide what follows."),
    "circumstance.ended": _("An entry in your year's file counts no more."),
    "party_opinion.requested": _("The Party committee's opinion on a leader is asked of you."),
    "results.transferred": _("Your results are being handed over to your new agency."),
    "organisation.opened": _("The card of your organisation is open: score it."),
    "organisation.handed_in": _("The card of an organisation waits for your scores."),
    "organisation.replaced": _("The rating of your organisation was replaced by a new decision."),
    "organisation.notified": _("The rating of your organisation was issued."),
    "petition.received": _("A petition waits for your answer."),
    "petition.given": _("A petition was given to you to prepare."),
    "petition.prepared": _("The answer to a petition is prepared: it waits for you."),
    "petition.answered": _("Your petition was answered."),
    "document.to_sign": _("A document waits for your signature."),
    "session.convened": _("You are called to a council session."),
}


def tell(
    *, event: str, people: Iterable[Person], at: datetime, evaluation: Evaluation | None = None, text: str = ""
) -> None:
    """One notice for each of these people. `event` is a key of TEXTS, KeyError otherwise."""
    people = list(people)
    if people and event not in TEXTS:
        raise KeyError(event)
    Notice.objects.bulk_create(
        Notice(person=person, event=event, evaluation=evaluation, text=text[:500], at=at) for person in people
    )
