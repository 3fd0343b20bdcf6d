from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpi.actions import (
    Change,
    adjust_scores,
    compute,
    confirm_waiver,
    derive_leader_d,
    drop_adjustments,
    hand_back_line,
    record_delay,
    record_failed_review,
    save_self_scores,
    set_leader_components,
    snapshot,
    stored_draft,
)
from kpi.errors import DraftConflict, KpiError
from kpi.models import ScoreAdjustment, Scorecard, ScoreLine
from kpi.scoring import score_to_json
from tests.kpi.factories import NOW, full_marks, make_line, make_person, make_scorecard
from tests.kpi.strategies import amounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def card() -> Scorecard:
    return make_scorecard()


def save(card, *, general=None, lines=None, version=0, **more):
    return save_self_scores(
        scorecard=card,
        general=general or {},
        lines=lines or {},
        by=card.person,
        expected_draft_version=version,
        at=NOW,
        **more,
    )


def adjust(card, *changes, by=None):
    return adjust_scores(scorecard=card, changes=changes, by=by or make_person(), under=None, at=NOW)


def total(card, *, reviewed=False):
    return compute(Scorecard.objects.get(pk=card.pk), reviewed=reviewed).total


def test_a_new_form_is_empty_and_says_everything_is_missing(card):
    make_line(card)
    score = compute(card, reviewed=False)
    assert len(score.missing) == 11
    assert (score.status, score.total, score.subtotal) == ("incomplete", None, 0)


def test_a_save_keeps_the_entries_and_counts_up(card):
    line = make_line(card)
    version = save(card, general=full_marks(card), lines={line.uuid: {"done": Decimal(10), "note": "Số 12"}})
    assert version == 1
    assert total(card) == 100
    assert ScoreLine.objects.get().note == "Số 12"


def test_a_second_tab_is_told_and_overwrites_nothing(card):
    save(card, general={"I.1": Decimal(4)})
    with pytest.raises(DraftConflict) as caught:
        save(card, general={"I.1": Decimal(3)}, version=0)
    assert caught.value.version == 1
    assert caught.value.stored["general"]["I.1"] == "4"
    assert stored_draft(Scorecard.objects.get(pk=card.pk))["general"]["I.1"] == "4"


def test_an_entry_can_be_emptied_again_and_is_then_missing(card):
    save(card, general={"I.1": Decimal(4)})
    save(card, general={"I.1": None}, version=1)
    assert "general:I.1" in {
        entry.key for entry in compute(Scorecard.objects.get(pk=card.pk), reviewed=False).missing
    }


@pytest.mark.parametrize(
    "general", [{"I.1": Decimal("5.1")}, {"I.1": Decimal(-1)}, {"X.1": Decimal(1)}, {"I.1": Decimal("NaN")}]
)
def test_an_impossible_mark_is_refused_and_nothing_of_the_save_is_kept(card, general):
    line = make_line(card)
    with pytest.raises(KpiError) as caught:
        save(card, general={"I.2": Decimal(5)} | general, lines={line.uuid: {"done": Decimal(1)}})
    assert len(caught.value.problems) == 1
    card.refresh_from_db()
    assert card.draft_version == 0
    assert ScoreLine.objects.get().done is None


def test_a_line_of_another_form_is_not_touched(card):
    other = make_line(make_scorecard())
    with pytest.raises(KpiError):
        save(card, lines={other.uuid: {"done": Decimal(1)}})


def test_only_the_person_enters_his_own_scores(card):
    with pytest.raises(KpiError):
        save_self_scores(scorecard=card, general={}, lines={}, by=make_person(), expected_draft_version=0, at=NOW)


def test_an_adjustment_stands_beside_the_self_score_with_its_reason(card):
    line = make_line(card)
    save(card, general=full_marks(card), lines={line.uuid: {"done": Decimal(10)}})
    made = adjust(
        card,
        Change("general", "I.1", Decimal(3), "Đi muộn hai lần"),
        Change("done", str(line.uuid), Decimal(8), "Hai báo cáo chưa có"),
        Change("general", "I.2", Decimal(5), ""),
    )
    assert [(row.target, row.old, row.new) for row in made] == [("general", "5", "3"), ("done", "10", "8")]
    assert (total(card), total(card, reviewed=True)) == (100, 98 - 14)


@pytest.mark.parametrize(
    "change",
    [
        Change("general", "I.1", Decimal(3), "  "),
        Change("general", "I.1", Decimal(6), "quá"),
        Change("general", "IX", Decimal(1), "không có"),
        Change("done", "no-line", Decimal(1), "không có"),
    ],
)
def test_a_change_without_reason_or_sense_is_refused(card, change):
    save(card, general=full_marks(card))
    with pytest.raises(KpiError):
        adjust(card, Change("general", "II.1", Decimal(1), "đúng"), change)
    assert not ScoreAdjustment.objects.exists()
    assert not card.general_scores.exclude(reviewed_points=None).exists()


def test_nobody_reviews_himself(card):
    line = make_line(card)
    acts = [
        lambda: adjust(card, by=card.person),
        lambda: record_delay(line=line, reason="chậm", by=card.person, under=None, at=NOW),
        lambda: confirm_waiver(line=line, of="delays", cause="bão", by=card.person, under=None, at=NOW),
    ]
    for act in acts:
        with pytest.raises(KpiError, match="own score"):
            act()


