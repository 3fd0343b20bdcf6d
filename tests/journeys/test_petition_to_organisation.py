"""From an upheld petition to the organisation above: each step is flagged, and nothing closed moves by itself."""

from decimal import Decimal

import pytest
from django.urls import reverse

from documents.models import Document
from organization.models import JournalEntry
from tests.workflows.agency import Agency
from tests.workflows.corrected import accepted_petition
from tests.workflows.meetings import as_person
from tests.workflows.organising import Ratings, Recognition
from tests.workflows.published import issued, published, shelved, signed_and_ready
from tests.workflows.test_organisation_acts import issued as issued_organisations
from tests.workflows.test_replacements import replace
from workflows.actions.corrected_results import NewResult
from workflows.actions.dependants import leave_dependant
from workflows.actions.organisation_replacements import replace_organisation
from workflows.actions.publications import issue
from workflows.grounds import GroundGiven
from workflows.models import Campaign, Dependant, DependantSettlement, Ground

pytestmark = pytest.mark.django_db
PAPERS = ("organisation_decision", "organisation_notice")


def decided(agency: Agency, period, **names: NewResult) -> Document:
    """The managing agency's decision on these people, issued by its clerk and in the archive."""
    document = replace(agency, period, by="chairman", **names)
    signed_and_ready("replacing_decision", "notice")
    ready = Document.objects.ready_to_issue().filter(kind__code__in=["replacing_decision", "notice"])
    results = issue(documents=ready, by=agency.people["province_clerk"], at=agency.at())
    assert [result.reason for result in results if not result.ok] == []
    shelved("replacing_decision", "notice")
    return document


def recognised(ratings: Ratings, code: str, class_code: str, reason: str) -> None:
    by, clerk = ("director", "clerk") if code == "VP" else ("chairman", "province_clerk")
    replace_organisation(
        rating=ratings.of(code),
        chosen=Recognition(class_code, reason),
        by=ratings.agency.people[by],
        expected_version=None,
        at=ratings.agency.at(),
    )
    assert all(each.ok for each in issued_organisations(ratings, *PAPERS, clerk=clerk))


def open_flag(kind: str) -> Dependant:
    return Dependant.objects.filter(kind=kind, settlement=None).latest("pk")


def test_from_an_upheld_petition_to_the_organisation_above(agency: Agency) -> None:
    period = published(agency)
    Campaign.objects.update(kind="year")
    ratings, people = Ratings(agency, ()), agency.people
    ratings.open("VP", recogniser="SNV")
    ratings.open("SNV")
    ratings.whole("VP", "80")
    ratings.decide("SNV", VP=Recognition("HTNV", "Còn việc chậm."))
    issued_organisations(ratings, *PAPERS, clerk="clerk")
    ratings.whole("SNV", "95")
    ratings.decide(SNV=Recognition("HTT", "Hết tỷ lệ xuất sắc."))
    issued_organisations(ratings, *PAPERS)
    low = NewResult("KHTNV", "Hai sản phẩm không có minh chứng.", general=Decimal(10), result=Decimal(30))
    decided(agency, period, an=low, office_head=NewResult("KHTNV", "Buông lỏng kiểm tra."))
    leave_dependant(
        dependant=open_flag("organisation"), reason="Chờ kiến nghị.", by=people["director"], at=agency.at()
    )
    chairman, director = as_person(people["chairman"]), as_person(people["director"])

    # The petition is upheld: the subordinate's score changes, his leader is flagged and keeps his class.
    petition = accepted_petition(agency, "an")
    issued(agency, "petition_answer")
    ground = GroundGiven(Ground.PETITION, petition=petition)
    back = NewResult("HTNV", "Đã có minh chứng.", general=Decimal(18), result=Decimal(40), ground=ground)
    decided(agency, period, an=back)
    head = agency.evaluation("office_head")
    flag = Dependant.objects.filter(kind="leader", evaluation=head, settlement=None).latest("pk")
    assert head.final_decision.class_code == "KHTNV"
    page = chairman.get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert people["an"].full_name in page

    # The leader is decided anew on that flag: the rating of his organisation is flagged, and stays.
    new = NewResult("HTNV", "d là 100%.", ground=GroundGiven(Ground.DEPENDANT, dependant=flag))
    decided(agency, period, office_head=new)
    assert DependantSettlement.objects.get(dependant=flag).outcome == "decided"
    flag = open_flag("organisation")
    part, over = ratings.of("VP"), ratings.of("SNV")
    assert (flag.organisation, part.ruling.class_code) == (part, "HTNV")
    card = director.get(reverse("organisation", args=[part.uuid])).content.decode()
    assert reverse("dependant", args=[flag.uuid]) in card
    page = director.get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert reverse("organisation_replace", args=[part.uuid]) in page
    assert not Dependant.objects.filter(kind__in=["head", "above"]).exists()

    # The recogniser looks anew: his ruling flags the head, who now stands above, and the organisation above.
    recognised(ratings, "VP", "KHTNV", "Kết luận thanh tra.")
    assert DependantSettlement.objects.get(dependant=flag).outcome == "decided"
    above, capped = open_flag("above"), open_flag("head")
    assert (above.organisation, capped.evaluation) == (over, head)
    assert ratings.of("SNV").ruling == over.ruling
    assert agency.evaluation("office_head").final_decision.class_code == "HTNV"
    assert reverse("dependant", args=[above.uuid]) in chairman.get(reverse("work")).content.decode()
    page = chairman.get(reverse("dependant", args=[above.uuid])).content.decode()
    assert reverse("organisation_replace", args=[over.uuid]) in page
    assert reverse("organisation", args=[over.uuid]) in page
    result = director.get(reverse("result", args=[head.uuid])).content.decode()
    assert reverse("dependant", args=[capped.uuid]) in result
    listed = chairman.get(reverse("period_dependants", args=[period.uuid])).content.decode()
    assert "Văn phòng Sở" in listed

    # Both are decided anew by whoever is competent; the decision on the head names the ruling and its article.
    recognised(ratings, "SNV", "HTNV", "Đơn vị trực thuộc không hoàn thành nhiệm vụ.")
    assert DependantSettlement.objects.get(dependant=above).outcome == "decided"
    given = GroundGiven(Ground.DEPENDANT, dependant=capped)
    document = decided(agency, period, office_head=NewResult("KHTNV", "Không cao hơn tổ chức.", ground=given))
    assert DependantSettlement.objects.get(dependant=capped).outcome == "decided"
    (words,) = [line for line in document.facts["grounds"] if "khoản 6 Điều 20" in line]
    assert capped.document.number_text in words
    assert JournalEntry.objects.filter(event="dependant.settled", changed_to="decided").count() >= 4
