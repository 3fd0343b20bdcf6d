import copy

import pytest

from kpi.presets import LOCAL_QUARTER, NATIONAL, PRESETS, preset
from kpi.scheme import SchemeError, parse_scheme, scheme_problems


def changed(path: str, value: object) -> dict:
    """The local preset with one entry replaced; a path such as "policies.cap.value"."""
    data = copy.deepcopy(preset(LOCAL_QUARTER))
    *parents, last = path.split(".")
    place = data
    for key in parents:
        place = place[int(key)] if isinstance(place, list) else place[key]
    place[int(last) if isinstance(place, list) else last] = value
    return data


@pytest.mark.parametrize("name", PRESETS)
def test_a_shipped_scheme_may_be_activated(name):
    assert scheme_problems(preset(name)) == []


def test_only_the_local_scheme_is_local():
    assert [parse_scheme(preset(name)).is_local for name in (NATIONAL, LOCAL_QUARTER)] == [False, True]


def test_the_ten_criteria_of_form_01_carry_their_codes_and_maxima():
    items = parse_scheme(preset(NATIONAL)).items
    assert [(item.code, str(item.maximum)) for item in items] == [
        ("I.1", "5"),
        ("I.2", "5"),
        *((f"{group}.{number}", "5/2") for group in ("II", "III") for number in (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("policies.cap.value", "sixty", "unknown_value"),
        ("policies.cap.basis", " ", "no_basis"),
        ("policies.cap.standing", "habit", "unknown_standing"),
        ("general.groups.0.items.0.basis", "", "no_basis"),
        ("general.groups.0.items.0.maximum", "6", "sum"),
        ("general.points.value", "31", "sum"),
        ("general.step.value", "0.4", "step"),
        ("result.points.value", "60", "sum"),
        ("result.staff_weights.value", {"a": "1/3", "b": "1/3", "c": "0.33"}, "sum"),
        ("result.leader_weights.value", {"a": "1/2", "b": "1/2"}, "components"),
        ("ranking.classes.value.0.from", "91", "gap"),
        ("ranking.classes.value.0.from", "89", "overlap"),
        ("ranking.classes.value.0.below", "100", "gap"),
        ("ranking.classes.value.3.from", "1", "gap"),
        ("ranking.classes", None, "missing"),
        ("ranking.ranks.standing", "mandatory", "not_local"),
        ("ranking.ranks.value", ["week"], "unknown_value"),
        ("ranking.overrides.discipline.basis", "", "no_basis"),
        ("ceilings.kinds.standing", "guidance", "not_local"),
        ("ceilings.kinds.value", ["month"], "not_ranked"),
        ("ceilings.reading.value", "generous", "unknown_value"),
        ("ceilings.share.value", "120%", "range"),
        ("policies", {}, "unreadable"),
        ("result.points.value", 70.0, "unreadable"),
    ],
)
def test_a_broken_scheme_names_its_problem(path, value, code):
    assert code in {problem.code for problem in scheme_problems(changed(path, value))}


def test_a_scheme_may_rank_nothing_and_then_needs_no_classes():
    data = changed("ranking.classes", None)
    data["ranking"]["ranks"]["value"] = []
    data["ceilings"] = None
    assert scheme_problems(data) == []


def test_an_unreadable_scheme_says_where():
    with pytest.raises(SchemeError) as caught:
        parse_scheme(changed("aggregation.months_needed.value", "six"))
    assert caught.value.path == "aggregation.months_needed"


def test_the_order_of_weights_does_not_depend_on_the_store():
    data = changed("result.leader_weights.value", dict.fromkeys(("a", "b", "c", "d", "e", "dd"), "1/6"))
    assert tuple(parse_scheme(data).leader_weights.value) == ("a", "b", "c", "d", "dd", "e")
