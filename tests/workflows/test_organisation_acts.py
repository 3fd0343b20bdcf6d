"""The acts on organisations: order, conditions, ceiling, reasons, replacing, and what they allow their heads."""

from datetime import date
from decimal import Decimal

import pytest

from documents.models import Document, State
from documents.standings import Effect
from organization.models import AgencyRole, Duty, JournalEntry
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed
from tests.workflows.organising import NEXT_CLASS, Ratings, Recognition, card
from tests.workflows.years import open_year, tracked
from workflows.actions.organisation_replacements import replace_organisation
from workflows.actions.organisation_rulings import decide_organisations
from workflows.actions.organisations import (
    leave_out,
    save_own_card,
    score_organisation,
    take_back_own_card,
    take_up_again,
)
from workflows.actions.publications import issue, publish_issued
from workflows.errors import AlreadyHandled, NotAllowed, NotReady, Refused
from workflows.models import Evaluation, OrganisationRuling, RatingState
from workflows.organisations import (
    class_of_organisation,
    classes_of,
    heads_above,
    may_be_rated_under,
    ratings_resting_on,
    recognised_by,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ratings(agency: Agency) -> Ratings:
    return Ratings(agency)


def ready(*kinds: str) -> None:
    for kind in kinds:
        as_signed(kind)
    Document.objects.filter(kind__code__in=kinds, issue_released_at=None).exclude(state=State.CANCELLED).update(
        state=State.SIGNED, next_attempt_at=None
    )


def issued(ratings: Ratings, *kinds: str, clerk: str = "province_clerk") -> list:
    ready("organisation_decision", "organisation_notice")
    waiting = Document.objects.ready_to_issue().filter(kind__code__in=kinds)
    return issue(documents=waiting, by=ratings.agency.people[clerk], at=ratings.agency.at())


def test_the_recogniser_is_the_head_of_the_managing_or_of_the_using_agency(ratings):
    units = ratings.agency.units
    assert [recognised_by(units[code]) for code in ("TCCB", "SNV", "UBND")] == [units["SNV"], units["UBND"], None]
    assert {unit.code for unit in may_be_rated_under(units["UBND"], ratings.agency.today())} == {"SNV", "STC", "SYT"}
    assert {unit.code for unit in may_be_rated_under(units["SNV"], ratings.agency.today())} == {"VP", "TCCB"}


def test_an_organisation_that_ends_later_is_rated_and_one_that_begins_later_is_not(ratings):
    units, on = ratings.agency.units, ratings.agency.today()
    units["SYT"].ends_on, units["STC"].starts_on = date(2027, 1, 1), date(2027, 1, 1)
    for code in ("SYT", "STC"):
        units[code].save()
    assert {unit.code for unit in may_be_rated_under(units["UBND"], on)} == {"SNV", "SYT"}
    ratings.open("SYT")
    with pytest.raises(Refused) as refusal:
        ratings.open("STC")
    assert refusal.value.missing == ["Sở Tài chính"]
    assert "SYT" not in {unit.code for unit in may_be_rated_under(units["UBND"], date(2027, 1, 1))}


def test_only_a_personnel_officer_opens_and_only_what_this_head_recognises(ratings):
    with pytest.raises(Refused) as refusal:
        ratings.open("TCCB")
    assert refusal.value.missing == ["Phòng Tổ chức cán bộ"]
    ratings.open("SNV")
    with pytest.raises(NotReady):
        ratings.open("SNV")
    assert ratings.open("STC").ratings.count() == 2
    ratings.agency.people["province_hr"] = ratings.agency.people["an"]
    with pytest.raises(NotAllowed):
        ratings.open("SYT")


def test_the_head_of_the_organisation_is_told_and_types_its_card_nobody_else(ratings):
    ratings.open("SNV")
    assert ratings.head("SNV").notices.filter(event="organisation.opened").count() == 1
    rating = ratings.of("SNV")
    wrong = {"typed": card("80"), "note": "", "hand_in": False, "expected_version": 0, "at": ratings.agency.at()}
    with pytest.raises(NotAllowed):
        save_own_card(rating=rating, by=ratings.agency.people["chairman"], **wrong)
    with pytest.raises(Refused) as refusal:
        save_own_card(rating=rating, by=ratings.head("SNV"), **wrong | {"typed": card("80", done="101")})
    assert refusal.value.missing == ["Tasks done"]
    ratings.hand_in("SNV", "80")
    with pytest.raises(AlreadyHandled):
        save_own_card(rating=rating, by=ratings.head("SNV"), **wrong)
    assert ratings.agency.people["chairman"].notices.filter(event="organisation.handed_in").exists()


def test_an_incomplete_card_is_kept_and_not_handed_in_and_a_card_can_be_taken_back(ratings):
    ratings.open("SNV")
    rating, head = ratings.of("SNV"), ratings.head("SNV")
    typed = {"typed": {"1": "9.5"}, "note": "", "by": head, "at": ratings.agency.at()}
    with pytest.raises(NotReady) as refusal:
        save_own_card(rating=rating, hand_in=True, expected_version=rating.version, **typed)
    assert "Task results" in refusal.value.missing
    rating = save_own_card(rating=rating, hand_in=False, expected_version=rating.version, **typed)
    assert (rating.own, rating.state) == ({"1": "9.5"}, RatingState.OPEN)
    rating = ratings.hand_in("SNV", "80")
    take_back_own_card(rating=rating, by=head, expected_version=rating.version, at=ratings.agency.at())
    assert ratings.of("SNV").state == RatingState.OPEN


def test_typing_is_never_blocked_by_the_order_only_the_decision_is(ratings):
    ratings.open("SNV")
    ratings.open("TCCB", recogniser="SNV")
    ratings.score("SNV", "85")  # before the card is handed in, before the part below is decided
    with pytest.raises(NotReady) as refusal:
        ratings.decide()
    (words,) = refusal.value.missing
    assert "Phòng Tổ chức cán bộ below it is not decided" in words
    assert "Đặng Văn Giám has not handed in the card" in words
    ratings.whole("TCCB", "75")
    ratings.decide("SNV")
    ratings.hand_in("SNV", "85")
    ratings.decide()
    assert class_of_organisation(ratings.agency.units["SNV"], 2026) == "HTT"


def test_a_part_at_the_lowest_class_keeps_the_organisation_from_the_top(ratings):
    ratings.open("SNV", "STC", "SYT")
    ratings.open("TCCB", recogniser="SNV")
    ratings.whole("TCCB", "45")
    ratings.decide("SNV")
    for code, total in (("SNV", "95"), ("STC", "80"), ("SYT", "80")):
        ratings.whole(code, total)
    with pytest.raises(NotReady, match="fit no class"):
        ratings.decide()
    with pytest.raises(NotReady, match="cannot be above"):
        ratings.decide(SNV=Recognition("HTXS", "Có thành tích."))
    with pytest.raises(NotReady, match="Give a reason"):
        ratings.decide(SNV=Recognition("HTT"))
    ratings.decide(SNV=Recognition("HTT", "Đơn vị trực thuộc không hoàn thành nhiệm vụ."))
    ruling = ratings.of("SNV").ruling
    assert (ruling.score_class, ruling.fitted, ruling.class_code, ruling.total) == ("HTXS", "", "HTT", "95")


def test_the_other_policy_gives_the_next_class_without_a_reason(ratings):
    ratings.open("SNV", unmatched=NEXT_CLASS)
    ratings.whole("SNV", "85", done="95")
    ratings.decide()
    assert class_of_organisation(ratings.agency.units["SNV"], 2026) == "HTNV"


def test_the_ceiling_is_that_of_the_whole_list_and_a_numbered_decision_lifts_it(ratings):
    ratings.open("SNV", "STC", "SYT")
    for code in ("SNV", "STC", "SYT"):
        ratings.whole(code, "92")
    with pytest.raises(NotReady) as refusal:
        ratings.decide()
    assert refusal.value.missing == ["3 of at most 0"]
    lower = Recognition("HTT", "Hết tỷ lệ xuất sắc.")
    with pytest.raises(NotReady):
        ratings.decide(SNV=lower, STC=lower)
    with pytest.raises(NotReady):  # a quarter of three is none either
        ratings.decide(SNV=lower, STC=lower, outstanding="Quyết định số 9/QĐ-UBND")
    ratings.decide(SNV=lower, STC=lower, SYT=lower)
    assert set(classes_of([unit.pk for unit in ratings.agency.units.values()], 2026).values()) == {"HTT"}


def test_an_old_page_decides_nothing(ratings):
    listed = ratings.open("SNV")
    ratings.whole("SNV", "80")
    with pytest.raises(AlreadyHandled):
        decide_organisations(
            listed=listed,
            by=ratings.agency.people["chairman"],
            chosen={},
            expected_version=listed.version,
            at=ratings.agency.at(),
        )


def test_an_organisation_left_out_blocks_nobody(ratings):
    ratings.open("SNV")
    ratings.open("TCCB", recogniser="SNV")
    rating = ratings.of("TCCB")
    act = {"rating": rating, "by": ratings.agency.people["hr"], "expected_version": 0, "at": ratings.agency.at()}
    with pytest.raises(Refused):
        leave_out(reason=" ", **act)
    with pytest.raises(NotAllowed):
        leave_out(reason="Sáp nhập.", **act | {"by": ratings.agency.people["an"]})
    leave_out(reason="Sáp nhập vào Văn phòng Sở.", **act)
    ratings.whole("SNV", "80")
    ratings.decide()
    assert class_of_organisation(rating.unit, 2026) is None


def test_what_was_left_out_by_mistake_is_taken_up_again_and_then_decided(ratings):
    ratings.open("SNV", "STC")
    act = {"by": ratings.agency.people["province_hr"], "expected_version": 0, "at": ratings.agency.at()}
    leave_out(rating=ratings.of("STC"), reason="Nhầm.", **act)
    with pytest.raises(NotReady, match="left out"):
        ratings.open("STC")
    act["expected_version"] = ratings.of("STC").version
    with pytest.raises(NotAllowed):
        take_up_again(rating=ratings.of("STC"), **act | {"by": ratings.agency.people["an"]})
    take_up_again(rating=ratings.of("STC"), **act)
    with pytest.raises(NotReady, match="left out"):
        take_up_again(rating=ratings.of("STC"), **act | {"expected_version": ratings.of("STC").version})
    entries = JournalEntry.objects.filter(subject_uuid=ratings.of("STC").uuid).order_by("pk")
    assert [entry.event for entry in entries][-2:] == ["organisation.left_out", "organisation.opened"]
    assert ratings.head("STC").notices.filter(event="organisation.opened").count() == 2
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    assert class_of_organisation(ratings.agency.units["STC"], 2026) == "HTT"


def test_an_agency_left_out_of_the_year_caps_its_head_no_longer(ratings):
    agency = ratings.agency
    tracked(agency, "deputy", 3, Decimal(80))
    period = open_year(agency)
    agency.posts["deputy"].duty = Duty.HEAD
    agency.posts["deputy"].save()
    head = Evaluation.objects.get(person=agency.people["deputy"], period=period)
    ratings.open("SNV")
    assert "has no decided class" in heads_above(period, {head.pk: "HTT"})[0]
    act = {"by": agency.people["province_hr"], "expected_version": 0, "at": agency.at()}
    leave_out(rating=ratings.of("SNV"), reason="Hợp nhất từ ngày 01/12/2026.", **act)
    assert heads_above(period, {head.pk: "HTT"}) == []
    take_up_again(rating=ratings.of("SNV"), **act | {"expected_version": ratings.of("SNV").version})
    assert "has no decided class" in heads_above(period, {head.pk: "HTT"})[0]


def test_a_decided_card_is_frozen_and_a_cancelled_decision_opens_it_again(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    with pytest.raises(NotReady, match="never edited"):
        ratings.score("SNV", "70")
    Document.objects.filter(kind__code="organisation_decision").update(state=State.CANCELLED)
    assert class_of_organisation(ratings.agency.units["SNV"], 2026) is None
    ratings.score("SNV", "60")
    ratings.decide()
    assert class_of_organisation(ratings.agency.units["SNV"], 2026) == "HTNV"


def test_the_notice_is_issued_after_its_decision_and_tells_the_head(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    (early,) = issued(ratings, "organisation_notice")
    assert not early.ok
    assert all(result.ok for result in issued(ratings, "organisation_decision", "organisation_notice"))
    assert ratings.of("SNV").state == RatingState.NOTIFIED
    assert ratings.head("SNV").notices.filter(event="organisation.notified").count() == 1


def test_a_replacing_decision_counts_from_its_issue_and_touches_nobody_else(ratings):
    ratings.open("SNV", "STC")
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    issued(ratings, "organisation_decision", "organisation_notice")
    rating, unit = ratings.of("SNV"), ratings.agency.units["SNV"]
    act = {"rating": rating, "by": ratings.agency.people["chairman"], "expected_version": None}
    with pytest.raises(Refused):
        replace_organisation(chosen=Recognition("HTT", "Như cũ."), at=ratings.agency.at(), **act)
    with pytest.raises(NotReady, match="cannot be above"):
        replace_organisation(chosen=Recognition("HTXS", "Nâng."), at=ratings.agency.at(), **act)
    new = replace_organisation(chosen=Recognition("HTNV", "Bỏ sót vi phạm."), at=ratings.agency.at(), **act)
    with pytest.raises(NotReady, match="already on its way"):
        replace_organisation(chosen=Recognition("HTNV", "Lần nữa."), at=ratings.agency.at(), **act)
    assert class_of_organisation(unit, 2026) == "HTT"
    assert [(each.effect, each.earlier) for each in new.effects.all()] == [(Effect.AMENDED, rating.ruling.document)]
    issued(ratings, "organisation_decision")
    assert (class_of_organisation(unit, 2026), ratings.of("SNV").state) == ("HTNV", RatingState.DECIDED)
    issued(ratings, "organisation_notice")
    assert ratings.of("SNV").state == RatingState.NOTIFIED
    assert ratings.of("STC").ruling.class_code == "HTT"
    last = OrganisationRuling.objects.latest("pk")
    assert last.notice.replaces == last.earlier.notice
    assert f", thay cho Thông báo số {last.earlier.notice.number_text} ngày " in last.notice.facts["decision"]


def test_a_replacement_that_shrinks_the_ceiling_names_whose_class_is_lowered_first(ratings):
    ratings.agency._unit("SXD", "Sở Xây dựng", AgencyRole.USING, "UBND")
    ratings.agency._unit("SCT", "Sở Công Thương", AgencyRole.USING, "UBND")
    ratings.open("SNV", "STC", "SYT", "SXD", "SCT")
    ratings.whole("SNV", "92")
    for code in ("STC", "SYT"):
        ratings.whole(code, "80")
    for code in ("SXD", "SCT"):
        ratings.score(code, "80")  # nobody heads them
    ratings.decide()
    issued(ratings, "organisation_decision", "organisation_notice")

    def replaced(code: str, class_code: str) -> Document:
        return replace_organisation(
            rating=ratings.of(code),
            chosen=Recognition(class_code, "Kết luận thanh tra."),
            by=ratings.agency.people["chairman"],
            expected_version=None,
            at=ratings.agency.at(),
        )

    with pytest.raises(NotReady) as refusal:
        replaced("STC", "HTNV")
    assert refusal.value.missing == [
        "1 of at most 0",
        "First replace the decision on 1 of those at the top by a lower class: Sở Nội vụ. Then decide this one",
    ]
    assert refusal.value.rule == "khoản 5 Điều 8 Nghị định 335/2025/NĐ-CP"
    replaced("SNV", "HTT")  # the order that the refusal names is open, and counts before it is issued
    replaced("STC", "HTNV")
    issued(ratings, "organisation_decision", "organisation_notice")
    assert [ratings.of(code).ruling.class_code for code in ("SNV", "STC")] == ["HTT", "HTNV"]


def test_an_undecided_organisation_is_told_no_order_where_its_own_class_can_give_way(ratings):
    ratings.open("SNV", "STC", "SYT")
    for code in ("SNV", "STC", "SYT"):
        ratings.whole(code, "92")
    with pytest.raises(NotReady) as refusal:
        ratings.decide()
    assert refusal.value.missing == ["3 of at most 0"]


def test_the_only_organisation_of_a_decision_replaces_it_as_a_whole(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    issued(ratings, "organisation_decision", "organisation_notice")
    old = ratings.of("SNV").ruling.document
    new = replace_organisation(
        rating=ratings.of("SNV"),
        chosen=Recognition("KHTNV", "Kết luận thanh tra."),
        by=ratings.agency.people["chairman"],
        expected_version=None,
        at=ratings.agency.at(),
    )
    assert new.replaces == old
    assert new.facts["replaced"]["number"] == old.number_text
    assert new.facts["whole"] is True


def test_what_a_crash_left_between_number_and_effect_is_finished(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    issued(ratings, "organisation_decision", "organisation_notice")
    rating = ratings.of("SNV")
    type(rating).objects.filter(pk=rating.pk).update(state=RatingState.DECIDED)
    assert publish_issued(at=ratings.agency.at()) == 1
    assert ratings.of("SNV").state == RatingState.NOTIFIED
    assert publish_issued(at=ratings.agency.at()) == 0


def test_what_rests_on_a_unit_is_its_own_rating_and_those_above(ratings):
    ratings.open("SNV", "STC")
    ratings.open("TCCB", recogniser="SNV")
    units = ratings.agency.units
    assert [row.unit.code for row in ratings_resting_on(units["TCCB"], 2026)] == ["TCCB", "SNV"]
    assert [row.unit.code for row in ratings_resting_on(units["STC"], 2026)] == ["STC"]
    assert ratings_resting_on(units["STC"], 2025) == []


def test_every_act_stands_in_the_journal_of_the_rating(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    entries = JournalEntry.objects.filter(subject_uuid=ratings.of("SNV").uuid).order_by("pk")
    assert [entry.event.removeprefix("organisation.") for entry in entries] == [
        "opened",
        "handed_in",
        "scored",
        "decided",
    ]


def test_nobody_recognises_the_organisation_that_he_heads(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    post = ratings.agency.posts["director"]
    post.person, post.reviewer = ratings.agency.people["chairman"], None
    post.save()
    with pytest.raises(NotReady, match="heads himself"):
        ratings.decide()


def test_a_stranger_scores_nothing(ratings):
    ratings.open("SNV")
    with pytest.raises(NotAllowed):
        score_organisation(
            rating=ratings.of("SNV"),
            typed=card("80"),
            comment="",
            by=ratings.agency.people["director"],
            expected_version=0,
            at=ratings.agency.at(),
        )
