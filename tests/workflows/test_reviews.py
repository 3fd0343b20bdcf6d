"""The review side by side: what is typed is kept, changes need reasons, the approval follows the signature."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from kpi.models import ScoreAdjustment
from tests.workflows.agency import Agency
from workflows.actions.reviews import approve_review
from workflows.forms.self_assessments import points_name
from workflows.models import Evaluation


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


@pytest.fixture
def handed_in(agency: Agency) -> Evaluation:
    """An's form, handed in with 100 points and not signed."""
    agency.open()
    return agency.hand_in("an")


@pytest.fixture
def signed(agency: Agency) -> Evaluation:
    """An's form, handed in and signed by him."""
    agency.enrol_keys("an")
    agency.open()
    agency.hand_in("an")
    agency.sign_all("an")
    return agency.evaluation("an")


def first_item(evaluation: Evaluation) -> str:
    return points_name(evaluation.scorecard.scheme.scheme.items[0].code)


def boxes(evaluation: Evaluation, **typed: str) -> dict[str, str]:
    """Every box of the page as the browser sends it, with what the reviewer typed."""
    card = evaluation.scorecard
    sent = {"expected_version": str(evaluation.version), "draft_version": "0", "comment": ""}
    for row in card.general_scores.all():
        sent[points_name(row.item_code)] = f"{row.self_points.normalize():f}".replace(".", ",")
        sent[f"why-{points_name(row.item_code)}"] = ""
    for line in card.lines.all():
        sent[f"done-{line.uuid}"], sent[f"why-done-{line.uuid}"] = f"{line.done.normalize():f}", ""
    return sent | typed


def changed(evaluation: Evaluation, reason: str = "Chưa có minh chứng.") -> dict[str, str]:
    name = first_item(evaluation)
    return boxes(evaluation, **{name: "4", f"why-{name}": reason})


def test_only_the_reviewer_opens_the_form(agency: Agency, handed_in: Evaluation) -> None:
    url = reverse("review", args=[handed_in.uuid])
    assert signed_in(agency, "office_head").get(url).status_code == 200
    for name in ("an", "clerk", "deputy", "hr"):
        assert signed_in(agency, name).get(url).status_code == 404
        for act in ("review_approve", "review_return", "review_reopen"):
            answer = signed_in(agency, name).post(reverse(act, args=[handed_in.uuid]), {"expected_version": "0"})
            assert answer.status_code == 404


def test_before_handing_in_the_numbers_stay_with_the_person(agency: Agency) -> None:
    agency.open()
    evaluation = agency.fill("an")
    page = signed_in(agency, "office_head").get(reverse("review", args=[evaluation.uuid])).content.decode()
    assert f'name="{first_item(evaluation)}"' not in page
    assert "Cần học thêm ngoại ngữ." not in page


def test_keeping_shows_the_new_total_and_stores_no_adjustment(agency: Agency, handed_in: Evaluation) -> None:
    client = signed_in(agency, "office_head")
    url = reverse("review", args=[handed_in.uuid])
    answer = client.post(url, changed(handed_in))
    assert answer.context["score"].total == 99
    assert "99,00" in answer.content.decode()
    assert not ScoreAdjustment.objects.exists()
    later = client.get(url)
    assert later.context["score"].total == 99
    assert 'value="4"' in later.content.decode()


def test_autosave_answers_with_the_live_parts_and_a_second_window_is_refused(
    agency: Agency, handed_in: Evaluation
) -> None:
    client = signed_in(agency, "office_head")
    url = reverse("review_autosave", args=[handed_in.uuid])
    first = client.post(url, changed(handed_in))
    assert first.status_code == 200
    assert 'id="draft-version" value="1"' in first.content.decode()
    second = client.post(url, changed(handed_in))
    assert second.status_code == 409
    assert "data-refusal" in second.content.decode()
    marked = client.post(url, changed(handed_in, reason="") | {"draft_version": "1"})
    assert marked.status_code == 422


def test_the_approval_waits_for_the_signature_and_keeps_what_was_typed(agency: Agency, handed_in: Evaluation) -> None:
    client = signed_in(agency, "office_head")
    page = client.get(reverse("review", args=[handed_in.uuid])).content.decode()
    assert "refused-action" in page
    assert reverse("review_approve", args=[handed_in.uuid]) not in page
    answer = client.post(reverse("review_approve", args=[handed_in.uuid]), changed(handed_in))
    assert answer.status_code == 409
    assert "Chưa có minh chứng." in answer.content.decode()
    assert not ScoreAdjustment.objects.exists()


def test_an_approval_stores_each_change_with_its_reason(agency: Agency, signed: Evaluation) -> None:
    client = signed_in(agency, "office_head")
    answer = client.post(reverse("review_approve", args=[signed.uuid]), changed(signed) | {"comment": "Tốt."})
    assert answer.url == reverse("signing_queue")
    change = ScoreAdjustment.objects.get()
    assert (change.old, change.new, change.reason) == ("5", "4", "Chưa có minh chứng.")
    step = Evaluation.objects.get(pk=signed.pk).steps.get(stage="supervisor_review")
    assert (Decimal(step.decision.score_total), step.decision.comment) == (99, "Tốt.")
    read = client.get(reverse("review", args=[signed.uuid])).content.decode()
    assert "<strong>4</strong>" in read
    assert reverse("review_reopen", args=[signed.uuid]) in read


