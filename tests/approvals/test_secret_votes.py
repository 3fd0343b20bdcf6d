"""Secret votes: one each, nobody's side kept; what is stored afterwards does not lead from a member to his vote."""

import pytest
from django.db import DatabaseError, transaction

from approvals import actions
from approvals.errors import ApprovalRefused, Stale
from approvals.minutes import minutes_facts
from approvals.models import SecretCount, SecretVoter, UrnCount
from approvals.roster import Roster
from approvals.votes import outcome
from organization.models import JournalEntry

EVERYBODY = ("chair", "deputy", "secretary", "an", "binh", "cuong", "dung")


def refused(rule):
    return pytest.raises(ApprovalRefused, check=lambda refusal: refusal.rule == rule)


def cast(room, name, choice, order=1):
    return room.act(actions.cast_ballot, by=name, item=order, member=room.member(name), choice=choice)


@pytest.fixture
def urn(room):
    """A session of seven with one case put to a secret vote."""
    room.open()
    room.act(actions.put_to_vote, item=1, secret=True)
    return room


def test_a_secret_vote_is_counted_together_and_decides_the_case(urn):
    for name, choice in zip(EVERYBODY, ["HTT"] * 4 + ["HTXS"] * 2 + ["abstain"], strict=True):
        cast(urn, name, choice)
    running = outcome(urn.item(), Roster.of(urn.session))
    assert (running.took_part, running.counted, running.tally.cast) == (7, False, 0)
    with refused("vote_open"):
        urn.act(actions.conclude_item, item=1, reason="Chất lượng")
    urn.act(actions.count_urn, item=1)
    vote = outcome(urn.item(), Roster.of(urn.session))
    assert (vote.tally.winner, vote.tally.counts["HTT"], vote.tally.counts["HTXS"], vote.tally.abstained) == (
        "HTT",
        4,
        2,
        1,
    )
    assert urn.act(actions.conclude_item, item=1, reason="Chất lượng").proposed_class == "HTT"


def test_each_member_votes_once_and_nobody_for_another(urn):
    first = cast(urn, "an", "HTXS")
    with pytest.raises(Stale) as stale:
        cast(urn, "an", "HTT")
    assert stale.value.at == first.at
    with refused("member"):
        urn.act(actions.cast_ballot, by="binh", item=1, member=urn.member("an"), choice="HTT")
    with refused("vote_secret"):
        urn.vote(1, binh="HTT")
    with refused("voter"):
        cast(urn, "alternate", "HTT")
    assert sum(row.votes for row in UrnCount.objects.all()) == SecretVoter.objects.count() == 1


def test_nobody_votes_after_the_count_and_an_empty_urn_is_not_counted(urn):
    with refused("vote_open"):
        urn.act(actions.count_urn, item=1)
    with refused("officer"):
        urn.act(actions.count_urn, by="an", item=1)
    cast(urn, "an", "HTXS")
    urn.act(actions.count_urn, item=1)
    with refused("vote_closed"):
        cast(urn, "binh", "HTXS")
    with refused("vote_closed"):
        urn.act(actions.count_urn, item=1)


def test_too_few_secret_votes_are_repeated_and_the_count_of_the_first_round_stays(urn):
    for name in EVERYBODY[:4]:
        cast(urn, name, "HTXS")
    urn.act(actions.count_urn, item=1)
    with refused("quorum"):
        urn.act(actions.conclude_item, item=1)
    urn.act(actions.put_to_vote, item=1, secret=True)
    for name in EVERYBODY:
        cast(urn, name, "HTXS")
    urn.act(actions.count_urn, item=1)
    assert urn.act(actions.conclude_item, item=1).proposed_class == "HTXS"
    votes = minutes_facts(urn.session)["cases"][0]["votes"]
    assert [(vote["round"], vote["secret"], vote["void"], vote["cast"], len(vote["voters"])) for vote in votes] == [
        (1, True, False, 4, 4),
        (2, True, False, 7, 7),
    ]


def test_the_chairs_side_cannot_break_a_secret_tie(room):
    room.council = room.found(tie_rule="chair")
    room.open()
    room.act(actions.put_to_vote, item=1, secret=True)
    for name, choice in zip(EVERYBODY, ["HTXS"] * 3 + ["HTT"] * 3 + ["abstain"], strict=True):
        cast(room, name, choice)
    room.act(actions.count_urn, item=1)
    with refused("majority"):
        room.act(actions.conclude_item, item=1)
    room.act(actions.put_to_vote, item=1)  # an open vote may follow
    assert not room.item().secret


def test_who_is_recused_after_voting_secretly_makes_the_others_vote_again(urn):
    cast(urn, "an", "HTT")
    cast(urn, "binh", "HTXS")
    urn.act(actions.declare_recusal, by="an", item=1, member=urn.member("an"), reason="Người nhà")
    assert urn.item().ballot_round == 2
    for name in EVERYBODY:
        if name != "an":
            cast(urn, name, "HTXS")
    urn.act(actions.count_urn, item=1)
    assert urn.act(actions.conclude_item, item=1).proposed_class == "HTXS"
    first, second = minutes_facts(urn.session)["cases"][0]["votes"]
    assert (first["void"], first["cast"], second["void"], second["cast"]) == (True, 0, False, 6)


