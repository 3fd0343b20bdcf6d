"""Cases before the council: proposals, recusals and handing over the chair, votes, conclusions."""

import pytest
from django.db import DatabaseError, transaction

from approvals import actions
from approvals.errors import ApprovalRefused, Stale
from approvals.models import Ballot
from approvals.roster import presiding, session_quorum

EVERYBODY = ("chair", "deputy", "secretary", "an", "binh", "cuong", "dung")


def refused(rule):
    return pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == rule)


def all_vote(choice, *names):
    return dict.fromkeys(names or EVERYBODY, choice)


def test_the_class_by_score_is_confirmed_and_the_case_concluded(room):
    room.open()
    with refused("item_unfinished"):
        room.act(actions.conclude_item, item=1)
    room.act(actions.propose_class, item=1, class_code="HTXS")
    item = room.act(actions.conclude_item, item=1)
    assert (item.proposed_class, item.reason, item.counted) == ("HTXS", "", 7)
    assert item.presided_by == room.person("chair")
    with refused("item_concluded"):
        room.act(actions.propose_class, item=1, class_code="HTT", reason="Muộn")


def test_a_lower_class_needs_a_reason_and_a_higher_one_is_never_proposed(room):
    room.open(room.case(score_class="HTT"))
    with refused("class_above_score"):
        room.act(actions.propose_class, item=1, class_code="HTXS", reason="Rất tốt")
    with refused("reason"):
        room.act(actions.propose_class, item=1, class_code="HTNV")
    with refused("class_code"):
        room.act(actions.propose_class, item=1, class_code="A")
    item = room.act(actions.propose_class, item=1, class_code="HTNV", reason="Chậm tiến độ")
    assert (item.proposed_class, item.reason) == ("HTNV", "Chậm tiến độ")


def test_a_member_without_office_proposes_nothing(room):
    room.open()
    with refused("officer"):
        room.act(actions.propose_class, by="an", item=1, class_code="HTXS")


def test_two_people_on_one_case_do_not_overwrite_each_other(room):
    room.open()
    seen = room.item().version
    room.act(actions.propose_class, by="chair", item=1, class_code="HTT", reason="Cân nhắc")
    with pytest.raises(Stale) as stale:
        room.act(actions.propose_class, item=1, class_code="HTXS", expected_version=seen)
    assert stale.value.by == room.person("chair")
    assert room.item().proposed_class == "HTT"


def test_chair_and_secretary_work_on_different_cases_at_the_same_time(room):
    room.open(room.case("one"), room.case("two"))
    first, second = room.item(1).version, room.item(2).version
    room.act(actions.propose_class, by="chair", item=1, class_code="HTXS", expected_version=first)
    room.act(actions.propose_class, item=2, class_code="HTXS", expected_version=second)
    assert [room.item(1).proposed_class, room.item(2).proposed_class] == ["HTXS", "HTXS"]


def test_all_uncontested_cases_are_confirmed_in_one_act_and_the_rest_say_why_not(room):
    cases = [
        room.case("one"),
        room.case("two", contested=True),
        room.case("secretary"),
        room.case("three", score_class="HTNV"),
    ]
    room.open(*cases)
    results = room.act(actions.confirm_uncontested)
    assert [(result.item.order, result.refusal and result.refusal.rule) for result in results] == [
        (2, None),
        (3, "recused"),
        (4, None),
    ]
    assert [room.item(order).proposed_class for order in (1, 2, 3, 4)] == ["", "HTXS", "", "HTNV"]
    assert room.item(4).concluded_at is not None
    results = room.act(actions.confirm_uncontested, by="chair")
    assert [(result.item.order, result.refusal) for result in results] == [(3, None)]


def test_a_recused_chair_hands_over_to_the_deputy_for_that_case_only(room):
    room.open(room.case("chair"), room.case("staff"))
    assert presiding(room.item(1)) == room.person("deputy")
    assert presiding(room.item(2)) == room.person("chair")
    with refused("recused"):
        room.act(actions.propose_class, by="chair", item=1, class_code="HTXS")
    with refused("officer"):
        room.act(actions.propose_class, by="deputy", item=2, class_code="HTXS")
    room.act(actions.propose_class, by="deputy", item=1, class_code="HTXS")
    item = room.act(actions.conclude_item, by="deputy", item=1)
    assert item.presided_by == room.person("deputy")
    assert item.counted == 6


