from fractions import Fraction

import pytest

from kpi.presets import LOCAL_QUARTER, preset
from kpi.quota import Candidate, ceiling, check_ceilings
from kpi.scheme import parse_scheme
from kpi.scoring import ScoringError

SCHEME = parse_scheme(preset(LOCAL_QUARTER))


def people(group: str, **classes: int) -> list[Candidate]:
    return [
        Candidate(f"{group}-{code}-{number}", group, code) for code, many in classes.items() for number in range(many)
    ]


def test_a_group_of_five_has_no_place_in_the_literal_reading():
    assert ceiling(5, Fraction(1, 5), "of good") == 0
    assert ceiling(5, Fraction(1, 5), "of good or better") == 1


def test_the_excess_shows_in_the_group_and_in_the_agency():
    check = check_ceilings(people("heads", HTXS=2, HTT=4) + people("staff", HTXS=4, HTT=18, HTNV=9), SCHEME)
    assert [(c.group, c.good_or_better, c.allowed, c.used, c.excess) for c in check.groups] == [
        ("heads", 6, 1, 2, 1),
        ("staff", 22, 4, 4, 0),
    ]
    assert (check.agency.allowed, check.agency.used, check.agency.excess, check.most) == (5, 6, 1, 5)
    assert not check.holds


def test_a_list_is_further_above_when_any_of_its_ceilings_is():
    now = check_ceilings(people("heads", HTXS=2, HTT=4) + people("staff", HTXS=4, HTT=18), SCHEME)
    moved = check_ceilings(people("heads", HTXS=1, HTT=5) + people("staff", HTXS=5, HTT=17), SCHEME)
    more = check_ceilings(people("heads", HTXS=2, HTT=4) + people("staff", HTXS=4, HTT=16, HTNV=2), SCHEME)
    fewer = check_ceilings(people("heads", HTXS=1, HTT=5) + people("staff", HTXS=4, HTT=18), SCHEME)
    assert moved.is_further_above(now)  # the agency as before, the staff by one more
    assert not more.is_further_above(now)
    assert not fewer.is_further_above(now)
    assert now.is_further_above(fewer)


def test_the_order_of_the_list_changes_nothing():
    listed = people("heads", HTXS=1, HTT=5) + people("staff", HTXS=4, HTT=18)
    assert check_ceilings(listed, SCHEME) == check_ceilings(reversed(listed), SCHEME)
    assert check_ceilings(listed, SCHEME).holds


def test_outstanding_achievement_lifts_the_share_to_a_quarter():
    assert check_ceilings(people("staff", HTXS=5, HTT=15), SCHEME, outstanding=True).holds
    assert not check_ceilings(people("staff", HTXS=5, HTT=15), SCHEME).holds


def test_people_not_ranked_and_those_below_good_do_not_widen_the_ceiling():
    check = check_ceilings([*people("staff", HTXS=1, HTT=4, HTNV=5), Candidate("x", "staff", None)], SCHEME)
    assert check.agency.good_or_better == 5


@pytest.mark.parametrize(
    "wrong",
    [[Candidate("a", "g", "A+")], [Candidate("a", "g", "HTT"), Candidate("a", "h", "HTT")]],
)
def test_an_unknown_class_or_a_person_listed_twice_is_refused(wrong):
    with pytest.raises(ScoringError):
        check_ceilings(wrong, SCHEME)
