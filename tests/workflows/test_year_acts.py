"""The year's score, who is ranked, and what overrides a class: from the entries to the confirmed statement."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from kpi.errors import DraftConflict, KpiError
from kpi.models import CircumstanceRecord, RecordedScore
from organization.models import AgencyRole, Appointment
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_signed
from tests.workflows.years import confirm, form, hand_in, open_year, tracked, tracked_year
from workflows.actions.periods import people_of, plan_period
from workflows.actions.reviews import last_review, return_for_rework
from workflows.actions.year_forms import save_year_draft
from workflows.actions.years import (
    changed_since_review,
    enter_circumstance,
    enter_score,
    enter_service,
    withdraw_circumstance,
)
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import Campaign, PeriodKind, Procedure
from workflows.years import service_of, year_inputs

pytestmark = pytest.mark.django_db

REPRIMAND = {
    "kind": "discipline",
    "measure": "reprimand",
    "side": "state",
    "act": "Để quá hạn hồ sơ của người dân",
    "act_on": date(2026, 5, 4),
    "place": "Sở Nội vụ",
    "decision_number": "15/QĐ-SNV",
    "decision_on": date(2026, 6, 1),
    "issuer": "Giám đốc Sở Nội vụ",
}


def discipline(agency: Agency, name: str, **changed) -> CircumstanceRecord:
    return enter_circumstance(
        evaluation=form(agency, name), entry=REPRIMAND | changed, by=agency.people["hr"], at=agency.at()
    )


def rated(agency: Agency, name: str):
    evaluation = form(agency, name)
    return year_inputs(evaluation).rating(evaluation.scorecard.scheme.scheme)


def mean_of(agency: Agency, name: str):
    evaluation = form(agency, name)
    return year_inputs(evaluation).mean(evaluation.scorecard.scheme.scheme)


def test_the_year_is_the_mean_of_its_quarters_and_says_where_each_came_from(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    hand_in(agency, "an", "HTXS")
    as_signed("form_02")
    review = last_review(confirm(agency, "an"))
    assert review is not None
    assert review.snapshot is not None
    assert review.snapshot.total == Fraction(185, 2)  # (92 + 93 + 91 + 94) / 4
    assert (review.decision.class_code, review.decision.reason) == ("HTXS", "")
    assert review.snapshot.recompute().total == review.snapshot.total
    paper = form(agency, "an").steps.first().document
    assert [row["score"] for row in paper.facts["months"]] == ["92"] * 3 + ["93"] * 3 + ["91"] * 3 + ["94"] * 3
    assert paper.facts["months"][0]["note"] == "Quý I, Sở Nội vụ"
    assert (paper.facts["year_mean"], paper.facts["self_class"]) == ("92.5", "HTXS")


def test_a_missing_month_is_named_and_keeps_only_the_confirmation_waiting(agency: Agency) -> None:
    tracked_year(agency, an=(90, None, 90, 90))
    open_year(agency)
    hand_in(agency, "an")
    as_signed("form_02")
    paper = form(agency, "an").steps.first().document
    assert paper.facts["year_mean"] is None
    assert [row["note"] for row in paper.facts["months"]][3:6] == ["Chưa có điểm"] * 3
    with pytest.raises(NotReady) as refused:
        confirm(agency, "an")
    assert refused.value.missing == ["Month 4", "Month 5", "Month 6"]


def test_a_score_from_a_paper_file_fills_the_gap_and_the_form_is_signed_anew(agency: Agency) -> None:
    tracked_year(agency, an=(90, None, 90, 90))
    open_year(agency)
    hand_in(agency, "an")
    as_signed("form_02")
    enter_score(
        evaluation=form(agency, "an"),
        kind="quarter",
        number=2,
        total=Decimal("60.5"),
        provenance="paper",
        agency_name="Sở Nội vụ",
        proof="Phiếu giấy quý II ngày 02/7/2026",
        by=agency.people["hr"],
        at=agency.at(),
    )
    with pytest.raises(NotReady, match="changed since the form was signed"):
        confirm(agency, "an")
    evaluation = form(agency, "an")
    return_for_rework(
        evaluation=evaluation,
        by=evaluation.reviewer,
        reason="Đã bổ sung điểm quý II",
        expected_version=None,
        at=agency.at(),
    )
    hand_in(agency, "an")
    as_signed("form_02")
    review = last_review(confirm(agency, "an"))
    assert review is not None
    assert review.decision.score_total == str(Fraction(661, 8))
    notes = [row["note"] for row in form(agency, "an").steps.filter(round=2).first().document.facts["months"]]
    assert notes[3] == "Quý II, Sở Nội vụ (hồ sơ giấy: Phiếu giấy quý II ngày 02/7/2026)"


def test_a_time_that_has_a_score_here_takes_none_from_paper(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    entry = {"kind": "quarter", "total": Decimal(99), "provenance": "paper", "agency_name": "Sở", "proof": "Phiếu"}
    with pytest.raises(NotReady, match="has a score of this system"):
        enter_score(evaluation=form(agency, "an"), number=2, by=agency.people["hr"], at=agency.at(), **entry)
    assert not RecordedScore.objects.exists()


def test_what_another_agency_scored_counts_as_handed_over(agency: Agency) -> None:
    tracked_year(agency, an=(None, 90, 90, 90))
    agency._unit("STC", "Sở Tài chính", AgencyRole.USING, "UBND")
    tracked(agency, "an", 1, Decimal(70), unit=agency.units["STC"])
    open_year(agency)
    assert mean_of(agency, "an").total == 85
    first = year_inputs(form(agency, "an")).sources[0]
    assert (first.agency, first.provenance) == ("Sở Tài chính", "transferred")


def test_december_is_left_out_where_only_months_tell_it(agency: Agency) -> None:
    tracked_year(agency, an=(None, None, None, None))
    open_year(agency)
    for month in range(1, 12):
        enter_score(
            evaluation=form(agency, "an"),
            kind="month",
            number=month,
            total=Decimal(80),
            provenance="paper",
            agency_name="Sở Nội vụ",
            proof="Sổ theo dõi",
            by=agency.people["hr"],
            at=agency.at(),
        )
    assert mean_of(agency, "an").total == 80


def test_who_worked_under_six_months_is_not_ranked_unless_the_absence_is_exempt(agency: Agency) -> None:
    tracked_year(agency, an=(None, None, 90, 90))
    open_year(agency)
    assert rated(agency, "an") is None
    entry = {"months": [8, 9, 10, 11], "basis": "Quyết định tiếp nhận số 3", "by": agency.people["hr"]}
    enter_service(evaluation=form(agency, "an"), absence="", at=agency.at(), **entry)
    found = rated(agency, "an")
    assert found is not None
    assert (found.ranked, found.class_code) == (False, None)
    enter_service(evaluation=form(agency, "an"), absence="maternity leave", at=agency.at(), **entry)
    found = rated(agency, "an")
    assert found is not None
    assert (found.ranked, found.class_code) == (True, "HTXS")


def test_months_worked_follow_the_appointments_until_personnel_enter_them(agency: Agency) -> None:
    Appointment.objects.filter(person=agency.people["an"]).update(starts_on=date(2026, 9, 15))
    tracked_year(agency, an=(None, None, 90, 90))
    open_year(agency)
    assert year_inputs(form(agency, "an")).worked == (9, 10, 11, 12)
    found = rated(agency, "an")
    assert found is not None
    assert not found.ranked


@pytest.mark.parametrize(
    ("posts", "lasting", "ranked"),
    [
        ([(date(2026, 7, 1), None)], Fraction(6), True),
        ([(date(2026, 7, 2), None)], 5 + Fraction(30, 31), False),
        ([(date(2026, 7, 31), None)], 5 + Fraction(1, 31), False),
        (
            [(date(2025, 1, 1), date(2026, 3, 16)), (date(2026, 9, 16), None)],
            5 + Fraction(15, 31) + Fraction(1, 2),
            False,
        ),
        ([(date(2025, 1, 1), date(2026, 3, 16)), (date(2026, 3, 16), date(2026, 7, 1))], Fraction(6), True),
    ],
    ids=["six whole months", "a day less", "six touched", "with a gap", "a change of post"],
)
def test_six_months_are_counted_by_days_in_a_post_not_by_months_touched(
    agency: Agency, posts: list, lasting: Fraction, ranked: bool
) -> None:
    post = agency.posts["an"]
    Appointment.objects.filter(person=agency.people["an"]).update(starts_on=posts[0][0], ends_on=posts[0][1])
    for start, end in posts[1:]:
        post.pk, post.uuid, post.starts_on, post.ends_on = None, uuid.uuid4(), start, end
        post._state.adding = True
        post.save()
    assert service_of(agency.people["an"], 2026, practice=False).lasting == lasting
    assert (lasting >= 6) is ranked


def test_a_disciplinary_act_lowers_the_class_whatever_the_score_and_says_why(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "an")
    hand_in(agency, "an", "HTXS")
    as_signed("form_02")
    review = last_review(confirm(agency, "an"))
    assert review is not None
    assert review.decision.class_code == "KHTNV"
    assert "khoản 4 Điều 20, khoản 3 Điều 11" in review.decision.reason
    assert review.snapshot is not None
    assert review.snapshot.result["class_code"] == "HTXS"
    assert review.snapshot.result["rating"]["reasons"][0]["rule"] == "ranking.overrides.discipline"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"measure": "criticism"}, "HTXS"),
        ({"tied_to_public_duty": False}, "HTXS"),
        ({"act_on": date(2025, 5, 4), "decision_on": date(2025, 6, 1)}, "HTXS"),
        ({"used_in": 2025}, "HTXS"),
        ({"kind": "degradation", "measure": ""}, "KHTNV"),
        ({"kind": "forbidden_acts", "measure": ""}, "KHTNV"),
        ({"kind": "exemplary_duty", "measure": "", "used_in": 2025}, "HTXS"),
        ({"kind": "unit_corruption", "measure": ""}, "HTXS"),
    ],
)
def test_only_what_the_articles_name_lowers_a_class(agency: Agency, changed: dict, expected: str) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "an", **changed)
    found = rated(agency, "an")
    assert found is not None
    assert found.class_code == expected


def test_corruption_in_the_unit_lowers_its_leader(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    discipline(agency, "office_head", kind="unit_corruption", measure="")
    found = rated(agency, "office_head")
    assert found is not None
    assert found.class_code == "KHTNV"


def test_one_act_decided_on_by_party_and_state_counts_in_the_first_year_only(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    first = discipline(agency, "an", act_on=date(2025, 11, 3), decision_on=date(2025, 12, 1))
    discipline(agency, "an", side="party", act_on=date(2025, 11, 3), decision_on=date(2026, 1, 20), twin=first)
    found = rated(agency, "an")
    assert found is not None
    assert found.class_code == "HTXS"


def test_an_ended_entry_counts_no_more_and_stays_readable(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    row = discipline(agency, "an")
    withdraw_circumstance(
        evaluation=form(agency, "an"),
        circumstance=row,
        reason="Quyết định bị hủy",
        proof="22/QĐ-SNV",
        by=agency.people["hr"],
        at=agency.at(),
    )
    found = rated(agency, "an")
    assert found is not None
    assert found.class_code == "HTXS"
    assert CircumstanceRecord.objects.count() == 1


def test_a_circumstance_learnt_after_the_confirmation_shows(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    hand_in(agency, "an")
    as_signed("form_02")
    assert not changed_since_review(confirm(agency, "an"))
    discipline(agency, "an")
    assert changed_since_review(form(agency, "an"))


def test_nobody_enters_anything_into_his_own_year_and_no_outsider_does(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    for name, by in (("hr", "hr"), ("an", "office_head"), ("an", "director")):
        with pytest.raises(NotAllowed):
            enter_circumstance(evaluation=form(agency, name), entry=REPRIMAND, by=agency.people[by], at=agency.at())
    assert not CircumstanceRecord.objects.exists()


def test_an_entry_without_its_decision_is_refused(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    with pytest.raises(KpiError, match="nothing was stored"):
        discipline(agency, "an", decision_number=" ")


def test_a_draft_from_an_older_window_overwrites_nothing(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    evaluation = form(agency, "an")
    typed = {"evaluation": evaluation, "by": evaluation.person, "limitations": "", "at": agency.at()}
    save_year_draft(**typed, self_class="HTT", strengths="Một", expected_draft_version=0)
    with pytest.raises(DraftConflict):
        save_year_draft(**typed, self_class="HTNV", strengths="Hai", expected_draft_version=0)
    assert form(agency, "an").self_class == "HTT"


def test_the_annual_rating_is_for_a_year_only(agency: Agency) -> None:
    campaign = Campaign.objects.create(
        name="Quý", kind=PeriodKind.QUARTER, starts_on=date(2026, 1, 1), ends_on=date(2026, 4, 1)
    )
    with pytest.raises(Refused, match="one year"):
        plan_period(
            campaign=campaign,
            agency=agency.units["SNV"],
            procedure=Procedure.objects.get(code="annual_rating", version=1),
            schemes={},
            by=agency.people["hr"],
            at=agency.at(),
        )


def test_who_has_moved_away_is_ranked_where_he_serves_now(agency: Agency) -> None:
    tracked_year(agency)
    Appointment.objects.filter(person=agency.people["an"]).update(ends_on=date(2026, 8, 1))
    period = open_year(agency)
    names = set(people_of(period).values_list("person__username", flat=True))
    assert names == set(IN_PERIOD) - {"an"}


def test_a_decision_of_a_day_still_to_come_lowers_nothing(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    tomorrow = agency.today() + timedelta(days=1)
    with pytest.raises(KpiError) as refused:
        discipline(agency, "an", decision_on=tomorrow)
    assert "still to come" in refused.value.problems[0]
    discipline(agency, "an", decision_on=agency.today())


def test_a_score_entered_from_paper_before_this_system_had_one_gives_way_for_good(agency: Agency) -> None:
    tracked_year(agency, an=(92, None, 91, 94))
    open_year(agency)
    entry = {"kind": "quarter", "number": 2, "provenance": "paper", "agency_name": "Sở", "proof": "Phiếu giấy"}
    act = {"evaluation": form(agency, "an"), "by": agency.people["hr"], "at": agency.at()}
    enter_score(total=Decimal(70), **act, **entry)
    tracked(agency, "an", 2, Decimal(93))
    with pytest.raises(NotReady, match="has a score of this system"):
        enter_score(total=Decimal(99), **act, **entry)
    assert RecordedScore.objects.count() == 1
