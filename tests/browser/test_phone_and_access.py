"""Every main page at the width of a desk and of two phones: nothing sticks out, and axe finds nothing serious."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from documents.models import Document
from organization.actions import grant_role
from organization.models import Role
from tests.browser.test_whole_cycle import Visit
from tests.workflows.agency import Agency
from tests.workflows.meetings import case_of, opened, reviewed

AXE = Path(__file__).parent / "axe" / "axe.min.js"
WIDTHS = (1366, 390, 360)
BAD = ("serious", "critical")
EVERYBODY = ("work", "my_evaluations", "documents", "signing_queue", "account_change_password")


def faults(page: Page, width: int) -> Iterator[str]:
    """What is wrong with the page at this width, in a developer's words."""
    page.set_viewport_size({"width": width, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        sticking = page.evaluate(
            """width => [...document.querySelectorAll('main *')]
            .filter(part => part.getBoundingClientRect().right > width + 1)
            .slice(0, 3).map(part => part.outerHTML.slice(0, 90))""",
            width,
        )
        yield f"{wide} px wide: {sticking}"
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    for violation in found["violations"]:
        if violation["impact"] in BAD:
            yield f"{violation['id']}: {[node['html'][:120] for node in violation['nodes'][:3]]}"


def looked_at(visit: Visit, name: str, addresses: list[str]) -> list[str]:
    """All faults of these pages for this person."""
    visitor = visit(name, bypass_csp=True)  # the page's own policy would not let axe in
    found = []
    for address in addresses:
        answer = visitor.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        visitor.page.add_script_tag(path=AXE)
        for width in WIDTHS:
            found += [f"{name} {address} at {width}: {fault}" for fault in faults(visitor.page, width)]
    return found


def addresses(*names: str) -> list[str]:
    return [reverse(name) for name in names]


def page_of(name: str, *args: object) -> str:
    return reverse(name, args=args)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_forms_and_reviews_fit_every_screen(agency: Agency, visit: Visit) -> None:
    period = agency.open()
    province = {"role": Role.PROVINCE_HR, "unit": agency.units["UBND"], "starts_on": date(2026, 1, 1)}
    grant_role(person=agency.people["chairman"], by=None, at=agency.at(), **province)
    agency.fill("an", share="0.5", done="7")
    agency.hand_in("clerk", share="0.6")
    agency.render()
    an, clerk, deputy = (agency.evaluation(name) for name in ("an", "clerk", "deputy"))
    paper = Document.objects.get(kind__code="form_01")
    pages = {
        "an": [*addresses(*EVERYBODY), page_of("self_assessment", an.uuid), page_of("result", an.uuid)],
        "deputy": [page_of("self_assessment", deputy.uuid)],
        "clerk": [
            page_of("self_assessment", clerk.uuid),
            page_of("withdraw", clerk.uuid),
            page_of("result", clerk.uuid),
            page_of("document", paper.uuid),
            *addresses("signing_queue", "issuing"),
        ],
        "office_head": [
            *addresses("work", "team"),
            page_of("review", clerk.uuid),
            page_of("review", an.uuid),
            page_of("review_return", clerk.uuid),
        ],
        "hr": [
            *addresses("work", "periods", "period_plan", "setup", "delegations", "delegation_give", "schemes"),
            *addresses("catalogue", "councils", "council_found"),
            page_of("period_plan_agencies", period.campaign.uuid),
            page_of("period", period.uuid),
            page_of("period_advance", period.uuid),
            page_of("period_add_person", period.uuid),
            page_of("journal", period.uuid),
            page_of("evaluation_excuse", an.uuid),
            page_of("evaluation_reassign", an.uuid),
            page_of("scheme", period.schemes.get().scheme.uuid),
        ],
        "archivist": addresses("archive"),
        "chairman": addresses("work", "periods", "setup", "imports", "calendar", "catalogue"),
    }
    assert [fault for name, list_ in pages.items() for fault in looked_at(visit, name, list_)] == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pages_of_the_council_and_the_head_fit_every_screen(agency: Agency, visit: Visit) -> None:
    period = reviewed(agency)
    found = looked_at(visit, "hr", [page_of("session_convene", period.uuid)])
    session = opened(agency, period)
    clerk, an = case_of(session, agency.people["clerk"]), case_of(session, agency.people["an"])
    room = [
        *addresses("councils"),
        page_of("session", session.uuid),
        page_of("case", session.uuid, clerk.uuid),
        page_of("case", session.uuid, an.uuid),
    ]
    officers = [page_of("session_roll", session.uuid), page_of("session_minutes", session.uuid)]
    found += looked_at(visit, "director", [*room, *officers, page_of("ruling", period.uuid)])
    found += looked_at(visit, "an", room)
    assert found == []
