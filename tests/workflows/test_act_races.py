"""Two people, or one person twice, at the same moment: one act is done, the other hears why his is not.

Each thread has a connection of its own. PostgreSQL lets them race; SQLite puts one behind the other.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import partial
from threading import Barrier

import pytest
from django.db import connections

from approvals.models import Decision
from documents.models import Document, State
from organization.actions import grant_role
from organization.models import Role
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_signed, closed, fresh, opened, reviewed, settled
from workflows.actions.periods import advance_period, launch_period, plan_period
from workflows.actions.publications import issue, notify_scores
from workflows.actions.reviews import LeaderMarks, approve_review, reopen, return_for_rework
from workflows.actions.rulings import decide_list
from workflows.actions.self_assessments import submit_self_assessment, withdraw
from workflows.errors import AlreadyHandled, NotReady, Refused
from workflows.models import (
    Evaluation,
    EvaluationPeriod,
    EvaluationProcess,
    EvaluationTask,
    Stage,
    Standing,
)

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], object]


@pytest.fixture
def agency(transactional_db, authority, archive_dir) -> Agency:
    """Committed rows, so that every thread sees them."""
    return Agency(authority).build()


@pytest.fixture
def office(agency: Agency) -> Agency:
    """An's form is handed in and signed."""
    agency.open()
    agency.hand_in("an")
    as_signed("form_01")
    return agency


def at_once(*acts: Act) -> list[Refused | None]:
    """Run the acts together; for each, None when done or how it was refused. Any other error fails the test."""
    barrier = Barrier(len(acts))

    def run(act: Act) -> Refused | None:
        try:
            barrier.wait(timeout=10)
            act()
        except Refused as refusal:
            return refusal
        finally:
            connections.close_all()
        return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def winner_of(results: list[Refused | None]) -> int:
    """Index of the one act that was done; every other one was told that it came too late."""
    assert [result for result in results if not isinstance(result, AlreadyHandled | NotReady | None)] == []
    assert sum(result is None for result in results) == 1
    return results.index(None)


def approving(agency: Agency, name: str = "an", **changes) -> Act:
    form = agency.evaluation(name)
    wanted = {"by": form.reviewer, "expected_version": form.version, "at": agency.at()}
    if form.is_leader:
        wanted["leader"] = LeaderMarks(dd=100, e=100)
    return partial(approve_review, evaluation=form, **wanted | changes)


def returning(agency: Agency, name: str = "an") -> Act:
    form = agency.evaluation(name)
    return partial(
        return_for_rework,
        evaluation=form,
        by=form.reviewer,
        reason="Thiếu minh chứng tháng 8.",
        expected_version=form.version,
        at=agency.at(),
    )


def taking_back(agency: Agency, name: str = "an") -> Act:
    form = agency.evaluation(name)
    return partial(withdraw, evaluation=form, by=form.person, expected_version=form.version, at=agency.at())


def handing_in(agency: Agency, name: str = "an") -> Act:
    form = agency.evaluation(name)
    return partial(
        submit_self_assessment, evaluation=form, by=form.person, expected_version=form.version, at=agency.at()
    )


def advancing(agency: Agency, period: EvaluationPeriod) -> Act:
    now = fresh(period)
    return partial(advance_period, period=now, by=agency.people["hr"], expected_version=now.version, at=agency.at())


def kinds(agency: Agency, name: str = "an") -> list[str]:
    """What was decided about the person, in order."""
    return list(agency.evaluation(name).steps.values_list("decision__kind", flat=True))


def live(kind: str) -> int:
    return Document.objects.filter(kind__code=kind).exclude(state=State.CANCELLED).count()


def assert_one_turn(evaluation: Evaluation) -> None:
    """One process, and one open task while it runs."""
    processes = EvaluationProcess.objects.filter(evaluation=evaluation)
    tasks = EvaluationTask.objects.filter(process__evaluation=evaluation, finished__isnull=True)
    assert (processes.count(), tasks.count()) == (1, 0 if processes.get().finished else 1)


def test_one_of_two_approvals_counts_and_owes_one_record(office: Agency) -> None:
    results = at_once(*[approving(office) for _click in range(3)])
    winner_of(results)
    assert kinds(office) == ["self_submitted", "review_approved"]
    assert (live("review_minutes"), live("form_01")) == (1, 1)
    assert {type(refusal) for refusal in results if refusal} == {AlreadyHandled}
    assert all("Trần Văn Phòng" in refusal.message for refusal in results if refusal)
    assert_one_turn(office.evaluation("an"))


def test_a_form_is_approved_or_returned_and_never_both(office: Agency) -> None:
    winner = winner_of(at_once(approving(office), returning(office)))
    assert kinds(office)[1:] == [("review_approved", "review_returned")[winner]]
    assert (live("review_minutes"), live("form_01")) == ((1, 1), (0, 0))[winner]
    assert office.evaluation("an").round == 1 + winner
    assert_one_turn(office.evaluation("an"))


def test_a_form_is_approved_or_taken_back_and_never_both(office: Agency) -> None:
    winner = winner_of(at_once(approving(office), taking_back(office)))
    assert kinds(office)[1:] == [("review_approved", "withdrawn")[winner]]
    assert (live("review_minutes"), live("form_01")) == ((1, 1), (0, 0))[winner]
    assert_one_turn(office.evaluation("an"))


def test_a_double_click_hands_in_once(agency: Agency) -> None:
    agency.open()
    agency.fill("an")
    results = at_once(*[handing_in(agency) for _click in range(3)])
    winner_of(results)
    assert kinds(agency) == ["self_submitted"]
    assert live("form_01") == 1
    assert all("Nguyễn Văn An" in refusal.message for refusal in results if refusal)
    assert_one_turn(agency.evaluation("an"))


