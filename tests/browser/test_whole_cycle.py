"""One quarter of a department, clicked through by everybody: from the plan to the archived decision."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from documents.models import Document, State
from tests.browser.visitor import Visitor, said
from tests.workflows.agency import IN_PERIOD, Agency
from workflows.models import Campaign, Evaluation, EvaluationPeriod, Stage, Standing
from workflows.tasks import open_people

Visit = Callable[..., Visitor]
SHARES = dict.fromkeys(IN_PERIOD, "0.6") | {"an": "1"}


def item_codes(agency: Agency, name: str) -> list[tuple[str, str]]:
    """Field name and maximum of each criterion of a person's form."""
    items = agency.evaluation(name).scorecard.scheme.scheme.items
    return [(f"points-{item.code.replace('.', '-')}", f"{float(item.maximum):g}") for item in items]


def plan_and_launch(hr: Visitor) -> EvaluationPeriod:
    """Four steps, then the worker opens everybody's form."""
    hr.menu("periods")
    hr.follow("Open a period")
    hr.page.locator("input[name=kind][value=quarter]").check()
    hr.type("year", "2026")
    hr.type("number", "3")
    hr.press("Next: agencies")
    expect(hr.page.locator("h1")).to_have_text("Quý III năm 2026")
    hr.press("Next: procedure and rules")
    hr.page.locator("select").select_option(label=_local_label(hr))
    hr.press("Plan, then launch")
    hr.press("Launch the chosen agencies")
    hr.page.wait_for_url(f"**{reverse('periods')}?**")
    period = EvaluationPeriod.objects.get(campaign=Campaign.objects.get(name="Quý III năm 2026"))
    open_people(period.pk)
    return period


def _local_label(hr: Visitor) -> str:
    labels = hr.page.locator("select option").all_inner_texts()
    local = said("%(name)s · local rule set", name="").strip()
    return next(label for label in labels if label.endswith(local))


def fill_in_and_hand_in(person: Visitor) -> None:
    """A whole form typed by hand; comma and point mean the same, a wrong number is named and costs nothing else."""
    agency = person.agency
    person.go("work")
    person.page.locator(
        f"main a[href='{reverse('self_assessment', args=[agency.evaluation(person.name).uuid])}']"
    ).first.click()
    codes = item_codes(agency, person.name)
    (first, maximum), (second, _), *rest = codes
    total = person.page.locator("#summary-total")
    person.type(first, "2,5")
    person.type(second, "2.5")
    expect(person.page.locator(f"#id_{first}_error, #id_{second}_error").first).to_be_empty()
    expect(total).to_contain_text("5,00")
    person.type(second, "abc")
    person.see("Write a number with one decimal comma and no thousand separators, for example 1312,5.")
    person.type(first, maximum)
    person.type(second, codes[1][1])
    for name, points in rest:
        person.type(name, points.replace(".", ","))
    for box in person.page.locator("input[name^='done-']").all():
        box.fill("10")
        box.blur()
    person.type("strengths", "Chủ động, đúng hạn.")
    expect(total).to_contain_text("100,00")
    expect(person.page.locator("[data-save-status]")).to_have_attribute("data-state", "saved")
    person.press("Check and hand in")
    person.see("Handed in. Now sign Form 01, then your reviewer can begin.")


def review(reviewer: Visitor, name: str) -> None:
    """Open one person's form from the team page."""
    reviewer.menu("team")
    reviewer.page.locator(
        f"main a[href='{reverse('review', args=[reviewer.agency.evaluation(name).uuid])}']"
    ).first.click()


def return_to(reviewer: Visitor, name: str) -> None:
    review(reviewer, name)
    reviewer.follow("Return")
    reviewer.type("reason", "Thiếu minh chứng tháng 9, đề nghị xem lại.")
    reviewer.press("Return the form")
    reviewer.page.wait_for_url(f"**{reverse('team')}")


