"""A paper that nobody has signed yet is withdrawn with a reason, and what it says is entered anew."""

from datetime import timedelta

import pytest
from django.urls import reverse

from approvals.models import Petition
from documents.models import Document, State
from organization.models import JournalEntry
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.corrected import accepted_petition
from tests.workflows.meetings import as_person, as_signed, fresh
from tests.workflows.organising import Ratings, Recognition
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_correction_pages import address
from tests.workflows.test_organisation_acts import issued as issued_organisations
from tests.workflows.test_petitions import act, send
from tests.workflows.test_replacements import REASON, annul, notice_of, replace
from tests.workflows.test_year_meetings import SAID, asked, confirmed
from workflows import corrections
from workflows.actions.organisation_replacements import replace_organisation
from workflows.actions.party_opinions import give_opinion, missing_opinions
from workflows.actions.petition_meetings import record_meeting
from workflows.actions.replacements import NewResult
from workflows.actions.withdrawals import withdraw_paper
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.facts.petition_minutes import Meeting
from workflows.grounds import GroundGiven
from workflows.models import Ground, PartyOpinion, PetitionCase

pytestmark = pytest.mark.django_db
WHY = "Nhập nhầm số liệu."


def withdraw(agency: Agency, document: Document, by: str, reason: str = WHY) -> Document:
    return withdraw_paper(document=document, reason=reason, by=agency.people[by], at=agency.at())


def events(subject) -> list[str]:
    return list(JournalEntry.objects.filter(subject_uuid=subject.uuid).order_by("pk").values_list("event", flat=True))


def given(agency: Agency, opinion: PartyOpinion) -> Document:
    row = give_opinion(opinion=opinion, said=SAID, by=agency.people["office_head"], at=agency.at())
    assert row.document is not None
    return row.document


def test_a_party_opinion_typed_wrong_is_withdrawn_by_its_secretary_and_given_anew(agency: Agency) -> None:
    period = confirmed(agency)
    opinion = asked(agency, period)
    wrong = given(agency, opinion)
    secretary, url = as_person(agency.people["office_head"]), reverse("document_withdraw", args=[wrong.uuid])
    assert url in secretary.get(reverse("document", args=[wrong.uuid])).content.decode()
    assert url in secretary.get(reverse("party_opinion", args=[opinion.uuid])).content.decode()
    assert secretary.get(url).status_code == 200
    assert secretary.post(url, {"reason": " "}).status_code == 422
    assert secretary.post(url, {"reason": WHY})["Location"] == reverse("party_opinion", args=[opinion.uuid])
    wrong = Document.objects.get(pk=wrong.pk)
    assert (wrong.state, wrong.cancel_reason) == (State.CANCELLED, WHY)
    row = PartyOpinion.objects.get()
    assert (row.document, row.received_on, row.members, row.class_code) == (None, None, None, "")
    assert events(opinion.evaluation)[-1] == "party_opinion.withdrawn"
    assert missing_opinions(period) == [agency.people["deputy"].full_name]
    given(agency, PartyOpinion.objects.get())
    as_signed("party_opinion")
    assert missing_opinions(period) == []


def test_personnel_withdraw_it_too_but_nobody_once_it_is_signed(agency: Agency) -> None:
    opinion = asked(agency, confirmed(agency))
    paper = given(agency, opinion)
    for name in ("deputy", "an", "director"):  # whom it is about, a stranger, the head who waits for it
        with pytest.raises(NotAllowed):
            withdraw(agency, paper, name)
    with pytest.raises(Refused, match="Give the reason"):
        withdraw(agency, paper, "hr", " ")
    withdraw(agency, paper, "hr")
    with pytest.raises(NotAllowed):  # nothing rests on it any more
        withdraw(agency, paper, "hr")
    paper = given(agency, PartyOpinion.objects.get())
    as_signed("party_opinion")
    with pytest.raises(NotReady, match="signed already") as refused:
        withdraw(agency, paper, "office_head")
    assert refused.value.missing == [agency.people["office_head"].full_name]
    assert PartyOpinion.objects.get().document == paper


def test_a_paper_of_another_kind_is_nobodys_to_withdraw(agency: Agency) -> None:
    confirmed(agency)
    form = Document.objects.filter(kind__code="form_02", subject=agency.people["an"]).get()
    with pytest.raises(NotAllowed):
        withdraw(agency, form, "an")
    page = as_person(agency.people["an"])
    assert page.get(reverse("document_withdraw", args=[form.uuid])).status_code == 403
    assert "Withdraw this paper" not in page.get(reverse("document", args=[form.uuid])).content.decode()


@pytest.fixture
def published_result(agency: Agency):
    published(agency)
    return agency.evaluation("clerk")


def test_wrong_minutes_of_a_petition_meeting_are_withdrawn_and_made_again(agency: Agency, published_result) -> None:
    send(agency, published_result)
    petition = Petition.objects.get()
    act(agency, "director", "give", preparer=str(agency.people["an"].uuid))
    began = agency.at() - timedelta(hours=2)
    meeting = Meeting(
        started_at=began,
        finished_at=began + timedelta(hours=1),
        venue="Phòng họp số 1",
        secretary=agency.people["an"],
        others=(),
        checked=("Đã đối chiếu số liệu.",),
        opinions=(),
        conclusion="Kiến nghị có cơ sở.",
        adopted="đồng ý",
        petitioner_signs=True,
    )
    chair = agency.people["director"]
    first = record_meeting(petition=petition, meeting=meeting, by=chair, at=agency.at())
    with pytest.raises(NotAllowed):
        withdraw(agency, first, "clerk")  # the petitioner
    page = as_person(chair)
    assert (
        reverse("petition_meeting", args=[petition.uuid])
        not in page.get(reverse("petition", args=[petition.uuid])).content.decode()
    )
    answer = page.post(reverse("document_withdraw", args=[first.uuid]), {"reason": WHY}, follow=True)
    assert reverse("petition_meeting", args=[petition.uuid]) in answer.content.decode()
    assert events(petition)[-1] == "petition.minutes_withdrawn"
    second = record_meeting(petition=Petition.objects.get(), meeting=meeting, by=chair, at=agency.at())
    assert PetitionCase.objects.get().minutes == second
    as_signed("petition_minutes")
    with pytest.raises(NotReady, match="signed already"):
        withdraw(agency, second, "director")


