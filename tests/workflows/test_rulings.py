"""The head's decision on the list, and the notices of a tracking period."""

from datetime import date

import pytest
from django.urls import reverse

from approvals.models import Decision
from documents.models import Document
from organization.actions import delegate
from organization.models import Scope
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person, closed, fresh, opened, reviewed, settled
from workflows.models import Evaluation, EvaluationPeriod, EvaluationTask, Standing

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(agency: Agency) -> EvaluationPeriod:
    """A period whose council has closed its session."""
    period = reviewed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    return fresh(period)


def page_of(period: EvaluationPeriod) -> str:
    return reverse("ruling", args=[period.uuid])


def hand_over_to(agency: Agency, name: str) -> None:
    delegate(
        delegator=agency.people["director"],
        delegate=agency.people[name],
        scope=Scope.DECIDE,
        unit=agency.units["SNV"],
        capacity="KT.",
        document_number="21/QĐ-SNV",
        document_on=date(2026, 9, 1),
        starts_on=date(2026, 9, 1),
        ends_on=None,
        by=agency.people["hr"],
        at=agency.at(),
    )


def test_the_list_shows_scores_council_class_local_rule_and_authority(agency, proposed):
    page = as_person(agency.people["director"]).get(page_of(proposed)).content.decode()
    assert "You decide by your own power as head of the agency" in page
    assert "Không còn suất xuất sắc." in page
    assert "100,00" in page
    assert "local rule" in page


def test_only_the_head_or_his_delegate_decides(agency, proposed):
    assert as_person(agency.people["hr"]).get(page_of(proposed)).status_code == 403
    assert as_person(agency.people["clerk"]).post(page_of(proposed), {"decide": "1"}).status_code == 403
    assert Evaluation.objects.filter(standing=Standing.DECIDED).count() == 0


def test_the_head_decides_the_list_with_a_reason_where_he_differs(agency, proposed):
    evaluation = agency.evaluation("clerk")
    data = {
        f"class-{evaluation.uuid}": "HTNV",
        f"reason-{evaluation.uuid}": "Chưa hoàn thành việc được giao thêm.",
        "expected_version": proposed.version,
        "decide": "1",
    }
    answer = as_person(agency.people["director"]).post(page_of(proposed), data)
    assert answer["Location"] == reverse("signing_queue")
    final = agency.evaluation("clerk").final_decision
    assert (final.class_code, final.reason) == ("HTNV", "Chưa hoàn thành việc được giao thêm.")
    assert Decision.objects.filter(kind="head_decided").count() == 6
    assert Document.objects.filter(kind__code="notice").count() == 6
    assert "The list is decided" in as_person(agency.people["director"]).get(page_of(proposed)).content.decode()


