"""Results that rest on a changed one: flagged, then reopened, decided anew or left by whoever is competent.

Nothing that is closed is ever computed anew by itself (Decree 335/2025, Art 21.3; decision 0018).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organization.actions import journal
from organization.authority import Authority
from organization.models import Person, Role, RoleGrant, Unit
from workflows import notices
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.organisations import lock_list
from workflows.actions.reviews import mark_stale, reopen
from workflows.actions.settlements import settle
from workflows.dependants import Found, dependants_of
from workflows.errors import NotReady, Refused, already_handled
from workflows.models import (
    Correction,
    Dependant,
    DependantSettlement,
    OrganisationRuling,
    Settled,
    Standing,
)
from workflows.organisation_dependants import dependants_of_ruling
from workflows.policy import dependants as policy
from workflows.policy import rules


def flag_dependants(corrections: Sequence[Correction], *, by: Person, at: datetime) -> list[Dependant]:
    """Flag all that rests on these results of one document, in the transaction in which they take effect.

    A leader whose evaluation is still open is marked to be scored again as well.
    """
    flags = _flag(dependants_of(corrections) if corrections else [], by=by, at=at)
    mark_stale(flag.evaluation for flag in flags if flag.evaluation and flag.evaluation.standing == Standing.OPEN)
    return flags


def flag_after_ruling(ruling: OrganisationRuling, *, by: Person, at: datetime) -> list[Dependant]:
    """Flag all that rests on an organisation's class, in the transaction in which the replacing ruling counts."""
    return _flag(dependants_of_ruling(ruling), by=by, at=at)


def _flag(all_found: Iterable[Found], *, by: Person, at: datetime) -> list[Dependant]:
    flags = []
    for found in all_found:
        flag, is_new = Dependant.objects.get_or_create(
            correction=found.source if isinstance(found.source, Correction) else None,
            ruling=found.source if isinstance(found.source, OrganisationRuling) else None,
            kind=found.kind,
            period=found.period,
            evaluation=found.evaluation,
            organisation=found.organisation,
            defaults={"at": at},
        )
        if is_new:
            flags.append(flag)
            _tell(flag, found, by=by, at=at)
    return flags


def _tell(flag: Dependant, found: Found, *, by: Person, at: datetime) -> None:
    journal(
        event="dependant.flagged",
        subject=found.evaluation or found.organisation or found.period,
        at=at,
        by=by,
        under=Authority.own(by),
        unit=flag.agency,
        practice=flag.practice,
        kind=found.kind,
        dependant=str(flag.uuid),
        document=found.source.document.code,
    )
    people = {person.pk: person for person in _competent(flag.agency, at)}
    if found.organisation is not None:
        recogniser = rules.head_of(found.organisation.listed.agency, timezone.localdate(at))
        people |= {recogniser.person_id: recogniser.person} if recogniser else {}
    if found.evaluation is not None:
        people.pop(found.evaluation.person_id, None)
        if found.evaluation.standing == Standing.OPEN:
            people[found.evaluation.reviewer_id] = found.evaluation.reviewer
    notices.tell(event="dependant.flagged", people=people.values(), at=at, evaluation=found.evaluation)


def _competent(agency: Unit, at: datetime) -> list[Person]:
    """The head who decides the list, and the agency's personnel officers."""
    on = timezone.localdate(at)
    head = rules.head_of(agency, on)
    grants = RoleGrant.objects.on(on).filter(role=Role.UNIT_HR, unit=agency).select_related("person")
    return [*([head.person] if head else []), *(grant.person for grant in grants)]


@transaction.atomic
def leave_dependant(*, dependant: Dependant, reason: str, by: Person, at: datetime) -> DependantSettlement:
    """Leave the result as it is, for a recorded reason. Raises AlreadyHandled when somebody has settled it."""
    dependant = _lock(dependant)
    under = policy.require_settler(dependant, by, timezone.localdate(at))
    if not reason.strip():
        raise Refused(_("Say why the result stays as it is."), rule=_("A reason is needed"))
    return settle(dependant, Settled.LEFT, by=by, under=under, at=at, reason=reason)


@transaction.atomic
def reopen_dependant(
    *, dependant: Dependant, reason: str, by: Person, expected_version: int | None, at: datetime
) -> DependantSettlement:
    """Take the approved review of an open evaluation back, as its reviewer; the flag is settled by that.

    A decided or published result is not reopened: it is decided anew on the page of corrections.
    """
    dependant = _lock(dependant)
    evaluation = dependant.evaluation
    if evaluation is None or evaluation.standing != Standing.OPEN:
        raise NotReady(
            _("Only an open evaluation is reopened; a published result is decided anew."),
            rule=_("Standing of the evaluation"),
        )
    under = rules.require_reviewer(evaluation, by, timezone.localdate(at))
    reopen(evaluation=evaluation, by=by, reason=reason, expected_version=expected_version, at=at)
    return settle(dependant, Settled.REOPENED, by=by, under=under, at=at, reason=reason)


def _lock(dependant: Dependant) -> Dependant:
    """The flag under the lock of whatever settles it otherwise: its evaluation, the recogniser's list of its
    organisation, or the period of its list. AlreadyHandled when it is settled."""
    rows = Dependant.objects.select_related("period__campaign", "evaluation", "organisation__listed__agency")
    row = rows.get(pk=dependant.pk)
    if row.evaluation is not None:
        row.evaluation = lock_evaluation(row.evaluation, None, after_archive=True)
        row.period = row.evaluation.period
    elif row.organisation is not None:
        row.organisation.listed = lock_list(row.organisation.listed, None)
    elif row.period is not None:
        row.period = lock_period(row.period, None)
    settled = DependantSettlement.objects.filter(dependant=row).select_related("by").first()
    if settled is not None:
        raise already_handled(settled.by, settled.at)
    return row
