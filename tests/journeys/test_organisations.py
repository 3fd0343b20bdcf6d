"""Three levels of organisations from the open cards to archived decisions, and the heads who wait for them."""

from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import CouncilSession
from documents import demo_authority, keys
from documents.inspection import CHECKS, WHOLE, Fault
from documents.models import Document, RecordsFile, State
from kpi.models import ScoringScheme
from organization.models import SubjectGroup
from tests.workflows.agency import PIN, Agency
from tests.workflows.meetings import as_person, case_of, closed, fresh, opened, reviewed, settled
from tests.workflows.organising import Ratings, Recognition
from workflows.actions.councils import draft_minutes
from workflows.actions.periods import launch_period, plan_period
from workflows.actions.publications import issue
from workflows.actions.rulings import Ruling, decide_list
from workflows.errors import NotReady
from workflows.models import Campaign, Evaluation, EvaluationPeriod, PeriodKind, Procedure, RatingState
from workflows.organisations import class_of_organisation, heads_above
from workflows.tasks import keep_archive, open_people

pytestmark = pytest.mark.django_db


def year_of(agency: Agency, campaign: Campaign, code: str, by: str) -> EvaluationPeriod:
    """The year of one agency, everybody's form open."""
    period = plan_period(
        campaign=campaign,
        agency=agency.units[code],
        procedure=Procedure.objects.get(code="full_cycle", version=1),
        schemes={SubjectGroup.CONG_CHUC: ScoringScheme.objects.get(code="decree-335", version=1)},
        by=agency.people[by],
        at=agency.at(),
    )
    launch_period(period=period, by=agency.people[by], expected_version=period.version, at=agency.at())
    open_people(period.pk)
    return fresh(period)


