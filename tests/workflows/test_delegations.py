"""Powers handed over in the browser."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from organization.authority import find_authority
from organization.models import CalendarDay, Delegation, JournalEntry, Role, Scope
from tests.workflows.agency import Agency
from tests.workflows.test_imports import hr
from tests.workflows.test_periods import body, browser

__all__ = ["hr"]

pytestmark = pytest.mark.django_db


def typed(agency: Agency, delegator: str = "office_head", delegate: str = "deputy", **changes: object) -> dict:
    today = timezone.localdate()
    return {
        "delegator": str(agency.people[delegator].uuid),
        "delegate": str(agency.people[delegate].uuid),
        "scope": "review",
        "unit": str(agency.units["VP"].uuid),
        "capacity": "TUQ.",
        "document_number": "07/GUQ-VP",
        "document_on": today.isoformat(),
        "starts_on": f"{today:%d/%m/%Y}",
        "ends_on": "",
        "submission_key": str(uuid.uuid4()),
    } | changes


def give(agency: Agency, by: str, **changes: object):
    return browser(agency, by).post(reverse("delegation_give"), typed(agency, **changes))


def power(agency: Agency, days: int = 0):
    return find_authority(
        actor=agency.people["deputy"],
        holder=agency.people["office_head"],
        scope=Scope.REVIEW,
        unit=agency.units["VP"],
        on=timezone.localdate() + timedelta(days=days),
    )


@pytest.mark.parametrize("by", ["office_head", "hr"])
def test_the_delegator_or_the_personnel_officer_hands_a_power_over(agency: Agency, by: str):
    assert give(agency, by).status_code == 302
    assert power(agency).document_number == "07/GUQ-VP"
    assert JournalEntry.objects.get(event="delegation.given").by == agency.people[by]


def test_nobody_hands_over_the_power_of_somebody_else(agency: Agency):
    page = give(agency, "an")
    assert page.context["form"].errors["delegator"]
    assert not Delegation.objects.exists()


def test_a_personnel_officer_does_not_receive_a_power_by_his_own_entry(agency: Agency):
    page = give(agency, "hr", delegate="hr")
    assert page.context["form"].errors["delegate"]
    assert not Delegation.objects.exists()


def test_a_power_is_handed_over_only_where_the_delegator_holds_a_post(agency: Agency):
    page = give(agency, "hr", unit=str(agency.units["SNV"].uuid))
    assert page.status_code == 400
    assert "holds no post" in body(page)
    assert "07/GUQ-VP" in body(page)
    assert not Delegation.objects.exists()


def test_an_end_before_the_beginning_is_refused_and_what_was_typed_stays(agency: Agency):
    page = give(agency, "hr", ends_on="2020-01-01")
    assert "The end lies after the beginning." in body(page)
    assert "07/GUQ-VP" in body(page)


def test_an_ended_delegation_gives_no_power_any_more(agency: Agency):
    give(agency, "hr", starts_on=(timezone.localdate() - timedelta(days=5)).isoformat())
    row = Delegation.objects.get()
    url = reverse("delegation_end", args=[row.uuid])
    assert browser(agency, "deputy").get(url).status_code == 403
    assert browser(agency, "an").get(url).status_code == 404
    tomorrow = timezone.localdate() + timedelta(days=1)
    ended = browser(agency, "office_head").post(
        url, {"on": tomorrow.isoformat(), "submission_key": str(uuid.uuid4())}
    )
    assert ended.status_code == 302
    assert power(agency) is not None
    assert power(agency, days=1) is None


def test_a_delegation_is_not_ended_backwards(agency: Agency):
    give(agency, "hr", starts_on=(timezone.localdate() - timedelta(days=5)).isoformat())
    url = reverse("delegation_end", args=[Delegation.objects.get().uuid])
    yesterday = timezone.localdate() - timedelta(days=1)
    page = browser(agency, "hr").post(url, {"on": yesterday.isoformat(), "submission_key": str(uuid.uuid4())})
    assert page.status_code == 400
    assert Delegation.objects.get().ends_on is None


def test_everybody_sees_what_he_gave_holds_or_manages(agency: Agency):
    give(agency, "hr")
    for name, count in (("office_head", 1), ("deputy", 1), ("hr", 1), ("an", 0)):
        page = browser(agency, name).get(reverse("delegations"))
        assert page.context["page"].paginator.count == count, name


def test_the_province_changes_the_calendar_and_others_only_read_it(agency: Agency, hr):
    day = {"day": "2027-02-08", "is_working": "0", "name": "Nghỉ Tết", "submission_key": str(uuid.uuid4())}
    assert hr.post(reverse("calendar"), day)["Location"].endswith("?year=2027")
    assert CalendarDay.objects.get(day="2027-02-08").name == "Nghỉ Tết"
    hr.post(reverse("calendar_clear"), day | {"submission_key": str(uuid.uuid4())})
    assert not CalendarDay.objects.filter(day="2027-02-08").exists()
    agency.people["hr"].role_grants.filter(role=Role.PROVINCE_HR).delete()
    assert not hr.get(reverse("calendar")).context["may_edit"]
    refused = hr.post(reverse("calendar"), day | {"submission_key": str(uuid.uuid4())})
    assert refused.status_code == 403
    assert not CalendarDay.objects.filter(day="2027-02-08").exists()
