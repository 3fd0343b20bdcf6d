import json
from decimal import Decimal
from fractions import Fraction

import pytest

from kpi.presets import LOCAL_QUARTER, NATIONAL, preset
from kpi.scheme import SchemeError, parse_scheme
from kpi.scoring import (
    Circumstances,
    Discipline,
    Leader,
    Line,
    ScoringError,
    after_errors,
    apply_overrides,
    class_of,
    factor,
    leader_d,
    score,
    score_to_json,
    year_mean,
)

LOCAL = parse_scheme(preset(LOCAL_QUARTER))
DECREE = parse_scheme(preset(NATIONAL))
FULL = {item.code: item.maximum for item in LOCAL.items}


def line(key="1", k="1", assigned="10", done="10", **more) -> Line:
    return Line(
        key=key, k=Decimal(k), assigned=Decimal(assigned), done=None if done is None else Decimal(done), **more
    )


def test_a_line_not_entered_leaves_the_score_incomplete_with_a_subtotal():
    result = score([line("1"), line("2", done=None, title="Báo cáo")], FULL, LOCAL)
    assert result.status == "incomplete"
    assert (result.total, result.class_code, result.result_points) == (None, None, None)
    assert [(entry.key, entry.label) for entry in result.missing] == [("done:2", "Báo cáo")]
    assert result.subtotal == 30 + 35


def test_work_handed_back_stays_assigned_and_needs_no_result():
    result = score([line("1"), line("2", done=None, kind="handed_back")], FULL, LOCAL)
    assert result.components["a"] == Fraction(1, 2)


def test_nothing_assigned_is_insufficient_data_even_with_extra_work_done():
    result = score([line(kind="unplanned")], FULL, LOCAL)
    assert result.status == "insufficient_data"
    assert result.total is None


def test_a_national_quarter_has_a_score_and_no_class():
    result = score([line()], FULL, DECREE, kind="quarter")
    assert (result.total, result.class_code, result.next_class) == (100, None, None)
    assert all(step.code != "class" for step in result.explanation)


def test_a_local_quarter_has_a_class_by_a_local_rule():
    result = score([line(done="5")], FULL, LOCAL, kind="quarter")
    assert result.class_code == "HTNV"
    assert result.next_class.code == "HTT"
    assert result.next_class.points_missing == 5
    assert [(loss.code, loss.points) for loss in result.losses] == [(code, Fraction(35, 3)) for code in "abc"]
    assert LOCAL.ranks.standing == "local"


def test_a_leader_waits_for_all_three_components():
    result = score([line()], FULL, LOCAL, Leader(d=None, dd=100, e=50))
    assert [entry.key for entry in result.missing] == ["leader:d"]
    assert score([line()], FULL, LOCAL, Leader(50, 100, 50)).result_points == Fraction(350, 6)


def test_months_weigh_the_same_under_the_mean_of_months():
    lines = [line("1", assigned="10", done="10", month=1), line("2", assigned="30", done="0", month=2)]
    pooled = score(lines, FULL, LOCAL)
    monthly = score(lines, FULL, LOCAL.with_policies(period_basis="mean of months"))
    assert (pooled.components["a"], monthly.components["a"]) == (Fraction(1, 4), Fraction(1, 2))


def test_a_waived_error_does_not_count_and_is_still_shown():
    result = score([line(delays=2, delays_waived=2)], FULL, LOCAL)
    assert result.total == 100
    step = next(step for step in result.explanation if step.key == "line.c:1")
    assert step.arithmetic == "1 × 10 × max(0; 1 − (2 − 2) × 25%) = 10"


def test_the_same_line_loses_by_line_or_by_unit_as_the_policy_says():
    assert after_errors(Fraction("6.4"), Fraction(5), 1, "line") == 24
    assert after_errors(Fraction("6.4"), Fraction(5), 1, "unit") == Fraction("30.4")


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 0.5},
        {"done": Decimal(-1)},
        {"kind": "gift"},
        {"delays": 1, "delays_waived": 2},
    ],
)
def test_an_impossible_line_is_refused(wrong):
    with pytest.raises(ScoringError):
        Line(**({"key": "1", "k": Decimal(1), "assigned": Decimal(1), "done": Decimal(1)} | wrong))


@pytest.mark.parametrize("marks", [{"I.1": Decimal("5.01")}, {"I.1": Decimal(-1)}, {"IX.1": Decimal(1)}])
def test_a_mark_outside_its_criterion_is_refused(marks):
    with pytest.raises(ScoringError):
        score([line()], marks, LOCAL)


