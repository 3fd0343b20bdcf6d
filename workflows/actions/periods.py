"""The clock of one agency's period: plan, launch, open people, advance, and the exceptions people need."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kpi.actions import take_up_scorecard
from kpi.models import ScoringScheme
from organization.actions import journal, working_calendar
from organization.authority import subtree_ids
from organization.models import AgencyRole, Appointment, Duty, Person, Unit
from organization.working_days import due_on
from workflows import flows, notices
from workflows.actions.locks import lock_period
from workflows.errors import NotReady, Refused
from workflows.models import (
    Campaign,
    Evaluation,
    EvaluationPeriod,
    PeriodKind,
    PeriodScheme,
    Procedure,
    Stage,
    Standing,
)
from workflows.policy import rules
from workflows.readiness import missing_for_advance, readiness
from workflows.stages import stage_after


@transaction.atomic
def plan_period(
    *,
    campaign: Campaign,
    agency: Unit,
    procedure: Procedure,
    schemes: Mapping[str, ScoringScheme],
    by: Person,
    at: datetime,
) -> EvaluationPeriod:
    """Put an agency's period on the plan with the procedure and the scheme version of each subject group."""
    under = rules.require_period_manager(agency, by, timezone.localdate(at))
    if agency.agency_role == AgencyRole.DIRECTLY_USING:
        raise Refused(_("A period belongs to an agency, not to a part of it."), rule=_("Decree 335/2025, Art 10"))
    _require_lawful_classes(campaign, procedure, schemes)
    Campaign.objects.select_for_update().get(pk=campaign.pk)  # two officers may plan the same agency
    if EvaluationPeriod.objects.filter(campaign=campaign, agency=agency).exists():
        raise Refused(_("This agency already has this period."), rule=_("One period per agency and campaign"))
    period = EvaluationPeriod.objects.create(
        campaign=campaign, agency=agency, procedure=procedure, practice=campaign.practice
    )
    PeriodScheme.objects.bulk_create(
        PeriodScheme(period=period, subject_group=group, scheme=scheme) for group, scheme in schemes.items()
    )
    journal(event="period.planned", subject=period, at=at, by=by, under=under, unit=agency, practice=period.practice)
    return period


def _require_lawful_classes(campaign: Campaign, procedure: Procedure, schemes: Mapping[str, ScoringScheme]) -> None:
    """A procedure that ranks needs schemes that allow a class for this kind of period."""
    if not procedure.parsed().ranks:
        return
    if procedure.parsed().is_annual and campaign.kind != PeriodKind.YEAR:
        raise Refused(_("The annual rating is for a period of one year."), rule=_("Decree 335/2025, Art 19.1"))
    silent = [scheme.name for scheme in schemes.values() if not scheme.scheme.ranks_kind(campaign.kind)]
    if silent:
        raise Refused(
            _("These rule sets give no class on a %(kind)s: choose a local rule set or the tracking procedure.")
            % {"kind": campaign.get_kind_display()},
            rule=_("Decree 335/2025, Art 3.5, 19.1, 20"),
            missing=silent,
        )


@transaction.atomic
def launch_period(
    *, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime
) -> EvaluationPeriod:
    """Order the opening; a worker opens the people, with progress. Refuses with the list of what is not ready."""
    from workflows.tasks import wake_opening

    period = lock_period(period, expected_version)
    under = rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if period.stage != Stage.PLANNED or period.people_expected is not None:
        raise NotReady(_("The period has already been launched."), rule=_("Stage of the period"))
    problems = readiness(period, timezone.localdate(at))
    if problems:
        raise NotReady(_("The period is not ready."), rule=_("Readiness"), missing=problems)
    today = timezone.localdate(at)
    calendar = working_calendar()
    period.deadlines = {
        stage: due_on(today, days, calendar).isoformat()
        for stage, days in period.procedure.parsed().deadlines.items()
    }
    period.opened_on = today
    period.people_expected = people_of(period).count()
    period.launched_by = by
    period.version += 1
    period.save(update_fields=["deadlines", "opened_on", "people_expected", "launched_by", "version"])
    journal(event="period.launched", subject=period, at=at, by=by, under=under, unit=period.agency)
    transaction.on_commit(lambda: wake_opening(period.pk))
    return period


def people_of(period: EvaluationPeriod):
    """Posts evaluated in this period: the agency's own people without its head, and the heads of agencies below.

    The head of an agency is evaluated in the managing agency's period, never in his own list (Art 10.2).
    """
    agency = period.agency
    units = own_unit_ids(agency)
    wanted = Q(unit_id__in=units) & ~Q(unit=agency, duty=Duty.HEAD)
    if agency.agency_role == AgencyRole.MANAGING:
        below = Unit.objects.filter(parent_id__in=units, agency_role=AgencyRole.USING)
        wanted |= Q(unit__in=below, duty=Duty.HEAD)
    posts = Appointment.objects.filter(
        wanted, starts_on__lt=period.campaign.ends_on, practice=period.practice, person__is_active=True
    ).exclude(ends_on__lte=period.campaign.starts_on)
    if period.campaign.kind == PeriodKind.YEAR:
        posts = posts.exclude(
            ends_on__lt=period.campaign.ends_on
        )  # who has moved is ranked where he serves (Art 19.1)
    return posts.select_related("person", "unit", "reviewer")


