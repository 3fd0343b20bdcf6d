"""The person confirms that he has received his notice; those who have not are reminded together."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import notices
from workflows.actions.locks import lock_period
from workflows.errors import NotAllowed, NotReady
from workflows.models import EvaluationPeriod, Notice, NoticeReceipt
from workflows.policy import rules
from workflows.receipts import unconfirmed

REMINDER = "notice.reminded"


@transaction.atomic
def confirm_receipt(*, notice: Document, by: Person, at: datetime) -> NoticeReceipt:
    """The person's own word that he has it; said twice it stays as first said. It has no other effect."""
    if notice.subject_id != by.pk:
        raise NotAllowed(_("Only the person himself may do this."), rule=_("Decree 335/2025, Art 21"))
    if notice.issue_released_at is None:
        raise NotReady(_("The notice has not been issued."), rule=_("Order of steps"))
    receipt, is_new = NoticeReceipt.objects.get_or_create(notice=notice, defaults={"person": by, "at": at})
    if is_new:
        journal(
            event="notice.received",
            subject=notice,
            at=at,
            by=by,
            under=Authority.own(by),
            unit=notice.unit,
            practice=notice.practice,
        )
    return receipt


@transaction.atomic
def remind_unconfirmed(*, period: EvaluationPeriod, by: Person, at: datetime) -> int:
    """Remind everybody of the period whose notice is not confirmed, each once a day; returns how many."""
    period = lock_period(period, None)  # two officers remind once
    on = timezone.localdate(at)
    under = rules.deciding_authority(period, by, on) or rules.require_period_manager(period.agency, by, on)
    waiting = [row.evaluation for row in unconfirmed(period)]
    told = set(
        Notice.objects.filter(event=REMINDER, evaluation__in=waiting, at__date=on).values_list(
            "evaluation_id", flat=True
        )
    )
    people = [evaluation for evaluation in waiting if evaluation.pk not in told]
    for evaluation in people:
        notices.tell(event=REMINDER, people=[evaluation.person], at=at, evaluation=evaluation)
    if people:
        journal(
            event="period.receipts_reminded",
            subject=period,
            at=at,
            by=by,
            under=under,
            unit=period.agency,
            practice=period.practice,
            people=len(people),
        )
    return len(people)