def test_an_unknown_policy_value_is_refused():
    with pytest.raises(SchemeError):
        LOCAL.with_policies(cap="sixty points")


def test_a_score_with_its_explanation_survives_json():
    result = score([line(done="7", k="2.5")], FULL, LOCAL)
    data = json.loads(json.dumps(score_to_json(result), ensure_ascii=False))
    assert data["total"] == "79"
    assert [step["code"] for step in data["explanation"]][-4:] == ["result.points", "total", "rounding", "class"]
    assert data["explanation"][-1]["arithmetic"] == "70 ≤ 79 < 90"


def test_thresholds_compare_exactly_unless_the_scheme_rounds():
    assert class_of(Fraction("89.995"), LOCAL) == "HTT"
    assert class_of(Fraction("89.995"), LOCAL.with_policies(rounding="two decimals")) == "HTXS"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([], None), ([60, None], None), ([49, None], 50), ([60, 50], 100), ([Fraction(4999, 100), 90], 50)],
)
def test_d_of_a_leader_follows_the_people_managed(scores, expected):
    assert leader_d([None if value is None else Fraction(value) for value in scores]) == expected


def test_a_factor_is_exact_or_refused():
    assert str(factor(Decimal(70), Decimal(5))) == "14"
    assert factor(Decimal(1), Decimal(8)) == Decimal("0.125")
    for points, standard in ((Decimal(5), Decimal(3)), (Decimal(5), Decimal(0)), (Decimal(-1), Decimal(5))):
        with pytest.raises(ScoringError):
            factor(points, standard)


def rated(score_class="HTXS", **facts):
    return apply_overrides(score_class, Circumstances(year=2026, **facts), LOCAL)


def test_one_act_disciplined_twice_counts_in_the_first_year_only():
    party = Discipline("warning", True, 2025, act="A")
    state = Discipline("reprimand", True, 2026, act="A")
    assert rated(discipline=[party, state]).class_code == "HTXS"
    assert rated(discipline=[state]).class_code == "KHTNV"


def test_an_unknown_measure_is_refused_rather_than_forgiven():
    with pytest.raises(ScoringError):
        rated(discipline=[Discipline("scolding", True, 2026)])


def test_a_discipline_off_duty_or_below_reprimand_lowers_nothing():
    private, mild = Discipline("warning", False, 2026), Discipline("criticism", True, 2026)
    assert rated(discipline=[private, mild]).class_code == "HTXS"


def test_an_override_names_its_article():
    (reason,) = rated(degradation=True).reasons
    assert reason.basis.startswith("Điều 20.4.b")


def test_maternity_under_six_months_is_still_ranked_and_no_work_at_all_is_not():
    assert rated(months_worked=Fraction(5), absence="maternity leave").class_code == "HTXS"
    assert not rated(months_worked=Fraction(5), absence="unpaid leave").ranked
    assert not rated(months_worked=Fraction(0), absence="maternity leave").ranked


def test_a_head_cannot_be_rated_before_the_organisation():
    with pytest.raises(ScoringError):
        rated(head_of_organisation=True)


def test_a_corrupt_unit_lowers_only_its_leader():
    assert rated(unit_corruption=True).class_code == "HTXS"
    assert rated(unit_corruption=True, leader=True).class_code == "KHTNV"


def test_a_year_takes_the_quarter_for_months_without_a_score_and_leaves_december_out():
    months = {month: Fraction(80) for month in range(1, 7)}
    months |= dict.fromkeys(range(7, 13))
    year = year_mean(months, {3: Fraction(90), 4: None}, DECREE, worked=range(1, 10))
    assert year.total == Fraction(6 * 80 + 3 * 90, 9)
    periods = year_mean(months, {3: Fraction(90)}, DECREE.with_policies(year_basis="mean of periods"), range(1, 10))
    assert periods.total == Fraction(6 * 80 + 90, 7)
    assert year_mean({m: Fraction(70) for m in range(1, 12)}, {}, DECREE).total == 70


def test_a_month_worked_without_a_score_leaves_the_year_open():
    year = year_mean({1: Fraction(80)}, {}, DECREE, worked=[1, 2, 12])
    assert (year.total, year.missing) == (None, (2,))
    required = year_mean({1: Fraction(80)}, {}, DECREE.with_policies(december="required"), worked=[1, 12])
    assert required.missing == (12,)
