"""Separate entries on product lines: each with its reason, once, by the competent person."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from kpi.models import LineKind, ScoreLine
from tests.workflows.agency import Agency
from workflows.models import Evaluation


def signed_in(agency: Agency, name: str) -> Client:
    client = Client()
    client.force_login(agency.people[name])
    return client


@pytest.fixture
def evaluation(agency: Agency) -> Evaluation:
    agency.open()
    return agency.hand_in("an")


def record(agency: Agency, evaluation: Evaluation, act: str, *, key: str | None = None, **more: str):
    line = evaluation.scorecard.lines.first()
    sent = {"act": act, "count": "1", "reason": "Nội dung sai.", "submission_key": key or str(uuid.uuid4())} | more
    return signed_in(agency, "office_head").post(reverse("line_act", args=[evaluation.uuid, line.uuid]), sent)


def line(evaluation: Evaluation) -> ScoreLine:
    return evaluation.scorecard.lines.first()


def test_a_failed_review_is_recorded_once_though_the_form_is_sent_twice(
    agency: Agency, evaluation: Evaluation
) -> None:
    key = str(uuid.uuid4())
    first, second = (record(agency, evaluation, "failed_review", key=key) for _twice in range(2))
    assert first.url == second.url
    assert first.url.startswith(reverse("review", args=[evaluation.uuid]))
    assert line(evaluation).failed_reviews == 1


def test_delay_waiver_and_hand_back_are_entries_of_their_own(agency: Agency, evaluation: Evaluation) -> None:
    record(agency, evaluation, "delay", count="2")
    record(agency, evaluation, "waive_delays", count="1", reason="Mưa lũ, có xác nhận.")
    assert (line(evaluation).delays, line(evaluation).delays_waived) == (2, 1)
    record(agency, evaluation, "hand_back", reason="Chuyển đơn vị khác.")
    assert line(evaluation).kind == LineKind.HANDED_BACK
    page = signed_in(agency, "office_head").get(reverse("review", args=[evaluation.uuid]))
    assert page.status_code == 200
    assert f'name="done-{line(evaluation).uuid}"' not in page.content.decode()


def test_an_entry_that_is_not_possible_or_has_no_reason_is_refused_and_kept(
    agency: Agency, evaluation: Evaluation
) -> None:
    nothing_to_waive = record(agency, evaluation, "waive_delays")
    assert nothing_to_waive.status_code == 422
    bare = record(agency, evaluation, "delay", reason="")
    assert bare.status_code == 422
    many = record(agency, evaluation, "delay", count="0", reason="Trễ hạn báo cáo.")
    assert "Trễ hạn báo cáo." in many.content.decode()
    assert line(evaluation).delays == 0


def test_nobody_else_and_no_other_line_is_reached(agency: Agency, evaluation: Evaluation) -> None:
    foreign = line(agency.evaluation("clerk"))
    assert (
        signed_in(agency, "office_head").get(reverse("line_act", args=[evaluation.uuid, foreign.uuid])).status_code
        == 404
    )
    for name in ("an", "hr", "deputy"):
        client = signed_in(agency, name)
        assert client.get(reverse("line_act", args=[evaluation.uuid, line(evaluation).uuid])).status_code == 404
        assert client.get(reverse("line_assign", args=[evaluation.uuid])).status_code == 404


def test_unplanned_work_is_assigned_with_its_own_task_and_factor(agency: Agency, evaluation: Evaluation) -> None:
    client, url = signed_in(agency, "office_head"), reverse("line_assign", args=[evaluation.uuid])
    assert client.get(url).status_code == 200
    sent = {"kind": "unplanned", "task": "Tiếp đoàn kiểm tra", "k": "1,5", "assigned": "0", "month": "8"}
    bare = client.post(url, {"kind": "unplanned", "assigned": "0", "submission_key": str(uuid.uuid4())})
    assert bare.context["form"].errors.keys() == {"task", "k"}
    unknown = client.post(url, sent | {"product": "KHONG-CO", "submission_key": str(uuid.uuid4())})
    assert unknown.context["form"].errors.keys() == {"product"}
    done = client.post(url, sent | {"submission_key": str(uuid.uuid4())})
    assert done.url == reverse("review", args=[evaluation.uuid])
    made = evaluation.scorecard.lines.get(kind=LineKind.UNPLANNED)
    assert (made.task, made.month, str(made.k.normalize())) == ("Tiếp đoàn kiểm tra", 8, "1.5")


def test_the_review_page_keeps_what_is_typed_on_the_way_to_a_line(agency: Agency, evaluation: Evaluation) -> None:
    client, url = signed_in(agency, "office_head"), reverse("review", args=[evaluation.uuid])
    sent = {"draft_version": "0", "comment": "Đang xem.", "line": str(line(evaluation).uuid)}
    answer = client.post(url, sent)
    assert answer.url == reverse("line_act", args=[evaluation.uuid, line(evaluation).uuid])
    assert "Đang xem." in client.get(url).content.decode()
    assert client.post(url, sent | {"draft_version": "1", "line": "new"}).url == reverse(
        "line_assign", args=[evaluation.uuid]
    )
