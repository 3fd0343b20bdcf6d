"""A published result is replaced or annulled by a new decision of the head; the old one stays and says so."""

from datetime import date
from decimal import Decimal

import pytest

from approvals.errors import ApprovalRefused
from approvals.models import Decision
from documents.actions import cancel_document
from documents.models import Document
from documents.standings import DocumentStanding, standing_of, successors_of
from organization.actions import delegate
from organization.models import JournalEntry, Scope
from tests.documents.office import again
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import fresh
from tests.workflows.published import issued, published, shelved
from workflows import corrections
from workflows.actions.effects import finish_issued
from workflows.actions.replacements import NewResult, annul_decision, replace_decision
from workflows.errors import AlreadyHandled, NotAllowed, NotReady, Refused
from workflows.grounds import GroundGiven
from workflows.models import Evaluation, EvaluationPeriod, Ground, Standing

pytestmark = pytest.mark.django_db
REASON = "Tính nhầm số sản phẩm chậm tiến độ."


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    return published(agency)


def decision_of(agency: Agency) -> Document:
    return agency.documents("decision")[0]


def replace(agency: Agency, period: EvaluationPeriod, *, by: str = "director", **names: NewResult) -> Document:
    """The head's act on these people, by short name; `of` may name another decision."""
    now = fresh(period)
    governing = corrections.governed_by(now)
    first = agency.evaluation(next(iter(names)))
    return replace_decision(
        period=now,
        replaced=governing[first.pk],
        results={agency.evaluation(name).uuid: new for name, new in names.items()},
        by=agency.people[by],
        expected_version=now.version,
        at=agency.at(),
    )


def annul(
    agency: Agency, period: EvaluationPeriod, *names: str, reason: str = "Ban hành sai thẩm quyền."
) -> Document:
    now = fresh(period)
    return annul_decision(
        period=now,
        annulled=decision_of(agency),
        people={agency.evaluation(name).uuid for name in names or IN_PERIOD},
        reason=reason,
        by=agency.people["director"],
        expected_version=now.version,
        at=agency.at(),
    )


def take_through(agency: Agency, kind: str) -> None:
    """Both the new decision and its notices to the archive."""
    assert [result.reason for result in issued(agency, kind, "notice") if not result.ok] == []
    shelved(kind, "notice")


def notice_of(agency: Agency, name: str) -> Document:
    return Document.objects.filter(kind__code="notice", subject=agency.people[name]).order_by("pk")[0]


def test_one_of_many_is_replaced_and_the_rest_of_the_decision_stays(agency, period):
    old = notice_of(agency, "an")
    document = replace(agency, period, an=NewResult("HTNV", REASON))
    assert document.facts["replaced"]["number"] == decision_of(agency).number_text
    assert document.facts["changes"] == [
        {
            "name": "Nguyễn Văn An",
            "position": "Chuyên viên",
            "unit": "Văn phòng Sở",
            "what": "Mức xếp loại",
            "from": "HTT",
            "to": "HTNV",
            "reason": REASON,
        }
    ]
    assert agency.evaluation("an").final_decision.class_code == "HTT"  # the old one stands until the issue
    assert standing_of(decision_of(agency)) == DocumentStanding.VALID
    take_through(agency, "replacing_decision")
    evaluation = agency.evaluation("an")
    assert (evaluation.final_decision.class_code, evaluation.standing) == ("HTNV", Standing.PUBLISHED)
    assert standing_of(decision_of(agency)) == DocumentStanding.AMENDED
    assert successors_of(decision_of(agency)) == [document]
    assert standing_of(old) == DocumentStanding.REPLACED
    (new,) = successors_of(old)
    assert new.subject == agency.people["an"]
    assert new.number != old.number
    assert agency.evaluation("hr").final_decision.class_code == "HTT"
    assert standing_of(notice_of(agency, "hr")) == DocumentStanding.VALID


def test_everybody_decided_anew_replaces_the_decision_as_a_whole(agency, period):
    new = {name: NewResult("HTNV", REASON) for name in IN_PERIOD}
    document = replace(agency, period, **new)
    assert document.replaces == decision_of(agency)
    take_through(agency, "replacing_decision")
    assert standing_of(decision_of(agency)) == DocumentStanding.REPLACED
    assert set(Evaluation.objects.values_list("final_decision__class_code", flat=True)) == {"HTNV"}