def test_without_a_deputy_nobody_presides_over_the_chairs_own_case(room):
    room.open(room.case("chair"), absent=("deputy",))
    assert presiding(room.item(1)) is None
    with refused("no_chair"):
        room.act(actions.propose_class, item=1, class_code="HTXS")


def test_a_declared_recusal_can_break_the_quorum_of_that_case_alone(room):
    room.open(room.case("one"), room.case("two"), absent=("cuong", "dung"))
    member = room.member("an")
    with refused("reason"):
        room.act(actions.declare_recusal, by="an", item=1, member=member, reason=" ")
    with refused("officer"):
        room.act(actions.declare_recusal, by="binh", item=1, member=member, reason="Người nhà")
    room.act(actions.declare_recusal, by="an", item=1, member=member, reason="Người nhà")
    with refused("recused"):
        room.act(actions.declare_recusal, by="an", item=1, member=member, reason="Người nhà")
    assert not session_quorum(room.session, room.item(1)).met
    assert session_quorum(room.session, room.item(2)).met
    with refused("quorum"):
        room.act(actions.put_to_vote, item=1)
    room.act(actions.propose_class, item=1, class_code="HTXS")
    with refused("quorum"):
        room.act(actions.conclude_item, item=1)


def test_a_recusal_is_declared_before_the_meeting_too(room):
    room.convene()
    room.act(actions.declare_recusal, by="an", item=1, member=room.member("an"), reason="Người nhà")
    assert not room.item().recusals.get().automatic


def test_a_contested_case_is_decided_by_majority_vote(room):
    room.open(room.case(contested=True))
    with refused("vote_closed"):
        room.act(actions.conclude_item, item=1)
    with refused("vote_closed"):
        room.vote(1, an="HTXS")
    room.act(actions.put_to_vote, item=1)
    with refused("vote_open"):
        room.act(actions.propose_class, item=1, class_code="HTXS")
    room.vote(1, chair="HTXS", deputy="HTT", secretary="HTT", an="HTT", binh="HTT", cuong="abstain", dung="HTXS")
    with refused("vote_decided"):
        room.act(actions.put_to_vote, item=1)
    with refused("reason"):
        room.act(actions.conclude_item, item=1)
    item = room.act(actions.conclude_item, item=1, reason="Chất lượng sản phẩm còn hạn chế")
    assert (item.proposed_class, item.reason) == ("HTT", "Chất lượng sản phẩm còn hạn chế")


def test_a_vote_needs_as_many_voters_as_the_quorum(room):
    room.open()
    room.act(actions.put_to_vote, item=1)
    assert room.item().contested
    room.vote(1, **all_vote("HTXS", "chair", "deputy", "secretary", "an"))
    with refused("quorum"):
        room.act(actions.conclude_item, item=1)
    room.vote(1, binh="abstain")
    assert room.act(actions.conclude_item, item=1).proposed_class == "HTXS"


def test_each_member_votes_once_for_himself_and_only_within_the_score(room):
    room.open(room.case(score_class="HTT"))
    room.act(actions.put_to_vote, item=1)
    an = room.member("an")
    with refused("member"):
        room.act(actions.cast_ballot, by="binh", item=1, member=an, choice="HTT")
    with refused("class_above_score"):
        room.act(actions.cast_ballot, by="an", item=1, member=an, choice="HTXS")
    with refused("class_above_score"):
        room.act(actions.cast_ballot, by="an", item=1, member=an, choice="maybe")
    ballot = room.act(actions.cast_ballot, by="an", item=1, member=an, choice="HTT")
    with pytest.raises(Stale) as stale:
        room.act(actions.cast_ballot, by="an", item=1, member=an, choice="HTNV")
    assert (stale.value.by, stale.value.at) == (room.person("an"), ballot.at)


def test_all_members_vote_from_the_same_page_at_once(room):
    room.open()
    room.act(actions.put_to_vote, item=1)
    version = room.item().version
    for name in EVERYBODY:
        room.act(
            actions.cast_ballot, by=name, item=1, member=room.member(name), choice="HTXS", expected_version=version
        )
    assert room.act(actions.conclude_item, item=1, expected_version=version).proposed_class == "HTXS"


