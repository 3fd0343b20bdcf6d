"""The pages of the organisations' rating: who types what, what is kept, what blocks whom."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
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


def test_an_old_page_keeps_what_was_typed_and_stores_nothing(ratings):
    ratings.open("SNV")
    ratings.score("SNV", "80")
    data = typed("score", "70") | {"expected_version": "0"}
    answer = browser(ratings, "chairman").post(page_of(ratings, "SNV", "_score"), data)
    assert answer.status_code == 409
    assert 'value="40"' in answer.content.decode()
    assert ratings.of("SNV").scored["result"] == "50"


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
    assert "Đã sáp nhập." in client.get(reverse("organisations")).content.decode()


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