def own_unit_ids(agency: Unit) -> list[int]:
    """The agency and the parts of it, without the agencies below."""
    foreign = Unit.objects.filter(
        pk__in=subtree_ids([agency.pk]), agency_role__in=[AgencyRole.USING, AgencyRole.MANAGING]
    ).exclude(pk=agency.pk)
    return list(subtree_ids([agency.pk]) - subtree_ids(list(foreign.values_list("pk", flat=True))))


@transaction.atomic
def open_person(*, period: EvaluationPeriod, appointment: Appointment, at: datetime) -> Evaluation:
    """Open one person's evaluation with his scorecard and his task; doing it again finds the first."""
    Appointment.objects.select_for_update().get(pk=appointment.pk)  # two workers may open the same period
    existing = Evaluation.objects.filter(period=period, person=appointment.person, appointment=appointment).exclude(
        standing__in=[Standing.REPLACED, Standing.VOID]
    )
    found = existing.first()
    if found is not None:
        return found
    chosen = PeriodScheme.objects.filter(period=period, subject_group=appointment.subject_group).first()
    if chosen is None:
        raise NotReady(
            _("No rule set for %(group)s.") % {"group": appointment.get_subject_group_display()},
            rule=_("Rules by subject group"),
        )
    if appointment.reviewer is None:
        raise NotReady(_("%(name)s has no direct reviewer.") % {"name": appointment.person.full_name})
    scorecard = take_up_scorecard(
        person=appointment.person,
        appointment=appointment,
        scheme=chosen.scheme,
        is_leader=appointment.is_leader,
        kind=period.campaign.kind,
        starts_on=period.campaign.starts_on,
        ends_on=period.campaign.ends_on,
        practice=period.practice,
    )
    evaluation = Evaluation.objects.create(
        period=period,
        person=appointment.person,
        appointment=appointment,
        unit=appointment.unit,
        reviewer=appointment.reviewer,
        scorecard=scorecard,
        title=appointment.title,
        duty_group=appointment.duty_group or str(appointment.get_duty_display()),
        is_leader=appointment.is_leader,
        practice=period.practice,
    )
    flows.start(evaluation)
    journal(event="evaluation.opened", subject=evaluation, at=at, by=period.launched_by, unit=appointment.unit)
    notices.tell(event="evaluation.opened", people=[appointment.person], at=at, evaluation=evaluation)
    return evaluation


@transaction.atomic
def advance_period(
    *, period: EvaluationPeriod, by: Person, expected_version: int | None, at: datetime
) -> EvaluationPeriod:
    """Close the stage for all. Refuses with the list of who or what is missing; people decide, the clock reminds."""
    period = lock_period(period, expected_version)
    under = rules.require_period_manager(period.agency, by, timezone.localdate(at))
    if period.stage == Stage.PLANNED:
        raise NotReady(_("Launch the period first."), rule=_("Order of stages"))
    missing = missing_for_advance(period)
    if missing:
        raise NotReady(_("The stage cannot be closed yet."), rule=_("Nobody is left behind"), missing=missing)
    before = period.stage
    following = stage_after(period.stage, period.procedure.parsed().stages)
    if following is None:
        raise NotReady(_("There is no further stage."), rule=_("Order of stages"))
    {
        Stage.SUPERVISOR_REVIEW: period.close_self_assessment,
        Stage.COUNCIL: period.close_review_to_council,
        Stage.PUBLISHED: period.publish,
        Stage.ARCHIVED: period.archive,
    }[Stage(following)]()
    period.version += 1
    period.save(update_fields=["stage", "version"])
    journal(
        event="period.advanced",
        subject=period,
        at=at,
        by=by,
        under=under,
        unit=period.agency,
        changed_from=before,
        changed_to=period.stage,
    )
    return period


@transaction.atomic
def mark_opened(*, period: EvaluationPeriod, problems: list[str], at: datetime) -> EvaluationPeriod:
    """The worker's last step of an opening: the clock starts when everybody has his task."""
    period = lock_period(period, None)
    period.opening_problems = problems
    if not problems and period.stage == Stage.PLANNED:
        period.open()
        journal(event="period.opened", subject=period, at=at, by=period.launched_by, unit=period.agency)
    period.version += 1
    period.save(update_fields=["stage", "opening_problems", "version"])
    return period
