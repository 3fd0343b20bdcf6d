"""The council: roll, quorum, a declared recusal, a contested vote, the ceiling met with reasons, signed minutes."""

from datetime import date
from fractions import Fraction

from django.utils import timezone

from approvals import actions as approvals
from approvals.models import AgendaItem, Council, CouncilSession
from approvals.roster import Roster
from organization.models import Person
from workflows import ceilings
from workflows.actions.councils import (
    adopt_minutes,
    close_session,
    convene_session,
    draft_minutes,
    proposed_classes,
)
from workflows.demo.telling import Chapter, Story

RECUSED_FROM = ("phucdd", "dungva", "Có quan hệ vợ chồng với người được xem xét")
CONTESTED = "thinhla"


def tell(story: Story) -> None:
    """The council: roll, quorum, a declared recusal, a contested vote, the ceiling met with reasons, minutes."""
    with story.chapter("Council") as told:
        story.council = _found(story)
        chair, secretary = story.head(), story.person("huenth")
        period = story.fresh()
        session = convene_session(
            period=period,
            council=story.council,
            scheduled_at=timezone.now(),
            place="Phòng họp số 2, trụ sở Sở Nội vụ",
            chair=chair,
            secretary=secretary,
            by=story.officer,
            expected_version=period.version,
            at=timezone.now(),
        )
        story.session = _roll(story, session, secretary)
        story.session = approvals.open_session(
            session=story.session, by=chair, at=timezone.now(), expected_version=story.session.version
        )
        _declare(story, secretary)
        _meet_ceiling(story, secretary)
        _vote(story, secretary)
        _confirm_rest(story, chair, secretary)
        _minute(story, told, chair, secretary)


def _found(story: Story) -> Council:
    seats = [approvals.Seat(story.head(), "chair", "Giám đốc Sở")]
    seats.append(approvals.Seat(story.person("hangvt"), "deputy", "Phó Giám đốc Sở"))
    seats.append(approvals.Seat(story.person("huenth"), "secretary", "Chánh Văn phòng"))
    for login in ("lampn", "baonq"):
        seats.append(approvals.Seat(story.person(login), "member", "Phó Giám đốc Sở"))
    for login in ("linhnk", "manhhq", "chienpm", "dungva"):
        seats.append(approvals.Seat(story.person(login), "member", "Trưởng phòng"))
    return approvals.found_council(
        unit=story.agency,
        name="Hội đồng đánh giá, xếp loại chất lượng Sở Nội vụ",
        decision_number="102/QĐ-SNV",
        decision_on=date(2026, 9, 25),
        starts_on=date(2026, 9, 25),
        ends_on=None,
        seats=seats,
        rules_basis="Quy chế làm việc của Hội đồng: ít nhất hai phần ba số thành viên",
        by=story.officer,
        at=timezone.now(),
    )


def _roll(story: Story, session: CouncilSession, secretary: Person) -> CouncilSession:
    absent = story.person("baonq").pk
    marks = [
        approvals.Mark(
            member=row.member,
            present=row.member.person_id != absent,
            reason="" if row.member.person_id != absent else "Đi công tác theo Công văn số 315/SNV-VP",
        )
        for row in session.attendances.select_related("member")
    ]
    return approvals.call_roll(
        session=session, marks=marks, by=secretary, at=timezone.now(), expected_version=session.version
    )


def _item(story: Story, login: str) -> AgendaItem:
    return story.session.items.get(person__username=login)


def _declare(story: Story, secretary: Person) -> None:
    login, member, reason = RECUSED_FROM
    item = _item(story, login)
    approvals.declare_recusal(
        item=item,
        member=story.council.members.get(person__username=member),
        reason=reason,
        by=secretary,
        at=timezone.now(),
        expected_version=item.version,
    )


def _meet_ceiling(story: Story, secretary: Person) -> None:
    """Above the ceiling, the lowest totals of the fullest group step back, each with the reason on record."""
    while not (check := _check(story)).holds:
        full = [row.group for row in check.groups if row.excess]
        candidates = [
            item
            for item in story.session.items.exclude(proposed_class="HTT").filter(score_class="HTXS")
            if not full or item.duty_group in full
        ]
        item = min(candidates, key=lambda item: (Fraction(item.score_total), item.order))
        chair_recused = item.person_id == secretary.pk
        by = story.session.chair if chair_recused else secretary
        item = approvals.propose_class(
            item=item,
            class_code="HTT",
            reason="Vượt tỷ lệ tối đa của nhóm; ưu tiên người có nhiệm vụ đột xuất, phức tạp hơn trong quý.",
            by=by,
            at=timezone.now(),
            expected_version=item.version,
        )


def _check(story: Story):
    return ceilings.check_list(story.period, proposed_classes(story.period))


def _vote(story: Story, secretary: Person) -> None:
    """The adjusted case is contested: a show of hands decides it."""
    item = _item(story, CONTESTED)
    item = approvals.put_to_vote(item=item, by=secretary, at=timezone.now(), expected_version=item.version)
    roster = Roster.of(story.session)
    voters = roster.voters(item)
    lower = {"HTXS": "HTT", "HTT": "HTNV", "HTNV": "KHTNV", "KHTNV": "KHTNV"}[item.score_class]
    choices = dict.fromkeys(voters, item.score_class)
    choices[voters[-1]] = lower
    choices[voters[-2]] = "abstain"
    approvals.record_ballots(
        item=item, choices=choices, by=secretary, at=timezone.now(), expected_version=item.version
    )
    approvals.record_opinion(
        item=item,
        person=story.person("manhhq"),
        text="Đề nghị giữ mức theo điểm vì sản phẩm chính đã được đánh giá đạt.",
        by=secretary,
        at=timezone.now(),
    )
    item.refresh_from_db()
    approvals.conclude_item(item=item, by=secretary, at=timezone.now(), expected_version=item.version)


def _confirm_rest(story: Story, chair: Person, secretary: Person) -> None:
    story.session.refresh_from_db(fields=["version"])
    approvals.confirm_uncontested(
        session=story.session, by=chair, at=timezone.now(), expected_version=story.session.version
    )
    for item in story.session.items.filter(concluded_at=None):
        by = chair if item.person_id == secretary.pk else secretary
        approvals.conclude_item(item=item, by=by, at=timezone.now(), expected_version=item.version)


def _minute(story: Story, told: Chapter, chair: Person, secretary: Person) -> None:
    story.session.refresh_from_db(fields=["version"])
    story.session = draft_minutes(
        session=story.session,
        by=secretary,
        conclusion="Hội đồng nhất trí đề nghị Giám đốc Sở quyết định mức xếp loại theo danh sách đã xem xét.",
        choice_reason="Trong cùng nhóm, ưu tiên người có tổng điểm cao hơn và nhiệm vụ đột xuất, phức tạp hơn.",
        expected_version=story.session.version,
        at=timezone.now(),
    )
    story.session = adopt_minutes(
        session=story.session, by=chair, expected_version=story.session.version, at=timezone.now()
    )
    story.sign_queue(told, secretary)
    story.sign_queue(told, chair)
    story.session = close_session(
        session=story.session, by=chair, expected_version=story.session.version, at=timezone.now()
    )
