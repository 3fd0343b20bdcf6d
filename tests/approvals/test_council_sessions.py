"""From the invitation to the closed session: roster, roll, quorum, officers, states, versions."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals import actions
from approvals.actions import Mark
from approvals.errors import ApprovalRefused, Stale
from approvals.models import CouncilSession
from approvals.roster import session_quorum
from organization.models import JournalEntry


def refused(rule):
    return pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == rule)


def events(subject):
    entries = JournalEntry.objects.filter(subject_type=subject._meta.label, subject_uuid=subject.uuid)
    return list(entries.values_list("event", flat=True))


def test_a_council_has_one_chair_and_each_person_one_seat(room):
    with refused("roster"):
        room.found(seats=[actions.Seat(room.person("an"), "member")])
    with refused("roster"):
        room.found(seats=[actions.Seat(room.person("an"), "chair"), actions.Seat(room.person("an"), "member")])


def test_sessions_are_numbered_within_their_council(room):
    assert [room.convene().number, room.convene().number] == [1, 2]


def test_a_session_outside_the_term_is_refused(room):
    with refused("term"):
        room.convene(scheduled_at=datetime(2027, 1, 14, 17, 0, tzinfo=UTC))
    assert room.convene(scheduled_at=datetime(2027, 1, 14, 16, 59, tzinfo=UTC)).number == 1


def test_chair_and_secretary_come_from_the_roster(room):
    with refused("roster"):
        room.convene(chair=room.person("an"))
    with refused("roster"):
        room.convene(secretary=room.person("stranger"))
    with refused("roster"):
        room.convene(secretary=room.person("chair"))


def test_a_case_without_a_class_by_score_is_not_brought_before_the_council(room):
    with refused("agenda"):
        room.convene(room.case(score_class=""))


def test_convening_calls_everybody_and_recuses_from_the_own_case(room):
    session = room.convene(room.case("an"), room.case("staff"))
    assert session.attendances.filter(present=None).count() == 8
    assert [recusal.member for recusal in room.item(1).recusals.all()] == [room.member("an")]
    assert room.item(1).recusals.get().automatic
    assert not room.item(2).recusals.exists()


def test_prior_reviewers_are_recused_only_where_the_procedure_says_so(room):
    case = room.case(prior_reviewers=(room.person("binh"),))
    room.convene(case)
    assert not room.item().recusals.exists()
    room.convene(case, recuse_prior_reviewers=True)
    assert room.item().recusals.get().member == room.member("binh")


def test_opening_needs_a_quorum_of_those_called(room):
    room.convene()
    with refused("quorum"):
        room.act(actions.open_session)
    room.roll("an", "binh", "cuong")
    assert (session_quorum(room.session).needed, session_quorum(room.session).counted) == (5, 4)
    with refused("quorum"):
        room.act(actions.open_session)
    room.roll("an", "binh")
    session = room.act(actions.open_session)
    assert session.state == "in_session"
    assert session.opened_at is not None


def test_only_chair_and_secretary_conduct_the_session(room):
    room.convene()
    with refused("officer"):
        room.act(actions.mark_attendance, by="an", member=room.member("an"), present=True)
    room.roll()
    with refused("officer"):
        room.act(actions.open_session, by="deputy")
    assert room.act(actions.open_session, by="chair").state == "in_session"


def test_an_absence_needs_a_reason_and_a_stranger_is_not_on_the_roll(room):
    room.convene()
    with refused("reason"):
        room.act(actions.mark_attendance, member=room.member("an"), present=False)
    stranger = room.member("an")
    other = room.found(seats=[actions.Seat(room.person("other"), "chair")])
    stranger = other.members.get()
    with refused("member"):
        room.act(actions.mark_attendance, member=stranger, present=True)


def test_an_absent_chair_hands_over_so_that_the_session_is_not_locked(room):
    room.convene()
    room.roll("chair")
    with refused("chair_present"):
        room.act(actions.open_session)
    with refused("officer"):
        room.act(actions.hand_over, by="an", chair=room.person("deputy"))
    with refused("roster"):
        room.act(actions.hand_over, by="deputy", chair=room.person("an"))
    session = room.act(actions.hand_over, by="deputy", chair=room.person("deputy"))
    assert session.chair == room.person("deputy")
    assert room.act(actions.open_session, by="deputy").state == "in_session"


def test_an_alternate_counts_only_while_standing_in_for_an_absent_member(room):
    room.convene()
    room.roll("an", "binh", "cuong")
    alternate, an, dung = room.member("alternate"), room.member("an"), room.member("dung")
    room.act(actions.mark_attendance, member=alternate, present=True)
    assert (session_quorum(room.session).members, session_quorum(room.session).counted) == (7, 4)
    with refused("stand_in"):
        room.act(actions.mark_attendance, member=alternate, present=True, standing_in_for=dung)
    with refused("stand_in"):
        room.act(actions.mark_attendance, member=dung, present=True, standing_in_for=an)
    room.act(actions.mark_attendance, member=alternate, present=True, standing_in_for=an)
    assert (session_quorum(room.session).members, session_quorum(room.session).counted) == (7, 5)
    room.act(actions.mark_attendance, member=an, present=True)
    assert room.session.attendances.get(member=alternate).standing_in_for is None
    assert session_quorum(room.session).counted == 5


def test_absence_and_stand_in_can_be_marked_in_one_roll_in_any_order(room):
    room.convene()
    alternate, an = room.member("alternate"), room.member("an")
    marks = [Mark(alternate, True, standing_in_for=an), Mark(an, False, "Nghỉ ốm")]
    room.act(actions.call_roll, marks=marks)
    assert session_quorum(room.session).counted == 1


def test_a_session_is_adjourned_and_continues_with_a_quorum(room):
    room.open()
    assert room.act(actions.adjourn_session).state == "adjourned"
    with refused("session_state"):
        room.act(actions.propose_class, item=1, class_code="HTXS")
    room.roll("an", "binh", "cuong")
    with refused("quorum"):
        room.act(actions.resume_session)
    room.roll("an")
    assert room.act(actions.resume_session).state == "in_session"


def test_the_second_actor_on_an_old_page_hears_who_was_first_and_when(room):
    session = room.convene()
    room.roll()
    seen = CouncilSession.objects.get(pk=session.pk).version
    opened = room.act(actions.open_session, by="chair")
    with pytest.raises(Stale) as stale:
        room.act(actions.open_session, expected_version=seen)
    assert stale.value.by == room.person("chair")
    assert stale.value.at == opened.opened_at


def test_two_secretaries_never_overwrite_each_others_roll(room):
    session = room.convene()
    mark = {"session": session, "at": room.at(), "expected_version": session.version}
    actions.mark_attendance(member=room.member("an"), present=True, by=room.person("secretary"), **mark)
    with pytest.raises(Stale) as stale:
        actions.mark_attendance(
            member=room.member("an"), present=False, reason="Vắng", by=room.person("chair"), **mark
        )
    assert stale.value.by == room.person("secretary")
    assert session.attendances.get(member=room.member("an")).present is True


def test_an_act_reads_nothing_before_it_has_locked_the_session(room):
    room.open()
    item, version = room.item(), CouncilSession.objects.get(pk=room.session.pk).version
    lock = "FOR UPDATE" if connection.features.has_select_for_update else "SELECT"
    acts = [
        lambda: actions.propose_class(
            item=item, class_code="HTXS", by=room.person("chair"), at=room.at(), expected_version=item.version
        ),
        lambda: actions.adjourn_session(
            session=room.session, by=room.person("chair"), at=room.at(), expected_version=version
        ),
    ]
    for act in acts:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            act()
        first = next(query["sql"] for query in queries if "SAVEPOINT" not in query["sql"])
        assert "approvals_councilsession" in first
        assert lock in first


def test_a_session_walks_from_invitation_to_closed_and_journals_each_act(room):
    session = room.open()
    room.act(actions.confirm_uncontested)
    with refused("session_state"):
        room.act(actions.adopt_minutes)
    room.act(actions.draft_minutes, conclusion="Thống nhất", ceiling={"most": 1})
    with refused("session_state"):
        room.act(actions.mark_attendance, member=room.member("an"), present=True)
    room.act(actions.draft_minutes, conclusion="Thống nhất, có sửa", ceiling={"most": 1})
    room.act(actions.adopt_minutes, by="chair")
    with refused("session_state"):
        room.act(actions.draft_minutes, conclusion="Sửa sau khi thông qua", ceiling={})
    with refused("session_state"):
        room.act(actions.close_session)
    room.act(actions.mark_signed, by="chair")
    assert room.act(actions.close_session).state == "closed"
    assert events(session) == [
        "session.convened",
        *["attendance.marked"] * 7,
        "session.opened",
        "session.uncontested_confirmed",
        "minutes.drafted",
        "minutes.drafted",
        "minutes.adopted",
        "session.signed",
        "session.closed",
    ]
    assert events(room.item()) == ["class.proposed", "item.concluded"]


def test_minutes_wait_for_every_case_every_member_and_the_quorum(room):
    room.convene()
    present = ("chair", "deputy", "secretary", "an", "binh")
    room.act(actions.call_roll, marks=[Mark(room.member(name), True) for name in present])
    room.act(actions.open_session)
    draft = {"conclusion": "Thống nhất", "ceiling": {}}
    with refused("item_unfinished"):
        room.act(actions.draft_minutes, **draft)
    room.act(actions.confirm_uncontested)
    with refused("attendance"):
        room.act(actions.draft_minutes, **draft)
    room.roll("an", "cuong", "dung")
    with refused("quorum"):
        room.act(actions.draft_minutes, **draft)
    room.roll("cuong", "dung")
    assert room.act(actions.draft_minutes, **draft).state == "minutes_drafted"
