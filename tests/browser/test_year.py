"""The pages of a year at a desk and on two phones, in Vietnamese, and a person who hands his year in by clicks."""

import pytest
from django.urls import reverse

from tests.browser.test_phone_and_access import looked_at, page_of
from tests.browser.test_whole_cycle import Visit
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_signed, case_of, fresh, opened
from tests.workflows.test_year_acts import discipline
from tests.workflows.years import confirm, form, hand_in, open_year, tracked_year
from workflows import flows
from workflows.actions.party_opinions import request_opinions
from workflows.actions.syntheses import make_synthesis
from workflows.actions.years import enter_service
from workflows.models import PartyOpinion


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_person_hands_his_year_in_and_its_pages_fit_every_screen(agency: Agency, visit: Visit) -> None:
    tracked_year(agency, clerk=(70, None, 72, 73))
    period = open_year(agency)
    discipline(agency, "archivist")
    service = {"months": [8, 9, 10, 11], "absence": "", "basis": "QĐ số 31/QĐ-SNV", "by": agency.people["hr"]}
    enter_service(evaluation=form(agency, "clerk"), at=agency.at(), **service)
    uuid = form(agency, "an").uuid
    assert looked_at(visit, "an", [page_of("self_assessment", uuid), page_of("year_file", uuid)]) == []
    person = visit("an")
    person.page.goto(reverse("self_assessment", args=[uuid]))
    person.page.locator("label", has_text="Hoàn thành xuất sắc nhiệm vụ").click()
    person.press("Check and hand in")
    assert flows.node_name(flows.open_task(form(agency, "an"))) == flows.REVIEW
    for name in IN_PERIOD:
        if name != "an":
            hand_in(agency, name)
    as_signed("form_02")
    hr_pages = [page_of("year_file", form(agency, name).uuid) for name in ("archivist", "clerk")]
    assert looked_at(visit, "hr", [*hr_pages, page_of("period", period.uuid)]) == []
    assert looked_at(visit, "office_head", [page_of("review", form(agency, "archivist").uuid), reverse("team")]) == []
    assert looked_at(visit, "an", [page_of("self_assessment", uuid), page_of("result", uuid)]) == []
    for name in IN_PERIOD:
        confirm(agency, name)
    make_synthesis(period=fresh(period), by=agency.people["hr"], expected_version=None, at=agency.at())
    as_signed("synthesis_table")
    asking = {"secretary": agency.people["office_head"], "party_name": "Chi bộ Sở Nội vụ", "by": agency.people["hr"]}
    request_opinions(period=fresh(period), expected_version=None, at=agency.at(), **asking)
    session, opinion = opened(agency, period), PartyOpinion.objects.get()
    pages = [
        page_of("period_party_opinions", period.uuid),
        page_of("party_opinion", opinion.uuid),
        page_of("session_meeting", session.uuid),
        page_of("session", session.uuid),
        page_of("case", session.uuid, case_of(session, agency.people["archivist"]).uuid),
    ]
    assert looked_at(visit, "hr", pages) == []
    mine = [
        reverse("party_opinions"),
        page_of("party_opinion", opinion.uuid),
        page_of("session_written", session.uuid),
    ]
    assert looked_at(visit, "office_head", mine) == []
