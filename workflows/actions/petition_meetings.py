"""The meeting with a petitioner, where one is held: minutes signed by secretary, petitioner and chair (Art 22)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from approvals.models import Petition
from documents.actions import SlotSpec, request_document
from documents.models import Document, State
from organization.actions import journal
from organization.models import Person
from workflows import facts, notices
from workflows.actions.locks import lock_evaluation
from workflows.errors import NotReady, Refused
from workflows.facts.petition_minutes import Meeting
from workflows.models import PeriodDocument, PetitionCase, Stage
from workflows.policy import petitioning

RULE = gettext_noop("Decree 335/2025, Art 22")


@transaction.atomic
def record_meeting(*, petition: Petition, meeting: Meeting, by: Person, at: datetime) -> Document:
    """Owe the minutes of the meeting that `by`, who answers the petition, has chaired.

    Raises NotAllowed for anybody else, NotReady once the petition is answered or its minutes are made.
    """
    case = petition.case
    evaluation = lock_evaluation(case.evaluation, None, after_archive=True)
    under = petitioning.require_answerer(petition, by, timezone.localdate(at))
    petition = Petition.objects.select_for_update(of=("self",)).select_related("person").get(pk=petition.pk)
    case = PetitionCase.objects.select_related("minutes").get(petition=petition)
    if not petition.is_open:
        raise NotReady(_("The petition is closed: a meeting comes before the answer."), rule=_("Order of steps"))
    if case.minutes is not None and case.minutes.state != State.CANCELLED:
        raise NotReady(_("The minutes of the meeting are made already."), rule=_("Order of steps"))
    if not meeting.started_at < meeting.finished_at <= at:
        raise Refused(_("The meeting ends after it begins, and not in the future."), rule=_(RULE))
    if meeting.secretary.pk in (by.pk, petition.person_id):
        raise Refused(_("The secretary is neither the chair nor the petitioner."), rule=_(RULE))
    signers = [SlotSpec(role="secretary", person=meeting.secretary)]
    if meeting.petitioner_signs:
        signers.append(SlotSpec(role="petitioner", person=petition.person))
    signers.append(SlotSpec(role="chair", person=by, authority=under))
    document = request_document(
        kind="petition_minutes",
        unit=evaluation.period.agency,
        facts=facts.petition_minutes(petition, evaluation, meeting=meeting, under=under, at=at),
        signers=signers,
        subject=evaluation.person,
        practice=evaluation.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=evaluation.period, stage=Stage.PUBLISHED, document=document, at=at)
    case.minutes = document
    case.save(update_fields=["minutes"])
    journal(
        event="petition.met",
        subject=petition,
        at=at,
        by=by,
        under=under,
        unit=evaluation.unit,
        practice=petition.practice,
        document=document.code,
    )
    people = [slot.person for slot in signers if slot.person is not None]
    notices.tell(event="document.to_sign", people=people, at=at, evaluation=evaluation)
    return document
