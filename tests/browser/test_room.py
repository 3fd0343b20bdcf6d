"""A council session held by three people at once: the chair and the secretary at desks, a member at his phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, expect

from approvals.models import AgendaItem, Ballot, CouncilSession, MinutesText, SecretVoter, SessionState, UrnCount
from tests.browser.test_phone_and_access import AXE
from tests.browser.test_whole_cycle import Visit, call_the_roll_and_open, open_case, recuse
from tests.browser.visitor import Visitor, said
from tests.workflows.agency import Agency
from tests.workflows.meetings import case_of, convened, reviewed

DESK = {"viewport": {"width": 1366, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def faults(visitor: Visitor) -> Iterator[str]:
    """What sticks out of this person's screen, and whatever axe finds, in a developer's words."""
    page = visitor.page
    wide, screen = page.evaluate("document.documentElement.scrollWidth"), page.viewport_size["width"]
    if wide > screen:
        yield f"{visitor.name} {page.url}: {wide} px wide on a screen of {screen}"
    page.evaluate(AXE.read_text("utf-8"))  # past the page's own policy, which stays in force
    for violation in page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]:
        places = [node["html"][:120] for node in violation["nodes"][:3]]
        yield f"{visitor.name} {page.url}: {violation['id']}: {places}"


def sound(visitor: Visitor, *addresses: str) -> None:
    """These pages, or the one that stands open, have no fault."""
    found = []
    for address in addresses or [visitor.page.url]:
        if addresses:
            visitor.page.goto(address)
        found += faults(visitor)
    assert found == []


def row_of(visitor: Visitor, name: str) -> Locator:
    return visitor.page.locator("#classes tr", has_text=visitor.agency.people[name].full_name)


def mark_beforehand(phone: Visitor, session: CouncilSession, case: str) -> None:
    """A question typed with a thumb before anybody meets."""
    phone.page.goto(reverse("session", args=[session.uuid]))
    phone.link("Prepare the meeting").tap()
    uuid = case_of(session, phone.agency.people[case]).uuid
    phone.page.locator(f"label[for='mark-{uuid}-question']").tap()
    phone.field(f"note-{uuid}").fill("Vì sao chậm báo cáo tháng 8?")
    sound(phone)
    phone.button("Store my marks").tap()
    phone.page.wait_for_url(f"**{reverse('session', args=[session.uuid])}")


def vote(member: Visitor, room: str, case: str, choice: str) -> None:
    """A member's own vote on his own screen."""
    open_case(member, room, case)
    member.choose("ballot", choice)
    member.page.locator("form[action$='/ballot/'] button[type=submit]").click()
    member.see("Your vote is recorded.")


def show_of_hands(hr: Visitor, room: str, case: str) -> None:
    """The others raise their hands for the class of the score; the vote from the phone is counted with them."""
    open_case(hr, room, case)
    if hr.page.locator("details:not([open])", has_text=said("Show of hands")).count():
        hr.page.locator("summary", has_text=said("Show of hands")).click()
    hands = hr.page.locator("form[action$='/ballots/'] fieldset")
    expect(hands).to_have_count(4)
    for place in range(4):
        hands.nth(place).locator("label[for$='-HTT']").click()
    hr.press("Record the votes")
    hr.press("Conclude the case")
    hr.see("The case of %(name)s is concluded.", name=hr.agency.people[case].full_name)


def secret_vote(hr: Visitor, director: Visitor, phone: Visitor, room: str, case: AgendaItem) -> None:
    """Three voters, one of them at the phone; what anybody chose stands on no page and in no row."""
    name = case.person.username
    open_case(hr, room, name)
    hr.press("Put to a secret vote")
    hr.see("The case is put to a secret vote.")
    vote(phone, room, name, "HTT")
    expect(phone.page.locator("form[action$='/ballot/']")).to_have_count(0)  # once, and nobody can take it back
    expect(phone.page.locator(".tally")).to_have_count(0)
    sound(phone)
    vote(director, room, name, "HTT")
    vote(hr, room, name, "HTT")
    hr.press("End the vote and count")
    hr.see("The secret votes are counted.")
    hr.press("Conclude the case")
    hr.see("The case of %(name)s is concluded.", name=case.person.full_name)
    assert SecretVoter.objects.filter(item=case).count() == 3
    assert not Ballot.objects.filter(item=case).exists()
    assert not UrnCount.objects.filter(item=case, votes__gt=0).exists()


def lower(officer: Visitor, case: str, class_code: str, reason: str) -> Locator:
    """A lower class with its reason typed first, as the list allows; the row sends itself."""
    row = row_of(officer, case)
    row.locator("summary").click()
    row.locator("[data-reason]").fill(reason)
    row.locator(f"label[for$='-{class_code}']").click()
    return row


def stored(officer: Visitor, case: str) -> None:
    words = said("Stored: %(name)s", name=officer.agency.people[case].full_name)
    expect(officer.page.locator("#room-said")).to_have_text(words)