def test_a_corrected_score_moves_the_highest_class_that_may_be_given(agency, period):
    with pytest.raises(ApprovalRefused):
        replace(agency, period, hr=NewResult("HTXS", REASON))
    new = NewResult("HTNV", REASON, general=Decimal("18"), result=Decimal("45.5"))
    with pytest.raises(ApprovalRefused):
        replace(agency, period, hr=NewResult("HTT", REASON, general=new.general, result=new.result))
    document = replace(agency, period, hr=new)
    assert ("Tổng điểm", "63.5") in [(row["what"], row["to"]) for row in document.facts["changes"]]
    assert Document.objects.filter(kind__code="notice").latest("pk").facts["total_score"] == "63.5"
    take_through(agency, "replacing_decision")
    assert corrections.standing_points(agency.evaluation("hr")).total == "127/2"


def test_points_lie_within_the_law(agency, period):
    with pytest.raises(Refused, match="0 and 70"):
        replace(agency, period, hr=NewResult("HTNV", REASON, result=Decimal("70.01")))


def test_the_ceiling_holds_on_the_whole_list(agency, period):
    with pytest.raises(NotReady, match="ceiling"):
        replace(agency, period, an=NewResult("HTXS", REASON))
    assert not Decision.objects.filter(kind="head_replaced").exists()
    assert not Document.objects.filter(kind__code="replacing_decision").exists()


def test_a_title_written_wrongly_is_replaced_with_the_same_class(agency, period):
    document = replace(agency, period, an=NewResult("HTT", REASON, title="Chuyên viên chính"))
    assert [(row["what"], row["to"]) for row in document.facts["changes"]] == [("Chức vụ", "Chuyên viên chính")]
    assert agency.evaluation("an").title == "Chuyên viên"
    take_through(agency, "replacing_decision")
    assert agency.evaluation("an").title == "Chuyên viên chính"


def test_a_replacement_needs_a_reason_and_a_difference(agency, period):
    with pytest.raises(ApprovalRefused, match="reason"):
        replace(agency, period, hr=NewResult("HTNV", "  "))
    with pytest.raises(Refused, match="Nothing changes"):
        replace(agency, period, hr=NewResult("HTT", REASON))
    assert not Document.objects.filter(kind__code="replacing_decision").exists()


def test_points_differ_by_their_exact_value_and_are_printed_apart(agency, period):
    document = replace(agency, period, hr=NewResult("HTT", REASON, result=Decimal("69.997")))
    assert [(row["what"], row["from"], row["to"]) for row in document.facts["changes"]] == [
        ("Tổng điểm", "88", "87.997")
    ]


def test_parts_that_change_within_the_same_total_are_a_difference(agency, period):
    moved = NewResult("HTT", REASON, general=Decimal("18.5"), result=Decimal("69.5"))
    document = replace(agency, period, hr=moved)
    assert [(row["what"], row["from"], row["to"]) for row in document.facts["changes"]] == [
        ("Điểm tiêu chí chung", "18", "18.5"),
        ("Điểm tiêu chí kết quả thực hiện nhiệm vụ", "70", "69.5"),
    ]


def test_only_the_head_or_his_delegate_replaces(agency, period):
    for name in ("hr", "deputy", "clerk"):
        with pytest.raises(NotAllowed):
            replace(agency, period, by=name, an=NewResult("HTNV", REASON))
    delegate(
        delegator=agency.people["director"],
        delegate=agency.people["deputy"],
        scope=Scope.DECIDE,
        unit=agency.units["SNV"],
        capacity="KT.",
        document_number="21/QĐ-SNV",
        document_on=date(2026, 9, 1),
        starts_on=date(2026, 9, 1),
        ends_on=None,
        by=agency.people["hr"],
        at=agency.at(),
    )
    document = replace(agency, period, by="deputy", an=NewResult("HTNV", REASON))
    assert document.facts["signers"]["head"]["authority"] == "KT. GIÁM ĐỐC"
    with pytest.raises(ApprovalRefused, match="own case"):
        replace(agency, period, by="deputy", deputy=NewResult("HTNV", REASON))


def test_an_old_page_is_refused(agency, period):
    with pytest.raises(AlreadyHandled):
        replace_decision(
            period=period,
            replaced=decision_of(agency),
            results={agency.evaluation("an").uuid: NewResult("HTNV", REASON)},
            by=agency.people["director"],
            expected_version=period.version - 1,
            at=agency.at(),
        )


def test_a_second_replacement_waits_for_the_first_and_then_names_it(agency, period):
    first = replace(agency, period, an=NewResult("HTNV", REASON))
    with pytest.raises(NotReady, match="on its way"):
        replace(agency, period, an=NewResult("KHTNV", REASON))
    take_through(agency, "replacing_decision")
    second = replace(agency, period, an=NewResult("HTT", "Kiến nghị đúng."))
    assert second.facts["replaced"]["code"] == first.code
    take_through(agency, "replacing_decision")
    assert standing_of(again(first)) == DocumentStanding.REPLACED
    assert [
        each.correction.later.class_code for each in corrections.history_of(agency.evaluation("an"), pending=True)
    ] == [
        "HTNV",
        "HTT",
    ]


