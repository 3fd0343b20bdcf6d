"""Sessions end, tabs multiply, pages grow old: what was typed stays, and nothing is overwritten unseen."""

import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_whole_cycle import Visit, item_codes
from tests.browser.visitor import Visitor, said
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed
from workflows.actions.reviews import approve_review


def saved(visitor: Visitor, state: str) -> None:
    expect(visitor.page.locator("[data-save-status]")).to_have_attribute("data-state", state)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_typing_outlives_the_session(agency: Agency, visit: Visit) -> None:
    agency.open()
    an = visit("an")
    form = agency.evaluation("an")
    first, second = (name for name, _maximum in item_codes(agency, "an")[:2])
    an.go("self_assessment", form.uuid)
    an.type(first, "4,5")
    saved(an, "saved")

    an.page.context.clear_cookies(name="sessionid")
    an.type(second, "3,5")
    an.type("strengths", "Viết xong khi phiên đã hết.")
    saved(an, "expired")
    assert agency.evaluation("an").strengths == ""
    an.follow("Sign in")
    an.log_in()
    an.page.wait_for_url(f"**{reverse('self_assessment', args=[form.uuid])}")
    expect(an.field(second)).to_have_value("3,5")
    expect(an.field("strengths")).to_have_value("Viết xong khi phiên đã hết.")
    saved(an, "saved")
    assert agency.evaluation("an").strengths == "Viết xong khi phiên đã hết."


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_form_handed_in_after_the_session_ended_loses_nothing(agency: Agency, visit: Visit) -> None:
    agency.open()
    agency.fill("an")
    an = visit("an")
    an.go("self_assessment", agency.evaluation("an").uuid)
    an.page.context.clear_cookies(name="sessionid")
    an.field("strengths").fill("Gõ rồi bấm nộp ngay.")
    an.press("Check and hand in")
    an.log_in()
    expect(an.field("strengths")).to_have_value("Gõ rồi bấm nộp ngay.")
    saved(an, "saved")
    an.press("Check and hand in")
    an.see("Handed in. Now sign Form 01, then your reviewer can begin.")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_two_tabs_never_overwrite_each_other(agency: Agency, visit: Visit) -> None:
    agency.open()
    here = visit("an")
    form = agency.evaluation("an")
    first = item_codes(agency, "an")[0][0]
    here.go("self_assessment", form.uuid)
    there = Visitor(here.page.context.new_page(), agency, "an")
    there.go("self_assessment", form.uuid)
    here.type(first, "4,5")
    saved(here, "saved")
    there.type(first, "2")
    saved(there, "conflict")
    stored = agency.evaluation("an").scorecard.general_scores.get(
        item_code=first.removeprefix("points-").replace("-", ".")
    )
    assert str(stored.self_points).rstrip("0") == "4.5"

    there.press("Check and hand in")
    there.see("What stands stored, and what you typed here")
    expect(there.field(first)).to_have_value("2")
    assert there.complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_second_reviewer_hears_who_was_faster(agency: Agency, visit: Visit) -> None:
    agency.open()
    agency.hand_in("an")
    as_signed("form_01")
    evaluation = agency.evaluation("an")
    head = visit("office_head")
    head.go("review", evaluation.uuid)
    first = item_codes(agency, "an")[0][0]
    head.type(first, "1")
    head.type(f"why-{first}", "Chậm một báo cáo.")
    approve_review(
        evaluation=evaluation,
        by=evaluation.reviewer,
        comment="Duyệt ở máy khác.",
        expected_version=evaluation.version,
        at=agency.at(),
    )
    head.press("Approve")
    head.sees_plainly(agency.people["office_head"].full_name)
    expect(head.page.locator("main .notice--danger")).to_be_visible()
    assert agency.evaluation("an").scorecard.adjustments.count() == 0


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_another_persons_page_is_as_absent_as_none(agency: Agency, visit: Visit) -> None:
    agency.open()
    clerk = visit("clerk")
    answers = [
        clerk.go("self_assessment", agency.evaluation("an").uuid),
        clerk.go("self_assessment", uuid.uuid4()),
        clerk.go("review", agency.evaluation("an").uuid),
    ]
    assert [answer.status for answer in answers] == [404, 404, 404]
    expect(clerk.page.locator("html")).to_have_attribute("lang", "vi")
    expect(clerk.page.locator("main h1")).to_be_visible()
    clerk.page.locator("main a").first.click()
    assert clerk.path() == "/"
    assert clerk.go("setup").status == 403
    clerk.page.locator("main a").first.click()
    expect(clerk.page.locator("h1")).to_have_text(said("My work"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_wrong_password_is_said_plainly_and_the_name_stays(agency: Agency, visit: Visit) -> None:
    an = visit("an")
    an.page.locator(".user-menu summary").click()
    an.press("Sign out")
    if an.path() != reverse("account_login"):  # the question before it, where there is one
        an.press("Sign out")
    an.field("login").fill("an")
    an.field("password").fill("sai-mat-khau")
    an.field("password").press("Enter")
    expect(an.page.locator("main .errorlist, main .notice--danger").first).to_be_visible()
    expect(an.field("login")).to_have_value("an")
    an.log_in()
    an.see("My work")
