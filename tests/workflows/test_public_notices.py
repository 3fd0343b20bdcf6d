"""The public notice inside the agency: classes in words, no scores; one a period, a new one after a replacement."""

import json

import pytest
from django.urls import reverse

from documents.models import Document
from documents.standings import DocumentStanding, standing_of
from tests.documents.office import again
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_person, fresh
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_replacements import replace
from workflows.actions.public_notices import order_public_notice
from workflows.actions.replacements import NewResult
from workflows.errors import NotAllowed, NotReady
from workflows.models import EvaluationPeriod

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    return published(agency)


def order(agency: Agency, period: EvaluationPeriod, by: str = "hr") -> Document:
    now = fresh(period)
    return order_public_notice(period=now, by=agency.people[by], expected_version=now.version, at=agency.at())


def page_of(period: EvaluationPeriod) -> str:
    return reverse("period_public_notice", args=[period.uuid])


def test_everybody_stands_there_with_his_class_and_nothing_more(agency, period):
    document = order(agency, period)
    assert len(document.facts["people"]) == len(IN_PERIOD)
    assert {frozenset(row) for row in document.facts["people"]} == {
        frozenset(["name", "position", "unit", "class_code"])
    }
    assert "score" not in json.dumps(document.facts)
    assert document.slots.get().expected_signer == agency.people["director"]
    assert "Quyết định" in document.facts["decision"]


def test_only_the_head_and_the_personnel_officer_order_it(agency, period):
    for name in ("clerk", "an", "deputy"):
        with pytest.raises(NotAllowed):
            order(agency, period, by=name)
    assert order(agency, period, by="director").facts["signers"]["head"]["title"] == "GIÁM ĐỐC"


def test_there_is_one_until_a_result_is_replaced(agency, period):
    first = order(agency, period)
    with pytest.raises(NotReady, match="exists already"):
        order(agency, period)
    issued(agency, "public_notice")
    shelved("public_notice")
    replace(agency, period, an=NewResult("HTNV", "Tính nhầm."))
    with pytest.raises(NotReady, match="on its way"):
        order(agency, period)
    issued(agency, "replacing_decision", "notice")
    shelved("replacing_decision", "notice")
    second = order(agency, period)
    assert {row["name"]: row["class_code"] for row in second.facts["people"]}["Nguyễn Văn An"] == "HTNV"
    issued(agency, "public_notice")
    shelved("public_notice")
    assert standing_of(again(first)) == DocumentStanding.REPLACED


def test_it_waits_for_everybody_s_notice(agency, period):
    agency.people["an"].evaluations.update(standing="decided")
    with pytest.raises(NotReady) as refusal:
        order(agency, period)
    assert refusal.value.missing == ["Nguyễn Văn An has no issued notice yet."]


def test_the_page_orders_it_once_and_says_why_not_again(agency, period):
    client = as_person(agency.people["hr"])
    page = client.get(page_of(period))
    assert "without scores, comments or reasons" in page.content.decode()
    answer = client.post(page_of(period), {"expected_version": fresh(period).version})
    assert answer["Location"] == reverse("period", args=[period.uuid])
    again_page = client.get(page_of(period)).content.decode()
    assert "exists already" in again_page
    assert "Order the notice</button>" not in again_page
    refused = client.post(page_of(period), {"expected_version": fresh(period).version})
    assert refused.status_code == 409
    assert Document.objects.filter(kind__code="public_notice").count() == 1
    assert as_person(agency.people["an"]).get(page_of(period)).status_code == 403


def test_the_published_classes_link_it_for_the_people_of_the_agency_once_it_is_issued(agency, period):
    colleague = as_person(agency.people["an"])
    classes = reverse("published_classes", args=[period.uuid])
    paper = reverse("public_notice_file", args=[period.uuid])
    order(agency, period)
    assert paper not in colleague.get(classes).content.decode()
    assert colleague.get(paper).status_code == 404
    agency.render()
    issued(agency, "public_notice")
    assert paper in colleague.get(classes).content.decode()
    assert colleague.get(paper)["Content-Type"] == "application/pdf"
    assert as_person(agency.people["chairman"]).get(paper).status_code == 404
