"""A person has moved: the old agency hands his results of the year to the new one, which ranks him (Art 19.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from documents.actions import SlotSpec, request_document
from documents.models import State
from organization.actions import journal
from organization.authority import Authority
from organization.models import Appointment, Person, Unit
from workflows import corrections, facts, notices
from workflows.actions.periods import own_unit_ids
from workflows.errors import NotReady, Refused
from workflows.models import Evaluation, ResultTransfer, Standing
from workflows.policy import rules

RULE = gettext_noop("Decree 335/2025, Art 19.1")


@dataclass(frozen=True)
class Move:
    """Who has left the agency for another one, by his present post there."""

    person: Person
    post: Appointment
    to: Unit


def moves_from(agency: Unit, *, year: int, on: date) -> list[Move]:
    """People with published results of the year in this agency who serve in another one that day."""
    own = own_unit_ids(agency)
    here = Appointment.objects.on(on).filter(unit_id__in=own)
    rated = _held(agency, year).exclude(person__in=here.values("person"))
    posts = Appointment.objects.on(on).filter(person__in=rated.values("person"), practice=False)
    found = {}
    for post in posts.select_related("person", "unit__parent").order_by("person__sort_key", "id"):
        to = post.unit.agency()
        if to is not None and to != agency:
            found[post.person_id] = Move(post.person, post, to)
    return list(found.values())


def _held(agency: Unit, year: int):
    return Evaluation.objects.filter(
        unit_id__in=own_unit_ids(agency),
        standing=Standing.PUBLISHED,
        period__campaign__starts_on__year=year,
        practice=False,
    )


def results_of(person: Person, agency: Unit, year: int) -> list[facts.HeldResult]:
    """The person's published results of the year in this agency, in the order of the periods."""
    rows = _held(agency, year).filter(person=person)
    ordered = rows.select_related(
        "period__campaign", "period__agency", "period__procedure", "unit", "final_decision"
    ).order_by("period__campaign__starts_on", "pk")
    return [
        facts.HeldResult(row, corrections.standing_points(row).total, corrections.standing_notice(row))
        for row in ordered
    ]


def last_transfer(person: Person, agency: Unit, to: Unit, year: int) -> ResultTransfer | None:
    """The latest transfer of these results that is not cancelled."""
    rows = ResultTransfer.objects.filter(person=person, from_agency=agency, to_agency=to, year=year)
    return rows.exclude(document__state=State.CANCELLED).select_related("document").order_by("pk").last()


@transaction.atomic
def transfer_results(
    *,
    person: Person,
    agency: Unit,
    year: int,
    moved_by: str,
    notes: Sequence[str] = (),
    by: Person,
    at: datetime,
) -> ResultTransfer:
    """Owe the transfer document, to be signed by the old agency's head; later results make one that replaces it.

    `moved_by`: the decision on the move in words. NotReady when nothing is new since the last transfer.
    """
    on = timezone.localdate(at)
    under = rules.require_period_manager(agency, by, on)
    Person.objects.select_for_update().get(pk=person.pk)  # two officers may send the same results
    move = next((each for each in moves_from(agency, year=year, on=on) if each.person == person), None)
    if move is None:
        raise NotReady(_("This person has no results of the year to be handed over."), rule=_(RULE))
    if by == person:
        raise Refused(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))
    if not moved_by.strip():
        raise Refused(_("Name the decision on the move."), rule=_(RULE))
    results = results_of(person, agency, year)
    unfinished = [each.notice.code for each in results if each.notice and each.notice.archived_at is None]
    if unfinished:
        raise NotReady(
            _("These notices are still on their way to the archive."), rule=_("Order of steps"), missing=unfinished
        )
    earlier = last_transfer(person, agency, move.to, year)
    if earlier is not None:
        known = {each["code"] for each in earlier.document.facts["attachments"]}
        if known == {each.notice.code for each in results if each.notice}:
            raise NotReady(
                _("These results are handed over already: %(code)s.") % {"code": earlier.document.code}, rule=_(RULE)
            )
        if earlier.document.archived_at is None:
            raise NotReady(
                _("The earlier transfer is still on its way: let it be signed and issued first."),
                rule=_("Order of steps"),
            )
    head = rules.head_of(agency, on)
    if head is None:
        raise NotReady(_("The agency has no head who could sign."), rule=_(RULE))
    document = request_document(
        kind="results_transfer",
        unit=agency,
        facts=facts.results_transfer(
            agency=agency,
            to=move.to,
            person=person,
            results=results,
            moved_on=move.post.starts_on,
            moved_by=moved_by.strip(),
            notes=[note.strip() for note in notes if note.strip()],
            under=Authority.own(head.person),
            at=at,
        ),
        signers=[SlotSpec(role="head", person=head.person)],
        subject=person,
        at=at,
        replaces=earlier.document if earlier else None,
    )
    sent = ResultTransfer.objects.create(
        person=person, from_agency=agency, to_agency=move.to, year=year, document=document, by=by, at=at
    )
    journal(
        event="results.transferred",
        subject=document,
        at=at,
        by=by,
        under=under,
        unit=agency,
        changed_to=move.to.code,
        person=str(person.uuid),
    )
    notices.tell(event="document.to_sign", people=[head.person], at=at)
    notices.tell(event="results.transferred", people=[person], at=at, text=move.to.name)
    return sent