def test_a_replacing_decision_is_withdrawn_with_its_notices_and_made_anew(agency: Agency) -> None:
    period = published(agency)
    wrong = replace(agency, period, an=NewResult("HTNV", REASON), hr=NewResult("HTNV", REASON))
    with pytest.raises(NotReady, match="withdraw it"):
        replace(agency, period, an=NewResult("KHTNV", REASON))
    with pytest.raises(NotAllowed):
        withdraw(agency, wrong, "hr")
    page = as_person(agency.people["director"])
    answer = page.post(reverse("document_withdraw", args=[wrong.uuid]), {"reason": WHY})
    assert answer["Location"] == reverse("period_corrections", args=[period.uuid])
    papers = Document.objects.filter(kind__code__in=["replacing_decision", "notice"]).order_by("pk")
    assert [each.state == State.CANCELLED for each in papers][-3:] == [True] * 3
    assert notice_of(agency, "an").state != State.CANCELLED
    assert not corrections.on_their_way(period).exists()
    assert events(agency.evaluation("an"))[-1] == "evaluation.correction_withdrawn"
    assert events(period)[-1] == "period.correction_withdrawn"
    replace(agency, period, an=NewResult("KHTNV", REASON))
    assert [result.ok for result in issued(agency, "replacing_decision", "notice")] == [True, True]
    shelved("replacing_decision", "notice")
    assert agency.evaluation("an").final_decision.class_code == "KHTNV"
    assert agency.evaluation("hr").final_decision.class_code == "HTT"
    with pytest.raises(NotReady, match="signed already"):
        withdraw(agency, agency.documents("replacing_decision")[-1], "director")


def test_a_notice_that_was_signed_keeps_its_decision_too(agency: Agency) -> None:
    period = published(agency)
    decision = replace(agency, period, an=NewResult("HTNV", REASON))
    notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk")
    with pytest.raises(NotAllowed):
        withdraw(agency, notice, "director")  # it goes with its decision
    notice.slots.update(signed_at=agency.at(), fingerprint="0" * 64)
    with pytest.raises(NotReady, match="signed already"):
        withdraw(agency, decision, "director")
    assert Document.objects.get(pk=decision.pk).state != State.CANCELLED
    assert corrections.on_their_way(period).count() == 1


def test_an_annulment_is_withdrawn_too(agency: Agency) -> None:
    period = published(agency)
    withdraw(agency, annul(agency, period), "director")
    assert len(corrections.governed_by(fresh(period))) == len(IN_PERIOD)
    annul(agency, period, "an")


def test_a_petition_behind_a_withdrawn_decision_can_be_the_ground_of_the_next(agency: Agency) -> None:
    period = published(agency)
    petition = accepted_petition(agency, "an")
    new = NewResult("HTNV", REASON, ground=GroundGiven(Ground.PETITION, petition=petition))
    wrong = replace(agency, period, an=new)
    decision, person = agency.documents("decision")[0], agency.evaluation("an")
    page, url = as_person(agency.people["director"]), address("period_replace", period, person, decision=decision)
    assert f'value="{petition.uuid}"' not in page.get(url).content.decode()
    withdraw(agency, wrong, "director")
    assert f'value="{petition.uuid}"' in page.get(url).content.decode()
    replace(agency, period, an=new)


def test_a_later_decision_on_an_organisation_is_withdrawn_with_its_notice(agency: Agency) -> None:
    ratings = Ratings(agency)
    ratings.open("SNV", "STC")
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    issued_organisations(ratings, "organisation_decision", "organisation_notice")
    first = ratings.of("SNV").ruling.document
    replacing = {"rating": ratings.of("SNV"), "by": agency.people["chairman"], "expected_version": None}
    wrong = replace_organisation(chosen=Recognition("KHTNV", "Nhầm."), at=agency.at(), **replacing)
    with pytest.raises(NotAllowed):
        withdraw(agency, wrong, "director")
    with pytest.raises(NotAllowed):
        withdraw(agency, first, "chairman")  # the first decision is replaced, not withdrawn
    page, url = as_person(agency.people["chairman"]), reverse("document_withdraw", args=[wrong.uuid])
    assert page.post(url, {"reason": WHY})["Location"] == reverse("organisation", args=[ratings.of("SNV").uuid])
    last = ratings.of("SNV").rulings.latest("pk")
    assert {last.document.state, last.notice.state} == {State.CANCELLED}
    assert events(ratings.of("SNV"))[-1] == "organisation.replacement_withdrawn"
    replace_organisation(chosen=Recognition("HTNV", "Bỏ sót vi phạm."), at=agency.at(), **replacing)
    issued_organisations(ratings, "organisation_decision", "organisation_notice")
    assert ratings.of("SNV").ruling.class_code == "HTNV"
