"""Who stands at the edge of the top class, and which choice among equals needs its reason."""

from fractions import Fraction

from kpi.choice import Contender, by_score, parted


def contender(who: str, score: str, *, chosen: bool, group: str = "staff") -> Contender:
    return Contender(who, group, Fraction(score), chosen)


def test_places_follow_the_exact_score_and_equals_share_one():
    placed = by_score(
        [
            contender("c", "271/3", chosen=False),
            contender("a", "95", chosen=True),
            contender("d", "271/3", chosen=True),
            contender("e", "90.33", chosen=False),
        ]
    )
    assert [(one.contender.who, one.place, one.equal) for one in placed] == [
        ("a", 1, False),
        ("d", 2, True),
        ("c", 2, True),
        ("e", 4, False),
    ]


def test_equals_of_one_group_who_are_treated_differently_are_named():
    equals = [contender("a", "91", chosen=True), contender("b", "91", chosen=False)]
    assert [[one.who for one in found] for found in parted(equals, {"staff": 0})] == [["a", "b"]]
    assert parted([contender("a", "91", chosen=True), contender("b", "91", chosen=True)], {"staff": 0}) == []
    assert parted([contender("a", "91.01", chosen=True), contender("b", "91", chosen=False)], {"staff": 0}) == []


def test_of_two_groups_the_ceiling_of_the_full_one_is_no_choice_but_room_left_unused_is():
    equals = [contender("a", "91", chosen=True), contender("b", "91", chosen=False, group="heads")]
    assert parted(equals, {"staff": 0, "heads": 0}) == []
    assert [one.who for one in parted(equals, {"staff": 0, "heads": 1})[0]] == ["a", "b"]
