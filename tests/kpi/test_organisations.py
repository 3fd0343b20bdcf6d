from dataclasses import replace
from fractions import Fraction

import pytest

from kpi.organisations import (
    Card,
    card_problems,
    organisation_problems,
    parse_card,
    parse_organisation_rules,
    rate,
    with_choices,
)
from kpi.presets import ORGANISATIONS, preset
from kpi.quota import Candidate, check_ceilings
from kpi.scheme import SchemeError

DATA = preset(ORGANISATIONS)
RULES = parse_organisation_rules(DATA)
NEXT = parse_organisation_rules(with_choices(DATA, unmatched="next class", reading="of good"))
FULL = Card(
    general={"1": Fraction(10), "2": Fraction(10), "3": Fraction(10)},
    result=Fraction(60),
    assigned=100,
    done=100,
    late=0,
    above=30,
    faults_fixed=True,
)


def scored(total: str, **changes) -> Card:
    """A card of this total; the general criteria give 30."""
    return replace(FULL, result=Fraction(total) - 30, **changes)


def test_the_shipped_rules_may_be_used():
    assert organisation_problems(DATA) == []


@pytest.mark.parametrize(
    ("total", "class_code"),
    [
        ("100", "HTXS"),
        ("90", "HTXS"),
        ("89.995", "HTT"),
        ("70", "HTT"),
        ("69.9999", "HTNV"),
        ("50", "HTNV"),
        ("49.99", "KHTNV"),
        ("30", "KHTNV"),
    ],
)
def test_the_exact_points_choose_the_class_where_its_conditions_are_met(total, class_code):
    fit = rate(scored(total), RULES)
    assert (fit.score_class, fit.class_code, fit.at_most) == (class_code, class_code, class_code)
    assert not fit.undecided


@pytest.mark.parametrize(
    ("total", "changes", "unmet"),
    [
        ("95", {"done": 99}, ["tasks_done"]),
        ("95", {"above": 29}, ["above_requirement"]),
        ("95", {"lowest_below": 1}, ["no_subordinate_unmet"]),
        ("95", {"faults_fixed": False}, ["faults_fixed"]),
        ("95", {"done": 99, "above": 0}, ["tasks_done", "above_requirement"]),
        ("85", {"done": 95}, ["tasks_done"]),
        ("60", {"late": 21}, ["late_at_most"]),
    ],
)
def test_points_without_a_condition_fit_no_class_and_the_recogniser_decides_below_them(total, changes, unmet):
    fit = rate(scored(total, **changes), RULES)
    assert [each.condition for each in fit.unmet] == unmet
    assert (fit.class_code, fit.undecided) == (None, True)
    below = {"HTXS": "HTT", "HTT": "HTNV", "HTNV": "KHTNV"}
    assert fit.at_most == below[fit.score_class]


@pytest.mark.parametrize(
    ("total", "changes", "class_code"),
    [
        ("95", {"above": 29}, "HTT"),
        ("95", {"done": 99}, "HTNV"),
        ("85", {"done": 95}, "HTNV"),
        ("85", {"done": 95, "late": 20}, "HTNV"),
        ("85", {"done": 95, "late": 21}, "KHTNV"),
        ("60", {"late": 21}, "KHTNV"),
    ],
)
def test_the_other_policy_gives_the_next_class_whose_conditions_are_met(total, changes, class_code):
    fit = rate(scored(total, **changes), NEXT)
    assert (fit.class_code, fit.at_most) == (class_code, class_code)


def test_the_borders_of_the_shares_belong_to_the_class():
    assert rate(scored("90", above=30), RULES).class_code == "HTXS"
    assert rate(scored("50", late=20), RULES).class_code == "HTNV"
    third = rate(scored("95", assigned=3, done=3, above=1), RULES)
    assert third.class_code == "HTXS"
    assert next(each.found for each in third.tests if each.condition == "above_requirement") == Fraction(1, 3)


def test_only_the_top_class_asks_for_work_above_the_requirement():
    assert rate(scored("85", above=0, lowest_below=2, faults_fixed=False), RULES).class_code == "HTT"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"result": None}, ("result",)),
        ({"general": {"1": Fraction(10), "2": None, "3": Fraction(0)}}, ("2",)),
        ({"late": None, "faults_fixed": None}, ("late", "faults")),
        ({"assigned": 0, "done": 0, "late": 0, "above": 0}, ("assigned",)),
    ],
)
def test_what_is_not_scored_is_missing_and_never_nought(changes, missing):
    fit = rate(replace(FULL, **changes), RULES)
    assert (fit.missing, fit.total, fit.class_code, fit.at_most, fit.undecided) == (missing, None, None, None, False)


def test_a_stored_card_is_read_exactly_and_empty_rows_stay_empty():
    card = parse_card({"1": "9.5", "2": "", "result": "66.25", "assigned": "40", "faults": "open"}, RULES)
    assert card.general == {"1": Fraction(19, 2), "2": None, "3": None}
    assert (card.result, card.assigned, card.done, card.faults_fixed) == (Fraction(265, 4), 40, None, False)
    assert parse_card({"faults": "none"}, RULES).faults_fixed is True


def test_each_wrong_row_is_named():
    typed = {"1": "10.01", "2": "-1", "3": "zehn", "result": "70", "assigned": "10", "done": "11", "late": "12"}
    assert card_problems(typed | {"above": "1.5", "faults": "maybe"}, RULES) == {
        "1": "range",
        "2": "range",
        "3": "number",
        "done": "more_than_assigned",
        "late": "more_than_done",
        "above": "number",
        "faults": "number",
    }
    assert card_problems({"1": "10", "done": "10", "assigned": "10", "late": "10"}, RULES) == {}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("general", "points", "value"), "40", "sum"),
        (("general", "items", 0, "maximum"), "11", "sum"),
        (("general", "items", 1, "code"), "1", "repeated_code"),
        (("ranking", "conditions", "HTT"), {"luck": DATA["ranking"]["unmatched"] | {"value": "1"}}, "unknown_value"),
        (("ranking", "conditions", "HTNV", "late_at_most", "value"), "120%", "range"),
        (("ranking", "conditions", "KHTNV"), DATA["ranking"]["conditions"]["HTT"], "lowest"),
        (("ranking", "unmatched", "value"), "luck", "unknown_value"),
        (("ranking", "unmatched", "basis"), "", "no_basis"),
        (("ceilings", "reading", "value"), "generous", "unknown_value"),
        (("result", "points", "value"), 70.0, "unreadable"),
    ],
)
def test_broken_rules_name_their_problem(path, value, code):
    data = preset(ORGANISATIONS)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert code in {problem.code for problem in organisation_problems(data)}


def test_an_unknown_choice_is_refused():
    with pytest.raises(SchemeError):
        with_choices(DATA, unmatched="luck", reading="of good")
    with pytest.raises(SchemeError):
        with_choices(DATA, unmatched="undecided", reading="generous")


def test_the_ceiling_is_that_of_one_recognisers_list():
    classes = ["HTXS"] * 2 + ["HTT"] * 8 + ["HTNV"]
    listed = [Candidate(str(place), "list", code) for place, code in enumerate(classes)]
    assert check_ceilings(listed, RULES.scheme).holds  # 20% of 10
    assert check_ceilings(listed, RULES.scheme).basis == "Điều 8.5 Nghị định 335/2025/NĐ-CP"
    assert check_ceilings(listed, NEXT.scheme).agency.excess == 1  # the literal reading leaves 1
