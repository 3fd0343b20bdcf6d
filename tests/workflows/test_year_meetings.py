"""The Party committee's opinion, the legal meeting, written opinions, and the decision that waits for them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from approvals.actions import Presence, note_attendance
from approvals.errors import ApprovalRefused
from approvals.models import Attendee, CouncilSession
from organization.models import AgencyRole, Appointment, Duty, Person, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person, as_signed, case_of, closed, convened, fresh, opened, settled
from tests.workflows.test_year_acts import discipline
from tests.workflows.years import confirmed_year, form, open_year, tracked_year
from workflows.actions.meetings import hand_in_opinions, lawful_words, lawfulness
from workflows.actions.party_opinions import (
    Said,
    Scan,
    file_opinion,
    give_opinion,
    leaders_of,
    missing_opinions,
    request_opinions,
)
from workflows.actions.rulings import Ruling, decide_list
from workflows.actions.syntheses import make_synthesis
from workflows.actions.years import enter_score
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.facts.council_minutes import council_minutes
from workflows.models import EvaluationPeriod, PartyOpinion, Procedure
from workflows.readiness import readiness, remarks

pytestmark = pytest.mark.django_db
SCAN = Scan("12-CV/CB", date(2026, 10, 2), "y-kien.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n")
SAID = Said(date(2026, 10, 2), members=9, present=8, agreed=8, class_code="HTT")


def confirmed(agency: Agency) -> EvaluationPeriod:
    """Everybody's year confirmed and the synthesis table signed, as it were."""
    tracked_year(agency)
    period = confirmed_year(agency)
    make_synthesis(period=period, by=agency.people["hr"], expected_version=None, at=agency.at())
    as_signed("synthesis_table")
    return fresh(period)


def asked(agency: Agency, period: EvaluationPeriod, secretary: str = "office_head") -> PartyOpinion:
    request_opinions(
        period=period,
        secretary=agency.people[secretary],
        party_name="Chi bộ Sở Nội vụ",
        by=agency.people["hr"],
        expected_version=None,
        at=agency.at(),
    )
    return PartyOpinion.objects.get()


def decide(agency: Agency, period: EvaluationPeriod, **rulings: Ruling) -> EvaluationPeriod:
    chosen = {form(agency, name).uuid: ruling for name, ruling in rulings.items()}
    return decide_list(
        period=fresh(period), by=agency.people["director"], rulings=chosen, expected_version=None, at=agency.at()
    )


def test_the_opinion_is_needed_for_the_leaders_whom_the_procedure_names(agency: Agency) -> None:
    period = confirmed(agency)
    assert [row.person.username for row in leaders_of(period)] == ["deputy"]
    rules = dict(period.procedure.rules)
    documents = [dict(rule) for rule in rules["documents"]["council"]]
    documents[-1]["about"] = "leader"
    rules["documents"] = rules["documents"] | {"council": documents}
    period.procedure = Procedure.objects.create(code="wider", version=1, name="Rộng hơn", rules=rules)
    assert {row.person.username for row in leaders_of(period)} == {"deputy", "office_head"}


def test_missing_opinions_cost_the_same_however_many_leaders_there_are(
    agency: Agency, django_assert_num_queries
) -> None:
    period = confirmed(agency)
    asked(agency, period)
    rules = dict(period.procedure.rules)
    documents = [dict(rule) for rule in rules["documents"]["council"]]
    for about, leaders in (("agency_leader", 1), ("leader", 2)):
        documents[-1]["about"] = about
        period.procedure.rules = rules | {"documents": rules["documents"] | {"council": documents}}
        with django_assert_num_queries(3):  # leaders, opinions (no papers yet), confirmed years
            assert len(missing_opinions(period)) == leaders


def test_a_secretary_is_never_asked_about_himself(agency: Agency) -> None:
    period = confirmed(agency)
    with pytest.raises(NotReady, match="nobody left"):
        asked(agency, period, "deputy")
    assert missing_opinions(period) == [agency.people["deputy"].full_name]


def test_only_the_secretary_gives_it_and_its_numbers_must_agree(agency: Agency) -> None:
    opinion = asked(agency, confirmed(agency))
    with pytest.raises(NotAllowed):
        give_opinion(opinion=opinion, said=SAID, by=agency.people["hr"], at=agency.at())
    crowd = Said(SAID.held_on, members=5, present=8, agreed=8, class_code="HTT")
    with pytest.raises(Refused, match="No more can agree"):
        give_opinion(opinion=opinion, said=crowd, by=agency.people["office_head"], at=agency.at())


