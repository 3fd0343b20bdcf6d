"""Kinship and other interests, declared by the person himself or by the personnel officer of his agency."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from approvals import actions as approvals
from approvals.models import DeclaredInterest
from organization.models import Person
from workflows.policy.relations import require_relation_writer


@transaction.atomic
def declare_relation(*, person: Person, about: Person, relation: str, by: Person, at: datetime) -> DeclaredInterest:
    """Note the relation; sessions called already regard it at once. Raises NotAllowed, ApprovalRefused."""
    agency = require_relation_writer(person, by, timezone.localdate(at))
    return approvals.declare_interest(person=person, about=about, relation=relation, unit=agency, by=by, at=at)


@transaction.atomic
def end_relation(*, interest: DeclaredInterest, by: Person, at: datetime) -> DeclaredInterest:
    """The relation is over; recusals that it made stay as they were. Raises NotAllowed."""
    agency = require_relation_writer(interest.person, by, timezone.localdate(at))
    return approvals.end_interest(interest=interest, unit=agency, by=by, at=at)
