"""A paper that nobody has signed yet is withdrawn with a reason, so that what it says can be entered anew."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.models import Petition
from documents.actions import cancel_document
from documents.models import Document, SignatureSlot, State
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import notices
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.organisation_rulings import lock_ratings
from workflows.actions.organisations import lock_list
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import (
    Correction,
    OrganisationList,
    OrganisationRating,
    OrganisationRuling,
    PartyOpinion,
    PetitionCase,
    Standing,
)
from workflows.policy.withdrawing import Entry, entry_of, withdrawing_authority

RULE = gettext_noop("A signed paper is never withdrawn")


@transaction.atomic
def withdraw_paper(*, document: Document, reason: str, by: Person, at: datetime) -> Document:
    """Cancel the paper and take back what was entered for it. Raises NotReady once somebody has signed."""
    if not reason.strip():
        raise Refused(_("Give the reason."), rule=_("A reason is needed"))
    entry = entry_of(document)
    if isinstance(entry, PartyOpinion):
        _withdraw_opinion(entry, document, reason=reason, by=by, at=at)
    elif isinstance(entry, PetitionCase):
        _withdraw_meeting(entry, document, reason=reason, by=by, at=at)
    elif isinstance(entry, OrganisationRuling):
        _withdraw_ruling(entry, document, reason=reason, by=by, at=at)
    elif isinstance(entry, Correction):
        _withdraw_correction(entry, document, reason=reason, by=by, at=at)
    else:
        require_withdrawer(entry, by, at)
    return document


def require_withdrawer(entry: Entry | None, by: Person, at: datetime) -> Authority:
    """The power to withdraw the paper of this entry. Raises NotAllowed for papers that have no such way too."""
    under = withdrawing_authority(entry, by, timezone.localdate(at))
    if under is None:
        raise NotAllowed(_("Only whoever makes such a paper withdraws it, while nobody has signed."), rule=_(RULE))
    return under


def _cancel(documents: Iterable[Document], *, reason: str, by: Person, at: datetime) -> None:
    """All of them or none. Raises NotReady naming who has signed."""
    locked = [Document.objects.lock(each) for each in sorted(documents, key=lambda each: each.pk)]
    if any(each.state == State.CANCELLED for each in locked):
        raise NotReady(_("This paper is withdrawn already."), rule=_("Order of steps"))
    signed = SignatureSlot.objects.filter(document__in=locked, signed_at__isnull=False)
    if signed.exists():
        names = {
            slot.expected_signer.full_name
            for slot in signed.select_related("expected_signer")
            if slot.expected_signer
        }
        raise NotReady(_("Somebody has signed already:"), rule=_(RULE), missing=sorted(names))
    for each in locked:
        cancel_document(document=each, reason=reason, by=by, at=at)


def _withdraw_opinion(opinion: PartyOpinion, document: Document, *, reason: str, by: Person, at: datetime) -> None:
    """What the committee said is missing again; its secretary is asked anew."""
    evaluation = lock_evaluation(opinion.evaluation, None)
    row = PartyOpinion.objects.select_for_update(of=("self",)).select_related("secretary").get(pk=opinion.pk)
    under = require_withdrawer(opinion, by, at)
    if evaluation.standing != Standing.OPEN:
        raise NotReady(_("The evaluation is already decided."), rule=_("Standing of the evaluation"))
    _cancel([document], reason=reason, by=by, at=at)
    row.held_on = row.members = row.present = row.agreed = row.received_on = row.document = None
    row.entered_by = row.entered_at = None
    row.class_code = row.note = ""
    row.save()
    journal(
        event="party_opinion.withdrawn",
        subject=evaluation,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=evaluation.practice,
        document=document.code,
    )
    notices.tell(event="party_opinion.requested", people=[row.secretary], at=at, text=row.party_name)


def _withdraw_meeting(case: PetitionCase, document: Document, *, reason: str, by: Person, at: datetime) -> None:
    """The minutes of the meeting about a petition; others are made while the petition is open."""
    evaluation = lock_evaluation(case.evaluation, None, after_archive=True)
    petition = Petition.objects.select_for_update(of=("self",)).get(pk=case.petition_id)
    under = require_withdrawer(case, by, at)
    if not petition.is_open:
        raise NotReady(_("The petition is closed: a meeting comes before the answer."), rule=_("Order of steps"))
    _cancel([document], reason=reason, by=by, at=at)
    journal(
        event="petition.minutes_withdrawn",
        subject=petition,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=petition.practice,
        document=document.code,
    )


def _withdraw_correction(
    correction: Correction, document: Document, *, reason: str, by: Person, at: datetime
) -> None:
    """A later decision with its notices, before it takes effect: the earlier results stand as they did."""
    period = lock_period(correction.evaluation.period, None)
    corrections = Correction.objects.filter(document=document).order_by("evaluation_id")
    rows = list(corrections.select_related("evaluation", "notice", "earlier", "later"))
    for row in rows:
        row.evaluation = lock_evaluation(row.evaluation, None, after_archive=True)
    under = require_withdrawer(correction, by, at)
    papers = {document.pk: document} | {row.notice.pk: row.notice for row in rows if row.notice}
    _cancel(papers.values(), reason=reason, by=by, at=at)
    for row in rows:
        row.evaluation.version += 1
        row.evaluation.save(update_fields=["version"])
        journal(
            event="evaluation.correction_withdrawn",
            subject=row.evaluation,
            at=at,
            by=by,
            under=under,
            unit=row.evaluation.unit,
            changed_from=row.later.class_code,
            changed_to=row.earlier.class_code,
            practice=row.evaluation.practice,
            document=document.code,
        )
    period.version += 1
    period.save(update_fields=["version"])
    journal(
        event="period.correction_withdrawn",
        subject=period,
        at=at,
        by=by,
        under=under,
        unit=period.agency,
        practice=period.practice,
        document=document.code,
    )


def _withdraw_ruling(
    ruling: OrganisationRuling, document: Document, *, reason: str, by: Person, at: datetime
) -> None:
    """A later decision on one organisation with its notice, before it takes effect."""
    listed = lock_list(OrganisationList.objects.select_related("agency").get(pk=ruling.rating.listed_id), None)
    lock_ratings([ruling.rating])
    under = require_withdrawer(ruling, by, at)
    _cancel([document, ruling.notice], reason=reason, by=by, at=at)
    rating = OrganisationRating.objects.select_related("unit").get(pk=ruling.rating_id)
    for subject in (rating, listed):
        subject.version += 1
        subject.save(update_fields=["version"])
        journal(
            event="organisation.replacement_withdrawn",
            subject=subject,
            at=at,
            by=by,
            under=under,
            unit=rating.unit,
            practice=listed.practice,
            document=document.code,
        )