def test_without_a_version_the_second_act_still_finds_the_turn_gone(office: Agency) -> None:
    results = at_once(
        approving(office, expected_version=None),
        approving(office, expected_version=None),
    )
    winner_of(results)
    assert live("review_minutes") == 1


def test_the_stage_does_not_close_over_a_form_handed_in_at_that_moment(agency: Agency) -> None:
    period = agency.open()
    for name in IN_PERIOD:
        agency.hand_in(name) if name != "an" else agency.fill(name)
    as_signed("form_01")
    assert winner_of(at_once(handing_in(agency), advancing(agency, period))) == 0
    assert fresh(period).stage == Stage.SELF_ASSESSMENT
    as_signed("form_01")
    winner_of(at_once(advancing(agency, period), advancing(agency, period)))
    assert fresh(period).stage == Stage.SUPERVISOR_REVIEW


def test_the_head_decides_the_list_once(agency: Agency) -> None:
    period = reviewed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    now = fresh(period)
    decide = partial(
        decide_list,
        period=now,
        by=agency.people["director"],
        rulings={},
        expected_version=now.version,
        at=agency.at(),
    )
    results = at_once(decide, decide)
    winner_of(results)
    told = next(refusal for refusal in results if refusal)
    assert agency.people["director"].full_name in told.message
    assert Decision.objects.filter(kind=Decision.Kind.HEAD_DECIDED).count() == len(IN_PERIOD)
    assert (live("decision"), live("notice")) == (1, len(IN_PERIOD))
    assert set(Evaluation.objects.values_list("standing", flat=True)) == {Standing.DECIDED}


def test_the_notices_of_a_tracking_period_are_ordered_once(agency: Agency) -> None:
    period = reviewed(agency, "tracking", "decree-335")
    order = partial(
        notify_scores,
        period=period,
        by=agency.people["director"],
        expected_version=period.version,
        at=agency.at(),
    )
    results = at_once(order, order)
    winner_of(results)
    told = next(refusal for refusal in results if refusal)
    assert agency.people["director"].full_name in told.message
    assert live("notice") == len(IN_PERIOD)


def test_two_clerks_windows_give_each_document_one_number(agency: Agency) -> None:
    agency.open("tracking", "decree-335")
    period = EvaluationPeriod.objects.get()
    for name in ("an", "hr"):
        agency.hand_in(name)
    as_signed("form_01")
    for name in ("an", "hr"):
        approving(agency, name)()
    notify_scores(period=period, by=agency.people["director"], expected_version=period.version, at=agency.at())
    as_signed("notice")
    notices = list(Document.objects.filter(kind__code="notice").order_by("pk"))
    Document.objects.filter(pk__in=[row.pk for row in notices]).update(state=State.SIGNED)
    outcomes: dict[int, list] = {}

    def issuing(place: int, at: datetime) -> None:
        outcomes[place] = issue(documents=notices if place else notices[::-1], by=agency.people["clerk"], at=at)

    at = agency.at()
    assert at_once(partial(issuing, 0, at), partial(issuing, 1, at)) == [None, None]
    told = {result.document.pk: [] for result in outcomes[0]}
    for result in outcomes[0] + outcomes[1]:
        assert result.ok
        told[result.document.pk].append(result.already)
    assert [sorted(each) for each in told.values()] == [[False, True], [False, True]]
    assert sorted(Document.objects.filter(kind__code="notice").values_list("number", flat=True)) == [1, 2]
    published = Evaluation.objects.filter(standing=Standing.PUBLISHED)
    assert {row.person.username for row in published} == {"an", "hr"}


def test_an_agency_gets_a_campaigns_period_once_and_launches_it_once(agency: Agency) -> None:
    first = agency.plan()
    chosen = {row.subject_group: row.scheme for row in first.schemes.all()}
    campaign, procedure = first.campaign, first.procedure
    launch = partial(
        launch_period, period=first, by=agency.people["hr"], expected_version=first.version, at=agency.at()
    )
    winner_of(at_once(launch, launch))
    chairman = agency.people["chairman"]
    grant_role(
        person=chairman,
        role=Role.PROVINCE_HR,
        unit=agency.units["UBND"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    plan = partial(
        plan_period,
        campaign=campaign,
        agency=agency.units["UBND"],
        procedure=procedure,
        schemes=chosen,
        by=chairman,
        at=agency.at(),
    )
    results = at_once(plan, plan, plan)
    assert sum(result is None for result in results) == 1
    assert EvaluationPeriod.objects.filter(campaign=campaign, agency=agency.units["UBND"]).count() == 1


def test_a_leader_is_not_left_with_a_score_resting_on_one_taken_back(agency: Agency) -> None:
    """Art 15: d rests on the subordinates' scores. Whoever comes first, the leader's score is refused or stale."""
    period = agency.open()
    for name in IN_PERIOD:
        agency.hand_in(name)
    as_signed("form_01")
    for name in ("hr", "clerk", "archivist", "an"):
        approving(agency, name)()
    form = agency.evaluation("an")
    take_back = partial(
        reopen,
        evaluation=form,
        by=form.reviewer,
        reason="Phát hiện sai số liệu tháng 7.",
        expected_version=form.version,
        at=agency.at(),
    )
    approved, reopened = at_once(approving(agency, "office_head"), take_back)
    assert reopened is None
    assert approved is not None or agency.evaluation("office_head").score_is_stale
    assert fresh(period).stage == Stage.SELF_ASSESSMENT
