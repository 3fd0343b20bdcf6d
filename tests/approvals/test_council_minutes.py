import json

from approvals import actions
from approvals.minutes import minutes_facts
from approvals.models import CouncilSession


def held_session(room):
    """One confirmed case, the chair's own case, and one decided in a second round, with a break between."""
    room.council = room.found(tie_rule="none")
    room.open(room.case("staff"), room.case("chair"), room.case("other", contested=True), absent=("dung",))
    room.act(actions.confirm_uncontested)
    room.act(actions.adjourn_session)
    room.roll("dung")
    room.act(actions.resume_session)
    actions.record_opinion(
        item=room.item(1), person=room.person("an"), text="Đề nghị xem lại", by=room.person("an"), at=room.at()
    )
    room.act(actions.put_to_vote, item=1)
    room.vote(1, chair="HTXS", deputy="HTXS", secretary="HTXS", an="HTT", binh="HTT", cuong="HTT")
    room.act(actions.put_to_vote, item=1)
    room.vote(1, chair="HTXS", deputy="HTT", secretary="HTT", an="HTT", binh="HTT", cuong="abstain")
    room.act(actions.conclude_item, item=1, reason="Một sản phẩm chưa đạt")
    room.act(
        actions.draft_minutes,
        conclusion="Hội đồng thống nhất",
        ceiling={"most": 2, "reached": 2},
        choice_reason="Sáng kiến cấp tỉnh",
    )
    return CouncilSession.objects.get(pk=room.session.pk)


def test_the_minutes_tell_who_was_there_and_when_in_vietnamese_time(room):
    facts = minutes_facts(held_session(room))
    assert facts["council"]["agency"] == "Sở Nội vụ"
    assert facts["began_at"].startswith("2026-10-05T08:")
    assert facts["began_at"].endswith("+07:00")
    assert facts["began_at"] < facts["sittings"][0]["to"] < facts["sittings"][0]["resumed_at"] < facts["ended_at"]
    assert facts["adopted_at"] is None
    assert facts["chair"] == {"name": "Trần Văn Chủ", "title": "Chức vụ chair"}
    assert facts["secretary"]["name"] == "Phạm Thư Ký"
    assert [row["name"] for row in facts["present"]] == [
        "Trần Văn Chủ",
        "Lê Thị Phó",
        "Phạm Thư Ký",
        "Nguyễn Văn An",
        "Đỗ Thị Bình",
        "Võ Minh Cường",
    ]
    assert facts["absent"] == [
        {"name": "Hồ Thị Dung", "title": "Chức vụ dung", "role": "member", "reason": "Đi công tác"}
    ]
    assert facts["quorum"] == {
        "members": 7,
        "present": 6,
        "needed": 5,
        "basis": "Quy chế làm việc của Hội đồng",
    }


def test_the_minutes_tell_each_case_with_its_votes_recusals_and_opinions(room):
    facts = minutes_facts(held_session(room))
    other, staff, chair = facts["cases"]
    assert (staff["score_total"], staff["proposed_class"], staff["votes"]) == ("1849/20", "HTXS", [])
    assert [recusal["name"] for recusal in chair["recusals"]] == ["Trần Văn Chủ"]
    assert (chair["presided_by"]["name"], chair["counted"]) == ("Lê Thị Phó", 5)
    assert (other["proposed_class"], other["reason"]) == ("HTT", "Một sản phẩm chưa đạt")
    assert other["opinions"][0]["text"] == "Đề nghị xem lại"
    first, second = other["votes"]
    assert (first["tie"], first["winner"]) == (True, None)
    assert (second["counts"]["HTT"], second["cast"], second["abstained"], second["winner"]) == (4, 5, 1, "HTT")
    assert second["members"][0] == {"name": "Trần Văn Chủ", "choice": "HTXS"}
    assert facts["proposed"] == {"HTXS": 2, "HTT": 1, "HTNV": 0, "KHTNV": 0}


def test_the_minutes_are_plain_data_with_conclusion_ceiling_and_choice(room):
    facts = minutes_facts(held_session(room))
    assert json.loads(json.dumps(facts)) == facts
    assert facts["conclusion"] == "Hội đồng thống nhất"
    assert facts["ceiling"] == {"most": 2, "reached": 2}
    assert facts["choice_reason"] == "Sáng kiến cấp tỉnh"


def test_the_facts_cost_the_same_queries_for_a_long_agenda(room, django_assert_max_num_queries):
    room.open(*[room.case(f"person{number}") for number in range(12)])
    room.act(actions.confirm_uncontested)
    session = CouncilSession.objects.select_related("council__unit", "chair", "secretary").get(pk=room.session.pk)
    with django_assert_max_num_queries(9):
        assert len(minutes_facts(session)["cases"]) == 12
