"""The period opens for the department, and for a second one that waits at self-assessment."""

from datetime import date

from django.utils import timezone

from kpi.models import ScoringScheme
from organization.models import SubjectGroup, Unit
from workflows.actions.periods import launch_period, plan_period
from workflows.demo import waiting
from workflows.demo.province import import_sample
from workflows.demo.telling import Story
from workflows.models import Campaign, EvaluationPeriod, PeriodKind, Procedure, Stage


def tell(story: Story) -> None:
    """The period under the local rule set that allows a class on a quarter; the worker opens the people."""
    campaign = Campaign.objects.create(
        name="Quý III năm 2026", kind=PeriodKind.QUARTER, starts_on=date(2026, 7, 1), ends_on=date(2026, 10, 1)
    )
    with story.chapter("Opening"):
        story.period = _plan(story, campaign, story.agency, "full_cycle")
        _launch(story, story.period)
    other = _plan(story, campaign, Unit.objects.get(code="STC"), "full_cycle")
    _launch(story, other)
    import_sample("assignments", by=story.officer, at=timezone.now())


def _plan(story: Story, campaign: Campaign, agency: Unit, procedure: str) -> EvaluationPeriod:
    local = ScoringScheme.objects.get(code="decree-335-local-quarter", state=ScoringScheme.State.ACTIVE)
    return plan_period(
        campaign=campaign,
        agency=agency,
        procedure=Procedure.objects.get(code=procedure, is_active=True),
        schemes=dict.fromkeys((SubjectGroup.CONG_CHUC, SubjectGroup.CONTRACT), local),
        by=story.officer,
        at=timezone.now(),
    )


def _launch(story: Story, period: EvaluationPeriod) -> None:
    launch_period(period=period, by=story.officer, expected_version=period.version, at=timezone.now())
    waiting.until(
        EvaluationPeriod.objects.filter(pk=period.pk).exclude(stage=Stage.PLANNED).count,
        1,
        f"opening {period.agency}",
        story.say,
    )