def test_it_is_missing_until_the_secretary_has_signed(agency: Agency) -> None:
    period = confirmed(agency)
    opinion = asked(agency, period)
    given = give_opinion(opinion=opinion, said=SAID, by=agency.people["office_head"], at=agency.at())
    assert given.document is not None
    assert given.document.facts["people"][0]["proposed"] == "HTT"
    assert missing_opinions(period) == [agency.people["deputy"].full_name]
    as_signed("party_opinion")
    assert missing_opinions(period) == []
    with pytest.raises(NotReady, match="received already"):
        give_opinion(opinion=opinion, said=SAID, by=agency.people["office_head"], at=agency.at())


def test_a_paper_that_came_is_filed_with_its_number_and_scan(agency: Agency) -> None:
    period = confirmed(agency)
    opinion = asked(agency, period)
    row = file_opinion(opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at())
    assert (row.scan_number, row.scan_kind, len(row.scan_sha256)) == ("12-CV/CB", "pdf", 64)
    assert missing_opinions(period) == []


def test_the_list_waits_for_the_opinion_and_for_what_was_learnt_meanwhile(agency: Agency) -> None:
    period = confirmed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    with pytest.raises(NotReady, match="Party committee") as refused:
        decide(agency, period)
    assert refused.value.missing == [agency.people["deputy"].full_name]
    page = as_person(agency.people["director"]).get(reverse("ruling", args=[period.uuid])).content.decode()
    assert agency.people["deputy"].full_name in page
    assert "Proposed handling" in page
    opinion = asked(agency, period)
    file_opinion(opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at())
    discipline(agency, "an")
    with pytest.raises(NotReady, match="lowers the class") as refused:
        decide(agency, period)
    assert agency.people["an"].full_name in refused.value.missing[0]
    decide(agency, period, an=Ruling("KHTNV", "Quyết định kỷ luật số 15/QĐ-SNV", handling="Theo Điều 23"))
    decided = form(agency, "an").final_decision
    assert decided is not None
    assert (decided.class_code, decided.comment) == ("KHTNV", "Theo Điều 23")