def test_a_preview_counts_and_changes_nothing(agency, proposed):
    evaluation = agency.evaluation("clerk")
    data = {f"class-{evaluation.uuid}": "HTNV", "expected_version": proposed.version, "preview": "1"}
    client = as_person(agency.people["director"])
    page = client.post(page_of(proposed), data).content.decode()
    assert "Give the reason." in page
    assert f'id="class-{evaluation.uuid}-HTNV" checked' in page
    assert not Decision.objects.filter(kind="head_decided").exists()
    part = client.post(page_of(proposed), data, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="ruling-live"' in part
    assert '<div id="refusal" hidden hx-swap-oob="true">' in part


def test_a_differing_class_without_a_reason_is_refused_and_stays_typed(agency, proposed):
    evaluation = agency.evaluation("clerk")
    data = {f"class-{evaluation.uuid}": "KHTNV", "expected_version": proposed.version, "decide": "1"}
    answer = as_person(agency.people["director"]).post(page_of(proposed), data)
    assert answer.status_code == 409
    assert "Bùi Thị Thư" in answer.content.decode()
    assert f'id="class-{evaluation.uuid}-KHTNV" checked' in answer.content.decode()


@pytest.mark.parametrize("text", ["x" * 4001, "Vi phạm\x00"], ids=["too long", "a zero byte"])
def test_a_reason_that_no_paper_could_print_is_refused_and_named(agency, proposed, text: str):
    evaluation = agency.evaluation("clerk")
    data = {f"class-{evaluation.uuid}": "KHTNV", f"reason-{evaluation.uuid}": text}
    answer = as_person(agency.people["director"]).post(
        page_of(proposed), data | {"expected_version": proposed.version, "decide": "1"}
    )
    assert answer.status_code == 400
    assert "Reason for Bùi Thị Thư" in answer.text
    assert not Evaluation.objects.filter(standing=Standing.DECIDED).exists()


def test_a_class_above_the_score_is_never_taken(agency, proposed):
    evaluation = agency.evaluation("clerk")
    data = {
        f"class-{evaluation.uuid}": "HTXS",
        f"reason-{evaluation.uuid}": "Xứng đáng.",
        "expected_version": proposed.version,
        "decide": "1",
    }
    client = as_person(agency.people["director"])
    assert f'id="class-{evaluation.uuid}-HTXS" disabled' in client.get(page_of(proposed)).content.decode()
    client.post(page_of(proposed), data)
    assert not Decision.objects.filter(kind="head_decided", class_code="HTXS").exists()


def test_a_list_over_the_ceiling_is_refused_with_the_excess(agency, proposed):
    evaluation = agency.evaluation("an")
    data = {
        f"class-{evaluation.uuid}": "HTXS",
        f"reason-{evaluation.uuid}": "Kết quả vượt trội.",
        "expected_version": proposed.version,
        "decide": "1",
    }
    answer = as_person(agency.people["director"]).post(page_of(proposed), data)
    assert answer.status_code == 409
    assert "Chuyên viên: 1 of at most 0, 1 too many" in answer.content.decode()


def test_the_second_head_at_an_old_page_hears_that_the_list_has_moved(agency, proposed):
    data = {"expected_version": proposed.version - 1, "decide": "1"}
    answer = as_person(agency.people["director"]).post(page_of(proposed), data)
    assert answer.status_code == 409
    assert Evaluation.objects.filter(standing=Standing.DECIDED).count() == 0


def test_a_delegate_sees_the_document_and_not_his_own_case_decided(agency, proposed):
    hand_over_to(agency, "deputy")
    client = as_person(agency.people["deputy"])
    page = client.get(page_of(proposed)).content.decode()
    assert "You decide for Đặng Văn Giám (KT.), under document 21/QĐ-SNV of 01/09/2026." in page
    assert "Nobody decides his own case: the list contains yours." in page
    answer = client.post(page_of(proposed), {"expected_version": proposed.version, "decide": "1"})
    assert answer.status_code == 409
    assert not Decision.objects.filter(kind="head_decided").exists()


def test_the_decision_page_asks_the_same_number_of_queries_for_every_length_of_the_list(
    agency, proposed, django_assert_max_num_queries
):
    client = as_person(agency.people["director"])
    with django_assert_max_num_queries(36) as long:
        client.get(page_of(proposed))
    others = EvaluationTask.objects.exclude(process__evaluation=agency.evaluation("clerk"))
    others.filter(finished=None).update(finished=agency.at())
    with django_assert_max_num_queries(len(long)) as short:
        page = client.get(page_of(proposed)).content.decode()
    assert "Bùi Thị Thư" in page
    assert "Hồ Văn Lưu" not in page
    assert len(short) == len(long)


def test_the_head_orders_the_notices_of_a_tracking_period(agency):
    period = reviewed(agency, procedure="tracking", scheme="decree-335")
    page = reverse("notify_scores", args=[period.uuid])
    client = as_person(agency.people["director"])
    assert "6 people" in client.get(page).content.decode()
    assert as_person(agency.people["hr"]).post(page, {"expected_version": period.version}).status_code == 403
    assert client.post(page, {"expected_version": period.version + 3}).status_code == 409
    answer = client.post(page, {"expected_version": period.version})
    assert answer["Location"] == reverse("signing_queue")
    assert Document.objects.filter(kind__code="notice").count() == 6
    assert "No approved score waits for its notice" in client.get(page).content.decode()