def test_a_case_taken_up_again_gets_a_new_urn(urn):
    for name in EVERYBODY:
        cast(urn, name, "HTXS")
    urn.act(actions.count_urn, item=1)
    urn.act(actions.conclude_item, item=1)
    from approvals.actions.reopening import reopen_item

    urn.act(reopen_item, item=1, reason="Vượt tỷ lệ")
    for name in EVERYBODY:
        cast(urn, name, "HTT")
    urn.act(actions.count_urn, item=1)
    assert urn.act(actions.conclude_item, item=1, reason="Vượt tỷ lệ").proposed_class == "HTT"


def test_nothing_that_is_kept_leads_from_a_member_to_his_vote(urn):
    """Two councils that differ only in who voted what leave the same rows behind."""
    for name, choice in zip(EVERYBODY, ["HTT"] * 3 + ["HTXS"] * 4, strict=True):
        cast(urn, name, choice)
    urn.act(actions.count_urn, item=1)
    assert not UrnCount.objects.exists()
    assert [(row.choice, row.votes) for row in SecretCount.objects.order_by("pk")] == [
        ("HTXS", 4),
        ("HTT", 3),
        ("HTNV", 0),
        ("KHTNV", 0),
        ("abstain", 0),
    ]
    fields = {field.name for field in SecretCount._meta.get_fields()}
    assert fields == {"id", "item", "round", "choice", "votes"}
    assert {field.name for field in SecretVoter._meta.get_fields()} == {"id", "item", "round", "member", "at"}
    said = [entry.details for entry in JournalEntry.objects.filter(event="ballot.cast")]
    assert len(said) == 7
    assert not any(code in str(details) for details in said for code in ("HTT", "HTXS", "abstain"))


def test_a_count_once_written_never_changes(urn):
    cast(urn, "an", "HTXS")
    urn.act(actions.count_urn, item=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        SecretCount.objects.update(votes=9)
    with pytest.raises(DatabaseError), transaction.atomic():
        SecretVoter.objects.all().delete()


def test_an_alternate_takes_the_seat_of_a_recused_member_for_that_case_alone(room):
    room.open(room.case("an"), room.case("other"))
    room.act(actions.mark_attendance, member=room.member("alternate"), present=True)
    with refused("stand_in"):
        room.act(actions.seat_alternate, item=2, recused=room.member("an"), alternate=room.member("alternate"))
    room.act(actions.seat_alternate, item=1, recused=room.member("an"), alternate=room.member("alternate"))
    assert Roster.of(room.session).quorum(room.item(1)).counted == 7
    room.act(actions.put_to_vote, item=1)
    cast(room, "alternate", "HTXS")
    room.act(actions.put_to_vote, item=2)
    with refused("voter"):
        cast(room, "alternate", "HTXS", order=2)
    recusal = minutes_facts(room.session)["cases"][0]["recusals"][0]
    assert recusal["stand_in"] == "Bùi Dự Khuyết"


def test_who_fills_an_absent_members_seat_inherits_his_conflicts(room):
    room.open(room.case("an"), absent=("an",))
    room.act(
        actions.mark_attendance, member=room.member("alternate"), present=True, standing_in_for=room.member("an")
    )
    room.act(actions.put_to_vote, item=1)
    with refused("voter"):
        cast(room, "alternate", "HTXS")
    assert Roster.of(room.session).quorum(room.item(1)).counted == 6


def test_a_declared_relation_keeps_a_member_out_of_the_case_in_both_directions(room):
    declare = {"relation": "anh em ruột", "unit": room.unit, "by": room.person("secretary"), "at": room.at()}
    actions.declare_interest(person=room.person("staff"), about=room.person("binh"), **declare)
    ended = actions.declare_interest(person=room.person("cuong"), about=room.person("staff"), **declare)
    actions.end_interest(interest=ended, unit=room.unit, by=room.person("secretary"), at=room.at())
    room.convene(room.case("staff"))
    recusal = room.item().recusals.select_related("member__person").get()
    assert (recusal.member.person, recusal.automatic) == (room.person("binh"), True)
    assert "anh em ruột" in recusal.reason


def test_the_same_relation_declared_twice_is_one_row_and_none_names_oneself(room):
    declare = {"relation": "vợ chồng", "unit": room.unit, "by": room.person("secretary"), "at": room.at()}
    first = actions.declare_interest(person=room.person("an"), about=room.person("binh"), **declare)
    assert actions.declare_interest(person=room.person("binh"), about=room.person("an"), **declare) == first
    with refused("interest"):
        actions.declare_interest(person=room.person("an"), about=room.person("an"), **declare)
