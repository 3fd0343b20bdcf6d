"""A whole quarter of the newest procedure; then one result of the list is replaced, and every document says so."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import AgendaItem, CouncilSession
from approvals.roster import Roster
from documents.models import Document, RegisterLine, State
from documents.standings import DocumentStanding, standing_of, successors_of
from tests.journeys.test_full_cycle import SHARES, advance, fresh, review_everybody
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_person, case_of, opened
from workflows import corrections
from workflows.actions.councils import adopt_minutes, close_session, convene_session, draft_minutes
from workflows.actions.public_notices import order_public_notice
from workflows.actions.publications import issue
from workflows.actions.replacements import NewResult, replace_decision
from workflows.actions.rulings import decide_list
from workflows.actions.syntheses import make_synthesis
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod, Procedure, Stage

pytestmark = pytest.mark.django_db


def newest(period: EvaluationPeriod) -> EvaluationPeriod:
    """The period under the procedure that new periods get."""
    period.procedure = Procedure.objects.get(code="full_cycle", is_active=True)
    period.save(update_fields=["procedure"])
    return period


def synthesise(agency: Agency, period: EvaluationPeriod) -> Document:
    with pytest.raises(NotReady) as refusal:
        convene_session(
            period=fresh(period),
            council=agency.council(),
            scheduled_at=agency.at(),
            place="Phòng họp số 1",
            chair=agency.people["director"],
            secretary=agency.people["hr"],
            by=agency.people["hr"],
            expected_version=None,
            at=agency.at(),
        )
    assert refusal.value.missing == ["The synthesis table of the reviewed scores has not been made."]
    now = fresh(period)
    table = make_synthesis(period=now, by=agency.people["hr"], expected_version=now.version, at=agency.at())
    for name in ("hr", "director"):
        assert all(result.ok for result in agency.sign_all(name))
    return table


def concluded(agency: Agency, item: AgendaItem, class_code: str) -> None:
    item = approvals.propose_class(
        item=item,
        class_code=class_code,
        reason="Không còn suất xuất sắc.",
        by=item.session.secretary,
        at=agency.at(),
        expected_version=item.version,
    )
    approvals.conclude_item(item=item, by=item.session.secretary, at=agency.at(), expected_version=item.version)


def deliberate(agency: Agency, period: EvaluationPeriod) -> CouncilSession:
    """One case by a show of hands, so that the count has minutes of its own; all three papers signed for real."""
    session = opened(agency, period)
    item = case_of(session, agency.people["clerk"])
    item = approvals.put_to_vote(item=item, by=session.secretary, at=agency.at(), expected_version=item.version)
    choices = dict.fromkeys(Roster.of(session).voters(item), item.score_class)
    approvals.record_ballots(
        item=item, choices=choices, by=session.secretary, at=agency.at(), expected_version=item.version
    )
    item.refresh_from_db()
    approvals.conclude_item(item=item, by=session.secretary, at=agency.at(), expected_version=item.version)
    concluded(agency, case_of(session, agency.people["an"]), "HTT")
    session.refresh_from_db(fields=["version"])
    approvals.confirm_uncontested(session=session, by=session.chair, at=agency.at(), expected_version=session.version)
    session.refresh_from_db(fields=["version"])
    session = draft_minutes(
        session=session,
        by=session.secretary,
        conclusion="Nhất trí với danh sách.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )
    session = adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    assert len(agency.sign_all("hr")) == 2
    with pytest.raises(NotReady):
        close_session(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    assert len(agency.sign_all("director")) == 2
    return close_session(session=session, by=session.chair, expected_version=session.version, at=agency.at())


def issue_all(agency: Agency) -> None:
    results = issue(documents=Document.objects.ready_to_issue(), by=agency.people["clerk"], at=agency.at())
    assert [result.reason for result in results if not result.ok] == []
    agency.render()


def lines_of(document: Document) -> list[str]:
    return list(RegisterLine.objects.filter(document=document).order_by("sequence").values_list("event", flat=True))


def test_one_result_of_a_published_list_is_replaced_and_every_document_says_so(agency: Agency) -> None:
    agency.enrol_keys()
    period = newest(agency.open())
    for name in IN_PERIOD:
        agency.hand_in(name, share=SHARES[name])
        agency.sign_all(name)
    advance(agency, period)
    review_everybody(agency)
    for name in ("office_head", "director"):
        agency.sign_all(name)
    advance(agency, period)

    table = synthesise(agency, period)
    deliberate(agency, period)
    now = fresh(period)
    decide_list(period=now, by=agency.people["director"], rulings={}, expected_version=now.version, at=agency.at())
    agency.sign_all("director")
    issue_all(agency)
    assert advance(agency, period).stage == Stage.PUBLISHED
    now = fresh(period)
    with pytest.raises(NotReady) as refusal:
        advance(agency, period)
    assert refusal.value.missing == ["The public notice inside the agency has not been ordered."]
    shown = order_public_notice(period=now, by=agency.people["hr"], expected_version=now.version, at=agency.at())
    agency.sign_all("director")
    issue_all(agency)
    assert advance(agency, period).stage == Stage.ARCHIVED

    (decision,), old = (
        agency.documents("decision"),
        Document.objects.get(kind__code="notice", subject=agency.people["an"]),
    )
    now = fresh(period)
    new = replace_decision(
        period=now,
        replaced=decision,
        results={agency.evaluation("an").uuid: NewResult("HTNV", "Tính nhầm hai sản phẩm nộp chậm.")},
        by=agency.people["director"],
        expected_version=now.version,
        at=agency.at(),
    )
    agency.sign_all("director")
    issue_all(agency)

    assert standing_of(decision) == DocumentStanding.AMENDED
    assert standing_of(old) == DocumentStanding.REPLACED
    assert lines_of(decision) == ["archived", "amended"]
    assert lines_of(old) == ["archived", "replaced"]
    assert [each.number for each in Document.objects.filter(book="QĐ").order_by("pk")] == [1, 2]
    assert table.kind.book == "BC"
    (notice,) = successors_of(old)
    browser = as_person(agency.people["an"])
    result = browser.get(reverse("result", args=[agency.evaluation("an").uuid])).content.decode()
    assert "Tính nhầm hai sản phẩm nộp chậm." in result
    paper = browser.get(reverse("document", args=[old.uuid])).content.decode()
    assert notice.number_text in paper
    head = as_person(agency.people["director"]).get(reverse("document", args=[decision.uuid])).content.decode()
    assert Document.objects.get(pk=new.pk).number_text in head
    assert corrections.governed_by(period)[agency.evaluation("hr").pk] == decision
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    assert standing_of(Document.objects.get(pk=shown.pk)) == DocumentStanding.VALID
    call_command("verify_archive")