def drafted(agency: Agency, session: CouncilSession) -> CouncilSession:
    session = CouncilSession.objects.get(pk=session.pk)
    return draft_minutes(
        session=session,
        by=session.secretary,
        conclusion="Nhất trí.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )


def signed_and_issued(agency: Agency, signer: str, clerk: str) -> None:
    assert all(result.ok for result in agency.sign_all(signer))
    ready = Document.objects.ready_to_issue().filter(kind__code__startswith="organisation_")
    assert all(result.ok for result in issue(documents=ready, by=agency.people[clerk], at=agency.at()))
    agency.render()


def test_lower_before_higher_and_organisations_before_their_heads(agency: Agency) -> None:
    ratings = Ratings(agency, ("STC", "SYT"))
    agency.enrol_keys("chairman", "director")
    seal = demo_authority.issue_seal(agency.authority, "Ủy ban nhân dân tỉnh", "seal-of-the-province", PIN)
    keys.enrol_seal(unit=agency.units["UBND"], data=seal, pin=PIN)
    campaign = Campaign.objects.create(
        name="Năm 2026", kind=PeriodKind.YEAR, starts_on=date(2026, 1, 1), ends_on=date(2027, 1, 1)
    )
    own, above = year_of(agency, campaign, "SNV", "hr"), year_of(agency, campaign, "UBND", "province_hr")
    ratings.open("VP", recogniser="SNV")
    ratings.open("SNV", "STC", "SYT")

    # The department waits for its part, and only in the closing.
    for code, total in (("SNV", "92"), ("STC", "91"), ("SYT", "75")):
        ratings.whole(code, total)
    with pytest.raises(NotReady) as refusal:
        ratings.decide()
    assert refusal.value.missing == ["Sở Nội vụ: Văn phòng Sở below it is not decided"]
    tree = as_person(agency.people["province_hr"]).get(reverse("organisations")).content.decode()
    assert "Văn phòng Sở below it is not decided" in tree
    assert "Sở Nội vụ, the class of its head Trần Văn Phòng" in tree

    # The head of the part waits for his organisation.
    agency.open = lambda *_rules: own  # type: ignore[method-assign]
    for name in ("deputy", "office_head", "hr", "clerk", "archivist", "an"):
        agency.assign(name)
    session = opened(agency, reviewed(agency))
    with pytest.raises(NotReady) as refusal:
        drafted(agency, session)
    assert refusal.value.missing == [
        "Trần Văn Phòng: Văn phòng Sở has no decided class for 2026 yet; whoever recognises it decides it first"
    ]
    room = as_person(session.secretary).get(reverse("session", args=[session.uuid])).content.decode()
    assert "Organisation not rated yet" in room

    ratings.whole("VP", "65")
    ratings.decide("SNV")
    signed_and_issued(agency, "director", "clerk")
    assert ratings.of("VP").state == RatingState.NOTIFIED
    assert class_of_organisation(agency.units["VP"], 2026) == "HTNV"

    # Above the ceiling: three organisations at good or better leave no place at the top.
    with pytest.raises(NotReady) as refusal:
        ratings.decide()
    assert refusal.value.missing == ["2 of at most 0"]
    lower = Recognition("HTT", "Hết tỷ lệ xuất sắc của danh sách.")
    ratings.decide(SNV=lower, STC=lower)
    signed_and_issued(agency, "chairman", "province_clerk")
    assert class_of_organisation(agency.units["SNV"], 2026) == "HTT"

    # A head above his organisation is refused by the council's closing and by the head's own decision.
    with pytest.raises(NotReady) as refusal:
        drafted(agency, session)
    (words,) = refusal.value.missing
    assert (
        words == "Trần Văn Phòng: class HTT is above that of Văn phòng Sở (HTNV); give at most HTNV, with the reason"
    )
    page = as_person(session.secretary).get(
        reverse("case", args=[session.uuid, case_of(session, agency.people["office_head"]).uuid])
    )
    assert "Organisation: Performed – at most Performed" in page.content.decode()
    item = case_of(session, agency.people["office_head"])
    item = approvals.propose_class(
        item=item,
        class_code="HTNV",
        reason="Không cao hơn mức của Văn phòng Sở.",
        by=session.secretary,
        at=agency.at(),
        expected_version=item.version,
    )
    approvals.conclude_item(item=item, by=session.secretary, at=agency.at(), expected_version=item.version)
    closed(agency, settled(agency, session))
    now = fresh(own)
    head = agency.evaluation("office_head")
    act = {"period": now, "by": agency.people["director"], "expected_version": now.version, "at": agency.at()}
    with pytest.raises(NotReady, match="not rated above his organisation"):
        decide_list(rulings={head.uuid: Ruling("HTT", "Cố gắng trong năm.")}, **act)
    decide_list(rulings={}, **act)
    director = Evaluation.objects.get(period=above, person=agency.people["director"])
    (words,) = heads_above(above, {director.pk: "HTXS"})
    assert words.startswith("Đặng Văn Giám: class HTXS is above that of Sở Nội vụ (HTT); give at most HTT")
    assert heads_above(above, {director.pk: "HTT"}) == []

    papers = Document.objects.filter(kind__code__startswith="organisation_")
    assert papers.count() == 2 + 4
    assert set(papers.values_list("state", flat=True)) == {State.ARCHIVED}
    assert sorted(papers.filter(book="TB").values_list("unit__code", "number")) == [
        ("SNV", 1),
        ("UBND", 1),
        ("UBND", 2),
        ("UBND", 3),
    ]
    keep_archive()
    assert {file.origin.split("/")[0] for file in RecordsFile.objects.all()} == {"organisations"}
    assert all(paper.file_entry for paper in papers)
    call_command("verify_archive", only="files,numbers,register,evidence")
    # Forms and minutes of this journey are signed as it were; the papers of the organisations are signed for real.
    faults = [each for each in CHECKS["signatures"](WHOLE) if isinstance(each, Fault)]
    assert {each.subject for each in faults} & set(papers.values_list("code", flat=True)) == set()
