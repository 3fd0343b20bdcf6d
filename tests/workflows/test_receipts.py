"""The person confirms that he has his notice; head and personnel officers see who has not, and remind them."""

import pytest
from django.urls import reverse

from organization.models import JournalEntry
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_person
from tests.workflows.published import issued, published
from tests.workflows.test_replacements import notice_of, replace, take_through
from workflows.actions.corrected_results import NewResult
from workflows.models import Notice, NoticeReceipt

pytestmark = pytest.mark.django_db


def test_reading_is_not_confirming_and_confirming_is_done_once(agency: Agency) -> None:
    period = published(agency)
    own, notice = as_person(agency.people["an"]), notice_of(agency, "an")
    assert "Confirm the receipt of your notice" in own.get(reverse("work")).content.decode()
    result = reverse("result", args=[agency.evaluation("an").uuid])
    assert "I have received this notice" in own.get(result).content.decode()
    assert own.get(reverse("document", args=[notice.uuid])).status_code == 200
    assert not NoticeReceipt.objects.exists()

    url = reverse("notice_received", args=[notice.uuid])
    assert as_person(agency.people["hr"]).post(url).status_code == 404
    for _twice in range(2):
        assert own.post(url)["Location"] == result
    receipt = NoticeReceipt.objects.get()
    assert (receipt.person, receipt.notice) == (agency.people["an"], notice)
    assert JournalEntry.objects.filter(event="notice.received").count() == 1
    assert "I have received this notice" not in own.get(result).content.decode()
    assert "Confirm the receipt" not in own.get(reverse("work")).content.decode()

    hr = as_person(agency.people["hr"])
    page = reverse("period_receipts", args=[period.uuid])
    listed = hr.get(page).content.decode()
    assert listed.index("Not confirmed yet") < listed.index(agency.people["clerk"].full_name)
    assert listed.index("Confirmed</h2>") < listed.index(agency.people["an"].full_name)
    answer = hr.post(reverse("receipts_remind", args=[period.uuid]), follow=True).content.decode()
    assert f"{len(IN_PERIOD) - 1} people are reminded" in answer
    again = hr.post(reverse("receipts_remind", args=[period.uuid]), follow=True).content.decode()
    assert "was reminded today" in again
    assert Notice.objects.filter(event="notice.reminded").count() == len(IN_PERIOD) - 1
    assert not Notice.objects.filter(event="notice.reminded", person=agency.people["an"]).exists()

    replace(agency, period, an=NewResult("HTNV", "Tính nhầm."))
    take_through(agency, "replacing_decision")
    assert "I have received this notice" in own.get(result).content.decode()  # the new notice has not been confirmed


def test_a_new_notice_is_confirmed_only_when_it_is_issued(agency: Agency) -> None:
    period = published(agency)
    own, old = as_person(agency.people["an"]), notice_of(agency, "an")
    own.post(reverse("notice_received", args=[old.uuid]))
    result = reverse("result", args=[agency.evaluation("an").uuid])
    replace(agency, period, an=NewResult("HTNV", "Tính nhầm."))
    issued(agency, "replacing_decision")  # the decision is in force, its notice not yet issued
    assert agency.evaluation("an").final_decision.class_code == "HTNV"
    assert "I have received this notice" not in own.get(result).content.decode()
    page = as_person(agency.people["hr"]).get(reverse("period_receipts", args=[period.uuid])).content.decode()
    assert agency.people["an"].full_name not in page.split("<main", 1)[1]
    issued(agency, "notice")
    assert "I have received this notice" in own.get(result).content.decode()


def test_a_notice_replaced_by_a_decision_in_force_is_not_asked_for(agency: Agency) -> None:
    period = published(agency)
    own, old = as_person(agency.people["an"]), notice_of(agency, "an")
    result = reverse("result", args=[agency.evaluation("an").uuid])
    replace(agency, period, an=NewResult("HTNV", "Tính nhầm."))
    page = own.get(result).content.decode()
    assert "I have received this notice" in page  # not in force yet: the old notice tells the truth
    assert "was replaced by a new decision" not in page
    issued(agency, "replacing_decision")
    page = own.get(result).content.decode()
    assert "I have received this notice" not in page
    assert f"Notice {old.number_text} was replaced by a new decision and counts no more" in page
    assert "Confirm the receipt" not in own.get(reverse("work")).content.decode()
    issued(agency, "notice")
    page = own.get(result).content.decode()
    assert "I have received this notice" in page
    assert "was replaced by a new decision" not in page
