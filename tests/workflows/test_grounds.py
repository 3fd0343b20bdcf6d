"""The ground of a new result: what each asks for, whose act it is, and what its papers say."""

from dataclasses import replace as changed
from datetime import date

import pytest
from django.urls import reverse

from approvals.models import Petition
from documents.actions import cancel_document
from documents.models import Document
from organization.actions import delegate, grant_role
from organization.models import Role, Scope
from tests.workflows.agency import Agency
from tests.workflows.corrected import accepted_petition
from tests.workflows.meetings import as_person
from tests.workflows.published import issued, published, signed_and_ready
from tests.workflows.test_correction_pages import address, typed
from tests.workflows.test_replacements import replace, take_through
from workflows.actions.corrected_results import NewResult
from workflows.actions.correction_grounds import check_ground
from workflows.actions.publications import issue
from workflows.errors import NotAllowed, NotReady, Refused
from workflows.grounds import Discipline, GroundGiven
from workflows.models import Campaign, Correction, CorrectionGround, EvaluationPeriod, Ground
from workflows.views.replacing import _accepted

pytestmark = pytest.mark.django_db
KNOWN = Discipline(
    act_on=date(2026, 8, 10),
    organisation="Ủy ban nhân dân tỉnh Thử nghiệm",
    number="45/QĐ-UBND",
    on=date(2026, 10, 20),
    twin_number="12-QĐ/UBKT",
    twin_on=date(2026, 10, 1),
)
BY_DISCIPLINE = GroundGiven(Ground.DISCIPLINE, discipline=KNOWN)


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    return published(agency)


def test_an_accepted_petition_is_named_by_the_decision_and_names_it(agency, period):
    bare = GroundGiven(Ground.PETITION)
    with pytest.raises(Refused, match="Name the accepted petition"):
        replace(agency, period, an=NewResult("HTNV", "Đúng.", ground=bare))
    petition = accepted_petition(agency, "an", outcome="rejected")
    given = GroundGiven(Ground.PETITION, petition=petition)
    with pytest.raises(NotReady, match="not been accepted"):
        replace(agency, period, an=NewResult("HTNV", "Đúng.", ground=given))
    Petition.objects.filter(pk=petition.pk).update(outcome="accepted")
    petition.refresh_from_db(fields=["outcome"])
    with pytest.raises(Refused, match="Name the accepted petition"):
        replace(agency, period, hr=NewResult("HTNV", "Đúng.", ground=given))
    issued(agency, "petition_answer")
    document = replace(agency, period, an=NewResult("HTNV", "Đúng.", ground=given))
    assert any("kiến nghị của người được đánh giá được chấp nhận" in line for line in document.facts["grounds"])
    assert CorrectionGround.objects.get().petition == petition
    page = reverse("petition", args=[petition.uuid])
    assert document.code in as_person(agency.people["director"]).get(page).content.decode()
    assert document.code not in as_person(agency.people["an"]).get(page).content.decode()
    take_through(agency, "replacing_decision")
    own = as_person(agency.people["an"]).get(page).content.decode()
    assert Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk").number_text in own


def test_one_petition_leads_to_one_new_result(agency, period):
    given = GroundGiven(Ground.PETITION, petition=accepted_petition(agency, "an"))
    issued(agency, "petition_answer")
    wrong = replace(agency, period, an=NewResult("KHTNV", "Đúng.", ground=given))
    assert given.petition not in _accepted(agency.evaluation("an"))
    for paper in (wrong, Correction.objects.get().notice):
        cancel_document(document=paper, reason="Soạn nhầm.", by=agency.people["director"], at=agency.at())
    assert given.petition in _accepted(agency.evaluation("an"))  # nothing has followed it
    replace(agency, period, an=NewResult("HTNV", "Đúng.", ground=given))
    take_through(agency, "replacing_decision")
    assert given.petition not in _accepted(agency.evaluation("an"))
    with pytest.raises(NotReady, match="followed this petition already"):
        replace(agency, period, an=NewResult("HTT", "Lần nữa.", ground=given))


def test_discipline_is_named_whole_and_lowers_only(agency, period):
    with pytest.raises(Refused, match="Discipline is named"):
        replace(agency, period, an=NewResult("KHTNV", "Kỷ luật.", ground=GroundGiven(Ground.DISCIPLINE)))
    late = changed(KNOWN, act_on=date(2026, 10, 5), twin_number="", twin_on=None)
    with pytest.raises(Refused, match="counts elsewhere"):
        replace(
            agency,
            period,
            an=NewResult("KHTNV", "Kỷ luật.", ground=GroundGiven(Ground.DISCIPLINE, discipline=late)),
        )
    with pytest.raises(Refused, match="raises nobody"):
        replace(agency, period, an=NewResult("HTXS", "Kỷ luật.", ground=BY_DISCIPLINE))
    document = replace(agency, period, an=NewResult("KHTNV", "Khiển trách.", ground=BY_DISCIPLINE))
    words = " ".join(document.facts["grounds"])
    assert "45/QĐ-UBND ngày 20/10/2026" in words
    assert "12-QĐ/UBKT ngày 01/10/2026, được tính một lần" in words
    notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk")
    assert any("hành vi ngày 10/08/2026" in line for line in notice.facts["reasons"])