def hand_in_again(person: Visitor) -> None:
    person.go("work")
    person.page.locator(
        f"main a[href='{reverse('self_assessment', args=[person.agency.evaluation(person.name).uuid])}']"
    ).first.click()
    person.sees_plainly("Thiếu minh chứng tháng 9, đề nghị xem lại.")
    person.page.locator("input[name^='done-']").first.fill("9")
    person.press("Check and hand in")
    person.see("Handed in. Now sign Form 01, then your reviewer can begin.")
    person.sign_all()


def lower_one_score(reviewer: Visitor, name: str) -> None:
    """No reason, no change; with it the review is approved."""
    review(reviewer, name)
    first = item_codes(reviewer.agency, name)[0][0]
    reviewer.type(first, "1")
    reviewer.press("Approve")
    reviewer.see("Say why you change this value.")
    assert reviewer.field(first).input_value() == "1"
    reviewer.type(f"why-{first}", "Một lần nộp báo cáo thiếu số liệu.")
    reviewer.type("comment", "Hoàn thành nhiệm vụ.")
    reviewer.press("Approve")
    reviewer.page.wait_for_url(f"**{reverse('signing_queue')}")


def approve_leader(director: Visitor, name: str) -> None:
    review(director, name)
    for field in ("leader-dd", "leader-e"):
        director.choose(field, "100")
    director.press("Approve")
    director.page.wait_for_url(f"**{reverse('signing_queue')}")


def bulk_confirm(reviewer: Visitor, *names: str) -> None:
    reviewer.menu("team")
    for name in names:
        evaluation = reviewer.agency.evaluation(name)
        reviewer.page.locator(f"input[name=row][value^='{evaluation.uuid}']").check()
    reviewer.press("Confirm unchanged")
    reviewer.page.wait_for_load_state()


def advance(hr: Visitor, period: EvaluationPeriod, stage: str) -> None:
    """Close a stage from the period's page."""
    hr.go("period", period.uuid)
    hr.open("period_advance", period.uuid)
    hr.page.locator("main form button[type=submit]").last.click()
    hr.page.wait_for_url(f"**{reverse('period', args=[period.uuid])}")
    assert EvaluationPeriod.objects.get(pk=period.pk).stage == stage


def synthesise(hr: Visitor, director: Visitor, period: EvaluationPeriod) -> None:
    """Everybody's score and class in one table, signed by the officer and the head before the council sits."""
    hr.go("period", period.uuid)
    hr.open("period_synthesis", period.uuid)
    hr.press("Make the table")
    hr.page.wait_for_url(f"**{reverse('signing_queue')}")
    hr.sign_all()
    director.sign_all()


def found_council(hr: Visitor) -> None:
    """The founding decision typed in: chair, deputy, secretary, two members; more than half of them a quorum."""
    hr.menu("councils")
    hr.follow("Found a council")
    hr.type("name", "Hội đồng đánh giá, xếp loại chất lượng Sở Nội vụ")
    hr.type("decision_number", "12/QĐ-SNV")
    hr.field("decision_on").fill("2026-09-01")
    hr.field("starts_on").fill("2026-09-01")
    hr.type("rules_basis", "Quy chế làm việc của Hội đồng")
    people = hr.agency.people
    for place, name in enumerate(("director", "deputy", "hr", "office_head", "an")):
        seat = hr.page.locator(f"select[name$='-{place}-person']")
        option = seat.locator("option", has_text=people[name].full_name)
        seat.select_option(option.get_attribute("value"))
    hr.press("Found the council")
    hr.page.wait_for_url(f"**{reverse('councils')}")
    hr.sees_plainly("12/QĐ-SNV")


def convene(hr: Visitor) -> str:
    """Called for today; the address of the room."""
    hr.menu("councils")
    hr.follow("Convene a session")
    hr.field("scheduled_on").fill(f"{timezone.localdate():%Y-%m-%d}")
    hr.field("scheduled_time").fill("08:00")
    hr.type("place", "Phòng họp số 1")
    hr.press("Convene")
    hr.see("Call the roll")
    return hr.path()


