"""The public notice inside the agency: one for an agency and a period, a new one when results have been replaced."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import SlotSpec, request_document
from documents.models import Document, State
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import corrections, facts, notices
from workflows.actions.locks import lock_period
from workflows.errors import NotAllowed, NotReady
from workflows.models import EvaluationPeriod, PeriodDocument, Stage
from workflows.policy import rules
from workflows.policy.belonging import published_in
from workflows.readiness import unpublished

KIND = "public_notice"


def signing_power(period: EvaluationPeriod, by: Person, at: datetime) -> Authority:
    """Under whose power the notice is signed: the head's, his delegate's, or the head's on an officer's order.

    Raises NotAllowed for anybody else, and where the agency has no head.
    """
    on = timezone.localdate(at)
    own = rules.deciding_authority(period, by, on)
    if own is not None:
        return own
    rules.require_period_manager(period.agency, by, on)
    head = rules.head_of(period.agency, on)
    if head is None:
        raise NotAllowed(_("The agency has no head who could sign."), rule=_("Decree 335/2025, Art 21"))
    return Authority.own(head.person)


def public_notice_of(period: EvaluationPeriod) -> Document | None:
    """The latest public notice of the period that is not cancelled."""
    rows = Document.objects.filter(of_period__period=period, kind__code=KIND).exclude(state=State.CANCELLED)
    return rows.select_related("kind").order_by("pk").last()


def obstacle(period: EvaluationPeriod) -> NotReady | None:
    """Why the notice cannot be ordered now; None when it can."""
    missing = unpublished(period)
    if not period.procedure.parsed().ranks or not published_in(period).exists():
        return NotReady(_("No class has been published in this period."), rule=_("Decree 335/2025, Art 21"))
    if missing:
        return NotReady(
            _("Not everybody's result is published yet."), rule=_("Decree 335/2025, Art 21"), missing=missing
        )
    if corrections.on_their_way(period).exists():
        return NotReady(_("A new decision on some results is on its way."), rule=_("Order of steps"))
    standing = public_notice_of(period)
    if standing is not None and not changed_since(period, standing):
        return NotReady(
            _("The public notice of these results exists already: %(code)s.") % {"code": standing.code},
            rule=_("One public notice per agency and period"),
        )
    return None


def changed_since(period: EvaluationPeriod, notice: Document) -> bool:
    """Whether a decision that replaces or annuls results was issued after this notice was ordered."""
    return corrections.in_force(period).filter(document__issue_released_at__gt=notice.requested_at).exists()


@transaction.atomic
def order_public_notice(
    *, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime
) -> Document:
    """Owe the public notice, to be signed by the head; after a replacement it takes the earlier one's place."""
    period = lock_period(period, expected_version)
    under = signing_power(period, by, at)
    refusal = obstacle(period)
    if refusal is not None:
        raise refusal
    earlier = public_notice_of(period)
    if earlier is not None and earlier.archived_at is None:
        raise NotReady(
            _("The earlier public notice is still being signed: let it be signed and issued first."),
            rule=_("Order of steps"),
        )
    document = request_document(
        kind=KIND,
        unit=period.agency,
        facts=facts.public_notice(
            period,
            people=list(published_in(period).select_related("appointment")),
            decisions=corrections.issued_decisions(period),
            earlier=earlier,
            under=under,
            at=at,
        ),
        signers=[SlotSpec(role="head", person=under.actor, authority=under)],
        practice=period.practice,
        at=at,
        replaces=earlier,
    )
    PeriodDocument.objects.create(period=period, stage=Stage.PUBLISHED, document=document, at=at)
    notices.tell(event="document.to_sign", people=[under.actor], at=at)
    period.version += 1
    period.save(update_fields=["version"])
    journal(
        event="period.public_notice_ordered",
        subject=period,
        at=at,
        by=by,
        under=under if under.actor == by else Authority.own(by),
        unit=period.agency,
        document=document.code,
    )
    return document