def test_a_new_round_lets_the_own_entries_count_again_and_keeps_the_record(card):
    line = make_line(card)
    save(card, general=full_marks(card), lines={line.uuid: {"done": Decimal(10)}})
    adjust(card, Change("general", "I.1", Decimal(3), "Đi muộn"))
    drop_adjustments(scorecard=card, reason="Trả lại để làm rõ", by=make_person(), under=None, at=NOW)
    assert total(card, reviewed=True) == 100
    assert [(row.old, row.new) for row in ScoreAdjustment.objects.all()] == [("5", "3"), ("3", "")]


def test_errors_lower_the_score_until_the_competent_person_confirms_the_cause(card):
    reviewer, line = make_person(), make_line(card)
    save(card, general=full_marks(card), lines={line.uuid: {"done": Decimal(10)}})
    record_failed_review(line=line, reason="Sai số liệu", by=reviewer, under=None, at=NOW)
    record_delay(line=line, reason="Chậm hai lần", by=reviewer, under=None, at=NOW, count=2)
    assert total(card) == 30 + Fraction(70, 3) * (1 + Fraction(3, 4) + Fraction(1, 2))
    confirm_waiver(line=line, of="failed_reviews", cause="Biểu mẫu thay đổi", by=reviewer, under=None, at=NOW)
    confirm_waiver(line=line, of="delays", cause="Bão", by=reviewer, under=None, at=NOW)
    assert total(card) == 100
    with pytest.raises(KpiError):
        confirm_waiver(line=line, of="delays", cause="Bão nữa", by=reviewer, under=None, at=NOW)
    assert ScoreAdjustment.objects.count() == 4


def test_work_handed_back_needs_no_result_and_takes_none(card):
    kept, back = make_line(card), make_line(card)
    hand_back_line(line=back, reason="Chuyển cho phòng khác", by=make_person(), under=None, at=NOW)
    save(card, general=full_marks(card), lines={kept.uuid: {"done": Decimal(10)}})
    assert total(card) == 65
    with pytest.raises(KpiError):
        save(card, lines={back.uuid: {"done": Decimal(1)}}, version=1)


def test_a_leader_is_complete_when_d_and_the_two_judgements_are_settled():
    card = make_scorecard(is_leader=True)
    line = make_line(card)
    save(card, general=full_marks(card), lines={line.uuid: {"done": Decimal(10)}}, leader={"dd": 100, "e": 100})
    boss = make_person()
    derive_leader_d(scorecard=card, scores=[Fraction(80), None], by=boss, under=None, at=NOW)
    assert total(card) is None
    derive_leader_d(scorecard=card, scores=[Fraction(80), Fraction(49)], by=boss, under=None, at=NOW)
    assert total(card) == 30 + 70 * Fraction(11, 12)
    assert total(card, reviewed=True) is None
    set_leader_components(
        scorecard=card, values={"dd": 50, "e": 100}, reason="Chậm kéo dài", by=boss, under=None, at=NOW
    )
    assert total(card, reviewed=True) == 30 + 70 * Fraction(10, 12)
    with pytest.raises(KpiError):
        set_leader_components(scorecard=card, values={"e": 75}, reason="?", by=boss, under=None, at=NOW)


def test_staff_have_no_leader_components(card):
    with pytest.raises(KpiError):
        save(card, leader={"e": 100})
    with pytest.raises(IntegrityError), transaction.atomic():
        Scorecard.objects.filter(pk=card.pk).update(leader_e=100)


@pytest.mark.parametrize("wrong", [{"delays": 1, "delays_waived": 2}, {"done": -1}, {"k": 0}, {"month": 13}])
def test_the_database_refuses_what_must_never_be_false(card, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_line(card, **wrong)


def test_adjustments_and_snapshots_are_never_changed(card):
    line = make_line(card)
    record_delay(line=line, reason="chậm", by=make_person(), under=None, at=NOW)
    kept = snapshot(scorecard=card, stage="self_assessment", round=1, at=NOW)
    for row in (ScoreAdjustment.objects.get(), kept):
        for act in (lambda row=row: row.save(), lambda row=row: row.delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()


def test_an_incomplete_form_leaves_an_incomplete_snapshot(card):
    make_line(card)
    kept = snapshot(scorecard=card, stage="self_assessment", round=1, at=NOW, reviewed=False)
    assert (kept.status, kept.total, kept.class_code) == ("incomplete", None, "")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(amounts(), st.none() | amounts(), st.integers(0, 3), st.sampled_from(["planned", "unplanned"])),
        max_size=4,
    ),
    st.lists(st.none() | st.decimals(min_value=0, max_value=Decimal("2.5"), places=3), min_size=10, max_size=10),
)
def test_save_load_recompute_is_the_identity(card, rows, marks):
    with transaction.atomic():
        point = transaction.savepoint()
        lines = [
            make_line(card, assigned=assigned, kind=kind, delays=delays, k=Decimal("0.333333"))
            for assigned, _done, delays, kind in rows
        ]
        codes = [item.code for item in card.scheme.scheme.items]
        entered = {line.uuid: {"done": row[1]} for line, row in zip(lines, rows, strict=True)}
        save(card, general=dict(zip(codes, marks, strict=True)), lines=entered)
        live = compute(Scorecard.objects.get(pk=card.pk), reviewed=True)
        kept = snapshot(scorecard=card, stage="self_assessment", round=1, at=NOW)
        kept = type(kept).objects.get(pk=kept.pk)
        assert kept.recompute() == live
        assert score_to_json(live) == kept.result
        assert (kept.total, kept.class_code or None) == (live.total, live.class_code)
        transaction.savepoint_rollback(point)
