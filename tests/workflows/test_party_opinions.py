"""Of whom the Party committee's opinion is asked, about whom, and another secretary in the place of the first."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from organization.models import AgencyRole, Appointment, Duty, JournalEntry, Person, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.test_year_meetings import SAID, SCAN, asked, confirmed
from tests.workflows.years import form
from workflows.actions.party_opinions import (
    ask_another,
    file_opinion,
    give_opinion,
    missing_opinions,
    request_opinions,
)
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.models import Evaluation, PartyOpinion, Procedure
from workflows.views.party_opinions import _posts

pytestmark = pytest.mark.django_db


def test_another_secretary_is_asked_while_nothing_is_received(agency: Agency) -> None:
    opinion = asked(agency, confirmed(agency), "clerk")
    officer, url = as_person(agency.people["hr"]), reverse("party_opinion", args=[opinion.uuid])
    sent = {"ask_another": "1", "secretary": str(agency.people["office_head"].uuid), "party_name": "Đảng bộ Sở"}
    assert "Ask another secretary" in officer.get(url).content.decode()
    assert officer.post(url, sent | {"party_name": ""}).status_code == 422
    assert as_person(agency.people["clerk"]).post(url, sent).status_code == 403
    assert officer.post(url, sent)["Location"] == url
    row = PartyOpinion.objects.get()
    assert (row.secretary, row.party_name) == (agency.people["office_head"], "Đảng bộ Sở")
    assert as_person(agency.people["clerk"]).get(url).status_code == 404
    assert agency.people["office_head"].notices.filter(event="party_opinion.requested").count() == 1
    entry = JournalEntry.objects.filter(subject_uuid=opinion.evaluation.uuid).latest("pk")
    assert (entry.event, entry.by) == ("party_opinion.requested", agency.people["hr"])
    give_opinion(opinion=row, said=SAID, by=agency.people["office_head"], at=agency.at())
    assert officer.post(url, sent).status_code == 409
    assert "Ask another secretary" not in officer.get(url).content.decode()


def test_never_whom_it_is_about_and_never_by_himself(agency: Agency) -> None:
    opinion = asked(agency, confirmed(agency))
    act = {"opinion": opinion, "party_name": "Đảng bộ Sở", "at": agency.at()}
    with pytest.raises(Refused, match="not about"):
        ask_another(secretary=agency.people["deputy"], by=agency.people["hr"], **act)
    with pytest.raises(NotAllowed):
        ask_another(secretary=agency.people["clerk"], by=agency.people["an"], **act)
    Evaluation.objects.filter(pk=opinion.evaluation_id).update(person=agency.people["hr"])
    with pytest.raises(NotAllowed, match="his own case"):
        ask_another(secretary=agency.people["clerk"], by=agency.people["hr"], **act)


def test_each_leader_has_the_committee_of_his_own_agency(agency: Agency) -> None:
    period = confirmed(agency)
    rules = dict(period.procedure.rules)
    documents = [dict(rule) for rule in rules["documents"]["council"]]
    documents[-1]["about"] = "leader"
    rules["documents"] = rules["documents"] | {"council": documents}
    period.procedure = Procedure.objects.create(code="wider", version=1, name="Rộng hơn", rules=rules)
    period.save()
    ask = {"period": period, "by": agency.people["hr"], "expected_version": None, "at": agency.at()}
    with pytest.raises(NotReady, match="nobody left"):
        request_opinions(secretary=agency.people["an"], party_name="Chi bộ", about=[], **ask)
    officer, url = as_person(agency.people["hr"]), reverse("period_party_opinions", args=[period.uuid])
    for name, secretary in (("deputy", "clerk"), ("office_head", "archivist")):
        page = officer.get(url)
        sent = {"expected_version": page.context["period"].version, "party_name": "Chi bộ"}
        sent |= {"secretary": str(agency.people[secretary].uuid), "about": [str(form(agency, name).uuid)]}
        assert str(form(agency, name).uuid) in page.content.decode()
        assert officer.post(url, sent).status_code == 302
    found = {row.evaluation.person.username: row.secretary.username for row in PartyOpinion.objects.all()}
    assert found == {"deputy": "clerk", "office_head": "archivist"}
    assert len(missing_opinions(period)) == 2


def test_heads_and_deputies_of_the_leaders_own_agency_may_be_its_secretary(agency: Agency) -> None:
    period = confirmed(agency)
    agency._unit("STC", "Sở Tài chính", AgencyRole.USING, "UBND")
    for name, duty in (("finance_head", Duty.HEAD), ("finance_staff", Duty.STAFF)):
        Appointment.objects.create(
            person=Person.objects.create_user(username=name, full_name=name),
            unit=agency.units["STC"],
            title="Giám đốc" if duty == Duty.HEAD else "Chuyên viên",
            subject_group=SubjectGroup.CONG_CHUC,
            duty=duty,
            starts_on=date(2026, 1, 1),
        )
    offered = {post.person.username for post in _posts(period)}
    assert "finance_head" not in offered
    Evaluation.objects.filter(pk=form(agency, "deputy").pk).update(unit=agency.units["STC"])
    offered = {post.person.username for post in _posts(period)}
    assert "finance_head" in offered
    assert "finance_staff" not in offered
    assert "an" in offered


def test_neither_a_meeting_nor_a_paper_is_of_a_day_still_to_come(agency: Agency) -> None:
    opinion = asked(agency, confirmed(agency))
    tomorrow = agency.today() + timedelta(days=1)
    with pytest.raises(Refused, match="still to come"):
        give_opinion(
            opinion=opinion, said=replace(SAID, held_on=tomorrow), by=agency.people["office_head"], at=agency.at()
        )
    act = {"opinion": opinion, "class_code": "HTT", "note": "", "by": agency.people["hr"], "at": agency.at()}
    with pytest.raises(Refused, match="still to come"):
        file_opinion(scan=replace(SCAN, received_on=tomorrow), **act)
    assert PartyOpinion.objects.get().received_on is None
    file_opinion(scan=replace(SCAN, received_on=agency.today()), **act)
