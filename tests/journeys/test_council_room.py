"""A council of a department with forty-two people, from the members' marks to signed minutes and proposals."""

from datetime import timedelta
from fractions import Fraction

import pytest

from approvals import actions as approvals
from approvals.errors import ApprovalRefused
from approvals.models import AgendaItem, Council, CouncilSession, Decision, SessionState
from approvals.roster import presiding
from documents.models import Document
from tests.workflows.agency import Agency
from tests.workflows.crowd import Scored, reviewed_crowd, with_staff
from tests.workflows.meetings import as_person, as_signed
from workflows.actions.agendas import confirm_uncontested
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.relations import declare_relation
from workflows.actions.rulings import proposals
from workflows.errors import NotReady

pytestmark = pytest.mark.django_db

MEMBERS = ("director", "deputy", "hr", "office_head", "an", "s01", "s02")
ALTERNATES = ("clerk", "archivist")
#: Among 40 of one duty group six may be at the top: eight reach it, two of them with the same exact score.
TOP = {f"s{place:02d}": Scored(Fraction(109 - place)) for place in range(10, 16)} | {
    "s16": Scored(Fraction(901, 10)),
    "s17": Scored(Fraction(901, 10)),
}
SCORES = TOP | {
    "s03": Scored(Fraction(72), own=Fraction(151, 2)),
    "s04": Scored(Fraction(80), own=Fraction(79)),
}


@pytest.fixture
def department(agency: Agency) -> Agency:
    return with_staff(agency, 36)


def found(agency: Agency) -> Council:
    roles = {"director": "chair", "deputy": "deputy", "hr": "secretary"}
    return approvals.found_council(
        unit=agency.units["SNV"],
        name="Hội đồng đánh giá Sở Nội vụ",
        decision_number="12/QĐ-SNV",
        decision_on=agency.today(),
        starts_on=agency.today(),
        ends_on=None,
        seats=[approvals.Seat(agency.people[name], roles.get(name, "member"), "Ủy viên") for name in MEMBERS]
        + [approvals.Seat(agency.people[name], "alternate", "Dự khuyết") for name in ALTERNATES],
        rules_basis="Quy chế của Hội đồng",
        members_sign=True,
        by=agency.people["hr"],
        at=agency.at(),
    )


class Room:
    """The session with its newest versions filled in."""

    def __init__(self, agency: Agency, session: CouncilSession):
        self.agency = agency
        self.pk = session.pk

    @property
    def session(self) -> CouncilSession:
        return CouncilSession.objects.get(pk=self.pk)

    def item(self, name: str) -> AgendaItem:
        return AgendaItem.objects.get(session_id=self.pk, person=self.agency.people[name])

    def member(self, name: str):
        return self.session.council.members.get(person=self.agency.people[name])

    def act(self, action, by: str = "hr", item: str = "", **arguments):
        row = self.item(item) if item else self.session
        subject = {"item": row} if item else {"session": row}
        person = self.agency.people[by]
        return action(**subject, by=person, at=self.agency.at(), **{"expected_version": row.version, **arguments})

    def roll(self, *absent: str, standing_in: str = "") -> None:
        """Everybody but these is present; with `standing_in` the clerk fills that seat, the archivist is free."""
        names = [*MEMBERS, *ALTERNATES] if standing_in else MEMBERS
        marks = [
            approvals.Mark(
                self.member(name),
                name not in absent,
                "Đi công tác" if name in absent else "",
                standing_in_for=self.member(standing_in) if name == "clerk" else None,
            )
            for name in names
        ]
        self.act(approvals.call_roll, marks=marks)

    def vote(self, item: str, choices: dict[str, str], **more) -> None:
        self.act(approvals.put_to_vote, item=item, **more)
        by_member = {self.member(name): choice for name, choice in choices.items()}
        self.act(approvals.record_ballots, item=item, choices=by_member)


