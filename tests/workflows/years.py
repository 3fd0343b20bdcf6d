"""The department at the end of its year: four tracked quarters behind it, the yearly period open."""

from datetime import date
from decimal import Decimal

from approvals.models import Decision
from kpi.models import Scorecard, ScoringScheme
from organization.models import SubjectGroup, Unit
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_signed
from workflows.actions.periods import launch_period, plan_period
from workflows.actions.year_forms import approve_year, save_year_draft, submit_year_form
from workflows.models import Campaign, Evaluation, EvaluationPeriod, PeriodKind, Procedure, Stage, Standing
from workflows.tasks import open_people

YEAR = 2026
#: Scores of the four quarters by short name; An alone reaches the top class.
SCORES = {
    "deputy": (85, 86, 87, 88),
    "office_head": (80, 80, 80, 80),
    "hr": (75, 76, 77, 78),
    "clerk": (72, 72, 72, 72),
    "archivist": (71, 71, 71, 71),
    "an": (92, 93, 91, 94),
}


def tracked(agency: Agency, name: str, number: int, score: Decimal, *, unit: Unit | None = None) -> Evaluation:
    """A published quarter as its rows would stand, without the road to them."""
    scheme = ScoringScheme.objects.get(code="decree-335", version=1)
    campaign, _new = Campaign.objects.get_or_create(
        name=f"Quý {number} năm {YEAR}",
        kind=PeriodKind.QUARTER,
        starts_on=date(YEAR, 3 * number - 2, 1),
        defaults={"ends_on": date(YEAR + number // 4, 3 * number % 12 + 1, 1)},
    )
    period, _new = EvaluationPeriod.objects.get_or_create(
        campaign=campaign,
        agency=unit or agency.units["SNV"],
        defaults={"procedure": Procedure.objects.get(code="tracking", version=1), "stage": Stage.ARCHIVED},
    )
    person, post = agency.people[name], agency.posts[name]
    card = Scorecard.objects.create(
        person=person,
        appointment=post,
        scheme=scheme,
        is_leader=post.is_leader,
        kind="quarter",
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )
    decision = Decision.objects.create(
        kind=Decision.Kind.HEAD_DECIDED,
        person=person,
        by=agency.people["director"],
        at=agency.at(),
        score_total=str(score),
    )
    return Evaluation.objects.create(
        period=period,
        person=person,
        appointment=post,
        unit=post.unit,
        reviewer=post.reviewer,
        scorecard=card,
        title=post.title,
        duty_group=post.duty_group,
        is_leader=post.is_leader,
        standing=Standing.PUBLISHED,
        final_decision=decision,
    )


def tracked_year(agency: Agency, **scores: tuple) -> None:
    """Everybody's quarters; None leaves one out."""
    for name in IN_PERIOD:
        for number, score in enumerate(scores.get(name, SCORES[name]), start=1):
            if score is not None:
                tracked(agency, name, number, Decimal(score))


def open_year(agency: Agency) -> EvaluationPeriod:
    """The yearly period, launched and opened."""
    campaign = Campaign.objects.create(
        name=f"Năm {YEAR}", kind=PeriodKind.YEAR, starts_on=date(YEAR, 1, 1), ends_on=date(YEAR + 1, 1, 1)
    )
    period = plan_period(
        campaign=campaign,
        agency=agency.units["SNV"],
        procedure=Procedure.objects.get(code="annual_rating", version=1),
        schemes={SubjectGroup.CONG_CHUC: ScoringScheme.objects.get(code="decree-335", version=1)},
        by=agency.people["hr"],
        at=agency.at(),
    )
    launch_period(period=period, by=agency.people["hr"], expected_version=period.version, at=agency.at())
    open_people(period.pk)
    return EvaluationPeriod.objects.get(pk=period.pk)


def form(agency: Agency, name: str) -> Evaluation:
    """The person's form of the year."""
    return Evaluation.objects.get(person=agency.people[name], period__campaign__kind=PeriodKind.YEAR)


def hand_in(agency: Agency, name: str, own: str = "HTT") -> Evaluation:
    evaluation = form(agency, name)
    save_year_draft(
        evaluation=evaluation,
        by=evaluation.person,
        self_class=own,
        strengths="Chủ động, đúng hạn.",
        limitations="Cần học thêm ngoại ngữ.",
        expected_draft_version=evaluation.scorecard.draft_version,
        at=agency.at(),
    )
    return submit_year_form(evaluation=evaluation, by=evaluation.person, expected_version=None, at=agency.at())


def confirm(agency: Agency, name: str) -> Evaluation:
    evaluation = form(agency, name)
    return approve_year(
        evaluation=evaluation, by=evaluation.reviewer, comment="Đồng ý.", expected_version=None, at=agency.at()
    )


def confirmed_year(agency: Agency) -> EvaluationPeriod:
    """Everybody has handed in, signed as it were, and is confirmed."""
    period = open_year(agency)
    for name in IN_PERIOD:
        hand_in(agency, name)
    as_signed("form_02")
    for name in IN_PERIOD:
        confirm(agency, name)
    return EvaluationPeriod.objects.get(pk=period.pk)
