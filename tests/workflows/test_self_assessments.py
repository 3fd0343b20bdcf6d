"""The person's own form in the browser: draft, autosave, conflict, hand-in, evidence, taking back."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from approvals.models import Decision
from documents.models import Document, State
from kpi.models import EvidenceFile
from tests.workflows.agency import Agency
from workflows.actions.reviews import return_for_rework
from workflows.forms.self_assessments import points_name
from workflows.models import Evaluation
from workflows.views.acts import new_key

PDF = b"%PDF-1.7\n%%EOF\n"


@pytest.fixture
def running(agency: Agency) -> Agency:
    """Everybody's form is open, work is assigned."""
    agency.open()
    return agency


def client_of(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


def typed(evaluation: Evaluation, **changes: str) -> dict[str, str]:
    """A whole form as a browser sends it."""
    items = evaluation.scorecard.scheme.scheme.items
    lines = list(evaluation.scorecard.lines.all())
    return {
        "draft_version": str(evaluation.scorecard.draft_version),
        "expected_version": str(evaluation.version),
        **{points_name(item.code): "2,5" for item in items},
        **{f"done-{line.uuid}": "10" for line in lines},
        **{f"note-{line.uuid}": "Số 12/BC" for line in lines},
        "strengths": "Chủ động",
        "limitations": "",
        **changes,
    }


def page(name: str, evaluation: Evaluation, *more: str) -> str:
    return reverse(name, args=[evaluation.uuid, *more])


def points(evaluation: Evaluation, code: str) -> Decimal | None:
    return evaluation.scorecard.general_scores.get(item_code=code).self_points


def test_an_empty_form_shows_what_is_missing_and_never_a_zero(running: Agency) -> None:
    answer = client_of(running, "an").get(page("self_assessment", running.evaluation("an")))
    progress = answer.context["progress"]
    assert (progress["entered"], progress["asked"], progress["subtotal"]) == (0, 13, None)
    assert progress["first"] == "row-points-I-1"
    assert len([row for group in answer.context["groups"] for row in group["rows"]]) == 10
    html = answer.content.decode()
    assert ">0,00<" not in html
    assert "Năng lực đổi mới, sáng tạo, dám nghĩ, dám làm" in html


@pytest.mark.parametrize("written", ["2,25", "2.25"])
def test_a_saved_number_is_read_with_comma_or_point(running: Agency, written: str) -> None:
    evaluation = running.evaluation("an")
    data = typed(evaluation, **{"points-II-1": written})
    answer = client_of(running, "an").post(page("self_assessment", evaluation), data)
    assert answer.status_code == 302
    assert points(running.evaluation("an"), "II.1") == Decimal("2.25")


def test_autosave_answers_with_the_live_parts_and_the_next_draft_version(running: Agency) -> None:
    evaluation = running.evaluation("an")
    answer = client_of(running, "an").post(page("self_assessment_autosave", evaluation), typed(evaluation))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert 'name="draft_version" id="draft-version" value="1"' in html
    assert 'id="summary-total" data-live' in html
    assert answer.context["score"].total == 95  # 25 of 30, all work done


def test_a_wrong_number_is_marked_beside_its_field_and_costs_no_other(running: Agency) -> None:
    evaluation = running.evaluation("an")
    data = typed(evaluation, **{"points-II-1": "9", "points-II-2": "1.312,5"})
    answer = client_of(running, "an").post(page("self_assessment", evaluation), data)
    assert answer.status_code == 422
    assert answer.context["form"]["points-II-2"].value() == "1.312,5"
    html = answer.content.decode()
    assert 'id="id_points-II-1_error" data-live>' in html
    stored = running.evaluation("an")
    assert (points(stored, "II.1"), points(stored, "II.2"), points(stored, "II.3")) == (None, None, Decimal("2.5"))


def test_a_second_tab_hears_of_the_conflict_and_overwrites_nothing(running: Agency) -> None:
    evaluation = running.evaluation("an")
    client = client_of(running, "an")
    client.post(page("self_assessment_autosave", evaluation), typed(evaluation))
    stale = typed(evaluation, **{"points-I-1": "4"})
    quiet = client.post(page("self_assessment_autosave", evaluation), stale)
    assert quiet.status_code == 409
    assert "data-refusal" in quiet.content.decode()
    shown = client.post(page("self_assessment", evaluation), stale)
    assert shown.status_code == 409
    (difference,) = shown.context["differences"]
    assert (difference["stored"], difference["typed"]) == ("2,5", "4")
    assert shown.context["form"]["points-I-1"].value() == "4"
    assert points(running.evaluation("an"), "I.1") == Decimal("2.5")


def test_an_incomplete_form_is_not_handed_in_but_everything_typed_is_kept(running: Agency) -> None:
    evaluation = running.evaluation("an")
    answer = client_of(running, "an").post(
        page("self_assessment_submit", evaluation), typed(evaluation, **{"points-III-4": ""})
    )
    assert answer.status_code == 409
    assert answer.context["refusal"].missing
    stored = running.evaluation("an")
    assert points(stored, "I.1") == Decimal("2.5")
    assert not stored.steps.exists()


def test_a_complete_form_is_handed_in_and_leads_to_its_document(running: Agency) -> None:
    evaluation = running.evaluation("an")
    client = client_of(running, "an")
    answer = client.post(page("self_assessment_submit", evaluation), typed(evaluation))
    form = Document.objects.get(subject=running.people["an"])
    assert answer.status_code == 302
    assert answer["Location"] == reverse("document", args=[form.uuid])
    again = client.post(page("self_assessment_submit", evaluation), typed(evaluation))
    assert again.status_code == 409
    assert again.context["paper"]["uuid"] == form.uuid
    assert Decision.objects.filter(kind=Decision.Kind.SELF_SUBMITTED).count() == 1


def test_a_leader_gives_his_own_opinion_on_dd_and_e(running: Agency) -> None:
    evaluation = running.evaluation("office_head")
    client = client_of(running, "office_head")
    client.post(page("self_assessment", evaluation), typed(evaluation, self_dd="50", self_e=""))
    card = running.evaluation("office_head").scorecard
    assert (card.self_dd, card.self_e) == (50, None)
    answer = client.post(page("self_assessment", evaluation), typed(running.evaluation("office_head"), self_dd="75"))
    assert answer.status_code == 422
    assert running.evaluation("office_head").scorecard.self_dd == 50


def test_the_person_takes_the_form_back_before_the_review(running: Agency) -> None:
    evaluation = running.hand_in("an")
    client = client_of(running, "an")
    shown = client.get(page("self_assessment", evaluation))
    assert shown.context["withdraw_refused"] == ""
    assert client.get(page("withdraw", evaluation)).context["expected_version"] == evaluation.version
    stale = client.post(page("withdraw", evaluation), {"expected_version": "0"})
    assert stale.status_code == 409
    answer = client.post(page("withdraw", evaluation), {"expected_version": evaluation.version})
    assert answer["Location"] == page("self_assessment", evaluation)
    assert running.evaluation("an").round == 2
    assert Document.objects.get(subject=running.people["an"]).state == State.CANCELLED


def test_the_reason_of_a_return_stands_on_top_of_the_next_round(running: Agency) -> None:
    evaluation = running.hand_in("an")
    return_for_rework(
        evaluation=evaluation,
        by=evaluation.reviewer,
        reason="Bổ sung minh chứng tháng 7",
        expected_version=evaluation.version,
        at=running.at(),
    )
    answer = client_of(running, "an").get(page("self_assessment", evaluation))
    assert answer.context["returned"].decision.reason == "Bổ sung minh chứng tháng 7"
    assert "Bổ sung minh chứng tháng 7" in answer.content.decode()


@pytest.mark.parametrize("name", ["office_head", "clerk", "director"])
@pytest.mark.parametrize("route", ["self_assessment", "withdraw", "self_assessment_preview"])
def test_nobody_else_opens_the_form(running: Agency, name: str, route: str) -> None:
    assert client_of(running, name).get(page(route, running.evaluation("an"))).status_code == 404


def test_nobody_else_saves_into_the_form(running: Agency) -> None:
    evaluation = running.evaluation("an")
    client = client_of(running, "office_head")
    for route in ("self_assessment", "self_assessment_autosave", "self_assessment_submit"):
        assert client.post(page(route, evaluation), typed(evaluation)).status_code == 404
    assert running.evaluation("an").scorecard.draft_version == 0


def test_the_preview_is_the_form_as_it_would_be_signed_now(running: Agency) -> None:
    answer = client_of(running, "an").get(page("self_assessment_preview", running.evaluation("an")))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert not Document.objects.exists()


def upload(name: str = "bao-cao.pdf", content: bytes = PDF) -> dict:
    return {"submission_key": new_key(), "file": SimpleUploadedFile(name, content, "application/pdf")}


def test_evidence_is_attached_once_and_read_only_by_those_who_may(running: Agency) -> None:
    evaluation = running.evaluation("an")
    line = evaluation.scorecard.lines.first()
    client = client_of(running, "an")
    on_the_way = client.post(page("self_assessment", evaluation), typed(evaluation, evidence_of=str(line.uuid)))
    assert on_the_way["Location"] == page("evidence", evaluation, str(line.uuid))
    data = upload()
    assert client.post(on_the_way["Location"], data).status_code == 302
    data["file"].seek(0)
    assert client.post(on_the_way["Location"], data).status_code == 302
    file = EvidenceFile.objects.get()
    answer = client_of(running, "office_head").get(reverse("evidence_file", args=[file.uuid]))
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert client_of(running, "archivist").get(reverse("evidence_file", args=[file.uuid])).status_code == 404


def test_a_file_that_is_not_what_its_name_says_is_refused_in_words(running: Agency) -> None:
    url = page("evidence", running.evaluation("an"), "I.1")
    answer = client_of(running, "an").post(url, upload(content=b"MZ not a pdf"))
    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors()
    assert not EvidenceFile.objects.exists()


def test_evidence_is_taken_off_only_while_the_form_is_with_the_person(running: Agency) -> None:
    evaluation = running.evaluation("an")
    client = client_of(running, "an")
    for content in (PDF, PDF + b"2"):
        client.post(page("evidence", evaluation, "I.1"), upload(content=content))
    first, second = EvidenceFile.objects.order_by("id")
    url = reverse("evidence_detach", args=[evaluation.uuid, first.uuid])
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 302  # the same request again finds nothing to do
    running.hand_in("an")
    assert client.post(reverse("evidence_detach", args=[evaluation.uuid, second.uuid])).status_code == 409
    assert list(EvidenceFile.objects.all()) == [second]


def test_the_form_page_and_its_autosave_keep_their_query_budget(
    running: Agency, django_assert_max_num_queries
) -> None:
    evaluation = running.evaluation("an")
    client = client_of(running, "an")
    with django_assert_max_num_queries(25):
        client.get(page("self_assessment", evaluation))
    with django_assert_max_num_queries(30):
        client.post(page("self_assessment_autosave", evaluation), typed(evaluation))


def test_a_reloaded_hand_in_leads_back_to_the_form(running: Agency) -> None:
    evaluation = running.evaluation("an")
    answer = client_of(running, "an").get(page("self_assessment_submit", evaluation))
    assert answer["Location"] == page("self_assessment", evaluation)