def test_forty_two_people_three_recusals_a_tie_a_ceiling_and_an_adjournment_end_in_signed_proposals(department):
    agency, people = department, department.people
    period = reviewed_crowd(agency, SCORES)
    session = convene_session(
        period=period,
        council=found(agency),
        scheduled_at=agency.at(),
        place="Phòng họp số 1",
        chair=people["director"],
        secretary=people["hr"],
        by=people["hr"],
        expected_version=None,
        at=agency.at(),
    )
    room = Room(agency, session)
    assert session.items.count() == 42
    assert [room.item(name).order for name in ("s03", "s04")] == [1, 2]  # the widest disagreement first

    # A member's question brings a case to the front, until the meeting is opened.
    marked = [approvals.MarkedCase(room.item("s09"), "question", "Sản phẩm nào?")]
    approvals.mark_cases(session=session, member=room.member("an"), marks=marked, by=people["an"], at=agency.at())
    assert room.item("s09").order == 1
    room.roll()
    room.act(approvals.open_session, by="director")
    marked = [approvals.MarkedCase(room.item("s20"), "question")]
    approvals.mark_cases(
        session=session, member=room.member("deputy"), marks=marked, by=people["deputy"], at=agency.at()
    )
    assert (room.item("s09").order, room.item("s20").order > 3) == (1, True)

    # Three recusals of one case: declared ahead, by his own word, and the chair's, who hands over to the deputy.
    relation = {"about": people["s03"], "by": people["hr"], "at": agency.at()}
    declare_relation(person=people["an"], relation="Anh ruột", **relation)
    room.act(approvals.declare_recusal, by="s01", item="s03", member=room.member("s01"), reason="Cùng đề tài")
    assert presiding(room.item("s03")) == people["director"]
    room.act(approvals.declare_recusal, item="s03", member=room.member("director"), reason="Chồng của cháu ruột")
    assert presiding(room.item("s03")) == people["deputy"]
    with pytest.raises(ApprovalRefused) as refusal:
        room.act(approvals.put_to_vote, by="deputy", item="s03")
    assert refusal.value.rule == "quorum"  # four of seven are left, five are needed

    # It goes on another day with the alternate in the seat of an absent member; who was here until now is kept.
    tomorrow = agency.now + timedelta(days=1)
    room.act(approvals.adjourn_session, resumes_at=tomorrow, resumes_place="Phòng họp số 2")
    assert not room.session.attendances.exclude(present=None).exists()
    with pytest.raises(ApprovalRefused) as refusal:
        room.act(approvals.resume_session)
    assert refusal.value.rule == "quorum"
    agency.now = tomorrow
    room.roll("office_head", standing_in="office_head")
    room.act(approvals.resume_session)
    assert room.session.place == "Phòng họp số 2"

    # A tie is put to the vote again; the deputy presides over the case of the recused chair.
    room.vote("s09", {"director": "HTT", "deputy": "HTNV", "hr": "HTT", "an": "HTNV", "s01": "abstain"})
    with pytest.raises(ApprovalRefused) as refusal:
        room.act(approvals.conclude_item, item="s09", reason="Chất lượng")
    assert refusal.value.rule == "majority"
    room.vote("s09", dict.fromkeys(("director", "deputy", "hr", "an", "s02"), "HTNV"), by="director")
    room.act(approvals.conclude_item, item="s09", reason="Sản phẩm chậm")

    # Over the ceiling nothing is confirmed; lowered with reasons it is, and equals need their recorded choice.
    with pytest.raises(NotReady) as over:
        room.act(confirm_uncontested)
    assert "lower a class first" in str(over.value.message)
    for name in ("s15", "s17"):
        room.act(approvals.propose_class, item=name, class_code="HTT", reason="Hết suất xuất sắc.")
        room.act(approvals.conclude_item, item=name)
    room.act(
        approvals.seat_alternate, item="s03", recused=room.member("director"), alternate=room.member("archivist")
    )
    for by in ("hr", "director"):
        room.act(confirm_uncontested, by=by)
    left = list(room.session.items.filter(concluded_at=None).select_related("person"))
    assert [item.person.username for item in left] == ["s20"]  # questioned: not confirmed unheard
    for item in left:
        room.act(approvals.propose_class, item=item.person.username, class_code=item.score_class)
        room.act(approvals.conclude_item, item=item.person.username)
    said = {"conclusion": "Nhất trí.", "choice_reason": ""}
    with pytest.raises(NotReady) as unexplained:
        room.act(draft_minutes, **said)
    assert unexplained.value.missing == ["Nhân viên 16, Nhân viên 17"]
    said["choice_reason"] = "Nhân viên 16 có sáng kiến được công nhận."
    room.act(draft_minutes, **said)
    room.act(draft_minutes, by="director", **said | {"conclusion": "Hội đồng nhất trí."})
    assert list(room.session.wordings.values_list("conclusion", "by__username")) == [
        ("Nhất trí.", "hr"),
        ("Hội đồng nhất trí.", "director"),
    ]
    room.act(adopt_minutes, by="director")

    document = Document.objects.get(kind__code="council_minutes")
    signers = list(document.slots.exclude(expected_signer=None).order_by("pk").values_list("role", flat=True))
    assert (signers[0], signers[-1], len(signers)) == ("secretary", "chair", 7)
    assert document.facts["sittings"][0]["absent"] == []
    assert document.facts["venue"] == "Phòng họp số 1"  # where it began
    assert document.facts["sittings"][0]["resumed_venue"] == "Phòng họp số 2"
    assert "Nhân viên 16 có sáng kiến" in document.facts["ceiling"]["statement"]
    handed_over = {case["name"]: case["presided_by"] for case in document.facts["cases"] if case["presided_by"]}
    deputy = {"name": people["deputy"].full_name, "position": "Ủy viên"}
    assert handed_over == {people["s03"].full_name: deputy}
    agency.render()
    as_signed("council_minutes")
    room.act(close_session, by="director")
    assert room.session.state == SessionState.CLOSED
    steps = proposals(period)
    assert len(steps) == 42
    assert {step.decision.kind for step in steps} == {Decision.Kind.COUNCIL_PROPOSED}
    assert sum(step.decision.class_code == "HTXS" for step in steps) == 6
    page = as_person(people["an"]).get(f"/sessions/{room.session.uuid}/record/").content.decode()
    assert "Earlier sitting" in page
    assert "Wording 2" in page
