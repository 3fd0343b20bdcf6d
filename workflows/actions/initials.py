"""Initials of drafter and checker, where the procedure asks: who gives them, and their place before the signers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.actions import SlotSpec, name_signer
from documents.models import Document, SignatureSlot, State
from organization.actions import current_appointment, journal
from organization.models import Person
from workflows import notices
from workflows.actions.locks import lock_period
from workflows.errors import NotReady, Refused
from workflows.facts.wording import signer
from workflows.models import EvaluationPeriod, InitialRole, PeriodInitials
from workflows.policy import rules


def initiallers(period: EvaluationPeriod) -> dict[str, Person | None]:
    """Who initials in each role that the procedure asks for; nobody named: the drafter is who prepared the act.

    That is the secretary of the council's session, else the personnel officer who launched the period.
    """
    asked = period.procedure.parsed().asks_for_initials
    named: dict[str, Person | None] = dict.fromkeys(asked)
    if InitialRole.DRAFTER in named:
        held = period.sessions.select_related("session__secretary").last()
        named[InitialRole.DRAFTER] = held.session.secretary if held else period.launched_by
    for row in period.initials.select_related("person"):
        if row.role in named:
            named[row.role] = row.person
    return named


def with_initials(
    period: EvaluationPeriod,
    kind: str,
    *,
    facts: Mapping[str, Any],
    signers: Sequence[SlotSpec],
    subject: Person | None = None,
    on: date,
) -> dict[str, Any]:
    """`facts`, `signers` and `subject` of `request_document`, the procedure's initials put before the signers.

    Nobody initials what he signs himself, what another initial of his stands on, or a paper about himself. Raises
    NotReady while somebody has yet to be named.
    """
    asked = period.procedure.parsed().initials(kind)
    before: list[SlotSpec] = []
    if asked:
        named = initiallers(period)
        missing = [str(InitialRole(role).label) for role in asked if named[role] is None]
        if missing:
            raise NotReady(
                _("Name on the period's page who initials its documents."),
                rule=_("The procedure asks for initials"),
                missing=missing,
            )
        elsewhere = {spec.person for spec in signers} | {subject}
        for role in asked:
            if named[role] not in elsewhere:
                before.append(SlotSpec(role=role, person=named[role]))
                elsewhere.add(named[role])
    words = {spec.role: signer(spec.person, on) for spec in before if spec.person}
    return {
        "facts": {**facts, "signers": {**words, **facts["signers"]}},
        "signers": [*before, *signers],
        "subject": subject,
    }


@transaction.atomic
def name_initialler(
    *,
    period: EvaluationPeriod,
    role: str,
    person: Person,
    by: Person,
    expected_version: int | None,
    at: datetime,
) -> EvaluationPeriod:
    """Name who initials the period's documents from now on; initials still open go to this person as well.

    Open initials on a paper about the new person, or that he signs or initials himself, stay where they are.
    """
    period = lock_period(period, expected_version)
    under = rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if role not in period.procedure.parsed().asks_for_initials:
        raise Refused(_("This procedure does not ask for these initials."), rule=_("The procedure asks for initials"))
    if current_appointment(person, timezone.localdate(at)) is None or not person.is_active:
        raise Refused(
            _("%(name)s holds no post today.") % {"name": person.full_name}, rule=_("Initials of an officer")
        )
    before = initiallers(period)[role]
    PeriodInitials.objects.update_or_create(period=period, role=role, defaults={"person": person})
    for slot in _open_initials(period, role):
        others = slot.document.slots.exclude(pk=slot.pk).filter(expected_signer=person)
        if slot.expected_signer_id != person.pk and slot.document.subject_id != person.pk and not others.exists():
            name_signer(document=slot.document, role=role, person=person, authority=None, by=by, at=at)
    journal(
        event="period.initialler_named",
        subject=period,
        at=at,
        by=by,
        under=under,
        unit=period.agency,
        changed_from=str(before.uuid) if before else "",
        changed_to=str(person.uuid),
        practice=period.practice,
        role=role,
    )
    notices.tell(event="document.to_sign", people=[person] if _open_initials(period, role) else [], at=at)
    period.version += 1
    period.save(update_fields=["version"])
    return period


def _open_initials(period: EvaluationPeriod, role: str) -> list[SignatureSlot]:
    """Initials of the period's documents that are still to be given, in the order of the documents' keys."""
    documents = Document.objects.filter(
        Q(steps__evaluation__period=period) | Q(of_period__period=period),
        state__in=[State.REQUESTED, State.RENDERED, State.AWAITING_SIGNATURE],
    )
    slots = SignatureSlot.objects.filter(role=role, signed_at__isnull=True, document__in=documents.values("pk"))
    return list(slots.select_related("document").order_by("document_id"))
