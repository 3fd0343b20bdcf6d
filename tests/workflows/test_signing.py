"""The signing queue: one PIN for what is ticked, a result for each document, a visible reason for what waits."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from documents.actions import cancel_document, documents_waiting_for
from documents.models import Document, State, Trouble
from tests.workflows.agency import PIN, Agency
from workflows.views import signing

URL = "signing_queue"


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


@pytest.fixture
def form_01(agency: Agency) -> Document:
    """An's Form 01, rendered and waiting for his signature."""
    agency.enrol_keys("an")
    agency.open()
    agency.hand_in("an")
    agency.render()
    return agency.documents("form_01")[0]


def sign(client: Client, *documents: Document, pin: str = PIN):
    return client.post(reverse(URL), {"documents": [str(row.uuid) for row in documents], "pin": pin})


def test_what_is_not_rendered_yet_is_announced_and_asked_after(agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    client = signed_in(agency, "an")
    page = client.get(reverse(URL)).content.decode()
    assert 'hx-get="/signing/progress/?of=1"' in page
    assert 'name="pin"' not in page
    agency.render()
    assert "hx-get" not in client.get(reverse("signing_progress"), {"of": "1"}).content.decode()
    assert agency.documents("form_01")[0].code in client.get(reverse(URL)).content.decode()


def test_the_queue_shows_the_facts_and_one_pin_signs_it(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    page = client.get(reverse(URL)).content.decode()
    assert "100,00" in page
    assert reverse("document_file", args=[form_01.uuid]) in page
    assert sign(client, form_01).url == reverse(URL)
    assert form_01.slots.get(role="person").signed_at is not None


def test_a_wrong_pin_signs_nothing_and_keeps_the_ticks_but_never_the_pin(agency: Agency, form_01: Document) -> None:
    answer = sign(signed_in(agency, "an"), form_01, pin="0000-wrong")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert f'value="{form_01.uuid}" checked' in page
    assert 'id="pin_error"' in page
    assert "0000-wrong" not in page
    assert form_01.slots.get(role="person").signed_at is None


def test_without_a_tick_or_a_pin_the_page_says_so(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    assert sign(client).status_code == 422
    assert sign(client, form_01, pin="").status_code == 422


def test_without_a_key_the_button_is_greyed_with_the_reason(agency: Agency) -> None:
    agency.open()
    agency.hand_in("an")
    agency.render()
    page = signed_in(agency, "an").get(reverse(URL)).content.decode()
    assert "refused-action" in page
    assert 'name="pin"' not in page


def test_a_dead_time_stamp_service_leaves_the_document_pending_with_its_reason(
    agency: Agency, form_01: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")
    client = signed_in(agency, "an")
    answer = sign(client, form_01)
    assert answer.status_code == 200
    assert str(Trouble.TIMESTAMPS_DOWN.label) in answer.content.decode()
    assert str(Trouble.TIMESTAMPS_DOWN.label) in client.get(reverse(URL)).content.decode()
    assert Document.objects.get(pk=form_01.pk).state == State.AWAITING_SIGNATURE


def test_signing_again_tells_when_it_was_signed_and_others_sign_nothing_here(
    agency: Agency, form_01: Document
) -> None:
    client = signed_in(agency, "an")
    sign(client, form_01)
    assert sign(client, form_01).url == reverse(URL)
    stranger = sign(signed_in(agency, "clerk"), form_01)
    assert stranger.status_code == 422
    assert form_01.code not in stranger.content.decode()


def test_the_scorer_countersigns_with_his_comment_and_signs_the_minutes(agency: Agency) -> None:
    agency.enrol_keys("an", "office_head")
    agency.open()
    agency.hand_in("an")
    agency.render()
    form_01 = agency.documents("form_01")[0]
    sign(signed_in(agency, "an"), form_01)
    evaluation = agency.evaluation("an")
    reviewer = signed_in(agency, "office_head")
    sent = {"expected_version": evaluation.version, "draft_version": "0", "comment": "Rất chủ động."}
    assert reviewer.post(reverse("review_approve", args=[evaluation.uuid]), sent).url == reverse(URL)
    agency.render()
    minutes = agency.documents("review_minutes")[0]
    page = reviewer.get(reverse(URL)).content.decode()
    assert form_01.code in page
    assert minutes.code in page
    assert sign(reviewer, form_01, minutes).url == reverse(URL)
    assert form_01.slots.get(role="reviewer").fill["reviewer_comment"] == "Rất chủ động."
    agency.render()
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}


def test_the_queue_asks_the_same_few_questions_for_many_documents(
    agency: Agency, form_01: Document, django_assert_max_num_queries
) -> None:
    client = signed_in(agency, "an")
    for number in (1, 12):
        for _copy in range(number - 1):
            _twin(form_01)
        with django_assert_max_num_queries(20):
            assert client.get(reverse(URL)).context["page"].paginator.count == number


def _twin(document: Document) -> Document:
    """Another document in the same state with the same signers."""
    slots = list(document.slots.all())
    twin = Document.objects.get(pk=document.pk)
    twin.pk, twin.code = None, f"CM-TWIN-{Document.objects.count()}"
    twin.uuid = Document._meta.get_field("uuid").get_default()
    twin._state.adding = True
    twin.save()
    for slot in slots:
        slot.pk, slot.document = None, twin
        slot._state.adding = True
        slot.save()
    return twin


def test_many_are_signed_in_one_answer_that_goes_on(agency: Agency, form_01: Document) -> None:
    agency.enrol_keys("an")
    twins = [form_01, *(_twin(form_01) for _copy in range(6))]
    answer = sign(signed_in(agency, "an"), *twins)
    assert answer.streaming
    parts = [part.decode() for part in answer.streaming_content]
    assert len(parts) == 2 + len(twins), "head, a line for each document, end"
    assert [f"{place}/7" in part for place, part in enumerate(parts[1:-1], start=1)] == [True] * 7
    assert 'data-signing="7"' in parts[0]
    assert "7 documents signed." in parts[-1]
    assert PIN not in "".join(parts)
    assert not documents_waiting_for(agency.people["an"]).exists()


def test_a_long_run_tells_each_refusal_and_goes_on(agency: Agency, form_01: Document) -> None:
    twins = [form_01, *(_twin(form_01) for _copy in range(6))]
    cancel_document(document=twins[3], reason="rút", by=agency.people["an"], at=agency.at())
    text = b"".join(sign(signed_in(agency, "an"), *twins).streaming_content).decode()
    assert "The document has been cancelled" in text
    assert "6 of 7 documents signed." in text
    assert documents_waiting_for(agency.people["an"]).count() == 0


def test_a_wrong_pin_stops_a_long_run_before_its_first_line(agency: Agency, form_01: Document) -> None:
    twins = [form_01, *(_twin(form_01) for _copy in range(6))]
    answer = sign(signed_in(agency, "an"), *twins, pin="0000-wrong")
    assert (answer.streaming, answer.status_code) == (False, 400)
    assert documents_waiting_for(agency.people["an"]).count() == 7


def test_all_of_the_queue_means_what_waited_when_the_page_was_drawn(
    agency: Agency, form_01: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "PAGE", 2)
    twins = [form_01, *(_twin(form_01) for _copy in range(3))]
    client = signed_in(agency, "an")
    queue = client.get(reverse(URL)).context["queue"]
    assert queue.split() == [str(row.uuid) for row in twins]
    late = _twin(form_01)
    assert client.post(reverse(URL), {"all": "1", "queue": queue, "pin": PIN}).url == reverse(URL)
    assert list(documents_waiting_for(agency.people["an"])) == [late]


def test_filters_by_kind_and_person_narrow_what_is_shown(agency: Agency, form_01: Document) -> None:
    client = signed_in(agency, "an")
    assert client.get(reverse(URL), {"q": "Nguyễn"}).context["page"].paginator.count == 1
    nothing = client.get(reverse(URL), {"kind": "notice"})
    assert nothing.context["page"].paginator.count == 0
    assert "Nothing that waits fits the filter" in nothing.content.decode()