def call_the_roll_and_open(hr: Visitor) -> None:
    hr.follow("Call the roll")
    hr.follow("Mark everybody not called as present")
    hr.press("Store the roll")
    hr.press("Open the session")
    hr.see("The session is open.")


def open_case(visitor: Visitor, room: str, name: str) -> None:
    visitor.page.goto(room)
    full_name = visitor.agency.people[name].full_name
    visitor.page.locator("#classes").get_by_role("link", name=full_name, exact=True).click()


def recuse(hr: Visitor, room: str, *, member: str, case: str) -> None:
    open_case(hr, room, case)
    hr.page.locator("summary", has_text=said("Declare a recusal")).click()
    hr.field("recusal-member").select_option(label=hr.agency.people[member].full_name)
    hr.type("recusal-reason", "Là anh em họ.")
    hr.press("Keep out of the case")
    hr.sees_plainly("Là anh em họ.")


def contested_vote(hr: Visitor, room: str, case: str) -> None:
    """A show of hands: one for the lower class, the others for the class of the score."""
    open_case(hr, room, case)
    hr.press("Put to the vote")
    hands = hr.page.locator("form[action$='/ballots/'] fieldset")
    if not hands.first.is_visible():
        hr.page.locator("summary", has_text=said("Show of hands")).click()
    count = hands.count()
    for place in range(count):
        hands.nth(place).locator("label[for$='-HTNV']" if place == 0 else "label[for$='-HTT']").click()
    hr.press("Record the votes")
    hr.press("Conclude the case")
    hr.see("The case of %(name)s is concluded.", name=hr.agency.people[case].full_name)


def lower_for_the_ceiling(hr: Visitor, room: str, case: str) -> None:
    """Uncontested cases wait while the list is over the ceiling; a lower class needs its reason."""
    hr.page.goto(room)
    row = hr.page.locator("#classes tr", has_text=hr.agency.people[case].full_name)
    row.locator("label[for$='-HTT']").click()
    expect(row.locator("[data-reason]")).to_be_visible()  # the answer opens it and says what is missing
    row.locator("[data-reason]").fill("Không còn suất xuất sắc theo tỷ lệ.")
    row.get_by_role("button", name=said("Conclude")).click()
    hr.see("The case of %(name)s is concluded.", name=hr.agency.people[case].full_name)


def minutes(hr: Visitor, director: Visitor, room: str) -> None:
    hr.page.goto(room)
    hr.follow("Draft the minutes")
    hr.type("conclusion", "Hội đồng nhất trí với danh sách đề nghị.")
    hr.press("Draft the minutes")
    hr.page.wait_for_url(f"**{room}")
    hr.follow("Adopt the minutes")
    hr.press("Adopted")
    hr.page.wait_for_url(f"**{room}")
    hr.sign_all()
    director.sign_all()
    director.page.goto(room)
    director.press("Close the session")
    director.see("The session is closed. The list waits for the head's decision.")


def hold_the_session(hr: Visitor, director: Visitor) -> None:
    found_council(hr)
    room = convene(hr)
    call_the_roll_and_open(hr)
    recuse(hr, room, member="office_head", case="clerk")
    contested_vote(hr, room, "archivist")
    lower_for_the_ceiling(hr, room, "an")
    director.menu("councils")
    director.page.locator(f"main a[href='{room}']").first.click()
    director.page.locator("button[form=act-confirm]").first.click()
    director.see("Draft the minutes")
    minutes(hr, director, room)


def decide(director: Visitor) -> None:
    """The head's one decision for the whole list."""
    director.menu("councils")
    director.follow("Decide the list")
    director.press("Decide the list")
    director.page.wait_for_load_state()
    director.sign_all()


def issue_everything(clerk: Visitor) -> None:
    clerk.menu("issuing")
    clerk.see("Ready to issue")
    clerk.page.locator("[data-all=documents]").check()
    clerk.press("Issue the ticked documents")
    clerk.see("Recently issued")
    clerk.agency.render()