def test_a_change_without_a_reason_and_a_wrong_number_are_marked_and_kept(agency: Agency, signed: Evaluation) -> None:
    client, url = signed_in(agency, "office_head"), reverse("review_approve", args=[signed.uuid])
    bare = client.post(url, changed(signed, reason=""))
    assert bare.status_code == 422
    assert bare.context["form"].errors.keys() == {f"why-{first_item(signed)}"}
    wrong = client.post(url, boxes(signed, **{first_item(signed): "năm"}))
    assert wrong.status_code == 422
    assert 'value="năm"' in wrong.content.decode()
    emptied = client.post(url, boxes(signed, **{first_item(signed): ""}))
    assert emptied.context["form"].errors.keys() == {first_item(signed)}
    assert not ScoreAdjustment.objects.exists()


def test_an_old_page_hears_who_was_faster(agency: Agency, signed: Evaluation) -> None:
    sent = changed(signed)
    approve_review(evaluation=signed, by=signed.reviewer, expected_version=signed.version, at=agency.at())
    answer = signed_in(agency, "office_head").post(reverse("review_approve", args=[signed.uuid]), sent)
    assert answer.status_code == 409
    assert answer.context["refusal"].status == 409
    assert "Trần Văn Phòng" in answer.context["refusal"].message


def test_a_return_needs_a_reason_and_opens_the_next_round(agency: Agency, handed_in: Evaluation) -> None:
    client, url = signed_in(agency, "office_head"), reverse("review_return", args=[handed_in.uuid])
    assert client.get(url).status_code == 200
    empty = client.post(url, {"expected_version": handed_in.version, "reason": " "})
    assert empty.status_code == 422
    old = client.post(url, {"expected_version": handed_in.version - 1, "reason": "Bổ sung minh chứng."})
    assert old.status_code == 409
    assert "Bổ sung minh chứng." in old.content.decode()
    done = client.post(url, {"expected_version": handed_in.version, "reason": "Bổ sung minh chứng."})
    assert done.url == reverse("team")
    assert Evaluation.objects.get(pk=handed_in.pk).round == 2


def test_a_draft_of_an_earlier_round_is_forgotten(agency: Agency, handed_in: Evaluation) -> None:
    client = signed_in(agency, "office_head")
    client.post(reverse("review", args=[handed_in.uuid]), changed(handed_in))
    client.post(
        reverse("review_return", args=[handed_in.uuid]), {"expected_version": handed_in.version, "reason": "Sửa."}
    )
    agency.hand_in("an")
    assert client.get(reverse("review", args=[handed_in.uuid])).context["score"].total == 100


def test_an_approved_review_is_reopened_with_a_reason(agency: Agency, signed: Evaluation) -> None:
    approve_review(evaluation=signed, by=signed.reviewer, expected_version=signed.version, at=agency.at())
    now = agency.evaluation("an")
    url = reverse("review_reopen", args=[signed.uuid])
    answer = signed_in(agency, "office_head").post(
        url, {"expected_version": now.version, "reason": "Sót minh chứng."}
    )
    assert answer.url == reverse("review", args=[signed.uuid])
    assert agency.evaluation("an").round == 2


def test_a_leader_is_reviewed_after_his_people_with_d_computed(agency: Agency) -> None:
    agency.enrol_keys("office_head")
    agency.open()
    agency.hand_in("office_head")
    agency.sign_all("office_head")
    evaluation, client = agency.evaluation("office_head"), signed_in(agency, "director")
    page = client.get(reverse("review", args=[evaluation.uuid]))
    assert page.context["managed"].count == 4
    assert page.context["managed"].d is None
    assert "Nguyễn Văn An" in page.content.decode()
    sent = boxes(evaluation, **{"leader-dd": "100", "leader-e": "50", "leader-why": ""})
    refused = client.post(reverse("review_approve", args=[evaluation.uuid]), sent)
    assert refused.context["form"].errors.keys() == {"leader-why"}
    waiting = client.post(
        reverse("review_approve", args=[evaluation.uuid]), sent | {"leader-why": "Mất đoàn kết kéo dài."}
    )
    assert waiting.status_code == 409
    assert "Nguyễn Văn An" in waiting.context["refusal"].missing


def test_the_preview_counts_the_leaders_marks(agency: Agency) -> None:
    agency.open()
    agency.hand_in("deputy")
    evaluation, client = agency.evaluation("deputy"), signed_in(agency, "director")
    agency.posts["deputy"].fields_in_charge.clear()
    sent = boxes(
        evaluation, **{"leader-d": "100", "leader-dd": "100", "leader-e": "50", "leader-why": "Có phản ánh."}
    )
    answer = client.post(reverse("review", args=[evaluation.uuid]), sent)
    assert answer.context["score"].is_complete
    assert answer.context["score"].components["e"] * 2 == 1


def test_the_page_leads_to_the_next_person(agency: Agency, handed_in: Evaluation) -> None:
    other = agency.hand_in("clerk")
    client = signed_in(agency, "office_head")
    page = client.get(reverse("review", args=[handed_in.uuid])).content.decode()
    assert f'href="{reverse("review", args=[other.uuid])}" data-next-person' in page


def test_the_page_asks_a_fixed_number_of_questions(
    agency: Agency, handed_in: Evaluation, django_assert_max_num_queries
) -> None:
    client = signed_in(agency, "office_head")
    for name in ("clerk", "archivist", "hr"):
        agency.hand_in(name)
    with django_assert_max_num_queries(31):
        assert client.get(reverse("review", args=[handed_in.uuid])).status_code == 200
