"""Arithmetic of quorum and votes, without a database."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.classes import CLASSES
from approvals.quorum import ABSTAIN, Quorum, tally

choices = st.lists(st.sampled_from([*CLASSES, ABSTAIN]), max_size=30)
rules = st.sampled_from(["chair", "lower", "none"])


@st.composite
def quorums(draw):
    members = draw(st.integers(0, 200))
    present = draw(st.integers(0, members))
    recused = draw(st.integers(0, present))
    denominator = draw(st.integers(1, 12))
    numerator = draw(st.integers(1, denominator))
    return Quorum(members, present, recused, numerator, denominator)


@pytest.mark.parametrize(
    ("members", "present", "recused", "needed", "met"),
    [
        (9, 6, 0, 6, True),
        (9, 6, 1, 6, False),
        (9, 5, 0, 6, False),
        (7, 5, 0, 5, True),
        (10, 7, 0, 7, True),
        (10, 6, 0, 7, False),
        (1, 1, 0, 1, True),
        (0, 0, 0, 0, False),
    ],
)
def test_two_thirds_are_rounded_up_and_the_recused_do_not_count(members, present, recused, needed, met):
    quorum = Quorum(members, present, recused, 2, 3)
    assert (quorum.needed, quorum.met) == (needed, met)


@given(quorums())
def test_quorum_is_met_exactly_when_the_counted_share_reaches_the_rule(quorum):
    share_reached = quorum.members > 0 and Fraction(quorum.counted, quorum.members) >= Fraction(
        quorum.numerator, quorum.denominator
    )
    assert quorum.met == share_reached


@given(quorums())
def test_one_more_recusal_never_makes_a_quorum(quorum):
    if quorum.recused < quorum.present:
        after = Quorum(quorum.members, quorum.present, quorum.recused + 1, quorum.numerator, quorum.denominator)
        assert after.needed == quorum.needed
        assert not (after.met and not quorum.met)


@pytest.mark.parametrize(
    "numbers", [(3, 4, 0, 2, 3), (3, 2, 3, 2, 3), (3, 2, -1, 2, 3), (3, 3, 0, 4, 3), (3, 3, 0, 0, 3)]
)
def test_impossible_numbers_are_an_error(numbers):
    with pytest.raises(ValueError):
        Quorum(*numbers)


@given(choices, rules, st.sampled_from([None, *CLASSES]))
def test_the_counts_add_up_and_abstentions_change_no_winner(votes, rule, chair):
    count = tally(votes, order=CLASSES, chair_choice=chair, tie_rule=rule)
    assert sum(count.counts.values()) == count.cast
    assert count.cast + count.abstained == len(votes)
    more = tally([*votes, ABSTAIN], order=CLASSES, chair_choice=chair, tie_rule=rule)
    assert (more.winner, more.tie, more.counts) == (count.winner, count.tie, count.counts)


@given(choices, st.randoms(), rules, st.sampled_from([None, *CLASSES]))
def test_the_order_of_votes_does_not_matter(votes, random, rule, chair):
    shuffled = list(votes)
    random.shuffle(shuffled)
    assert tally(votes, order=CLASSES, chair_choice=chair, tie_rule=rule) == tally(
        shuffled, order=CLASSES, chair_choice=chair, tie_rule=rule
    )


@given(choices, rules, st.sampled_from([None, *CLASSES]))
def test_a_winner_has_a_majority_or_half_and_the_tie_rule(votes, rule, chair):
    count = tally(votes, order=CLASSES, chair_choice=chair, tie_rule=rule)
    if count.winner is None:
        assert all(2 * number <= count.cast for number in count.counts.values())
    elif count.tie:
        assert rule != "none"
        assert 2 * count.counts[count.winner] == count.cast
    else:
        assert 2 * count.counts[count.winner] > count.cast


@given(choices, rules, st.sampled_from([None, *CLASSES]))
def test_one_more_vote_for_the_winner_leaves_him_the_winner(votes, rule, chair):
    winner = tally(votes, order=CLASSES, chair_choice=chair, tie_rule=rule).winner
    if winner:
        assert tally([*votes, winner], order=CLASSES, chair_choice=chair, tie_rule=rule).winner == winner


HALVES = ["HTXS", "HTXS", "HTT", "HTT"]


@pytest.mark.parametrize(
    ("rule", "chair", "winner"),
    [
        ("chair", "HTXS", "HTXS"),
        ("chair", "HTT", "HTT"),
        ("chair", "HTNV", None),
        ("chair", None, None),
        ("lower", "HTXS", "HTT"),
        ("none", "HTXS", None),
    ],
)
def test_equal_halves_go_by_the_tie_rule_only(rule, chair, winner):
    count = tally(HALVES, order=CLASSES, chair_choice=chair, tie_rule=rule)
    assert count.tie
    assert count.winner == winner


def test_the_most_votes_without_a_majority_win_nothing():
    count = tally(["HTXS", "HTXS", "HTT", "HTT", "HTNV"], order=CLASSES, chair_choice="HTXS", tie_rule="chair")
    assert (count.winner, count.tie) == (None, False)


def test_a_vote_of_abstentions_only_has_no_result():
    count = tally([ABSTAIN, ABSTAIN], order=CLASSES, tie_rule="lower")
    assert (count.winner, count.tie, count.cast, count.abstained) == (None, False, 0, 2)


def test_unknown_choices_and_rules_are_an_error():
    with pytest.raises(ValueError):
        tally(["HTXX"], order=CLASSES)
    with pytest.raises(ValueError):
        tally([], order=CLASSES, tie_rule="coin")
