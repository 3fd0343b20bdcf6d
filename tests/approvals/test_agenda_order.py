"""Disagreement brings a case forward: members' questions, the supervisor's points, the last period's class."""

from fractions import Fraction

import pytest

from approvals import actions
from approvals.agenda_order import Disagreement
from approvals.errors import ApprovalRefused
from approvals.minutes import minutes_facts


def order(room) -> list[str]:
    return [item.person.username for item in room.session.items.select_related("person").order_by("order")]


def question(room, by: str, about: str, choice: str = "question") -> None:
    marked = [actions.MarkedCase(room.session.items.get(person=room.person(about)), choice)]
    actions.mark_cases(session=room.session, member=room.member(by), marks=marked, by=room.person(by), at=room.at())


def four(room):
    return [
        room.case("plain"),
        room.case("once_good", last_class="HTNV"),
        room.case("lowered", own_total="96", score_total="92.5"),
        room.case("raised", own_total="91", score_total="93"),
    ]


def test_the_invitation_sorts_by_the_supervisors_difference_then_by_the_last_class(room):
    room.convene(*four(room))
    assert order(room) == ["lowered", "raised", "once_good", "plain"]


def test_questions_move_a_case_until_the_meeting_is_opened_and_not_after(room):
    room.convene(*four(room))
    question(room, "an", "plain")
    assert order(room) == ["plain", "lowered", "raised", "once_good"]
    question(room, "an", "plain", "agree")
    assert order(room) == ["lowered", "raised", "once_good", "plain"]
    room.roll()
    room.act(actions.open_session)
    question(room, "an", "plain")
    assert order(room) == ["lowered", "raised", "once_good", "plain"]


def test_a_case_without_an_own_score_or_an_earlier_class_has_no_difference():
    alone = Disagreement(own=None, final=Fraction(80), score_class="HTT")
    assert (alone.gap, alone.steps) == (0, 0)
    assert Disagreement(Fraction(80), Fraction(153, 2), "HTT").gap == Fraction(-7, 2)


def test_a_sitting_keeps_who_was_there_and_the_roll_is_called_anew(room):
    room.open(absent=("dung",))
    session = room.act(actions.adjourn_session, resumes_at=None)
    kept = session.sittings[0]
    assert len(kept["present"]) == 6
    assert kept["absent"] == [{"name": "Hồ Thị Dung", "title": "Chức vụ dung", "reason": "Đi công tác"}]
    with pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == "quorum"):
        room.act(actions.resume_session)
    room.roll("an")
    assert room.act(actions.resume_session).sittings[0]["resumed_at"] > kept["to"]


def test_those_without_a_seat_are_kept_with_their_sitting_and_noted_anew(room):
    room.open()
    lines = [
        actions.Presence(room.person("guest"), present=True, title="Chuyên viên"),
        actions.Presence(room.person("sick"), present=False, reason="Nghỉ ốm"),
    ]
    session = room.act(actions.note_attendance, lines=lines, party=room.person("guest"))
    assert len(minutes_facts(session)["attendees"]) == 2
    session = room.act(actions.adjourn_session, resumes_at=None)
    kept = session.sittings[0]
    assert [row["name"] for row in kept["present"] if row["party"]] == ["Cán bộ guest"]
    assert {"name": "Cán bộ sick", "title": "", "reason": "Nghỉ ốm"} in kept["absent"]
    assert minutes_facts(session)["attendees"] == []
    room.roll("guest")
    session = room.act(actions.note_attendance, lines=[], party=room.person("an"))
    assert session.attendances.get(party=True).member.person == room.person("an")
    room.act(actions.resume_session)
    session = room.act(actions.adjourn_session, resumes_at=None)
    assert [row["name"] for row in session.sittings[1]["present"] if row["party"]] == [room.person("an").full_name]
    assert not session.attendances.filter(party=True).exists()


def test_the_next_sitting_is_neither_in_the_past_nor_beyond_the_term(room):
    room.open()
    for moment in (room.at.now, room.at.now.replace(year=2027, month=6)):
        with pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == "term"):
            room.act(actions.adjourn_session, resumes_at=moment)


def test_minutes_that_members_sign_have_room_for_fourteen_signatures(room):
    seats = [actions.Seat(room.person(f"p{number}"), "member") for number in range(14)]
    chair = [actions.Seat(room.person("chair"), "chair")]
    assert room.found(seats=chair + seats[:13], members_sign=True).members_sign
    with pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == "roster"):
        room.found(seats=chair + seats, members_sign=True)


def test_the_minutes_change_hands_until_they_are_adopted(room):
    room.open()
    room.act(actions.propose_class, item=1, class_code="HTXS")
    room.act(actions.conclude_item, item=1)
    room.act(actions.draft_minutes, conclusion="Nhất trí", ceiling={})
    assert room.act(actions.hand_over, by="deputy", chair=room.person("deputy")).chair == room.person("deputy")
    room.act(actions.adopt_minutes)
    with pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == "session_state"):
        room.act(actions.hand_over, chair=room.person("chair"))
