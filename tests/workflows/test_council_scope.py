"""Units that a council covers, the numbered decision that lifts the ceiling, relations, minutes that grow."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import Council, CouncilSession, DeclaredInterest, Recusal
from documents.models import Document
from organization.models import Unit
from tests.workflows.agency import Agency
from tests.workflows.crowd import Scored, reviewed_crowd, with_staff
from tests.workflows.meetings import (
    again,
    as_person,
    as_signed,
    closed,
    convened,
    fresh,
    opened,
    reviewed,
    settled,
)
from workflows.actions.councils import adopt_minutes, convene_session, draft_minutes, proposed_classes
from workflows.actions.outstanding import record_outstanding, withdraw_outstanding
from workflows.actions.rulings import decide_list
from workflows.ceilings import check_list, outstanding_achievement
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod

pytestmark = pytest.mark.django_db


def found(agency: Agency, name: str, *covers: Unit) -> Council:
    seats = [("director", "chair"), ("deputy", "deputy"), ("office_head", "secretary")]
    return approvals.found_council(
        unit=agency.units["SNV"],
        name=name,
        decision_number="12/QĐ-SNV",
        decision_on=agency.today(),
        starts_on=agency.today(),
        ends_on=None,
        seats=[approvals.Seat(agency.people[who], role) for who, role in seats],
        rules_basis="Quy chế",
        covers=covers,
        by=agency.people["hr"],
        at=agency.at(),
    )


def call(agency: Agency, period: EvaluationPeriod, council: Council) -> CouncilSession:
    return convene_session(
        period=fresh(period),
        council=council,
        scheduled_at=agency.at(),
        place="Phòng họp số 1",
        chair=agency.people["director"],
        secretary=agency.people["office_head"],
        by=agency.people["hr"],
        expected_version=None,
        at=agency.at(),
    )


def test_two_councils_share_a_periods_list_and_the_ceiling_is_still_the_whole_lists(agency):
    with_staff(agency, 3)
    period = reviewed_crowd(agency, {"s01": Scored(Fraction(95)), "s02": Scored(Fraction(95))})
    first = found(agency, "Hội đồng khối văn phòng", agency.units["VP"], agency.units["SNV"])
    second = found(agency, "Hội đồng khối chuyên môn", agency.units["P1"], agency.units["P2"])
    page = as_person(agency.people["hr"]).get(reverse("session_convene", args=[period.uuid])).content.decode()
    assert "Hội đồng khối văn phòng (7 people wait)" in page
    assert "Hội đồng khối chuyên môn (2 people wait)" in page
    one, two = call(agency, period, first), call(agency, period, second)
    names = [set(session.items.values_list("person__username", flat=True)) for session in (one, two)]
    assert names == [{"deputy", "office_head", "hr", "clerk", "archivist", "an", "s03"}, {"s01", "s02"}]
    with pytest.raises(NotReady, match="Nobody whom this council covers"):
        call(agency, period, first)
    check = check_list(period, proposed_classes(period))
    assert check is not None
    assert (check.agency.good_or_better, check.agency.used) == (9, 2)  # the other council's people count


def recorded(agency: Agency, period: EvaluationPeriod):
    return record_outstanding(
        period=fresh(period),
        number="305/QĐ-UBND",
        decided_on=date(2026, 9, 30),
        authority="Chủ tịch Ủy ban nhân dân tỉnh",
        text="Hoàn thành vượt mức chỉ tiêu cải cách hành chính",
        by=agency.people["hr"],
        at=agency.at(),
        expected_version=fresh(period).version,
    )


def test_the_higher_share_applies_everywhere_while_its_decision_stands_and_is_named(agency):
    period = reviewed(agency)
    plain = check_list(period, {})
    recorded(agency, period)
    lifted = check_list(period, {})
    assert plain is not None
    assert lifted is not None
    assert (plain.share, lifted.share) == (Fraction(1, 5), Fraction(1, 4))
    assert check_list(period, {}, outstanding=False).share == Fraction(1, 5)
    session = opened(agency, period)
    page = as_person(agency.people["hr"]).get(reverse("session", args=[session.uuid])).content.decode()
    assert "By decision 305/QĐ-UBND of Chủ tịch Ủy ban nhân dân tỉnh" in page
    session = closed(agency, settled(agency, session))
    assert (session.ceiling["share"], bool(session.ceiling["outstanding"])) == ("1/4", True)
    minutes = Document.objects.get(kind__code="council_minutes")
    assert "không quá 25%" in minutes.facts["ceiling"]["statement"]
    assert "Quyết định số 305/QĐ-UBND ngày 30/09/2026" in minutes.facts["ceiling"]["statement"]
    now = fresh(period)
    decide_list(period=now, by=agency.people["director"], rulings={}, expected_version=now.version, at=agency.at())
    grounds = Document.objects.get(kind__code="decision").facts["grounds"]
    assert any("305/QĐ-UBND" in ground and "điểm b khoản 5 Điều 20" in ground for ground in grounds)
    with pytest.raises(NotReady, match="The list is decided"):
        withdraw_outstanding(
            period=fresh(period), reason="Nhầm", by=agency.people["hr"], at=agency.at(), expected_version=None
        )


def test_a_withdrawn_decision_is_kept_and_a_draft_that_named_it_is_not_adopted(agency):
    period = reviewed(agency)
    recorded(agency, period)
    session = settled(agency, opened(agency, period))
    said = {"by": session.secretary, "conclusion": "Nhất trí.", "choice_reason": ""}
    session = draft_minutes(session=session, expected_version=session.version, at=agency.at(), **said)
    withdraw_outstanding(
        period=fresh(period), reason="Nhầm kỳ", by=agency.people["hr"], at=agency.at(), expected_version=None
    )
    assert outstanding_achievement(period) is None
    assert period.outstanding_achievements.get().withdrawal_reason == "Nhầm kỳ"
    with pytest.raises(NotReady, match="amend the draft"):
        adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    session = draft_minutes(session=session, expected_version=session.version, at=agency.at(), **said)
    adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    with pytest.raises(NotReady, match="Adopted minutes name the share"):
        recorded(agency, period)


def test_the_page_of_the_decision_records_withdraws_and_keeps_what_was_typed(agency):
    period = reviewed(agency)
    client, page = as_person(agency.people["director"]), reverse("period_outstanding", args=[period.uuid])
    typed = {
        "number": "305/QĐ-UBND",
        "decided_on": (agency.today() + timedelta(days=9000)).isoformat(),
        "authority": "Chủ tịch tỉnh",
        "text": "Cải cách hành chính",
        "expected_version": period.version,
    }
    refused = client.post(page, typed)
    assert refused.status_code == 409
    assert "still to come" in refused.content.decode()
    assert "Cải cách hành chính" in refused.content.decode()
    done = client.post(page, typed | {"decided_on": "2026-09-30"}, follow=True).content.decode()
    assert "The decision is recorded" in done
    version = fresh(period).version
    done = client.post(page, {"reason": "Nhầm kỳ", "expected_version": version}, follow=True).content.decode()
    assert "ordinary share applies again" in done
    assert "305/QĐ-UBND, withdrawn" in done


def test_relations_are_declared_by_oneself_or_the_personnel_officer_and_seen_by_those_concerned(agency):
    session = convened(agency, reviewed(agency))
    people, page = agency.people, reverse("relations")
    typed = {
        "submission_key": "0a5fd1f0-94c1-4f83-a54c-5fb0e4f23b08",
        "person": str(people["an"].uuid),
        "about": str(people["clerk"].uuid),
        "relation": "Vợ chồng",
    }
    assert as_person(people["archivist"]).post(page, typed).status_code == 422
    assert not DeclaredInterest.objects.exists()
    assert "Vợ chồng" in as_person(people["an"]).post(page, typed, follow=True).content.decode()
    assert Recusal.objects.filter(item__session=session, item__person=people["clerk"], automatic=True).exists()
    for name, seen in (("clerk", True), ("hr", True), ("archivist", False), ("director", False)):
        assert ("Vợ chồng" in as_person(people[name]).get(page).content.decode()) is seen
    end = reverse("relation_end", args=[DeclaredInterest.objects.get().uuid])
    assert as_person(people["archivist"]).post(end).status_code == 404
    assert as_person(people["clerk"]).post(end).status_code == 403
    assert "The relation is ended" in as_person(people["hr"]).post(end, follow=True).content.decode()
    assert as_person(people["hr"]).post(end).status_code == 404


def test_the_minutes_grow_for_the_roster_and_hide_what_was_said_of_the_readers_own_case(agency):
    session = opened(agency, reviewed(agency))
    item = session.items.get(person=agency.people["an"])
    approvals.record_opinion(
        item=item, person=session.chair, text="Cần cân nhắc", by=session.secretary, at=agency.at()
    )
    page = reverse("session_record", args=[session.uuid])
    assert "Cần cân nhắc" in as_person(agency.people["deputy"]).get(page).content.decode()
    own = as_person(agency.people["an"]).get(page).content.decode()
    assert "Cần cân nhắc" not in own
    assert "what the others said is not shown" in own


def test_every_wording_of_the_draft_stays_visible_with_who_wrote_it(agency):
    session = settled(agency, opened(agency, reviewed(agency)))
    for by, words in ((session.secretary, "Nhất trí."), (session.chair, "Nhất trí, trình quyết định.")):
        session = draft_minutes(
            session=again(session),
            by=by,
            conclusion=words,
            choice_reason="",
            expected_version=session.version,
            at=agency.at(),
        )
    page = as_person(agency.people["deputy"]).get(reverse("session_record", args=[session.uuid])).content.decode()
    assert "<del><p>Nhất trí.</p></del>" in page or "<del>Nhất trí.</del>" in page
    assert "Wording 2" in page
    assert "Đặng Văn Giám" in page


def test_members_sign_between_secretary_and_chair_where_their_rules_ask(agency):
    session = settled(agency, opened(agency, reviewed(agency)))
    session.council.members_sign = True
    session.council.save()
    session = closed(agency, again(session))
    slots = Document.objects.get(kind__code="council_minutes").slots.exclude(expected_signer=None).order_by("pk")
    assert list(slots.values_list("role", "expected_signer__username")) == [
        ("secretary", "hr"),
        ("member_1", "deputy"),
        ("member_2", "office_head"),
        ("member_3", "an"),
        ("chair", "director"),
    ]
    as_signed("council_minutes")
