"""What is done about a flagged result: one settlement a flag, in the transaction of the act that settles it."""

from datetime import date, datetime

from django.db.models import QuerySet

from approvals.models import Decision
from organization.actions import journal
from organization.authority import Authority
from organization.models import Capacity, Person
from workflows.models import (
    Correction,
    Dependant,
    DependantSettlement,
    Evaluation,
    OrganisationRuling,
    Settled,
)


def open_flags() -> QuerySet[Dependant]:
    """Flags that nobody has settled."""
    return Dependant.objects.filter(settlement=None)


def settle(
    flag: Dependant,
    outcome: Settled,
    *,
    by: Person,
    under: Authority,
    at: datetime,
    reason: str = "",
    correction: Correction | None = None,
    issued_by: Person | None = None,
) -> DependantSettlement:
    """Write down what became of a flag, and journal it on whose result it was.

    `issued_by`: the clerk by whose act a decision of `by` took effect; the journal names who acted.
    """
    settled = DependantSettlement.objects.create(
        dependant=flag,
        outcome=outcome,
        reason=reason.strip(),
        correction=correction,
        by=by,
        under=under.as_json(),
        at=at,
    )
    journal(
        event="dependant.settled",
        subject=flag.evaluation or flag.organisation or flag.period,
        at=at,
        by=issued_by or by,
        under=Authority.own(issued_by) if issued_by else under,
        unit=flag.agency,
        changed_to=outcome,
        practice=flag.practice,
        dependant=str(flag.uuid),
    )
    return settled


def settle_scored_again(evaluation: Evaluation, *, by: Person, under: Authority, at: datetime) -> None:
    """The approved review counts what has changed: its open flags are done."""
    for flag in open_flags().filter(evaluation=evaluation).select_related("evaluation", "period__agency"):
        settle(flag, Settled.SCORED_AGAIN, by=by, under=under, at=at)


def settle_decided_anew(correction: Correction, *, issued_by: Person, at: datetime) -> None:
    """A new decision, made after the flags were raised, has taken effect: whoever made it has settled them."""
    by, under = _decided_by(correction.later)
    flags = open_flags().filter(evaluation=correction.evaluation_id, at__lte=correction.at)
    for flag in flags.select_related("evaluation", "period__agency"):
        settle(flag, Settled.DECIDED_ANEW, by=by, under=under, at=at, correction=correction, issued_by=issued_by)


def settle_recognised(ruling: OrganisationRuling, *, issued_by: Person, at: datetime) -> None:
    """A later ruling on an organisation, made after the flags were raised, has taken effect, likewise."""
    by, under = _decided_by(ruling)
    flags = open_flags().filter(organisation=ruling.rating_id, at__lte=ruling.at)
    for flag in flags.select_related("organisation__listed__agency", "evaluation", "period__agency"):
        settle(flag, Settled.DECIDED_ANEW, by=by, under=under, at=at, issued_by=issued_by)


def _decided_by(act: Decision | OrganisationRuling) -> tuple[Person, Authority]:
    """Who decided, and the power that he used as the act keeps it; the clerk who issues decides nothing."""
    kept = act.under
    holder = Person.objects.get(uuid=kept["holder"]) if kept.get("holder") else act.by
    day = date.fromisoformat(kept["document_on"]) if kept.get("document_on") else None
    capacity, number = kept.get("capacity", Capacity.OWN), kept.get("document_number", "")
    return act.by, Authority(holder, act.by, capacity, number, day)
