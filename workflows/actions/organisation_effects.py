"""What the clerk's issue does to the rating of an organisation: a replacing decision counts, a notice is told."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from documents.models import Document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import notices
from workflows.actions.dependants import flag_after_ruling
from workflows.actions.locks import lock_evaluation, share_period
from workflows.actions.organisations import lock_list
from workflows.actions.settlements import settle_recognised
from workflows.models import OrganisationList, OrganisationRating, OrganisationRuling, RatingState
from workflows.organisation_dependants import years_of_head
from workflows.organisations import DECISION, NOTICE
from workflows.policy import rules


def early_notices(documents: list[Document]) -> QuerySet[Document]:
    """Notices to organisations whose decision has no number yet."""
    keys = [document.pk for document in documents if document.kind.code == NOTICE]
    return Document.objects.filter(pk__in=keys, organisation_ruling__document__issue_released_at__isnull=True)


@transaction.atomic
def take_effect(document: Document, *, by: Person, at: datetime) -> int:
    """An issued decision or notice counts from now on, and what rests on a changed class is flagged.

    Repeating changes nothing. Returns the ratings moved.
    """
    rulings = OrganisationRuling.objects.select_related("rating__unit", "earlier", "rating__listed__agency")
    moved = 0
    if document.kind.code == DECISION:
        replacing = list(rulings.filter(document=document, earlier__isnull=False).order_by("rating_id"))
        _lock_heads(replacing)
        for ruling in replacing:
            rating = _locked(ruling)
            if rating.ruling_id != ruling.earlier_id:
                continue
            before = ruling.earlier.class_code if ruling.earlier else ""
            rating.replace(ruling)
            _keep(rating, ruling, "organisation.replaced", before, by=by, at=at)
            settle_recognised(ruling, issued_by=by, at=at)
            flag_after_ruling(ruling, by=by, at=at)
            moved += 1
    elif document.kind.code == NOTICE:
        for ruling in rulings.filter(notice=document):
            rating = _locked(ruling)
            if rating.ruling_id != ruling.pk or rating.state != RatingState.DECIDED:
                continue
            rating.notify()
            _keep(rating, ruling, "organisation.notified", "", by=by, at=at)
            moved += 1
    return moved


def _lock_heads(rulings: list[OrganisationRuling]) -> None:
    """The years of the heads before any list: none of them is decided while the class over him changes."""
    rows = {row.pk: row for ruling in rulings for row in years_of_head(ruling.rating)}
    for period_id in sorted({row.period_id for row in rows.values()}):
        share_period(period_id)
    for _pk, row in sorted(rows.items()):
        if row.final_decision_id is not None:
            lock_evaluation(row, None, after_archive=True)


def _locked(ruling: OrganisationRuling) -> OrganisationRating:
    lock_list(OrganisationList.objects.select_related("agency").get(pk=ruling.rating.listed_id), None)
    OrganisationRating.objects.select_for_update().get(pk=ruling.rating_id)
    return OrganisationRating.objects.select_related("unit", "listed").get(pk=ruling.rating_id)


def _keep(
    rating: OrganisationRating, ruling: OrganisationRuling, event: str, before: str, *, by: Person, at: datetime
) -> None:
    rating.version += 1
    rating.save(update_fields=["state", "ruling", "version"])
    OrganisationList.objects.filter(pk=rating.listed_id).update(version=F("version") + 1)
    journal(
        event=event,
        subject=rating,
        at=at,
        by=by,
        under=Authority.own(by),
        unit=rating.unit,
        changed_from=before,
        changed_to=ruling.class_code,
        practice=rating.listed.practice,
    )
    head = rules.head_of(rating.unit, timezone.localdate(at))
    notices.tell(event=event, people=[head.person] if head else [], at=at, text=rating.unit.name)


def finish_issued(*, at: datetime) -> int:
    """Let issued documents count that a crash left between number and effect; returns how many ratings moved."""
    issued = Document.objects.filter(issue_released_by__isnull=False).select_related("kind", "issue_released_by")
    replacing = issued.filter(organisation_rulings__rating__ruling=F("organisation_rulings__earlier")).distinct()
    told = issued.filter(
        organisation_ruling__rating__state=RatingState.DECIDED,
        organisation_ruling__in_force_for__isnull=False,
    )
    finished = 0
    for document in [*replacing, *told]:
        if document.issue_released_by is not None:
            finished += take_effect(document, by=document.issue_released_by, at=at)
    return finished
