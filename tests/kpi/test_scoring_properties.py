from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.scoring import score, score_to_json
from tests.kpi.strategies import full_marks, leaders, many_lines, marks, schemes


def same(first, second) -> bool:
    """Equal in every number; the explanation may list its rows in another order."""
    return replace(first, explanation=(), missing=()) == replace(second, explanation=(), missing=()) and set(
        first.missing
    ) == set(second.missing)


@given(st.data(), many_lines(), marks(), schemes(), leaders)
def test_the_order_of_rows_does_not_matter(data, lines, general, scheme, leader):
    shuffled = data.draw(st.permutations(lines))
    assert same(score(lines, general, scheme, leader), score(shuffled, general, scheme, leader))


@given(st.data(), many_lines(), schemes(), leaders, st.decimals(min_value=0, max_value=20, places=2))
def test_more_done_never_lowers_a_score(data, lines, scheme, leader, more):
    assume(lines)
    lines = [replace(line, done=line.done or Decimal(0)) for line in lines]
    place = data.draw(st.integers(0, len(lines) - 1))
    better = [replace(line, done=line.done + (Fraction(more) if i == place else 0)) for i, line in enumerate(lines)]
    before, after = score(lines, full_marks, scheme, leader), score(better, full_marks, scheme, leader)
    assert (before.total is None) == (after.total is None)
    if before.total is not None:
        assert after.total >= before.total


@given(many_lines(), marks(), schemes(), leaders)
def test_any_input_scores_without_dividing_by_zero_and_says_what_is_missing(lines, general, scheme, leader):
    result = score(lines, general, scheme, leader)
    if not any(line.converted_assigned for line in lines):
        assert result.status == "insufficient_data"
    assert (result.total is not None) == (result.status == "complete")
    if result.status == "incomplete":
        assert result.missing
    if result.total is not None:
        assert not result.missing
        assert result.total >= 0
        if scheme.policies.cap.value != "none":
            assert result.total <= 100


@given(st.data(), many_lines(), marks(), schemes())
def test_an_item_not_scored_stays_missing_and_is_not_a_zero(data, lines, general, scheme):
    code = data.draw(st.sampled_from(sorted(full_marks)))
    result = score(lines, general | {code: None}, scheme)
    assert f"general:{code}" in {entry.key for entry in result.missing}
    assert result.total is None
    assert result.general_points is None
    assert f"general:{code}" not in {
        entry.key for entry in score(lines, general | {code: Decimal(0)}, scheme).missing
    }


@given(many_lines(), marks(), schemes(), leaders)
def test_every_step_of_the_explanation_names_its_article(lines, general, scheme, leader):
    keys = set()
    for step in score_to_json(score(lines, general, scheme, leader))["explanation"]:
        assert step["basis"]
        assert step["standing"] in {"mandatory", "guidance", "local", "under_review"}
        assert step["arithmetic"]
        keys.add(step["key"])


@given(many_lines(), schemes(), leaders)
def test_what_a_step_was_made_from_stands_before_it(lines, scheme, leader):
    seen: set[str] = set()
    for step in score(lines, full_marks, scheme, leader).explanation:
        pooled = scheme.policies.period_basis.value == "pooled"
        assert not pooled or set(step.uses) <= seen
        seen.add(step.key)
