"""A new decision on a year gives no class that the register of the year does not leave (Art 11, 20.4)."""

from decimal import Decimal

import pytest
from django.urls import reverse

from organization.models import Person
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.published_years import published_year, replace_year
from tests.workflows.test_correction_pages import typed
from tests.workflows.test_learnt import given
from tests.workflows.test_year_acts import discipline
from tests.workflows.years import form
from workflows.actions.corrected_results import FOUND_LATER, NewResult
from workflows.actions.years import enter_service
from workflows.errors import Refused
from workflows.grounds import GroundGiven
from workflows.models import Correction, EvaluationPeriod, Ground
from workflows.views.corrected import replace_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    """An at HTT; the archivist served four months and is not ranked."""
    return published_year(agency, unranked="archivist")


def test_a_class_above_what_the_register_leaves_is_refused_on_every_ground(agency, period):
    discipline(agency, "an")
    for ground in (FOUND_LATER, given()):
        with pytest.raises(Refused, match="leaves this person a lower class only") as refused:
            replace_year(agency, period, an=NewResult("HTNV", "Xem lại.", ground=ground))
        assert "khoản 4 Điều 20" in refused.value.missing[0]
    assert not Correction.objects.exists()
    replace_year(agency, period, an=NewResult("KHTNV", "Khiển trách.", ground=given()))
    assert Correction.objects.get().later.class_code == "KHTNV"


def test_a_slip_of_the_pen_decides_no_class_anew(agency, period):
    discipline(agency, "an")
    slip = NewResult("HTT", "Ghi sai.", title="Chuyên viên chính", ground=GroundGiven(Ground.CLERICAL))
    replace_year(agency, period, by="director", an=slip)
    assert Correction.objects.get().later.class_code == "HTT"


def test_whoever_is_not_ranked_is_given_no_class_by_a_later_decision(agency, period):
    with pytest.raises(Refused, match="not ranked are given no class") as refused:
        replace_year(agency, period, archivist=NewResult("HTT", "Xem lại.", total=Decimal(80)))
    assert "Điều 11" in refused.value.missing[0]
    assert not Correction.objects.exists()


def test_the_page_says_beforehand_what_the_register_leaves(agency, period):
    chairman, an = as_person(agency.people["chairman"]), form(agency, "an")
    assert "register of the year" not in chairman.get(replace_url(an)).content.decode()
    discipline(agency, "an")
    page = chairman.get(replace_url(an)).content.decode()
    assert "By the register of the year the class is at most “Duties not performed”" in page
    assert "khoản 4 Điều 20" in page
    unranked = chairman.get(replace_url(form(agency, "archivist"))).content.decode()
    assert "By the register of the year no class is given" in unranked
    assert "Điều 11" in unranked


def test_months_found_wrong_after_the_decision_are_mended_first_and_then_the_class_is_given(agency, period):
    enter_service(
        evaluation=form(agency, "archivist"),
        months=[5, 6, 7, 8, 9, 10, 11],
        absence="",
        basis="Quyết định tiếp nhận số 3",
        by=agency.people["hr"],
        at=agency.at(),
    )
    replace_year(agency, period, archivist=NewResult("HTT", "Đã công tác bảy tháng.", total=Decimal(80)))
    assert Correction.objects.get().later.class_code == "HTT"


def test_a_slip_in_the_name_of_whoever_is_not_ranked_is_mended_by_pages(agency, period):
    Person.objects.filter(pk=agency.people["archivist"].pk).update(full_name="Hồ Văn Lựu")
    row, director = form(agency, "archivist"), as_person(agency.people["director"])
    page = replace_url(row)
    assert "No class: not ranked" in director.get(page).content.decode()
    silent = director.post(page, typed(row, period, ground="clerical", reason="Ghi sai họ tên."))
    assert "This field is required" in silent.content.decode()
    assert "No class: not ranked" not in director.get(replace_url(form(agency, "hr"))).content.decode()
    answer = director.post(page, typed(row, period, ground="clerical", class_code="none", reason="Ghi sai họ tên."))
    assert answer["Location"] == reverse("signing_queue")
    found = Correction.objects.get()
    assert (found.later.class_code, found.later.score_total) == ("", "")
    (change,) = found.document.facts["changes"]
    assert (change["what"], change["from"], change["to"]) == ("Họ và tên", "Hồ Văn Lưu", "Hồ Văn Lựu")


def test_no_class_is_left_out_where_nothing_says_that_the_person_is_not_ranked(agency, period):
    with pytest.raises(Refused, match="Choose a class"):
        replace_year(agency, period, hr=NewResult("", "Xem lại."))
