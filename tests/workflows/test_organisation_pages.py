"""The pages of the organisations' rating: who types what, what is kept, what blocks whom."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document, State
from organization.actions import delegate
from organization.models import Capacity, Scope
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.organising import Ratings, card
from workflows.models import OrganisationList, OrganisationRating, RatingState
from workflows.policy import visibility

pytestmark = pytest.mark.django_db


@pytest.fixture
def ratings(agency: Agency) -> Ratings:
    return Ratings(agency)


def browser(ratings: Ratings, name: str) -> Client:
    return as_person(ratings.agency.people[name])


def page_of(ratings: Ratings, code: str, act: str = "") -> str:
    return reverse(f"organisation{act}", args=[ratings.of(code).uuid])


def typed(belongs: str, total: str, **more: str) -> dict[str, str]:
    return {f"{belongs}-{code}": value for code, value in card(total, **more).items()}


def test_the_head_finds_his_card_from_his_home_types_it_and_hands_it_in(ratings):
    ratings.open("SNV")
    client, url = browser(ratings, "director"), page_of(ratings, "SNV")
    home = client.get(reverse("work")).content.decode()
    assert "Score the card of your organisation" in home
    assert url in home
    data = typed("own", "80.5") | {"own-result": "50,5"} | {"own-note": "Xong kế hoạch.", "expected_version": "0"}
    assert client.post(page_of(ratings, "SNV", "_own"), data | {"save": "1"})["Location"] == url
    assert ratings.of("SNV").own["result"] == "50.5"
    again = client.get(url).content.decode()
    assert 'value="50,5"' in again
    client.post(page_of(ratings, "SNV", "_own"), data | {"expected_version": "1", "hand_in": "1"})
    assert ratings.of("SNV").state == RatingState.PROPOSED
    version = {"expected_version": str(ratings.of("SNV").version), "take_back": "1"}
    client.post(page_of(ratings, "SNV", "_own"), version)
    assert ratings.of("SNV").state == RatingState.OPEN


def test_wrong_rows_come_back_with_what_was_typed(ratings):
    ratings.open("SNV")
    data = typed("own", "80", done="101") | {"own-1": "11", "own-2": "zehn", "expected_version": "0"}
    answer = browser(ratings, "director").post(page_of(ratings, "SNV", "_own"), data)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert all(f'value="{value}"' in words for value in ("11", "zehn", "101"))
    assert "More than the tasks assigned." in words
    assert ratings.of("SNV").own == {}


def test_the_recognisers_scores_are_hidden_from_the_head_until_his_notice(ratings):
    ratings.open("SNV")
    ratings.hand_in("SNV", "80")
    data = typed("score", "85", done="95") | {"score-note": "Cần nhanh hơn.", "expected_version": "1"}
    answer = browser(ratings, "chairman").post(page_of(ratings, "SNV", "_score"), data)
    assert answer.status_code == 302
    own = browser(ratings, "director").get(page_of(ratings, "SNV")).content.decode()
    assert "Cần nhanh hơn." not in own
    assert "after the notice" in own
    for name in ("chairman", "province_hr"):
        seen = browser(ratings, name).get(page_of(ratings, "SNV")).content.decode()
        assert "Cần nhanh hơn." in seen
        assert "A condition is not met: the points fit no class" in seen


def test_a_refused_card_says_at_the_top_what_is_wrong_and_opens_at_the_first_wrong_entry(ratings):
    ratings.open("SNV")
    for belongs, name in (("own", "director"), ("score", "chairman")):
        data = typed(belongs, "80", done="101") | {f"{belongs}-2": "11", "expected_version": "0"}
        url = page_of(ratings, "SNV", "_own" if belongs == "own" else "_score")
        words = browser(ratings, name).post(url, data).content.decode()
        summary = words[words.index('role="alert"') : words.index("Card of the organisation")]
        assert "Nothing of what you typed is lost." in summary
        assert "Tasks done: More than the tasks assigned." in summary
        assert words.count("autofocus") == 1
        (entry,) = [tag for tag in words.split("<") if "autofocus" in tag]
        assert f'name="{belongs}-2"' in entry
    assert "autofocus" not in browser(ratings, "director").get(page_of(ratings, "SNV")).content.decode()


def test_a_reason_for_leaving_out_is_kept_where_somebody_was_faster(ratings):
    ratings.open("SNV")
    ratings.score("SNV", "80")
    sent = {"reason": "Sáp nhập vào sở khác.", "expected_version": "0"}
    answer = browser(ratings, "province_hr").post(page_of(ratings, "SNV", "_leave_out"), sent)
    assert answer.status_code == 409
    assert "Sáp nhập vào sở khác.</textarea>" in answer.content.decode()


def test_what_a_refused_list_waits_for_stands_once_above_the_table(ratings):
    listed = ratings.open("SNV", "STC")
    ratings.whole("STC", "85", done="95")
    url = reverse("organisation_list", args=[listed.uuid])
    chosen = {f"class-{ratings.of('STC').uuid}": "HTNV", "decide": "1"}
    chosen["expected_version"] = str(OrganisationList.objects.get().version)
    answer = browser(ratings, "chairman").post(url, chosen)
    assert answer.status_code == 409
    above = answer.content.decode().split("<table")[0]
    assert above.count("has not handed in the card; the recogniser has not scored the card") == 1
    assert above.count("The list cannot be closed yet") == 1


def test_an_old_page_keeps_what_was_typed_and_stores_nothing(ratings):
    ratings.open("SNV")
    ratings.score("SNV", "80")
    data = typed("score", "70") | {"expected_version": "0"}
    answer = browser(ratings, "chairman").post(page_of(ratings, "SNV", "_score"), data)
    assert answer.status_code == 409
    assert 'value="40"' in answer.content.decode()
    assert ratings.of("SNV").scored["result"] == "50"


def test_a_decision_on_the_higher_share_that_is_too_long_is_refused_and_kept_typed(ratings):
    listed = ratings.open("SNV")
    ratings.hand_in("SNV", "92")
    url = reverse("organisation_list", args=[listed.uuid])
    data = {"outstanding": "9" * 151, "decide": "1", "expected_version": str(OrganisationList.objects.get().version)}
    answer = browser(ratings, "chairman").post(url, data)
    assert answer.status_code == 400
    assert "Decision on outstanding achievement: " in answer.text
    assert "9" * 151 in answer.text
    assert OrganisationRating.objects.get().ruling is None


def test_the_list_shows_ceiling_and_blocks_and_is_decided_with_reasons(ratings):
    listed = ratings.open("SNV", "STC", "SYT")
    ratings.whole("SNV", "92")
    ratings.whole("STC", "85", done="95")
    ratings.score("SYT", "75")
    url = reverse("organisation_list", args=[listed.uuid])
    client = browser(ratings, "chairman")
    home = client.get(reverse("work")).content.decode()
    assert "3 organisations wait for your decision" in home
    words = client.get(url).content.decode()
    assert "−1 organisations: over the ceiling" in words
    assert "Thủ trưởng Sở Y tế has not handed in the card" in words
    chosen = {
        f"class-{ratings.of('SNV').uuid}": "HTT",
        f"reason-{ratings.of('SNV').uuid}": "Hết tỷ lệ.",
        f"class-{ratings.of('STC').uuid}": "HTNV",
    }
    live = client.post(url, chosen, headers={"HX-Request": "true"}).content.decode()
    assert "0</span>" in live.replace("</strong>", "</span>")
    assert "Still without a reason: Sở Tài chính" in " ".join(live.split())
    assert '<div id="refusal" hidden hx-swap-oob="true">' in live
    version = OrganisationList.objects.get().version
    answer = client.post(url, chosen | {"decide": "1", "expected_version": str(version)})
    assert answer.status_code == 409
    assert 'value="Hết tỷ lệ."' in answer.content.decode()
    ratings.hand_in("SYT", "75")
    chosen[f"reason-{ratings.of('STC').uuid}"] = "Còn 5% nhiệm vụ chưa xong."
    version = OrganisationList.objects.get().version
    answer = client.post(url, chosen | {"decide": "1", "expected_version": str(version)})
    assert answer["Location"] == reverse("signing_queue")
    classes = OrganisationRating.objects.values_list("unit__code", "ruling__class_code")
    assert dict(classes) == {"SNV": "HTT", "STC": "HTNV", "SYT": "HTT"}
    (decision,) = ratings.agency.documents("organisation_decision")
    assert [row["note"] for row in decision.facts["organisations"]] == [
        "Hết tỷ lệ." if row["name"] == "Sở Nội vụ" else "Còn 5% nhiệm vụ chưa xong." if "Tài" in row["name"] else ""
        for row in decision.facts["organisations"]
    ]


def test_a_personnel_officer_opens_a_year_once_and_leaves_an_organisation_out(ratings):
    client, url = browser(ratings, "hr"), reverse("organisations_open")
    units = ratings.agency.units
    for code in ("SNV", "TCCB"):  # both are to be merged at the end of the year
        type(units[code]).objects.filter(pk=units[code].pk).update(ends_on=date(2027, 1, 1))
    assert "Phòng Tổ chức cán bộ" in client.get(url).content.decode()
    data = {
        "agency": str(units["SNV"].uuid),
        "year": "2026",
        "units": [str(units["VP"].uuid), str(units["TCCB"].uuid)],
        "unmatched": "next class",
        "reading": "of good",
        "submission_key": str(uuid.uuid4()),
    }
    first, second = client.post(url, data), client.post(url, data)
    assert first["Location"] == second["Location"]
    listed = OrganisationList.objects.get()
    assert (listed.parsed.unmatched.value, listed.parsed.scheme.ceilings.reading.value) == ("next class", "of good")
    assert client.post(url, data | {"submission_key": str(uuid.uuid4())}).status_code in (400, 409)
    left = {"reason": "Đã sáp nhập.", "expected_version": "0"}
    assert client.post(page_of(ratings, "TCCB", "_leave_out"), left)["Location"] == reverse("organisations")
    tree, card_url = client.get(reverse("organisations")).content.decode(), page_of(ratings, "TCCB")
    assert "Đã sáp nhập." in tree
    assert card_url in tree
    assert "Đã sáp nhập." in client.get(card_url).content.decode()
    again = {"take_up_again": "1", "expected_version": ratings.of("TCCB").version}
    assert client.post(page_of(ratings, "TCCB", "_leave_out"), again)["Location"] == card_url
    assert ratings.of("TCCB").state == RatingState.OPEN
    assert "Đã sáp nhập." not in client.get(card_url).content.decode()


def test_the_head_reads_his_notice_when_it_is_issued_and_the_decision_never(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    director, on = ratings.head("SNV"), timezone.localdate()
    papers = Document.objects.filter(kind__code__startswith="organisation_")

    def seen(person) -> set[str]:
        return set(visibility.documents(person, on).filter(pk__in=papers).values_list("kind__code", flat=True))

    assert seen(director) == set()
    assert seen(ratings.agency.people["province_hr"]) == {"organisation_decision", "organisation_notice"}
    papers.update(issue_released_at=timezone.now())
    assert seen(director) == {"organisation_notice"}
    assert seen(ratings.head("STC")) == set()


def test_the_signer_sees_which_notice_is_for_which_organisation(ratings):
    ratings.open("SNV", "STC")
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    page = browser(ratings, "chairman").get(reverse("signing_queue")).content.decode()
    for code in ("SNV", "STC"):
        assert f"cơ quan, tổ chức, đơn vị – {ratings.agency.units[code].name}" in page


def test_a_decision_on_one_organisation_names_it_where_it_is_signed_and_a_list_does_not(ratings):
    ratings.open("SNV", "STC")
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    client, title = browser(ratings, "chairman"), "kết quả xếp loại chất lượng cơ quan, tổ chức, đơn vị"
    assert f"Quyết định công nhận {title} – " not in client.get(reverse("signing_queue")).content.decode()
    Document.objects.update(issue_released_at=timezone.now())
    data = {"class_code": "HTNV", "reason": "Bỏ sót vi phạm.", "expected_version": str(listed_version())}
    assert client.post(page_of(ratings, "STC", "_replace"), data).status_code == 302
    for page in ("signing_queue", "documents"):
        assert f"Quyết định công nhận {title} – Sở Tài chính" in client.get(reverse(page)).content.decode()


def listed_version() -> int:
    return OrganisationList.objects.get().version


def test_papers_that_a_later_one_replaced_or_amended_say_so_beside_their_organisation(ratings):
    listed = ratings.open("SNV", "STC")
    for code in ("SNV", "STC"):
        ratings.whole(code, "80")
    ratings.decide()
    Document.objects.update(issue_released_at=timezone.now(), state=State.ARCHIVED, archived_at=timezone.now())
    chairman = browser(ratings, "chairman")
    data = {"class_code": "HTNV", "reason": "Bỏ sót vi phạm.", "expected_version": str(listed_version())}
    assert chairman.post(page_of(ratings, "STC", "_replace"), data).status_code == 302
    decision, notice = (
        Document.objects.filter(kind__code=kind).latest("pk")
        for kind in ("organisation_decision", "organisation_notice")
    )
    Document.objects.filter(pk__in=[decision.pk, notice.pk]).update(
        issue_released_at=timezone.now(), state=State.ARCHIVED, archived_at=timezone.now()
    )
    page = chairman.get(reverse("organisation_list", args=[listed.uuid])).content.decode()
    assert f"In force, amended by {decision.code}" in page
    assert "cơ quan, tổ chức, đơn vị – Sở Tài chính" in page
    page = browser(ratings, "finance").get(page_of(ratings, "STC")).content.decode()
    assert f"Replaced by {notice.code}" in page
    assert "In force" not in page  # the head of the organisation reads its notices, not the decision


def test_the_replacing_page_says_what_follows(ratings):
    ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    client, url = browser(ratings, "chairman"), page_of(ratings, "SNV", "_replace")
    version = {"expected_version": str(OrganisationList.objects.get().version)}
    data = version | {"class_code": "HTNV", "reason": "Bỏ sót vi phạm."}
    assert client.post(url, data).status_code == 409  # not issued yet
    Document.objects.filter(kind__code="organisation_decision").update(issue_released_at=timezone.now())
    assert "The present class stands until" in client.get(url).content.decode()
    assert client.post(url, version | {"class_code": "HTXS", "reason": "x"}).status_code == 422
    assert client.post(url, data)["Location"] == reverse("signing_queue")
    assert ratings.of("SNV").ruling.class_code == "HTT"


def test_the_pages_ask_the_same_number_of_queries_for_every_number_of_organisations(
    ratings, django_assert_max_num_queries
):
    listed = ratings.open("SNV")
    client = browser(ratings, "chairman")
    urls = [reverse("organisations"), reverse("organisation_list", args=[listed.uuid]), page_of(ratings, "SNV")]
    few = []
    for url in urls:
        with django_assert_max_num_queries(40) as asked:
            client.get(url)
        few.append(len(asked))
    ratings.open("STC", "SYT")
    for code in ("STC", "SYT"):
        ratings.whole(code, "80")
    for url, known in zip(urls, few, strict=True):
        with django_assert_max_num_queries(known) as asked:
            client.get(url)
        assert len(asked) <= known


def test_the_list_waits_for_the_recognisers_delegate_too(ratings):
    listed = ratings.open("SNV")
    agency, url = ratings.agency, reverse("organisation_list", args=[listed.uuid])
    assert url not in browser(ratings, "an").get(reverse("work")).content.decode()
    delegate(
        delegator=agency.people["chairman"],
        delegate=agency.people["an"],
        capacity=Capacity.TUQ,
        scope=Scope.DECIDE,
        unit=agency.units["UBND"],
        starts_on=timezone.localdate(),
        ends_on=None,
        document_number="5/UQ-UBND",
        document_on=timezone.localdate(),
        by=agency.people["chairman"],
        at=timezone.now(),
    )
    for name in ("an", "chairman"):
        assert url in browser(ratings, name).get(reverse("work")).content.decode()


def test_a_cancelled_decision_makes_the_list_wait_again(ratings):
    listed = ratings.open("SNV")
    ratings.whole("SNV", "80")
    ratings.decide()
    chairman, url = browser(ratings, "chairman"), reverse("organisation_list", args=[listed.uuid])
    assert url not in chairman.get(reverse("work")).content.decode()
    Document.objects.filter(kind__code="organisation_decision").update(state="cancelled")
    assert url in chairman.get(reverse("work")).content.decode()
