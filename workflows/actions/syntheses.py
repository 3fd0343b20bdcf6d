"""The personnel officer's synthesis table before the council, or before the head decides."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import SlotSpec, request_document
from documents.models import Document, State
from organization.actions import journal
from organization.models import Person
from workflows import facts, notices
from workflows.actions.councils import proposed_classes
from workflows.actions.locks import lock_period
from workflows.actions.reviews import last_review
from workflows.ceilings import check_list
from workflows.errors import NotReady
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, PeriodDocument, Stage, Standing
from workflows.policy import rules

KIND = "synthesis_table"
BEFORE_DECISION = (Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW, Stage.COUNCIL)


def synthesis_of(period: EvaluationPeriod) -> Document | None:
    """The latest synthesis table of the period that is not cancelled."""
    rows = Document.objects.filter(of_period__period=period, kind__code=KIND).exclude(state=State.CANCELLED)
    return rows.select_related("kind").order_by("pk").last()


def obstacle(period: EvaluationPeriod) -> NotReady | None:
    """Why the table cannot be made now; None when it can."""
    if not period.procedure.parsed().ranks:
        return NotReady(_("This period gives a score and no class."), rule=_("Decree 335/2025, Art 19"))
    people = _people(period)
    if period.stage not in BEFORE_DECISION or any(row.standing != Standing.OPEN for row in people):
        return NotReady(_("The table is made between the reviews and the head's decision."), rule=_("Order of steps"))
    unreviewed = [row.person.full_name for row in people if last_review(row) is None]
    if unreviewed or not people:
        return NotReady(
            _("Not everybody's review is approved yet."), rule=_("Nobody is left behind"), missing=unreviewed
        )
    earlier = synthesis_of(period)
    if earlier is not None and earlier.archived_at is None:
        return NotReady(
            _("The table %(code)s is still on its way: let it be signed and issued first.") % {"code": earlier.code},
            rule=_("Order of steps"),
        )
    return None


def _people(period: EvaluationPeriod) -> list[Evaluation]:
    live = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    return list(live.select_related("person", "unit"))


@transaction.atomic
def make_synthesis(*, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime) -> Document:
    """Freeze everybody's score and classes into one table, signed by the officer who made it, then by the head."""
    period = lock_period(period, expected_version)
    on = timezone.localdate(at)
    under = rules.require_period_manager(period.agency, by, on)
    refusal = obstacle(period)
    if refusal is not None:
        raise refusal
    head = rules.head_of(period.agency, on)
    if head is None:
        raise NotReady(_("The agency has no head who could sign."), rule=_("Decree 335/2025, Art 21"))
    reviews: list[tuple[Evaluation, EvaluationStep]] = []
    for evaluation in _people(period):
        review = last_review(evaluation)
        if review is not None:
            reviews.append((evaluation, review))
    proposed = {pk: code for pk, code in _spoken(period).items() if code}
    classes = {row.pk: proposed.get(row.pk) or review.decision.class_code for row, review in reviews}
    document = request_document(
        kind=KIND,
        unit=period.agency,
        facts=facts.synthesis_table(
            period,
            reviews=reviews,
            proposed=proposed,
            ceiling=check_list(period, classes),
            preparer=by,
            head=head.person,
            at=at,
        ),
        signers=[SlotSpec(role="preparer", person=by, authority=under), SlotSpec(role="head", person=head.person)],
        practice=period.practice,
        at=at,
        replaces=synthesis_of(period),
    )
    PeriodDocument.objects.create(period=period, stage=Stage.COUNCIL, document=document, at=at)
    notices.tell(event="document.to_sign", people=[by, head.person], at=at)
    period.version += 1
    period.save(update_fields=["version"])
    journal(
        event="period.synthesis_made",
        subject=period,
        at=at,
        by=by,
        under=under,
        unit=period.agency,
        document=document.code,
    )
    return document


def _spoken(period: EvaluationPeriod) -> dict[int, str]:
    """What the council has proposed, once a session has closed; a discussion is nobody's proposal yet."""
    closed = period.sessions.filter(session__state__in=("adopted", "signed", "closed")).exists()
    return proposed_classes(period) if closed else {}