def test_the_recused_the_absent_and_idle_alternates_do_not_vote(room):
    room.open(room.case("an"), absent=("binh",))
    room.act(actions.put_to_vote, item=1)
    for name in ("an", "binh", "alternate"):
        with refused("voter"):
            room.act(actions.cast_ballot, by=name, item=1, member=room.member(name), choice="HTXS")
    with refused("voter"):
        room.vote(1, chair="HTXS", an="HTXS")
    assert not room.item().ballots.exists()


def test_an_alternate_votes_in_the_place_of_the_absent(room):
    room.open(absent=("an",))
    room.act(
        actions.mark_attendance, member=room.member("alternate"), present=True, standing_in_for=room.member("an")
    )
    room.act(actions.put_to_vote, item=1)
    ballot = room.act(actions.cast_ballot, by="alternate", item=1, member=room.member("alternate"), choice="HTXS")
    assert ballot.member == room.member("alternate")


TIED = {
    "chair": "HTT",
    "deputy": "HTXS",
    "secretary": "HTXS",
    "an": "HTXS",
    "binh": "HTT",
    "cuong": "HTT",
    "dung": "abstain",
}


@pytest.mark.parametrize(("tie_rule", "winner"), [("chair", "HTT"), ("lower", "HTT")])
def test_a_tie_goes_by_the_councils_rule(room, tie_rule, winner):
    room.council = room.found(tie_rule=tie_rule)
    room.open()
    room.act(actions.put_to_vote, item=1)
    room.vote(1, **TIED)
    assert room.act(actions.conclude_item, item=1, reason="Ý kiến Chủ tịch").proposed_class == winner


def test_the_tie_breaking_side_is_the_deputys_when_the_chair_is_recused(room):
    room.council = room.found(tie_rule="chair")
    room.open(room.case("chair"))
    room.act(actions.put_to_vote, item=1)
    room.vote(1, deputy="HTXS", secretary="HTXS", an="HTXS", binh="HTT", cuong="HTT", dung="HTT")
    assert room.act(actions.conclude_item, item=1).proposed_class == "HTXS"


def test_without_a_tie_rule_the_case_is_voted_on_again_and_the_first_round_stays(room):
    room.open()
    room.act(actions.put_to_vote, item=1)
    with refused("vote_open"):
        room.act(actions.put_to_vote, item=1)
    room.vote(1, **TIED)
    with refused("majority"):
        room.act(actions.conclude_item, item=1)
    room.act(actions.put_to_vote, item=1)
    room.vote(1, **all_vote("HTXS"))
    assert room.act(actions.conclude_item, item=1).proposed_class == "HTXS"
    assert [room.item().ballots.filter(round=number).count() for number in (1, 2)] == [7, 7]


def test_the_ballot_of_a_member_recused_after_voting_does_not_count(room):
    room.open()
    room.act(actions.put_to_vote, item=1)
    room.vote(1, chair="HTXS", deputy="HTXS", secretary="HTXS", an="HTXS", binh="HTT", cuong="HTT", dung="HTT")
    room.act(actions.declare_recusal, by="an", item=1, member=room.member("an"), reason="Người nhà")
    with refused("majority"):
        room.act(actions.conclude_item, item=1)


def test_a_ballot_is_never_changed_and_never_removed(room):
    room.open()
    room.act(actions.put_to_vote, item=1)
    room.vote(1, an="HTXS")
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.update(choice="HTT")
    with pytest.raises(DatabaseError), transaction.atomic():
        Ballot.objects.all().delete()
    assert Ballot.objects.get().choice == "HTXS"


def test_opinions_are_recorded_for_members_and_the_person_concerned(room):
    room.open(room.case("staff"))
    say = {"item": room.item(), "at": room.at()}
    actions.record_opinion(person=room.person("an"), text="Đồng ý", by=room.person("an"), **say)
    actions.record_opinion(person=room.person("staff"), text="Xin trình bày", by=room.person("staff"), **say)
    actions.record_opinion(person=room.person("binh"), text="Đề nghị xem lại", by=room.person("secretary"), **say)
    for person, by, rule in (("stranger", "stranger", "member"), ("an", "binh", "officer")):
        with refused(rule):
            actions.record_opinion(person=room.person(person), text="Ý kiến", by=room.person(by), **say)
    with refused("reason"):
        actions.record_opinion(person=room.person("an"), text=" ", by=room.person("an"), **say)
    assert [opinion.by.username for opinion in room.item().opinions.all()] == ["an", "staff", "binh"]
