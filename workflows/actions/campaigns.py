"""The same period in many agencies: put it up once, plan the agencies together, launch what is ready."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.models import ScoringScheme
from organization.actions import journal
from organization.models import Person, Unit
from workflows.actions.locks import lock_period
from workflows.actions.periods import launch_period, plan_period
from workflows.errors import REFUSALS, NotReady, Refused, as_refused
from workflows.models import Campaign, EvaluationPeriod, PeriodKind, Procedure, Stage
from workflows.policy.rules import require_period_manager
from workflows.policy.setup import require_personnel_officer

_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True)
class LaunchResult:
    """What became of one agency; `refusal` is empty when its period is launched."""

    name: str
    refusal: str = ""


def span(kind: str, year: int, number: int) -> tuple[date, date]:
    """First day and the day after the last of a month (1–12), quarter (1–4) or year (1). ValueError beyond."""
    months = _MONTHS[PeriodKind(kind)]
    if not 1 <= number <= 12 // months:
        raise ValueError(f"no {kind} {number}")
    first = (number - 1) * months
    after = first + months
    return date(year, first + 1, 1), date(year + after // 12, after % 12 + 1, 1)


@transaction.atomic
def create_campaign(*, name: str, kind: str, starts_on: date, ends_on: date, by: Person, at: datetime) -> Campaign:
    """Put up a period for agencies to join. Refused when the same time already has one."""
    require_personnel_officer(by, timezone.localdate(at))
    same = Campaign.objects.filter(kind=kind, starts_on=starts_on, practice=by.practice).first()
    if same is not None:
        raise Refused(
            _("This period already exists: %(name)s. Go on with it.") % {"name": same.name},
            rule=_("One campaign for each period of time"),
        )
    campaign = Campaign.objects.create(
        name=name.strip(), kind=kind, starts_on=starts_on, ends_on=ends_on, practice=by.practice
    )
    journal(event="campaign.created", subject=campaign, at=at, by=by, practice=campaign.practice)
    return campaign


@transaction.atomic
def plan_agencies(
    *,
    campaign: Campaign,
    agencies: Iterable[Unit],
    procedure: Procedure,
    schemes: Mapping[str, ScoringScheme],
    by: Person,
    at: datetime,
) -> list[EvaluationPeriod]:
    """Plan these agencies by the same procedure and rules, all or none. A plan not launched yet is made anew."""
    planned = []
    for agency in agencies:
        for period in EvaluationPeriod.objects.filter(campaign=campaign, agency=agency, people_expected__isnull=True):
            take_off_plan(period=period, by=by, expected_version=None, at=at)
        planned.append(
            plan_period(campaign=campaign, agency=agency, procedure=procedure, schemes=schemes, by=by, at=at)
        )
    return planned


@transaction.atomic
def take_off_plan(*, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime) -> None:
    """Withdraw a plan that was never launched: nobody's evaluation hangs on it. The journal keeps that it was."""
    period = lock_period(period, expected_version)
    under = require_period_manager(period.agency, by, timezone.localdate(at))
    if period.stage != Stage.PLANNED or period.people_expected is not None:
        raise NotReady(_("The period has already been launched."), rule=_("Stage of the period"))
    journal(event="period.unplanned", subject=period, at=at, by=by, under=under, unit=period.agency)
    period.delete()


def launch_all(*, periods: Iterable[tuple[EvaluationPeriod, int]], by: Person, at: datetime) -> list[LaunchResult]:
    """Launch each period (with the version its page showed) on its own; those that are not ready say why and stay."""
    results = []
    for period, version in periods:
        try:
            launch_period(period=period, by=by, expected_version=version, at=at)
        except REFUSALS as error:
            results.append(LaunchResult(period.agency.name, as_refused(error).text))
        else:
            results.append(LaunchResult(period.agency.name))
    return results


def procedures_for(campaign: Campaign) -> list[Procedure]:
    """What is offered for this kind of period; for a year the decree's own yearly procedure comes first."""
    found = list(Procedure.objects.filter(is_active=True).order_by("name", "-version"))
    annual = [procedure for procedure in found if procedure.parsed().is_annual]
    others = [procedure for procedure in found if procedure not in annual]
    return annual + others if campaign.kind == PeriodKind.YEAR else others
