"""The results before this period: the one that ended last comes first, and the last class is one that was given."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.models import Decision
from kpi.models import Scorecard
from tests.workflows.agency import Agency
from tests.workflows.years import open_year, tracked
from workflows.histories import last_classes, last_results
from workflows.models import Campaign, Evaluation, EvaluationPeriod, PeriodKind, Procedure, Stage, Standing

pytestmark = pytest.mark.django_db


def year_before(agency: Agency, name: str, class_code: str) -> Evaluation:
    """The published class of 2025."""
    campaign = Campaign.objects.create(
        name="Năm 2025", kind=PeriodKind.YEAR, starts_on=date(2025, 1, 1), ends_on=date(2026, 1, 1)
    )
    period = EvaluationPeriod.objects.create(
        campaign=campaign,
        agency=agency.units["SNV"],
        procedure=Procedure.objects.get(code="annual_rating", version=1),
        stage=Stage.ARCHIVED,
    )
    post = agency.posts[name]
    decision = Decision.objects.create(
        kind=Decision.Kind.HEAD_DECIDED,
        person=post.person,
        by=agency.people["director"],
        at=agency.at(),
        class_code=class_code,
        score_total="75",
    )
    card = Scorecard.objects.create(
        person=post.person,
        appointment=post,
        scheme=Scorecard.objects.filter(person=post.person).latest("pk").scheme,
        is_leader=post.is_leader,
        kind="year",
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )
    return Evaluation.objects.create(
        period=period,
        person=post.person,
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


def test_the_class_of_the_year_before_stands_before_its_last_months(agency: Agency) -> None:
    tracked(agency, "an", 1, Decimal(90))  # so that the year has a score to be made of
    period = open_year(agency)
    person = agency.people["an"].pk
    Campaign.objects.filter(name="Quý 1 năm 2026").update(
        name="Quý 4 năm 2025", starts_on=date(2025, 10, 1), ends_on=date(2026, 1, 1)
    )
    for number in (2, 3, 4):
        tracked(agency, "an", number, Decimal(80))
        Campaign.objects.filter(name=f"Quý {number} năm 2026").update(
            starts_on=date(2025, 3 * number - 5, 1), ends_on=date(2025, 3 * number - 2, 1)
        )
    year_before(agency, "an", "HTNV")
    found = last_results(period, [person])[person]
    assert [row.class_code for row in found] == ["HTNV", "", ""]
    assert [row.total for row in found] == [75, 90, 80]
    assert last_classes(period, [person]) == {person: "HTNV"}


def test_the_last_class_is_found_behind_any_number_of_scores_without_one(agency: Agency) -> None:
    for number in (1, 2, 3):
        tracked(agency, "an", number, Decimal(80))
    year_before(agency, "an", "HTT")
    last = EvaluationPeriod.objects.get(campaign__name="Quý 3 năm 2026")
    last.campaign.starts_on, last.campaign.ends_on = date(2026, 10, 1), date(2027, 1, 1)
    assert last_classes(last, [agency.people["an"].pk]) == {agency.people["an"].pk: "HTT"}
    assert last_classes(last, [agency.people["hr"].pk]) == {}