def test_people_of_another_decision_are_not_replaced_with_it(agency, period):
    replace(agency, period, an=NewResult("HTNV", REASON))
    take_through(agency, "replacing_decision")
    with pytest.raises(NotReady, match="stand on this"):
        replace(agency, period, hr=NewResult("HTNV", REASON), an=NewResult("HTT", REASON))


def test_a_cancelled_decision_takes_its_replacement_with_it(agency, period):
    document = replace(agency, period, an=NewResult("HTNV", REASON))
    cancel_document(document=document, reason="Soạn nhầm.", by=agency.people["director"], at=agency.at())
    assert not corrections.on_their_way(period).exists()
    replace(agency, period, an=NewResult("KHTNV", REASON))
    assert corrections.on_their_way(period).get().later.class_code == "KHTNV"


def test_a_notice_waits_for_the_decision_on_which_it_rests(agency, period):
    replace(agency, period, an=NewResult("HTNV", REASON))
    (result,) = issued(agency, "notice")
    assert not result.ok
    assert "issued first" in result.reason
    together = issued(agency, "replacing_decision", "notice")
    assert all(each.ok for each in together)


def test_a_crash_after_the_number_is_mended_by_the_sweep(agency, period):
    replace(agency, period, an=NewResult("HTNV", REASON))
    issued(agency, "replacing_decision")
    Evaluation.objects.filter(pk=agency.evaluation("an").pk).update(
        final_decision=Decision.objects.get(kind="head_decided", person=agency.people["an"])
    )
    assert finish_issued(at=agency.at()) == 1
    assert agency.evaluation("an").final_decision.class_code == "HTNV"
    assert finish_issued(at=agency.at()) == 0


def test_the_journal_and_the_person_hear_of_it_once_it_counts(agency, period):
    replace(agency, period, an=NewResult("HTNV", REASON))
    assert not agency.people["an"].notices.filter(event="evaluation.replaced").exists()
    take_through(agency, "replacing_decision")
    assert agency.people["an"].notices.filter(event="evaluation.replaced").count() == 1
    entry = JournalEntry.objects.get(event="evaluation.replaced")
    assert (entry.changed_from, entry.changed_to) == ("HTT", "HTNV")


def test_a_wrong_result_is_replaced_after_the_period_is_archived_too(agency, period):
    EvaluationPeriod.objects.filter(pk=period.pk).update(stage="archived")
    replace(agency, period, an=NewResult("HTNV", REASON))
    take_through(agency, "replacing_decision")
    assert agency.evaluation("an").final_decision.class_code == "HTNV"


def test_an_annulled_decision_leaves_nobody_with_a_result(agency, period):
    document = annul(agency, period)
    assert len(document.facts["articles"][0].split(",")) == len(IN_PERIOD)
    assert standing_of(decision_of(agency)) == DocumentStanding.VALID
    take_through(agency, "annulment_decision")
    assert set(Evaluation.objects.values_list("standing", flat=True)) == {Standing.ANNULLED}
    assert standing_of(decision_of(agency)) == DocumentStanding.ANNULLED
    assert {standing_of(notice) for notice in agency.documents("notice")} == {DocumentStanding.ANNULLED}
    assert decision_of(agency).number == 1


def test_one_result_is_annulled_and_decided_anew(agency, period):
    document = annul(agency, period, "an")
    assert document.facts["person"]["name"] == "Nguyễn Văn An"
    take_through(agency, "annulment_decision")
    assert agency.evaluation("an").standing == Standing.ANNULLED
    assert standing_of(decision_of(agency)) == DocumentStanding.AMENDED
    with pytest.raises(Refused, match="annulled result"):
        replace(agency, period, an=NewResult("", REASON, ground=GroundGiven(Ground.CLERICAL)))
    replace(agency, period, an=NewResult("HTNV", REASON))
    take_through(agency, "replacing_decision")
    evaluation = agency.evaluation("an")
    assert (evaluation.standing, evaluation.final_decision.class_code) == (Standing.PUBLISHED, "HTNV")


def test_an_annulment_needs_a_reason_and_a_published_result(agency, period):
    with pytest.raises(ApprovalRefused, match="reason"):
        annul(agency, period, reason=" ")
    annul(agency, period, "an")
    with pytest.raises(NotReady, match="on its way"):
        annul(agency, period, "an")
