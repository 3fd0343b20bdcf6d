"""Ending a document that can never be sealed, because a signer's certificate had been revoked when he signed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import cancel_document
from documents.models import Document, State, Trouble
from organization.authority import has_role
from organization.models import Person, Role
from workflows.errors import NotAllowed, NotReady
from workflows.policy import rules


def is_spoiled(document: Document) -> bool:
    """Everybody has signed, and one of the signatures counts for nothing."""
    return document.state in (State.SIGNED, State.NUMBERED) and document.last_error == Trouble.SIGNER_REVOKED


def may_end(document: Document, by: Person, on: date) -> bool:
    """The clerk of the issuing agency, or its head."""
    head = rules.head_of(document.unit, on)
    return (head is not None and head.person_id == by.pk) or has_role(
        person=by, role=Role.CLERK, unit=document.unit, on=on
    )


@transaction.atomic
def end(*, document: Document, reason: str, by: Person, at: datetime) -> Document:
    """Cancel it with a reason; a number stays used. NotAllowed, NotReady, DocumentRefused without a reason."""
    if not may_end(document, by, timezone.localdate(at)):
        raise NotAllowed(
            _("Only the clerk or the head of the issuing agency cancels this document."), rule=_("Role: clerk")
        )
    row = Document.objects.lock(document)
    if row.state != State.CANCELLED and not is_spoiled(row):
        raise NotReady(_("Nothing is wrong with the signatures of this document; it is not cancelled here."))
    return cancel_document(document=row, reason=reason, by=by, at=at)
