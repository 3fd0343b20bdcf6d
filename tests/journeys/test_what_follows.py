"""What follows a decision: a petition, a tracking score, discipline learnt later, and what rests on them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from documents.models import Document
from documents.standings import DocumentStanding, standing_of, successors_of
from tests.workflows.agency import Agency
from tests.workflows.corrected import accepted_petition
from tests.workflows.meetings import as_person, fresh, reviewed
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_correction_pages import address, typed
from tests.workflows.test_replacements import replace
from workflows import corrections
from workflows.actions.corrected_results import NewResult
from workflows.actions.publications import notify_scores
from workflows.managed import managed_evaluations, reviewed_totals
from workflows.models import Dependant, DependantSettlement, EvaluationPeriod, Standing

pytestmark = pytest.mark.django_db


def issue_new(agency: Agency) -> None:
    """The new decision and notices signed, issued and archived."""
    assert all(result.ok for result in issued(agency, "replacing_decision", "notice"))
    shelved("replacing_decision", "notice")


def open_flags() -> set[str]:
    return set(
        Dependant.objects.filter(settlement=None).values_list("evaluation__person__username", flat=True).distinct()
    )


def link_with(page: str, part: str) -> str:
    """The one address on the page that holds this text."""
    (found,) = {each.split('"')[0] for each in page.split('href="')[1:] if part in each.split('"')[0]}
    return found.replace("&amp;", "&")


def test_a_petition_lifts_a_score_and_the_leaders_results_follow_it(agency: Agency) -> None:
    period = published(agency)
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    low = NewResult("KHTNV", "Hai sản phẩm không có minh chứng.", general=Decimal(10), result=Decimal(30))
    replace(agency, period, an=low)
    issue_new(agency)
    assert open_flags() == {"office_head", "deputy"}

    for name in ("office_head", "deputy"):
        flag = Dependant.objects.get(evaluation=agency.evaluation(name), settlement=None)
        url = link_with(head.get(reverse("dependant", args=[flag.uuid])).content.decode(), "dependant=")
        data = typed(
            agency.evaluation(name), period, ground="dependant", dependant=str(flag.uuid), reason="d là 50%."
        )
        data |= {
            f"{agency.evaluation(name).uuid}-class_code": "HTT",
            f"{agency.evaluation(name).uuid}-result": "58,33",
        }
        assert head.post(url, data)["Location"] == reverse("signing_queue")
        issue_new(agency)
    assert open_flags() == set()
    assert set(DependantSettlement.objects.values_list("outcome", flat=True)) == {"decided"}
    assert corrections.standing_points(agency.evaluation("office_head")).result == "5833/100"

    petition = accepted_petition(agency, "an")
    issued(agency, "petition_answer")
    page = reverse("petition", args=[petition.uuid])
    url = link_with(head.get(page).content.decode(), "petition=")
    form = head.get(url).content.decode()
    assert "Kiến nghị đã được xem xét." in form
    assert f'<option value="{petition.uuid}" selected>' in form
    data = typed(
        an, period, ground="petition", petition=str(petition.uuid), class_code="HTNV", reason="Có minh chứng."
    )
    data |= {f"{an.uuid}-general": "18", f"{an.uuid}-result": "45"}
    assert head.post(url, data)["Location"] == reverse("signing_queue")
    issue_new(agency)
    new = Document.objects.filter(kind__code="replacing_decision").latest("pk")
    assert any("giải quyết kiến nghị" in line for line in new.facts["grounds"])
    assert new.number_text in head.get(page).content.decode()
    notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk")
    assert notice.number_text in as_person(agency.people["an"]).get(page).content.decode()

    assert open_flags() == {"office_head", "deputy"}  # d is 100% again
    flag = Dependant.objects.get(evaluation=agency.evaluation("office_head"), settlement=None)
    left = reverse("dependant_leave", args=[flag.uuid])
    assert head.post(left, {"reason": "Mức xếp loại không đổi."}, follow=True).status_code == 200
    assert open_flags() == {"deputy"}
    result = as_person(agency.people["deputy"]).get(reverse("result", args=[agency.evaluation("deputy").uuid]))
    assert "rests on one that has changed" in result.content.decode()


def test_a_petition_against_a_tracking_score_ends_in_a_new_notice(agency: Agency) -> None:
    period: EvaluationPeriod = reviewed(agency, "tracking", "decree-335")
    notify_scores(period=fresh(period), by=agency.people["director"], expected_version=None, at=agency.at())
    issued(agency, "notice")
    shelved("notice")
    agency.enrol_keys("director")
    an, head = agency.evaluation("an"), as_person(agency.people["director"])
    old = corrections.standing_notice(an)
    petition = accepted_petition(agency, "an", target="score", outcome="partly")
    reviewer = as_person(agency.people["office_head"]).get(reverse("petition", args=[petition.uuid]))
    assert "On this ground the head of Sở Nội vụ decides" in reviewer.content.decode()

    url = link_with(head.get(reverse("petition", args=[petition.uuid])).content.decode(), "petition=")
    form = head.get(url).content.decode()
    assert "New class" not in form
    data = typed(an, period, ground="petition", petition=str(petition.uuid), reason="Tính lại.")
    data |= {f"{an.uuid}-general": "9,5", f"{an.uuid}-result": "30", f"{an.uuid}-title": ""}
    assert head.post(url, data)["Location"] == reverse("signing_queue")
    again = head.post(url, data | {"expected_version": fresh(period).version}).content.decode()
    assert "Select a valid choice" in again  # the petition has its new result
    assert corrections.on_their_way(period).get().document.kind.code == "notice"
    assert all(result.ok for result in agency.sign_all("director"))
    (new,) = Document.objects.filter(replaces=old)
    results = issued(agency, "notice")
    assert [result.document for result in results] == [new]
    shelved("notice")
    assert standing_of(Document.objects.get(pk=old.pk)) == DocumentStanding.REPLACED
    assert successors_of(old) == [new]
    assert any(old.number_text in line for line in new.facts["reasons"])
    assert new.facts["total_score"] == "39.5"
    assert new.facts["class_code"] == ""
    assert agency.evaluation("an").standing == Standing.PUBLISHED
    assert corrections.standing_points(agency.evaluation("an")).total == "79/2"
    assert open_flags() == {"office_head", "deputy"}
    office = agency.evaluation("office_head")
    assert reviewed_totals(managed_evaluations(office))[an.pk] == Decimal("39.5")
    own = as_person(agency.people["an"])
    result = own.get(reverse("result", args=[an.uuid])).content.decode()
    assert f"Replaced by {Document.objects.get(pk=new.pk).number_text}" in result
    listed = head.get(reverse("period_corrections", args=[period.uuid])).content.decode()
    assert Document.objects.get(pk=new.pk).number_text in listed
    flag = Dependant.objects.get(evaluation=office)
    url = link_with(head.get(reverse("dependant", args=[flag.uuid])).content.decode(), "dependant=")
    assert office.person.full_name in head.get(url).content.decode()


def test_discipline_learnt_later_lowers_a_published_class_and_is_printed(agency: Agency) -> None:
    period = published(agency)
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    page = address("period_replace", period, an)
    incomplete = typed(an, period, ground="discipline", class_code="KHTNV", reason="Khiển trách.")
    refused = head.post(page, incomplete).content.decode()
    assert "Needed where the ground is discipline." in refused
    known = {
        "act_on": "2026-08-10",
        "organisation": "Chi bộ Văn phòng Sở",
        "number": "07-QĐ/CB",
        "decided_on": "2026-10-05",
        "twin_number": "33/QĐ-SNV",
        "twin_on": "2026-10-12",
    }
    data = typed(an, period, ground="discipline", class_code="KHTNV", reason="Khiển trách.", **known)
    assert head.post(page, data)["Location"] == reverse("signing_queue")
    issue_new(agency)
    assert agency.evaluation("an").final_decision.class_code == "KHTNV"
    (decision,) = agency.documents("replacing_decision")
    assert any("07-QĐ/CB ngày 05/10/2026 của Chi bộ Văn phòng Sở" in line for line in decision.facts["grounds"])
    notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk")
    assert any("tính một lần" in line for line in notice.facts["reasons"])
    assert not Dependant.objects.filter(kind="leader").exists()  # the score stays, so no d moves
    result = as_person(agency.people["an"]).get(reverse("result", args=[an.uuid])).content.decode()
    assert "Khiển trách." in result