def publish_inside(hr: Visitor, director: Visitor, clerk: Visitor, period: EvaluationPeriod) -> None:
    """One notice of everybody's class, ordered by the officer, signed by the head, issued by the clerk."""
    hr.go("period", period.uuid)
    hr.open("period_public_notice", period.uuid)
    hr.press("Order the notice")
    hr.page.wait_for_url(f"**{reverse('period', args=[period.uuid])}")
    hr.see("The notice is ready for the head's signature.")
    director.sign_all()
    issue_everything(clerk)


def read_the_public_notice(person: Visitor, period: EvaluationPeriod) -> None:
    """Everybody in the agency opens the paper from the page of the published classes."""
    person.go("published_classes", period.uuid)
    file = person.page.locator(f"main a[href='{reverse('public_notice_file', args=[period.uuid])}']")
    expect(file).to_be_visible()
    assert person.page.request.get(file.get_attribute("href")).body().startswith(b"%PDF")


def read_my_result(person: Visitor) -> None:
    """Class in words with the local rule beside it, the reckoning, and the notice as a PDF."""
    person.go("my_evaluations")
    person.page.locator(
        f"main a[href='{reverse('result', args=[person.agency.evaluation(person.name).uuid])}']"
    ).first.click()
    badge = person.page.locator("main .class-badge").first
    expect(badge).to_be_visible()
    person.see("Local rule:")
    person.sees_plainly("Không còn suất xuất sắc theo tỷ lệ.")
    person.see("How the total came about")
    notice = person.agency.documents("notice")
    mine = next(document for document in notice if document.subject == person.agency.people[person.name])
    with person.page.expect_download() as download:
        person.open("document_file", mine.uuid)
    assert download.value.path().read_bytes().startswith(b"%PDF")


def look_into_the_archive(archivist: Visitor, period: EvaluationPeriod) -> None:
    """Everything of the period is there, and a file asked for its soundness answers."""
    archivist.menu("archive")
    archivist.field("q").fill("Nguyễn Văn An")
    archivist.press("Search")
    expect(archivist.page.locator("section[aria-labelledby=archived] tbody tr").first).to_be_visible()
    archivist.page.locator("section[aria-labelledby=archived] button[type=submit]").first.click()
    archivist.page.wait_for_url("**/check/")
    expect(archivist.page.locator("main .notice--danger")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_department_is_clicked_from_the_plan_to_the_archive(agency: Agency, visit: Visit) -> None:
    agency.enrol_keys()
    hr = visit("hr")
    period = plan_and_launch(hr)
    for name in IN_PERIOD:
        agency.assign(name)

    an = visit("an")
    fill_in_and_hand_in(an)
    an.sign(pin="0000-0000")
    expect(an.page.locator("#pin_error")).to_be_visible()
    an.sign_all()
    for name in IN_PERIOD[:-1]:
        agency.hand_in(name, share=SHARES[name])
        assert all(result.ok for result in agency.sign_all(name))

    office_head, director = visit("office_head"), visit("director")
    return_to(office_head, "archivist")
    archivist = visit("archivist")
    hand_in_again(archivist)
    advance(hr, period, Stage.SUPERVISOR_REVIEW)
    lower_one_score(office_head, "archivist")
    bulk_confirm(office_head, "hr", "clerk", "an")
    office_head.sign_all()
    for name in ("office_head", "deputy"):
        approve_leader(director, name)
    director.sign_all()
    advance(hr, period, Stage.COUNCIL)

    synthesise(hr, director, period)
    hold_the_session(hr, director)
    decide(director)
    issue_everything(visit("clerk"))
    assert set(Evaluation.objects.values_list("standing", flat=True)) == {Standing.PUBLISHED}
    read_my_result(an)
    publish_inside(hr, director, visit("clerk"), period)
    read_the_public_notice(an, period)
    advance(hr, period, Stage.PUBLISHED)
    advance(hr, period, Stage.ARCHIVED)
    look_into_the_archive(archivist, period)
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED, State.CANCELLED}
