"""The same acts in a browser that runs no script: a save button instead of autosave, the total after saving."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_whole_cycle import Visit, item_codes
from tests.workflows.agency import Agency


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_form_is_saved_handed_in_reviewed_and_signed_without_scripts(agency: Agency, visit: Visit) -> None:
    agency.enrol_keys("an", "office_head")
    agency.open()
    an = visit("an", java_script_enabled=False)
    an.open("self_assessment", agency.evaluation("an").uuid)
    codes = item_codes(agency, "an")
    for name, maximum in codes:
        an.field(name).fill(maximum.replace(".", ","))
    first = codes[0][0]
    an.field(first).fill("abc")
    an.press("Save")
    an.see("Write a number with one decimal comma and no thousand separators, for example 1312,5.")
    expect(an.field(first)).to_have_value("abc")
    expect(an.field(codes[1][0])).to_have_value(codes[1][1])

    an.field(first).fill("4.5")
    for box in an.page.locator("input[name^='done-']").all():
        box.fill("10")
    an.press("Save")
    expect(an.page.locator("#summary-total")).to_contain_text("99,50")
    expect(an.field(first)).to_have_value("4,5")
    an.press("Check and hand in")
    an.see("Handed in. Now sign Form 01, then your reviewer can begin.")
    an.sign_all()

    head = visit("office_head", java_script_enabled=False)
    head.menu("team")
    head.open("review", agency.evaluation("an").uuid)
    head.field(first).fill("4")
    head.press("Approve")
    head.see("Say why you change this value.")
    expect(head.field(first)).to_have_value("4")
    head.field(f"why-{first}").fill("Một lần vắng họp.")
    head.press("Keep and recompute")
    expect(head.page.locator("#review-total")).to_contain_text("99,00")
    head.press("Approve")
    assert head.path() == reverse("signing_queue")
    head.sign_all()
    evaluation = agency.evaluation("an")
    assert evaluation.scorecard.adjustments.count() == 1
    assert [document.slots.filter(signed_at=None).count() for document in agency.documents("review_minutes")] == [0]

    an.go("result", evaluation.uuid)
    an.sees_plainly("Một lần vắng họp.")
