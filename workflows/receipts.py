"""Which issued notices their people have confirmed, and which not yet."""

from dataclasses import dataclass

from django.db.models import QuerySet

from documents.models import Document, Effect, State, Succession
from organization.models import Person
from workflows import corrections
from workflows.models import Evaluation, EvaluationPeriod, NoticeReceipt, Standing


@dataclass(frozen=True)
class Told:
    """The notice that tells a person's present result, and his receipt if he gave one."""

    evaluation: Evaluation
    notice: Document
    receipt: NoticeReceipt | None


def told_in(period: EvaluationPeriod) -> list[Told]:
    """Everybody of the period who has been sent a notice that stands, in the order of the list.

    Between the issue of a replacing decision and that of its notice the person has not been told: he is not listed.
    """
    rows = list(
        Evaluation.objects.filter(period=period, standing=Standing.PUBLISHED)
        .select_related("person", "unit")
        .order_by("unit__position", "person__sort_key", "id")
    )
    present = corrections.standing_notices(rows)
    found = {key: notice if notice and notice.issue_released_at else None for key, notice in present.items()}
    given = NoticeReceipt.objects.filter(notice__in=[each.pk for each in found.values() if each is not None])
    receipts = {each.notice_id: each for each in given}
    return [Told(row, notice, receipts.get(notice.pk)) for row in rows if (notice := found[row.pk]) is not None]


def unconfirmed(period: EvaluationPeriod) -> list[Told]:
    """Those who have not confirmed yet."""
    return [row for row in told_in(period) if row.receipt is None]


def waiting_for(person: Person) -> QuerySet[Document]:
    """The person's own issued notices that he has not confirmed; a replaced one is not asked for any more.

    Nor is one whose result a decision in force has replaced, although its own successor is not issued yet.
    """
    own = Document.objects.filter(subject=person, kind__code="notice", issue_released_at__isnull=False, receipt=None)
    gone = Succession.objects.filter(effect=Effect.ANNULLED, later__issue_released_at__isnull=False)
    standing = own.exclude(state=State.CANCELLED).exclude(pk__in=gone.values("earlier_id"))
    overtaken = replaced_before_told(person)
    return standing.exclude(replaced_by__issue_released_at__isnull=False).exclude(pk__in=overtaken.values("pk"))


def replaced_before_told(person: Person) -> QuerySet[Document]:
    """His notices whose result a decision in force has replaced while the notice of the new one is on its way."""
    return Document.objects.filter(
        subject=person,
        replaced_by__issue_released_at__isnull=True,
        replaced_by__correction__document__issue_released_at__isnull=False,
    )
