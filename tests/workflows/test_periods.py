"""Opening, following and closing periods in the browser."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organization.actions import grant_role
from organization.models import Appointment, Duty, Person, Role, SubjectGroup
from tests.workflows.agency import Agency
from workflows.actions.campaigns import span
from workflows.actions.people import add_person
from workflows.models import Campaign, Evaluation, EvaluationPeriod, Procedure, Stage
from workflows.tasks import open_people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's part is called by hand, so that the moment before it can be looked at."""
    monkeypatch.setattr("workflows.tasks.open_people.delay", lambda period_id: None)


def browser(agency: Agency, name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(agency.people[name], backend="django.contrib.auth.backends.ModelBackend")
    return client


def fresh(period: EvaluationPeriod) -> EvaluationPeriod:
    return EvaluationPeriod.objects.select_related("agency", "campaign", "procedure").get(pk=period.pk)


def body(answer) -> str:
    return answer.content.decode()


def test_a_period_opens_in_four_steps_and_the_page_says_that_it_waits_for_the_worker(agency: Agency, monkeypatch):
    hr = browser(agency, "hr")
    typed = {"kind": "quarter", "year": "2026", "number": "3", "name": "", "submission_key": str(uuid.uuid4())}
    step_2 = hr.post(reverse("period_plan"), typed)
    campaign = Campaign.objects.get()
    assert step_2["Location"] == reverse("period_plan_agencies", args=[campaign.uuid])
    assert (campaign.name, campaign.starts_on, campaign.ends_on) == (
        "Quý III năm 2026",
        date(2026, 7, 1),
        date(2026, 10, 1),
    )
    snv = agency.units["SNV"]
    assert str(snv.uuid) in body(hr.get(step_2["Location"]))
    full = Procedure.objects.get(code="full_cycle", is_active=True)
    step_3 = hr.get(
        reverse("period_plan_rules", args=[campaign.uuid]), {"agency": str(snv.uuid), "procedure": full.pk}
    )
    form = step_3.context["form"]
    assert list(form.fields) == [SubjectGroup.CONG_CHUC]
    assert [scheme.is_local for scheme in form.choices[SubjectGroup.CONG_CHUC]] == [True]
    chosen = {
        "agency": str(snv.uuid),
        "procedure": full.pk,
        SubjectGroup.CONG_CHUC: str(form.choices[SubjectGroup.CONG_CHUC][0].uuid),
        "submission_key": str(uuid.uuid4()),
    }
    step_4 = hr.post(reverse("period_plan_rules", args=[campaign.uuid]), chosen)
    period = fresh(EvaluationPeriod.objects.get())
    assert "ready" in body(hr.get(step_4["Location"]))
    launched = hr.post(step_4["Location"], {f"version-{period.uuid}": period.version})
    assert launched.status_code == 302
    period = fresh(period)
    assert (period.people_expected, period.stage) == (6, Stage.PLANNED)
    monkeypatch.setattr("workflows.views.periods.now", lambda: timezone.now() + timedelta(minutes=1))
    waiting = body(hr.get(reverse("period", args=[period.uuid])))
    assert "The opening waits" in waiting
    assert reverse("period_opening", args=[period.uuid]) in waiting
    open_people(period.pk)
    done = hr.get(reverse("period_opening", args=[period.uuid]), headers={"HX-Request": "true"})
    assert done["HX-Refresh"] == "true"
    assert fresh(period).stage == Stage.SELF_ASSESSMENT


def test_a_tracking_procedure_offers_the_national_rule_set_first(agency: Agency):
    campaign = Campaign.objects.create(
        name="Quý III năm 2026", kind="quarter", starts_on=date(2026, 7, 1), ends_on=date(2026, 10, 1)
    )
    tracking = Procedure.objects.get(code="tracking")
    page = browser(agency, "hr").get(
        reverse("period_plan_rules", args=[campaign.uuid]),
        {"agency": str(agency.units["SNV"].uuid), "procedure": tracking.pk},
    )
    assert not page.context["form"].choices[SubjectGroup.CONG_CHUC][0].is_local


@pytest.mark.parametrize(
    ("kind", "number", "first", "after"),
    [
        ("month", 12, date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", 4, date(2026, 10, 1), date(2027, 1, 1)),
        ("year", 1, date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_period_ends_where_the_next_begins(kind, number, first, after):
    assert span(kind, 2026, number) == (first, after)


def test_a_fifth_quarter_is_refused_and_what_was_typed_stays(agency: Agency):
    typed = {
        "kind": "quarter",
        "year": "2026",
        "number": "5",
        "name": "Kỳ riêng",
        "submission_key": str(uuid.uuid4()),
    }
    page = browser(agency, "hr").post(reverse("period_plan"), typed)
    assert page.status_code == 200
    assert "Kỳ riêng" in body(page)
    assert not Campaign.objects.exists()


def test_the_same_time_is_put_up_once_and_the_same_post_twice_is_one(agency: Agency):
    hr = browser(agency, "hr")
    typed = {"kind": "quarter", "year": "2026", "number": "3", "name": "", "submission_key": str(uuid.uuid4())}
    first = hr.post(reverse("period_plan"), typed)
    again = hr.post(reverse("period_plan"), typed)
    assert first["Location"] == again["Location"]
    other = hr.post(reverse("period_plan"), typed | {"submission_key": str(uuid.uuid4())})
    assert "This period already exists" in body(other)
    assert Campaign.objects.count() == 1


def test_a_period_that_is_not_ready_says_what_is_missing_and_stays_planned(agency: Agency):
    period = agency.plan()
    agency.people["clerk"].role_grants.all().delete()
    hr = browser(agency, "hr")
    page = hr.get(reverse("period_launch", args=[period.uuid]))
    assert "no clerk" in body(page)
    refused = hr.post(reverse("period_launch", args=[period.uuid]), {"expected_version": period.version})
    assert refused.status_code == 409
    assert "no clerk" in body(refused)
    assert fresh(period).people_expected is None


def test_a_plan_can_be_given_other_rules_or_withdrawn_until_its_launch(agency: Agency):
    period = agency.plan()
    hr = browser(agency, "hr")
    tracking = Procedure.objects.get(code="tracking")
    page = hr.get(
        reverse("period_plan_rules", args=[period.campaign.uuid]),
        {"agency": str(period.agency.uuid), "procedure": tracking.pk},
    )
    scheme = page.context["form"].choices[SubjectGroup.CONG_CHUC][0]
    chosen = {
        "agency": str(period.agency.uuid),
        "procedure": tracking.pk,
        SubjectGroup.CONG_CHUC: str(scheme.uuid),
        "submission_key": str(uuid.uuid4()),
    }
    hr.post(reverse("period_plan_rules", args=[period.campaign.uuid]), chosen)
    anew = EvaluationPeriod.objects.get()
    assert (anew.procedure, anew.schemes.get().scheme) == (tracking, scheme)
    hr.post(reverse("period_withdraw", args=[anew.uuid]), {"expected_version": anew.version})
    assert not EvaluationPeriod.objects.exists()


def test_a_running_period_is_never_taken_off_the_plan(agency: Agency):
    period = agency.open()
    refused = browser(agency, "hr").post(
        reverse("period_withdraw", args=[period.uuid]), {"expected_version": period.version}
    )
    assert refused.status_code == 409
    assert EvaluationPeriod.objects.filter(pk=period.pk).exists()


def test_closing_a_stage_names_everybody_who_is_missing(agency: Agency):
    period = agency.open()
    hr = browser(agency, "hr")
    url = reverse("period_advance", args=[period.uuid])
    assert "Nguyễn Văn An has not handed in." in body(hr.get(url))
    refused = hr.post(url, {"expected_version": period.version})
    assert refused.status_code == 409
    assert "Nguyễn Văn An has not handed in." in body(refused)
    assert fresh(period).stage == Stage.SELF_ASSESSMENT


def test_an_old_page_is_told_that_somebody_was_faster(agency: Agency):
    period = agency.open()
    refused = browser(agency, "hr").post(reverse("period_advance", args=[period.uuid]), {"expected_version": 0})
    assert refused.status_code == 409
    assert "Already handled by" in body(refused)


def test_the_board_shows_stage_delay_and_counts(agency: Agency):
    period = agency.open()
    EvaluationPeriod.objects.filter(pk=period.pk).update(
        deadlines=period.deadlines | {Stage.SELF_ASSESSMENT: "2026-10-05"}
    )
    page = browser(agency, "hr").get(reverse("periods"), {"stage": "late"})
    row = page.context["page"].object_list[0]
    assert (row.late, row.people, row.waiting) == (True, 6, 6)
    assert [cell["state"] for cell in row.cells] == ["current", "next", "next", "next", "next"]
    board = browser(agency, "hr").get(reverse("period", args=[period.uuid]))
    assert board.context["late_count"] == 6


def test_people_are_found_by_name_and_by_where_they_stand(agency: Agency):
    period = agency.open()
    agency.hand_in("an")
    url = reverse("period", args=[period.uuid])
    hr = browser(agency, "hr")
    at_review = hr.get(url, {"at": "review"}).context["rows"]
    assert [row["evaluation"].person.full_name for row in at_review] == ["Nguyễn Văn An"]
    assert hr.get(url, {"at": "review", "q": "Lưu"}).context["page"].paginator.count == 0


@pytest.mark.parametrize(("name", "status"), [("hr", 200), ("director", 200), ("an", 404), ("chairman", 404)])
def test_only_those_who_run_head_or_audit_a_period_follow_it(agency: Agency, name: str, status: int):
    period = agency.open()
    assert browser(agency, name).get(reverse("period", args=[period.uuid])).status_code == status


def test_the_head_follows_but_does_not_run_the_period(agency: Agency):
    period = agency.open()
    director = browser(agency, "director")
    assert not director.get(reverse("period", args=[period.uuid])).context["actions"]
    assert director.get(reverse("period_advance", args=[period.uuid])).status_code == 403
    assert director.get(reverse("journal", args=[period.uuid])).status_code == 404


def test_the_machines_administrator_sees_no_period_and_no_setup(agency: Agency):
    period = agency.open()
    agency.people["root"] = Person.objects.create_superuser("root", "Quản trị máy", "mat-khau-thu")
    root = browser(agency, "root")
    assert root.get(reverse("period", args=[period.uuid])).status_code == 404
    for name in ("setup", "imports", "period_plan", "catalogue", "calendar"):
        assert root.get(reverse(name)).status_code == 403, name
    assert not root.get(reverse("periods")).context["agencies"]


def test_the_journal_is_read_by_managers_and_auditors(agency: Agency):
    period = agency.open()
    agency.hand_in("an")
    agency.people["auditor"] = Person.objects.create_user("auditor", "Trịnh Thị Kiểm", "mat-khau-thu")
    today = timezone.localdate()
    grant_role(
        person=agency.people["auditor"],
        role=Role.AUDITOR,
        unit=agency.units["SNV"],
        starts_on=today,
        ends_on=today + timedelta(days=30),
        by=None,
        at=agency.at(),
    )
    url = reverse("journal", args=[period.uuid])
    for name in ("hr", "auditor"):
        page = browser(agency, name).get(url)
        assert page.status_code == 200, name
        assert "Form handed in" in body(page)
    about = browser(agency, "hr").get(url, {"q": "Văn An"}).context["rows"]
    assert {row["about"].rsplit("– ")[-1] for row in about} == {"Nguyễn Văn An"}
    assert browser(agency, "an").get(url).status_code == 404


def _more_people(agency: Agency, period: EvaluationPeriod, count: int) -> None:
    for number in range(count):
        person = Person.objects.create_user(f"them{number}", f"Trần Văn Thêm {number}", None)
        post = Appointment.objects.create(
            person=person,
            unit=agency.units["VP"],
            title="Chuyên viên",
            subject_group=SubjectGroup.CONG_CHUC,
            duty=Duty.STAFF,
            reviewer=agency.people["office_head"],
            starts_on=date(2026, 1, 1),
        )
        add_person(period=period, appointment=post, by=agency.people["hr"], at=agency.at())


def test_boards_ask_no_more_questions_with_more_people(agency: Agency, django_assert_max_num_queries):
    period = agency.open()
    budgets = {
        reverse("periods"): 32,
        reverse("period", args=[period.uuid]): 48,
        reverse("journal", args=[period.uuid]): 28,
    }
    hr = browser(agency, "hr")
    for url, budget in budgets.items():
        with django_assert_max_num_queries(budget):
            hr.get(url)
    _more_people(agency, period, 30)
    assert Evaluation.objects.filter(period=period).count() == 36
    for url, budget in budgets.items():
        with django_assert_max_num_queries(budget):
            hr.get(url)