def test_one_act_counts_once_whoever_disciplined_it(agency, period):
    replace(agency, period, an=NewResult("KHTNV", "Khiển trách.", ground=BY_DISCIPLINE))
    first = CorrectionGround.objects.get()
    other = agency.evaluation("an")
    twin = Discipline(KNOWN.act_on, "Ủy ban Kiểm tra", "12-qđ/ubkt", date(2026, 10, 1))
    given = GroundGiven(Ground.DISCIPLINE, discipline=twin)
    check_ground(other, given, same=False)  # the same result may be decided again on it
    other.pk = None
    with pytest.raises(Refused, match="counts once"):
        check_ground(other, given, same=False)
    apart = GroundGiven(Ground.DISCIPLINE, discipline=changed(twin, number="13-QĐ/UBKT"))
    check_ground(other, apart, same=False)
    assert first.twin_on == date(2026, 10, 1)


def test_a_clerical_error_changes_neither_points_nor_class(agency, period):
    slip = GroundGiven(Ground.CLERICAL)
    with pytest.raises(Refused, match="another ground"):
        replace(agency, period, an=NewResult("HTNV", "Ghi sai.", ground=slip))
    replace(agency, period, an=NewResult("HTT", "Ghi sai chức danh.", title="Chuyên viên chính", ground=slip))
    assert CorrectionGround.objects.get().kind == "clerical"


def test_a_yearly_ranking_is_replaced_by_the_managing_head_in_his_agencys_name(agency, period):
    Campaign.objects.update(kind="year")
    with pytest.raises(NotAllowed, match="Ủy ban nhân dân tỉnh Thử nghiệm"):
        replace(agency, period, an=NewResult("HTNV", "Phát hiện sai."))
    slip = GroundGiven(Ground.CLERICAL)
    with pytest.raises(Refused, match="different heads"):
        replace(
            agency,
            period,
            an=NewResult("HTNV", "Sai."),
            hr=NewResult("HTT", "Sai chức danh.", title="Chuyên viên chính", ground=slip),
        )
    head = as_person(agency.people["director"]).get(address("period_replace", period, agency.evaluation("an")))
    assert "the head of Ủy ban nhân dân tỉnh Thử nghiệm decides" in head.content.decode()
    chairman = as_person(agency.people["chairman"])
    assert chairman.get(reverse("period_corrections", args=[period.uuid])).status_code == 200
    an = agency.evaluation("an")
    answer = chairman.post(address("period_replace", period, an), typed(an, period, class_code="HTNV", reason="Sai."))
    assert answer["Location"] == reverse("signing_queue")
    document = Document.objects.get(kind__code="replacing_decision")
    assert document.unit == agency.units["UBND"]
    assert document.facts["agency"] == "Ủy ban nhân dân tỉnh Thử nghiệm"
    assert document.facts["issuer_title"] == "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH THỬ NGHIỆM"
    signed_and_ready("replacing_decision", "notice")
    with pytest.raises(NotAllowed):
        issued(agency, "replacing_decision")  # the department's clerk numbers nothing of the managing agency
    grant_role(
        person=agency.people["archivist"],
        role=Role.CLERK,
        unit=agency.units["UBND"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    results = issue(documents=Document.objects.ready_to_issue(), by=agency.people["archivist"], at=agency.at())
    assert [result.reason for result in results if not result.ok] == []
    assert agency.evaluation("an").final_decision.class_code == "HTNV"


def test_the_managing_heads_power_is_handed_over_by_a_document_that_the_decision_names(agency, period):
    Campaign.objects.update(kind="year")
    delegate(
        delegator=agency.people["chairman"],
        delegate=agency.people["director"],
        scope=Scope.DECIDE,
        unit=agency.units["SNV"],
        capacity="TUQ.",
        document_number="88/UQ-UBND",
        document_on=date(2026, 1, 5),
        starts_on=date(2026, 1, 5),
        ends_on=None,
        by=agency.people["hr"],
        at=agency.at(),
    )
    document = replace(agency, period, an=NewResult("HTNV", "Phát hiện sai."))
    assert document.unit == agency.units["UBND"]
    assert any("88/UQ-UBND" in line for line in document.facts["grounds"])
    assert document.facts["signers"]["head"]["authority"].startswith("TUQ.")
