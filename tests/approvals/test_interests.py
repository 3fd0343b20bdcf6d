"""A relation declared after the invitation keeps the two apart at once, and whoever fills their seats."""

from approvals import actions
from approvals.roster import Roster


def declare(room, one: str, other: str) -> None:
    actions.declare_interest(
        person=room.person(one),
        about=room.person(other),
        relation="Anh em ruột",
        unit=room.unit,
        by=room.person("secretary"),
        at=room.at(),
    )


def kept_out(room, order: int = 1) -> list[str]:
    roster, item = Roster.of(room.session), room.item(order)
    return [member.person.username for member in roster.members if roster.is_recused(member, item)]


def test_a_relation_declared_after_the_invitation_recuses_both_ways_and_is_named(room):
    room.convene(room.case("staff"), room.case("binh"))
    before = room.item(1).version
    declare(room, "an", "staff")
    declare(room, "binh", "an")
    assert kept_out(room) == ["an"]
    assert kept_out(room, 2) == ["an", "binh"]
    recusal = room.item(1).recusals.get()
    assert (recusal.automatic, "Anh em ruột" in recusal.reason) == (True, True)
    assert room.item(1).version == before + 1  # a page drawn before is told


def test_the_alternate_in_an_absent_members_seat_inherits_the_relation(room):
    room.open()
    declare(room, "dung", "staff")
    marks = [
        actions.Mark(room.member("dung"), False, "Ốm"),
        actions.Mark(room.member("alternate"), True, standing_in_for=room.member("dung")),
    ]
    room.act(actions.call_roll, marks=marks)
    assert kept_out(room) == ["dung", "alternate"]


def test_a_secret_vote_of_the_recused_is_repeated_and_a_concluded_case_stays(room):
    room.open(room.case("staff"), room.case("other"))
    room.act(actions.propose_class, item=2, class_code="HTXS")
    room.act(actions.conclude_item, item=2)
    room.act(actions.put_to_vote, item=1, secret=True)
    room.act(actions.cast_ballot, by="an", item=1, member=room.member("an"), choice="HTT")
    declare(room, "an", "staff")
    declare(room, "an", "other")
    assert room.item(1).ballot_round == 2
    assert kept_out(room, 2) == []


def test_minutes_drafted_already_are_left_alone(room):
    room.open()
    room.act(actions.propose_class, item=1, class_code="HTXS")
    room.act(actions.conclude_item, item=1)
    room.act(actions.draft_minutes, conclusion="Nhất trí", ceiling={})
    declare(room, "an", "staff")
    assert kept_out(room) == []
