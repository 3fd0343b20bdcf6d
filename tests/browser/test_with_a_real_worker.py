"""The person at the browser and a worker of its own: nobody renders for him, and nobody reloads."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.test_whole_cycle import Visit
from tests.worker import RealWorker
from tests.workflows.agency import PIN, Agency


@pytest.mark.browser
@pytest.mark.process
@pytest.mark.django_db(transaction=True)
def test_what_is_handed_in_can_be_signed_as_soon_as_the_worker_has_made_it(
    agency: Agency, visit: Visit, real_worker: RealWorker
) -> None:
    agency.enrol_keys("an")
    agency.open()
    agency.fill("an")
    an = visit("an")
    an.open("self_assessment", agency.evaluation("an").uuid)
    an.press("Check and hand in")
    an.see("Handed in. Now sign Form 01, then your reviewer can begin.")
    sign = an.page.locator(f"main a.btn[href^='{reverse('signing_queue')}']").first
    expect(sign).to_be_visible(timeout=60_000)  # the page asks by itself until the worker is done
    an.see("Handed in. Now sign Form 01, then your reviewer can begin.")
    sign.click()
    an.field("pin").fill(PIN)
    an.press("Sign the ticked documents")
    an.see("Nothing waits for your signature")
    assert real_worker.process is not None
    assert real_worker.process.poll() is None, real_worker.log
