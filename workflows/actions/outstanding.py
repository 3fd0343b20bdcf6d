"""The numbered decision on outstanding achievements, by which a list may have a quarter at the top (Art 20.5.b)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.models import SessionState
from organization.actions import journal
from organization.models import Person
from workflows.actions.locks import lock_period
from workflows.actions.rosters import require_founder
from workflows.ceilings import outstanding_achievement, scheme_with_ceilings
from workflows.errors import NotReady
from workflows.models import Evaluation, EvaluationPeriod, OutstandingAchievement, Standing

#: From here on the minutes have named the share: nothing beneath them moves.
NAMED = (SessionState.ADOPTED, SessionState.SIGNED, SessionState.CLOSED)


def obstacle(period: EvaluationPeriod) -> str:
    """Why the share of the list cannot change now; "" when it can."""
    if scheme_with_ceilings(period) is None:
        return _("No ceiling applies to this period.")
    people = Evaluation.objects.filter(period=period)
    if people.filter(standing__in=[Standing.DECIDED, Standing.PUBLISHED]).exists():
        return _("The list is decided: its share does not change any more.")
    if period.sessions.filter(session__state__in=NAMED).exists():
        return _("Adopted minutes name the share already: it does not change any more.")
    return ""


@transaction.atomic
def record_outstanding(
    *,
    period: EvaluationPeriod,
    number: str,
    decided_on: date,
    authority: str,
    text: str,
    by: Person,
    at: datetime,
    expected_version: int | None,
) -> OutstandingAchievement:
    """Name the decision that lifts the ceiling of the whole list. Raises NotAllowed, NotReady, AlreadyHandled."""
    period = _locked(period, by, at, expected_version)
    if outstanding_achievement(period) is not None:
        raise NotReady(
            _("A decision is recorded already: withdraw it first."), rule=_("Decree 335/2025, Art 20.5 (b)")
        )
    if not (number.strip() and authority.strip() and text.strip()):
        raise NotReady(
            _("Number, issuing authority and what the decision recognises are needed."),
            rule=_("Decree 335/2025, Art 20.5 (b)"),
        )
    if decided_on > timezone.localdate(at):
        raise NotReady(
            _("The decision cannot be of a day that is still to come."), rule=_("Decree 335/2025, Art 20.5 (b)")
        )
    row = OutstandingAchievement.objects.create(
        period=period,
        number=number.strip(),
        decided_on=decided_on,
        authority=authority.strip(),
        text=text.strip(),
        recorded_by=by,
        recorded_at=at,
    )
    _finish(period, "period.outstanding_recorded", by=by, at=at, number=row.number)
    return row


@transaction.atomic
def withdraw_outstanding(
    *, period: EvaluationPeriod, reason: str, by: Person, at: datetime, expected_version: int | None
) -> OutstandingAchievement:
    """Take the decision back: the ordinary share applies again. Raises NotAllowed, NotReady, AlreadyHandled."""
    period = _locked(period, by, at, expected_version)
    row = outstanding_achievement(period)
    if row is None:
        raise NotReady(_("No decision is recorded for this period."), rule=_("Decree 335/2025, Art 20.5 (b)"))
    if not reason.strip():
        raise NotReady(_("A withdrawal needs a reason."), rule=_("Decree 335/2025, Art 20.5 (b)"))
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, at, reason.strip()
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    _finish(period, "period.outstanding_withdrawn", by=by, at=at, number=row.number, reason=reason.strip())
    return row


def _locked(period: EvaluationPeriod, by: Person, at: datetime, expected_version: int | None) -> EvaluationPeriod:
    """The period under lock, its share still open and `by` entitled to enter the agency's decisions."""
    period = lock_period(period, expected_version)
    require_founder(period.agency, by, timezone.localdate(at))
    if why := obstacle(period):
        raise NotReady(why, rule=_("Decree 335/2025, Art 20.5 (b)"))
    return period


def _finish(period: EvaluationPeriod, event: str, *, by: Person, at: datetime, number: str, reason: str = "") -> None:
    period.version += 1
    period.save(update_fields=["version"])
    journal(
        event=event,
        subject=period,
        at=at,
        by=by,
        unit=period.agency,
        practice=period.practice,
        decision_number=number,
        reason=reason,
    )