def side_by_side(hr: Visitor, director: Visitor, room: str) -> None:
    """Two cases changed from two pages drawn before either; then the same case from both."""
    for officer in (hr, director):
        officer.page.goto(room)
        expect(officer.page.locator(".room-quota--over")).to_be_visible()
        officer.see("Over the ceiling: lower a class first.")
    lower(hr, "office_head", "HTNV", "Chậm hai báo cáo.")
    lower(director, "deputy", "HTNV", "Phụ trách lĩnh vực chưa đạt.")
    stored(hr, "office_head")
    stored(director, "deputy")

    lower(hr, "an", "HTT", "Không còn suất xuất sắc theo tỷ lệ.")
    stored(hr, "an")
    expect(hr.page.locator(".room-quota--over")).to_have_count(0)  # the meter follows without a reload
    row = lower(director, "an", "HTNV", "Chủ tọa đề nghị hạ hai mức.")
    problem = row.locator(".row-error")
    expect(problem).to_contain_text(hr.agency.people["hr"].full_name)
    expect(problem).to_contain_text(f"{timezone.localtime():%d/%m/%Y}")
    expect(row.locator("[data-reason]")).to_have_value("Chủ tọa đề nghị hạ hai mức.")
    expect(row.locator("input[type=radio][value=HTNV]")).to_be_checked()
    sound(director)


def adjourn_and_resume(hr: Visitor, director: Visitor, room: str) -> None:
    """Broken off until tomorrow; the roll is called anew before it goes on."""
    director.page.goto(room)
    director.follow("Adjourn")
    director.field("resumes_on").fill(f"{timezone.localdate() + timedelta(days=1):%Y-%m-%d}")
    director.field("resumes_place").fill("Phòng họp số 2")
    sound(director)
    director.press("Adjourn")
    director.see("The session is adjourned; what is concluded stays.")
    hr.page.goto(room)
    hr.sees_plainly("Phòng họp số 2")
    expect(hr.page.get_by_role("button", name=said("Resume the session"))).to_be_disabled()
    hr.page.locator(f"main a[href='{room}roll/']").click()
    hr.follow("Mark everybody not called as present")
    sound(hr)
    hr.press("Store the roll")
    hr.press("Resume the session")
    hr.see("The session goes on.")


def conclude_the_rest(hr: Visitor, director: Visitor, room: str, *changed: str) -> None:
    """The lowered cases one by one, the uncontested together; the secretary's own by the chair."""
    hr.page.goto(room)
    for name in changed:
        row_of(hr, name).get_by_role("button", name=said("Conclude")).click()
        hr.see("The case of %(name)s is concluded.", name=hr.agency.people[name].full_name)
    director.page.goto(room)
    director.page.locator("button[form=act-confirm]").first.click()
    director.see("Draft the minutes")


def minutes(hr: Visitor, director: Visitor, phone: Visitor, session: CouncilSession) -> None:
    """Drafted by the secretary, amended by the chair, read by the member, adopted."""
    room, record = (reverse(name, args=[session.uuid]) for name in ("session", "session_record"))
    hr.page.goto(room)
    hr.follow("Draft the minutes")
    hr.type("conclusion", "Hội đồng nhất trí với danh sách đề nghị.")
    sound(hr)
    hr.press("Draft the minutes")
    hr.page.wait_for_url(f"**{room}")
    director.page.goto(room)
    director.follow("Amend the draft")
    expect(director.field("conclusion")).to_have_value("Hội đồng nhất trí với danh sách đề nghị.")
    director.type("conclusion", "Hội đồng thống nhất trình Giám đốc danh sách đề nghị.")
    sound(director)
    director.press("Draft the minutes")
    director.page.wait_for_url(f"**{room}")
    sound(phone, record)
    phone.sees_plainly("Hội đồng thống nhất trình Giám đốc danh sách đề nghị.")
    hr.page.goto(room)
    hr.follow("Adopt the minutes")
    hr.press("Adopted")
    hr.page.wait_for_url(f"**{room}")
    hr.see("The minutes are adopted. Now they are signed: the secretary first, the chair last.")
    wordings = MinutesText.objects.filter(session=session).order_by("number")
    assert list(wordings.values_list("by__username", flat=True)) == ["hr", "director"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_chair_secretary_and_a_member_at_a_phone_hold_one_session_together(agency: Agency, visit: Visit) -> None:
    session = convened(agency, reviewed(agency))
    room, screen = (reverse(name, args=[session.uuid]) for name in ("session", "session_screen"))
    hr, director, phone = visit("hr", **DESK), visit("director", **DESK), visit("office_head", **PHONE)
    case = {name: case_of(session, agency.people[name]) for name in ("archivist", "an", "clerk")}
    card = reverse("case", args=[session.uuid, case["clerk"].uuid])

    mark_beforehand(phone, session, "clerk")
    hr.page.goto(room)
    call_the_roll_and_open(hr)
    recuse(hr, room, member="deputy", case="archivist")
    sound(hr, room, card)
    hr.sees_plainly("Vì sao chậm báo cáo tháng 8?")
    sound(phone, room, card)

    open_case(hr, room, "clerk")
    hr.press("Put to the vote")
    vote(phone, room, "clerk", "HTNV")
    sound(director, screen)
    director.sees_plainly(agency.people["clerk"].full_name)
    show_of_hands(hr, room, "clerk")
    adjourn_and_resume(hr, director, room)
    secret_vote(hr, director, phone, room, case["archivist"])

    sound(director, screen)
    expect(director.page.locator(".room-quota__over")).to_be_visible()
    side_by_side(hr, director, room)
    conclude_the_rest(hr, director, room, "an", "deputy", "office_head")
    sound(phone, room, screen)
    minutes(hr, director, phone, session)
    sound(phone, room)

    assert CouncilSession.objects.get(pk=session.pk).state == SessionState.ADOPTED
    classes = dict(session.items.values_list("person__username", "proposed_class"))
    assert classes == dict.fromkeys(("hr", "clerk", "archivist", "an"), "HTT") | dict.fromkeys(
        ("deputy", "office_head"), "HTNV"
    )
    assert case_of(session, agency.people["an"]).reason == "Không còn suất xuất sắc theo tỷ lệ."
