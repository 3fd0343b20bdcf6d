"""Who is not ranked passes the council without a vote: alone, in two meetings, or ranked after all."""

import pytest
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import CouncilSession
from kpi.actions import record_service
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import adopted, again, as_person, as_signed, closed, convened, fresh, opened
from tests.workflows.years import confirm, form, hand_in, open_year, tracked_year
from workflows.actions.councils import close_session, everybody_proposed
from workflows.actions.reviews import reopen
from workflows.actions.syntheses import make_synthesis
from workflows.actions.years import enter_service
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod, Stage

pytestmark = pytest.mark.django_db


def served(agency: Agency, months: range, name: str = "an") -> None:
    evaluation = form(agency, name)
    officer = agency.people["hr"]
    words = {"months": list(months), "absence": "", "basis": "QĐ số 31/QĐ-SNV", "at": agency.at()}
    if evaluation.person != officer:
        enter_service(evaluation=evaluation, by=officer, **words)
        return
    record_service(person=officer, year=2026, by=agency.people["clerk"], practice=False, **words)


def confirmed_without_an(agency: Agency, *others: str) -> EvaluationPeriod:
    """A confirmed year in which An and the others worked four months."""
    tracked_year(agency)
    period = open_year(agency)
    for name in ("an", *others):
        served(agency, range(8, 12), name)
    for name in IN_PERIOD:
        hand_in(agency, name)
    as_signed("form_02")
    for name in IN_PERIOD:
        confirm(agency, name)
    make_synthesis(period=period, by=agency.people["hr"], expected_version=None, at=agency.at())
    as_signed("synthesis_table")
    return fresh(period)


def agreed(agency: Agency, session: CouncilSession) -> CouncilSession:
    """Every case concluded as scored."""
    session = again(session)
    if session.items.exists():
        approvals.confirm_uncontested(
            session=session, by=session.chair, at=agency.at(), expected_version=session.version
        )
    return again(session)


def ranked_again(agency: Agency) -> None:
    """Personnel enter the whole year, the review is taken back, and An hands in anew."""
    served(agency, range(1, 13))
    evaluation = form(agency, "an")
    reopen(
        evaluation=evaluation,
        by=evaluation.reviewer,
        reason="Nhập thiếu tháng làm việc.",
        expected_version=None,
        at=agency.at(),
    )


def test_a_meeting_with_only_unranked_people_before_it_names_them_and_closes(agency: Agency) -> None:
    period = confirmed_without_an(agency, *[name for name in IN_PERIOD if name != "an"])
    council = agency.council()
    officer = as_person(agency.people["hr"])
    (waiting,) = officer.get(reverse("councils")).context["waiting"]
    assert (waiting["people"], waiting["unranked"]) == (0, len(IN_PERIOD))
    (agenda,) = officer.get(reverse("session_convene", args=[period.uuid])).context["agendas"]
    assert (len(agenda["rows"]), len(agenda["unranked"])) == (0, len(IN_PERIOD))
    assert agenda["council"] == council
    session = opened(agency, period)
    assert session.items.count() == 0
    assert as_person(session.chair).get(reverse("session", args=[session.uuid])).status_code == 200
    closed(agency, session)
    assert everybody_proposed(fresh(period))
    assert form(agency, "an").steps.filter(stage=Stage.COUNCIL).get().decision.class_code == ""


def test_a_session_under_way_names_the_unranked_so_that_no_second_one_is_called_for_them(agency: Agency) -> None:
    period = confirmed_without_an(agency)
    session = opened(agency, period)
    assert as_person(agency.people["hr"]).get(reverse("councils")).context["waiting"] == []
    with pytest.raises(NotReady, match="Nobody whom this council covers"):
        convened(agency, period)
    assert as_person(session.chair).get(reverse("session", args=[session.uuid])).status_code == 200


def test_whoever_is_ranked_after_the_minutes_were_adopted_waits_for_a_session_of_his_own(agency: Agency) -> None:
    period = confirmed_without_an(agency)
    session = adopted(agency, agreed(agency, opened(agency, period)))
    ranked_again(agency)
    hand_in(agency, "an")
    as_signed("form_02")
    confirm(agency, "an")
    close_session(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    assert not form(agency, "an").steps.filter(stage=Stage.COUNCIL).exists()
    assert not everybody_proposed(fresh(period))
    second = opened(agency, period)
    assert [item.person.username for item in second.items.all()] == ["an"]


def test_a_review_taken_back_keeps_no_signed_session_open(agency: Agency) -> None:
    period = confirmed_without_an(agency)
    session = adopted(agency, agreed(agency, opened(agency, period)))
    ranked_again(agency)
    session = close_session(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    assert session.state == "closed"
    assert form(agency, "hr").steps.filter(stage=Stage.COUNCIL).exists()


def test_months_that_make_somebody_ranked_are_noticed_before_the_meeting(agency: Agency) -> None:
    period = confirmed_without_an(agency)
    served(agency, range(1, 13))
    with pytest.raises(NotReady, match="has changed since it was confirmed") as refused:
        convened(agency, period)
    assert refused.value.missing == [agency.people["an"].full_name]
