"""The year as plain data: its rows, its mean, its class, and the same again from what a snapshot keeps."""

from dataclasses import replace
from fractions import Fraction

from kpi.presets import preset
from kpi.scheme import parse_scheme
from kpi.scoring import Circumstances, Discipline
from kpi.years import YearInputs, YearSource, rating_to_json, words_of

SCHEME = parse_scheme(preset("decree_335"))


def source(kind: str, number: int, total: object, provenance: str = "computed", proof: str = "") -> YearSource:
    return YearSource(kind, number, Fraction(str(total)), provenance, "Sở Nội vụ", proof)


def year(*sources: YearSource, worked: tuple[int, ...] = tuple(range(1, 13)), **facts) -> YearInputs:
    months = Fraction(len(worked))
    return YearInputs(tuple(sources), worked, Circumstances(year=2026, months_worked=months, **facts))


def test_a_quarter_stands_for_its_months_and_a_month_s_own_score_goes_first() -> None:
    inputs = year(*[source("quarter", number, 80) for number in range(1, 5)], source("month", 2, 92))
    assert inputs.mean(SCHEME).total == Fraction(80 * 11 + 92, 12)
    rows = inputs.rows(SCHEME)
    assert [row.total for row in rows[:3]] == [80, 92, 80]
    assert [each.kind for each in rows[1].sources] == ["month"]


def test_two_scores_of_one_time_count_with_their_mean_and_both_are_shown() -> None:
    inputs = year(*[source("quarter", number, 80) for number in range(1, 5)], source("quarter", 1, 91))
    assert inputs.rows(SCHEME)[0].total == Fraction(171, 2)
    assert len(inputs.rows(SCHEME)[0].sources) == 2


def test_a_missing_month_leaves_neither_mean_nor_class() -> None:
    inputs = year(*[source("quarter", number, 90) for number in (1, 2, 4)])
    score = inputs.score(SCHEME)
    assert (score.status, score.total, score.class_code) == ("incomplete", None, None)
    assert [entry.subject for entry in score.missing] == ["7", "8", "9"]
    assert inputs.rating(SCHEME) is None
    assert [row.missing for row in inputs.rows(SCHEME)].count(True) == 3


def test_december_without_a_score_is_left_out_and_months_not_worked_are_not_asked_for() -> None:
    whole = year(*[source("month", month, 70) for month in range(1, 12)])
    assert whole.mean(SCHEME).total == 70
    late = year(source("quarter", 4, 88), worked=(10, 11, 12))
    assert late.mean(SCHEME).total == 88
    assert late.rows(SCHEME)[0].worked is False


def test_not_ranked_needs_no_score_and_is_no_class() -> None:
    rating = year(worked=(11, 12)).rating(SCHEME)
    assert rating is not None
    assert (rating.ranked, rating.class_code) == (False, None)
    assert rating_to_json(rating)["class_code"] == ""  # type: ignore[index]


def test_what_a_snapshot_keeps_is_the_year_again_exactly() -> None:
    act = Discipline("warning", tied_to_public_duty=True, decision_year=2026, act="a", used_in=None)
    inputs = year(
        *[source("quarter", number, "91.125") for number in range(1, 5)],
        leader=True,
        unit_corruption=True,
        discipline=(act,),
        absence="sick leave",
    )
    again = YearInputs.from_json(inputs.to_json())
    assert again == inputs
    rating = again.rating(SCHEME)
    assert rating is not None
    assert rating.class_code == "KHTNV"
    assert [reason.rule for reason in rating.reasons] == [
        "ranking.overrides.unit_corruption",
        "ranking.overrides.discipline",
    ]


def test_the_explanation_names_each_month_and_the_mean() -> None:
    steps = year(*[source("quarter", number, 80) for number in range(1, 5)]).score(SCHEME).explanation
    assert [step.code for step in steps] == ["year.month"] * 12 + ["year.mean", "rounding"]
    assert steps[12].uses == tuple(step.key for step in steps[:12])


def test_the_mean_of_periods_is_another_policy() -> None:
    scheme = SCHEME.with_policies(year_basis="mean of periods")
    inputs = year(
        *[source("month", month, 60) for month in (1, 2, 3)], *[source("quarter", n, 90) for n in (2, 3, 4)]
    )
    assert inputs.mean(SCHEME).total == Fraction(3 * 60 + 9 * 90, 12)
    assert inputs.mean(scheme).total == Fraction(3 * 60 + 3 * 90, 6)


def test_a_source_says_in_words_where_it_came_from() -> None:
    paper = source("quarter", 3, 80, "paper", "Phiếu số 4")
    assert words_of(paper) == "Quý III, Sở Nội vụ (hồ sơ giấy: Phiếu số 4)"
    assert words_of(replace(paper, kind="month", provenance="computed")) == "Tháng 3, Sở Nội vụ"
