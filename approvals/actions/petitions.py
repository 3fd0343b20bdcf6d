"""Petitions against a score or a class: taken in, prepared by somebody not involved, answered by the competent."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from approvals.errors import ApprovalRefused, Stale
from approvals.models import Decision, Outcome, Petition
from organization.actions import journal
from organization.models import JournalEntry, Person, Unit


@transaction.atomic
def receive_petition(
    *,
    decision: Decision,
    target: str,
    request: str,
    way: str,
    received_at: datetime,
    due_on: date,
    term: str,
    unit: Unit,
    by: Person,
    at: datetime,
) -> Petition:
    """Take a petition in; the term runs from `received_at`. The same one twice is one row while it is open."""
    Decision.objects.select_for_update().get(pk=decision.pk)
    standing = Petition.objects.filter(decision=decision, target=target, state__in=("received", "prepared")).first()
    if standing is not None:
        if standing.request == request.strip():
            return standing
        raise ApprovalRefused(_("A petition on this result is already being answered."), rule="petition")
    if not request.strip():
        raise ApprovalRefused(_("Say what you ask for, and why."), rule="reason")
    petition = Petition.objects.create(
        decision=decision,
        person=decision.person,
        target=target,
        request=request.strip(),
        way=way,
        received_at=received_at,
        received_by=None if by.pk == decision.person_id else by,
        due_on=due_on,
        term=term,
        practice=decision.practice,
    )
    _record("petition.received", petition, unit=unit, by=by, at=at, target=target, due_on=due_on.isoformat())
    return petition


@transaction.atomic
def name_preparer(
    *,
    petition: Petition,
    preparer: Person,
    involved: Collection[int],
    unit: Unit,
    by: Person,
    at: datetime,
    expected_version: int,
) -> Petition:
    """Give the petition to somebody who had no part in the result; `involved` are the keys of those who had."""
    petition = _lock(petition, expected_version)
    _require(petition, "prepare")
    if preparer.pk == petition.person_id or preparer.pk in involved:
        raise ApprovalRefused(
            _("%(name)s had a part in this result: somebody else prepares the answer.")
            % {"name": preparer.full_name},
            rule="petition_preparer",
        )
    petition.preparer = preparer
    _store(petition)
    _record("petition.given", petition, unit=unit, by=by, at=at, preparer=str(preparer.uuid))
    return petition


@transaction.atomic
def prepare_answer(
    *,
    petition: Petition,
    findings: str,
    advice: str,
    unit: Unit,
    by: Person,
    at: datetime,
    expected_version: int,
) -> Petition:
    """The preparer writes what he examined and found, and the outcome he proposes; changed until it is answered."""
    petition = _lock(petition, expected_version)
    _require(petition, "prepare")
    if petition.preparer_id != by.pk:
        raise ApprovalRefused(_("Only who was named prepares the answer."), rule="petition_preparer")
    if advice not in Outcome.values or not findings.strip():
        raise ApprovalRefused(_("Write what was found, and propose an outcome."), rule="reason")
    petition.prepare()
    petition.findings, petition.advice = findings.strip(), advice
    _store(petition)
    _record("petition.prepared", petition, unit=unit, by=by, at=at, advice=advice)
    return petition


@transaction.atomic
def answer_petition(
    *,
    petition: Petition,
    outcome: str,
    answer: str,
    unit: Unit,
    by: Person,
    at: datetime,
    expected_version: int,
) -> Petition:
    """The competent person's written answer, with its reasons; he is neither the petitioner nor the preparer."""
    petition = _lock(petition, expected_version)
    _require(petition, "conclude")
    if by.pk in (petition.person_id, petition.preparer_id):
        raise ApprovalRefused(_("Whoever prepared the answer does not give it."), rule="petition_preparer")
    if outcome not in Outcome.values or not answer.strip():
        raise ApprovalRefused(_("An answer names its outcome and its reasons."), rule="reason")
    petition.conclude()
    petition.outcome, petition.answer = outcome, answer.strip()
    petition.answered_by, petition.answered_at = by, at
    _store(petition)
    _record("petition.answered", petition, unit=unit, by=by, at=at, outcome=outcome)
    return petition


@transaction.atomic
def withdraw_petition(*, petition: Petition, unit: Unit, by: Person, at: datetime, expected_version: int) -> Petition:
    """The person takes it back; the result stands."""
    petition = _lock(petition, expected_version)
    if by.pk != petition.person_id:
        raise ApprovalRefused(_("Only the person himself may do this."), rule="member")
    _require(petition, "withdraw")
    petition.withdraw()
    _store(petition)
    _record("petition.withdrawn", petition, unit=unit, by=by, at=at)
    return petition


def _lock(petition: Petition, expected_version: int) -> Petition:
    row = Petition.objects.select_for_update(of=("self",)).select_related("person", "decision").get(pk=petition.pk)
    if row.version != expected_version:
        entries = JournalEntry.objects.filter(subject_type=row._meta.label, subject_uuid=row.uuid)
        last = entries.select_related("by").last()
        raise Stale(by=last.by if last else None, at=last.at if last else None)
    return row


def _require(petition: Petition, transition: str) -> None:
    if not can_proceed(getattr(petition, transition)):
        raise ApprovalRefused(
            _("The petition is “%(state)s”: this cannot be done now.") % {"state": petition.get_state_display()},
            rule="petition",
        )


def _store(petition: Petition) -> None:
    petition.version += 1
    petition.save()


def _record(event: str, petition: Petition, *, unit: Unit, by: Person, at: datetime, **details: Any) -> None:
    journal(event=event, subject=petition, at=at, by=by, unit=unit, practice=petition.practice, **details)
