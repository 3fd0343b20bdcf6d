"""The yearly form, its confirmation and the year's file as people see them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.models import CircumstanceRecord, RecordedScore
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_person, as_signed
from tests.workflows.test_year_acts import REPRIMAND, discipline
from tests.workflows.years import confirm, form, hand_in, open_year, tracked_year
from workflows import flows
from workflows.actions.years import enter_service
from workflows.models import EvaluationPeriod
from workflows.readiness import _reviews_missing
from workflows.views.acts import new_key

pytestmark = pytest.mark.django_db


def test_a_person_ranks_himself_without_typing_a_single_point(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    evaluation, browser = form(agency, "an"), as_person(agency.people["an"])
    url = reverse("self_assessment", args=[evaluation.uuid])
    page = browser.get(url).content.decode()
    assert "Quý III, Sở Nội vụ" in page
    assert "92.5" in page or "92,5" in page
    assert "general" not in page
    sent = {
        "expected_version": evaluation.version,
        "draft_version": 0,
        "self_class": "HTXS",
        "strengths": "Chủ động",
        "limitations": "",
    }
    answer = browser.post(reverse("self_assessment_submit", args=[evaluation.uuid]), sent)
    assert answer.status_code == 302
    assert form(agency, "an").self_class == "HTXS"
    assert flows.node_name(flows.open_task(form(agency, "an"))) == flows.REVIEW
    assert "Form 02" in browser.get(url).content.decode()


def test_handing_in_without_a_class_keeps_the_words_and_says_what_is_missing(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    evaluation, browser = form(agency, "an"), as_person(agency.people["an"])
    sent = {"expected_version": evaluation.version, "draft_version": 0, "strengths": "Một việc hay"}
    answer = browser.post(reverse("self_assessment_submit", args=[evaluation.uuid]), sent)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Choose your own class first." in page
    assert "Một việc hay" in page


def test_autosave_answers_with_the_next_version_and_refuses_an_older_window(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    evaluation, browser = form(agency, "an"), as_person(agency.people["an"])
    url, sent = reverse("self_assessment_autosave", args=[evaluation.uuid]), {"draft_version": 0, "self_class": "HTT"}
    first = browser.post(url, sent)
    assert first.status_code == 200
    assert 'value="1"' in first.content.decode()
    assert browser.post(url, sent).status_code == 409
    assert browser.post(url, {"draft_version": 1, "self_class": "BEST"}).status_code == 409
    assert form(agency, "an").self_class == "HTT"


def test_the_reviewer_sees_the_year_side_by_side_and_confirms_it(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "an")
    hand_in(agency, "an", "HTXS")
    evaluation, browser = form(agency, "an"), as_person(agency.people["office_head"])
    url = reverse("review", args=[evaluation.uuid])
    page = browser.get(url).content.decode()
    assert "has not signed Form 02 yet." in page
    as_signed("form_02")
    page = browser.get(url).content.decode()
    assert "The class is not that of the points" in page
    assert "15/QĐ-SNV" not in page  # what stands behind the rule is not the reviewer's to read
    sent = {"expected_version": form(agency, "an").version, "comment": "Đồng ý"}
    assert browser.post(reverse("review_approve", args=[evaluation.uuid]), sent).status_code == 302
    assert "15/QĐ-SNV" not in browser.get(reverse("year_file", args=[evaluation.uuid])).content.decode()
    assert browser.get(url).status_code == 200


def test_the_team_confirms_years_together_leaders_included(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    for name in ("deputy", "office_head"):
        hand_in(agency, name)
    as_signed("form_02")
    rows = [form(agency, name) for name in ("deputy", "office_head")]
    browser = as_person(agency.people["director"])
    assert browser.get(reverse("team")).status_code == 200
    answer = browser.post(reverse("team_confirm"), {"row": [f"{row.uuid}:{row.version}" for row in rows]})
    assert answer.status_code == 302
    assert {flows.node_name(flows.open_task(row)) for row in rows} == {flows.COUNCIL}


def test_personnel_enter_scores_months_and_circumstances_with_their_documents(agency: Agency) -> None:
    tracked_year(agency, an=(90, None, 90, 90))
    open_year(agency)
    evaluation, browser = form(agency, "an"), as_person(agency.people["hr"])
    page = browser.get(reverse("year_file", args=[evaluation.uuid])).content.decode()
    assert "Months without a score: 4, 5, 6." in page
    hand_in(agency, "an")
    board = EvaluationPeriod.objects.get(pk=evaluation.period_id)
    assert f"{evaluation.person.full_name}: no score for month 4, 5, 6." in _reviews_missing(board)
    assert str(evaluation.uuid) in browser.get(reverse("period", args=[board.uuid])).content.decode()

    def enter(word: str, **typed) -> int:
        url = reverse("year_file_act", args=[evaluation.uuid, word])
        return browser.post(url, typed | {"submission_key": new_key()}).status_code

    score = {"time": "quarter-2", "total": "80,5", "provenance": "paper", "agency_name": "Sở", "proof": "Phiếu 4"}
    assert enter("score", **score | {"total": "101"}) == 422
    assert enter("score", **score) == 302
    assert RecordedScore.objects.get().total == Decimal("80.5")
    assert enter("score", **score | {"time": "quarter-1"}) == 409
    assert enter("service", months=[1, 2, 3, 4, 5, 6, 7], absence="", basis="QĐ 7") == 302
    entry = {name: str(value) for name, value in REPRIMAND.items()} | {"tied_to_public_duty": "on", "twin": ""}
    assert enter("circumstance", **entry) == 302
    row = CircumstanceRecord.objects.get()
    assert enter("end", entry=str(row.uuid), reason="Nhập nhầm", proof="QĐ 8") == 302
    page = browser.get(reverse("year_file", args=[evaluation.uuid])).content.decode()
    assert "15/QĐ-SNV" in page
    assert "Counts no more" in page


def test_the_register_is_read_by_the_person_his_officers_and_his_head(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "an")
    url = reverse("year_file", args=[form(agency, "an").uuid])
    seen = {
        name: "15/QĐ-SNV" in as_person(agency.people[name]).get(url).content.decode()
        for name in ("an", "hr", "director", "office_head")
    }
    assert seen == {"an": True, "hr": True, "director": True, "office_head": False}
    assert as_person(agency.people["clerk"]).get(url).status_code == 404


def test_the_result_page_explains_the_year(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    hand_in(agency, "an", "HTXS")
    page = as_person(agency.people["an"]).get(reverse("result", args=[form(agency, "an").uuid])).content.decode()
    assert "Mean of the year" in page
    assert "Quý III, Sở Nội vụ" in page


def test_the_pages_of_a_year_keep_their_query_budgets(agency: Agency, django_assert_max_num_queries) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "an")
    uuid = form(agency, "an").uuid
    own, officer, reviewer = (as_person(agency.people[name]) for name in ("an", "hr", "office_head"))
    with django_assert_max_num_queries(30):
        assert own.get(reverse("self_assessment", args=[uuid])).status_code == 200
    with django_assert_max_num_queries(45):
        assert officer.get(reverse("year_file", args=[uuid])).status_code == 200
    hand_in(agency, "an")
    as_signed("form_02")
    with django_assert_max_num_queries(45):
        assert reviewer.get(reverse("review", args=[uuid])).status_code == 200


def test_whoever_is_not_ranked_waits_for_no_session(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    service = {"months": [8, 9, 10, 11], "absence": "", "basis": "QĐ số 31/QĐ-SNV", "by": agency.people["hr"]}
    enter_service(evaluation=form(agency, "an"), at=agency.at(), **service)
    for name in IN_PERIOD:
        hand_in(agency, name)
    as_signed("form_02")
    for name in IN_PERIOD:
        confirm(agency, name)
    (waiting,) = as_person(agency.people["hr"]).get(reverse("councils")).context["waiting"]
    assert waiting["people"] == len(IN_PERIOD) - 1