def test_a_session_is_the_legal_meeting_only_when_everybody_called_is_noted(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    found = lawfulness(session)
    assert {row.person.username for row in found.unnoted} == {"clerk", "archivist"}
    assert not found.is_legal
    assert "chưa phải cuộc họp theo Điều 21" in lawful_words(found)
    browser, url = as_person(agency.people["hr"]), reverse("session_meeting", args=[session.uuid])
    assert "it is not the meeting yet" in browser.get(url).content.decode()
    clerk, archivist = (str(agency.people[name].uuid) for name in ("clerk", "archivist"))
    sent = {"expected_version": session.version, f"present-{clerk}": "no", f"present-{archivist}": "yes"}
    assert browser.post(url, sent | {"party": archivist}).status_code == 409
    assert not Attendee.objects.exists()
    answer = browser.post(url, sent | {f"reason-{clerk}": "Nghỉ ốm", "party": archivist})
    assert answer.status_code == 302
    assert "This session is the legal meeting" in browser.get(url).content.decode()
    found = lawfulness(CouncilSession.objects.get(pk=session.pk))
    assert (found.is_legal, found.party) == (True, agency.people["archivist"].full_name)


def test_the_party_representative_stays_named_when_the_attendance_is_noted_again(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    browser, url = as_person(agency.people["hr"]), reverse("session_meeting", args=[session.uuid])
    clerk, archivist = (str(agency.people[name].uuid) for name in ("clerk", "archivist"))
    sent = {"expected_version": session.version, f"present-{archivist}": "yes", "party": archivist}
    refused = browser.post(url, sent | {f"present-{clerk}": "no"})
    assert (refused.status_code, shown_party(refused)) == (409, archivist)
    assert browser.post(url, sent).status_code == 302
    page = browser.get(url)
    assert shown_party(page) == archivist
    again = {"expected_version": page.context["session"].version, "party": shown_party(page)}
    again |= {f"present-{archivist}": "yes", f"present-{clerk}": "yes"}
    assert browser.post(url, again).status_code == 302
    found = lawfulness(CouncilSession.objects.get(pk=session.pk))
    assert (found.is_legal, found.party) == (True, agency.people["archivist"].full_name)


def test_a_member_of_the_council_may_represent_the_party_committee(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    browser, url = as_person(agency.people["hr"]), reverse("session_meeting", args=[session.uuid])
    clerk, archivist, deputy = (str(agency.people[name].uuid) for name in ("clerk", "archivist", "deputy"))
    sent = {"expected_version": session.version, f"present-{clerk}": "yes", f"present-{archivist}": "yes"}
    assert browser.post(url, sent | {"party": deputy}).status_code == 302
    assert shown_party(browser.get(url)) == deputy
    meeting = CouncilSession.objects.get(pk=session.pk)
    found = lawfulness(meeting)
    assert (found.is_legal, found.party) == (True, agency.people["deputy"].full_name)
    facts = council_minutes(meeting.of_period.period, meeting, lawful=lawful_words(found))
    roles = {row["name"]: row["role"] for row in facts["present"]}
    assert roles[agency.people["deputy"].full_name] == "Phó Chủ tịch, đại diện cấp ủy"
    assert f"đại diện cấp ủy: {agency.people['deputy'].full_name}" in facts["meets_law"]


def test_whoever_represents_the_party_committee_is_noted_first_and_only_one_does(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    note = {"session": session, "by": agency.people["hr"], "at": agency.at()}
    with pytest.raises(ApprovalRefused, match="Note first"):
        note_attendance(lines=[], party=agency.people["clerk"], expected_version=session.version, **note)
    lines = [Presence(agency.people["clerk"], present=True)]
    session = note_attendance(lines=lines, party=agency.people["clerk"], expected_version=session.version, **note)
    note_attendance(lines=[], party=agency.people["deputy"], expected_version=session.version, **note)
    assert lawfulness(session).party == agency.people["deputy"].full_name
    assert not Attendee.objects.filter(party=True).exists()


def shown_party(page) -> str:
    """The representative whom the page shows as chosen, by his key."""
    select = re.search(r'<select[^>]*name="party".*?</select>', page.content.decode(), re.S)
    assert select is not None
    return "".join(re.findall(r'<option value="([^"]*)" selected', select[0]))


def test_leaders_are_not_discussed_lawfully_without_the_party_committee(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    for name in ("clerk", "archivist"):
        Attendee.objects.create(session=session, person=agency.people[name], present=True)
    found = lawfulness(session)
    assert (found.needs_party, found.is_legal) == (True, False)
    assert "không có đại diện cấp ủy" in lawful_words(found)


def test_an_agency_without_parts_calls_all_its_civil_servants_for_its_leaders(agency: Agency) -> None:
    period = confirmed(agency)
    colleague = Person.objects.create_user(username="colleague", full_name="Đỗ Văn Đồng")
    Appointment.objects.create(
        person=colleague,
        unit=agency.units["SNV"],
        title="Chuyên viên",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.STAFF,
        starts_on=date(2026, 1, 1),
    )
    session = convened(agency, period)
    assert colleague not in {row.person for row in lawfulness(session).called}  # heads of parts come instead
    agency.units["VP"].agency_role = AgencyRole.USING
    agency.units["VP"].save()
    found = lawfulness(session)
    assert {"director", "deputy", "colleague"} <= {row.person.username for row in found.called}
    assert colleague.full_name in lawful_words(found)


def test_heads_of_parts_hand_in_written_opinions_without_a_seat(agency: Agency) -> None:
    agency._unit("TTR", "Thanh tra Sở", AgencyRole.DIRECTLY_USING, "SNV")
    head = Person.objects.create_user(username="inspector", full_name="Ngô Thị Thanh")
    Appointment.objects.create(
        person=head,
        unit=agency.units["TTR"],
        title="Chánh Thanh tra",
        subject_group=SubjectGroup.CONG_CHUC,
        duty=Duty.HEAD,
        starts_on=date(2027, 1, 1),
    )
    session = convened(agency, confirmed(agency))
    item, url = case_of(session, agency.people["an"]), reverse("session_written", args=[session.uuid])
    assert as_person(head).get(url).status_code == 404  # not head of the unit yet
    Appointment.objects.filter(person=head).update(starts_on=date(2026, 1, 1))
    browser = as_person(head)
    assert url in browser.get(reverse("work")).content.decode()
    assert agency.people["an"].full_name in browser.get(url).content.decode()
    assert browser.post(url, {}).status_code == 409
    assert browser.post(url, {f"opinion-{item.uuid}": "Làm việc tốt."}).status_code == 302
    opinion = item.opinions.get()
    assert (opinion.by, opinion.written) == (head, True)
    with pytest.raises(NotAllowed):
        hand_in_opinions(session=session, opinions=[(item, "Tốt")], by=agency.people["an"], at=agency.at())
    assert head in {row.person for row in lawfulness(session).called}


def test_the_case_card_shows_the_year_and_the_state_of_the_opinion(agency: Agency) -> None:
    session = opened(agency, confirmed(agency))
    url = reverse("case", args=[session.uuid, case_of(session, agency.people["deputy"]).uuid])
    page = as_person(agency.people["hr"]).get(url).content.decode()
    assert "Quý III, Sở Nội vụ" in page
    assert "Not asked for yet" in page
    assert "General criteria" not in page
    assert as_person(agency.people["hr"]).get(reverse("session", args=[session.uuid])).status_code == 200


def test_asking_giving_and_filing_by_pages(agency: Agency) -> None:
    period = confirmed(agency)
    officer, secretary = as_person(agency.people["hr"]), as_person(agency.people["office_head"])
    url = reverse("period_party_opinions", args=[period.uuid])
    assert agency.people["deputy"].full_name in officer.get(url).content.decode()
    sent = {"expected_version": period.version, "secretary": str(agency.people["office_head"].uuid)}
    sent |= {"party_name": "Chi bộ Sở Nội vụ", "about": [str(form(agency, "deputy").uuid)]}
    assert officer.post(url, sent).status_code == 302
    opinion = PartyOpinion.objects.get()
    assert "asked of you" in secretary.get(reverse("work")).content.decode()
    assert agency.people["deputy"].full_name in secretary.get(reverse("party_opinions")).content.decode()
    page = reverse("party_opinion", args=[opinion.uuid])
    assert secretary.get(page).status_code == 200
    assert as_person(agency.people["deputy"]).get(page).status_code == 404
    typed = {"class_code": "HTT", "note": "", "held_on": "2026-10-02", "members": "9", "present": "10", "agreed": "8"}
    assert officer.post(page, typed).status_code == 403
    assert secretary.post(page, typed).status_code == 400
    scan = SimpleUploadedFile("y-kien.pdf", SCAN.content, "application/pdf")
    paper = {"file_paper": "1", "number": "12-CV/CB", "received_on": "2026-10-02", "class_code": "HTT", "note": ""}
    assert officer.post(page, paper | {"file": scan}).status_code == 302
    assert "12-CV/CB" in officer.get(page).content.decode()
    answer = officer.get(reverse("party_opinion_scan", args=[opinion.uuid]))
    assert answer.getvalue() == SCAN.content


def test_the_launcher_offers_the_annual_rating_first_for_a_year_alone(agency: Agency) -> None:
    period = confirmed(agency)
    tracked = EvaluationPeriod.objects.exclude(pk=period.pk).first()
    assert tracked is not None
    officer, found = as_person(agency.people["hr"]), []
    for each in (period, tracked):
        url = reverse("period_plan_rules", args=[each.campaign.uuid])
        found.append(
            "Xếp loại chất lượng năm" in officer.get(f"{url}?agency={agency.units['SNV'].uuid}").content.decode()
        )
    assert found == [True, False]


def test_a_year_is_not_launched_early(agency: Agency) -> None:
    tracked_year(agency)
    period = confirmed_year(agency)
    assert readiness(period, date(2026, 11, 26)) == []
    assert remarks(period) == []
    assert "not near its end" in readiness(period, date(2026, 6, 1))[0]


def test_an_agency_that_tracked_on_paper_launches_and_enters_its_scores_then(agency: Agency) -> None:
    period = open_year(agency)
    assert readiness(period, timezone.localdate(agency.now)) == []
    assert "enter the scores from paper" in remarks(period)[0]
    enter_score(
        evaluation=form(agency, "an"),
        kind="quarter",
        number=1,
        total=Decimal("81.5"),
        provenance="paper",
        agency_name="Sở Nội vụ",
        proof="Phiếu giấy quý I",
        by=agency.people["hr"],
        at=agency.at(),
    )
    assert remarks(period) == []
