"""Petitions as their people use them: filed, given to somebody not involved, prepared, answered in writing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from approvals.models import Petition
from documents.models import Document
from organization.models import CalendarDay, SubjectGroup
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.published import issued, published
from workflows.actions.petitions import Attachment, file_petition
from workflows.errors import NotAllowed, NotReady
from workflows.models import Notice, PetitionCase

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def result(agency: Agency):
    """The clerk's own published result: a class and a score."""
    published(agency)
    return agency.evaluation("clerk")


def key() -> str:
    import uuid

    return str(uuid.uuid4())


def send(agency: Agency, evaluation, **changes):
    data = {"target": "class", "request": "Đề nghị xem xét lại mức xếp loại.", "submission_key": key(), **changes}
    client = as_person(agency.people["clerk"])
    return client.post(reverse("petition_file", args=[evaluation.uuid]), data, follow=True)


def act(agency: Agency, name: str, what: str, **data):
    petition = Petition.objects.get()
    client = as_person(agency.people[name])
    url = reverse("petition_act", args=[petition.uuid, what])
    return client.post(url, {"expected_version": petition.version, **data}, follow=True)


def test_a_petition_goes_its_whole_way_and_is_answered_by_the_head(agency, result):
    upload = SimpleUploadedFile("so-lieu.pdf", PDF, content_type="application/pdf")
    page = send(agency, result, file=upload).content.decode()
    assert "The petition is received" in page
    assert "so-lieu.pdf" in page
    petition = Petition.objects.get()
    assert (petition.target, petition.state, petition.received_by) == ("class", "received", None)
    receipt = PetitionCase.objects.get().receipt
    assert receipt.kind.code == "petition_receipt"
    assert receipt.slots.get().expected_signer == agency.people["hr"]
    assert Notice.objects.filter(person=agency.people["director"], event="petition.received").exists()

    offered = as_person(agency.people["director"]).get(reverse("petition", args=[petition.uuid])).content.decode()
    assert "Who prepares the answer" in offered
    barred = act(agency, "director", "give", preparer=str(agency.people["office_head"].uuid))
    assert barred.status_code == 422  # the reviewer had a part in the result and is not offered
    preparer = agency.people["an"]
    act(agency, "director", "give", preparer=str(preparer.uuid))
    act(agency, "an", "prepare", findings="Đã đối chiếu số liệu.\nSản phẩm đủ minh chứng.", advice="accepted")
    answer = act(agency, "director", "answer", outcome="accepted", answer="Kiến nghị có cơ sở.")
    assert "The answer is recorded" in answer.content.decode()

    petition = Petition.objects.get()
    assert (petition.state, petition.outcome, petition.answered_by) == (
        "answered",
        "accepted",
        agency.people["director"],
    )
    paper = PetitionCase.objects.get().answer
    assert paper.facts["findings"] == ["Đã đối chiếu số liệu.", "Sản phẩm đủ minh chứng."]
    assert "thay thế" in paper.facts["follow_up"]
    own = as_person(agency.people["clerk"])
    assert "Kiến nghị có cơ sở" not in own.get(reverse("petition", args=[petition.uuid])).content.decode()
    assert own.get(reverse("document", args=[paper.uuid])).status_code == 404
    issued(agency, "petition_answer")
    assert "Kiến nghị có cơ sở" in own.get(reverse("petition", args=[petition.uuid])).content.decode()
    assert Notice.objects.filter(person=agency.people["clerk"], event="petition.answered").exists()


def test_the_term_counts_working_days_of_the_products_own_calendar(agency, result):
    received = timezone.now().astimezone(timezone.get_default_timezone())
    day, left = received.date(), 7
    holiday = None
    while left:
        day += timedelta(days=1)
        if day.weekday() < 5:
            if holiday is None:
                holiday = day
                CalendarDay.objects.update_or_create(day=day, defaults={"is_working": False, "name": "Nghỉ bù"})
                continue
            left -= 1
    free = set(CalendarDay.objects.filter(is_working=False).values_list("day", flat=True)) - {holiday}
    CalendarDay.objects.filter(day__in=free).delete()
    CalendarDay.objects.filter(is_working=True).delete()
    petition = file_petition(
        evaluation=result, target="class", request="Xem lại", by=agency.people["clerk"], at=received
    )
    assert petition.due_on == day
    assert "Điều 22" in petition.term


def test_a_petition_against_the_score_is_answered_by_the_scorer_not_by_the_head_of_the_agency(agency, result):
    send(agency, result, target="score")
    petition = Petition.objects.get()
    assert Notice.objects.filter(person=result.reviewer, event="petition.received").exists()
    act(agency, "hr", "give", preparer=str(agency.people["an"].uuid))
    act(agency, "an", "prepare", findings="Đã kiểm tra.", advice="rejected")
    reviewer = next(name for name, person in agency.people.items() if person == result.reviewer)
    assert act(agency, reviewer, "answer", outcome="rejected", answer="Điểm chấm đúng.").status_code == 200
    petition = Petition.objects.get()
    assert petition.answered_by == result.reviewer


def test_who_has_no_part_in_a_petition_does_not_see_it(agency, result):
    send(agency, result)
    petition = Petition.objects.get()
    for name in ("an", "archivist", "deputy"):
        client = as_person(agency.people[name])
        assert client.get(reverse("petition", args=[petition.uuid])).status_code == 404
    listed = as_person(agency.people["hr"]).get(reverse("petitions")).content.decode()
    assert agency.people["clerk"].full_name in listed


def test_the_same_petition_sent_twice_is_one_and_another_one_waits_for_its_answer(agency, result):
    same = key()
    send(agency, result, submission_key=same)
    send(agency, result, submission_key=same)
    send(agency, result)
    assert Petition.objects.count() == PetitionCase.objects.count() == 1
    other = send(agency, result, request="Một kiến nghị khác")
    assert other.status_code == 409
    assert "Một kiến nghị khác" in other.content.decode()
    assert Petition.objects.count() == 1


def test_a_petition_comes_after_the_publication_and_from_the_person_himself(agency):
    agency.open("full_cycle", "decree-335-local-quarter")
    evaluation = agency.evaluation("clerk")
    ask = {"target": "score", "request": "Xem lại", "at": agency.at()}
    with pytest.raises(NotReady):
        file_petition(evaluation=evaluation, by=agency.people["clerk"], **ask)
    with pytest.raises(NotAllowed):
        file_petition(evaluation=evaluation, by=agency.people["an"], **ask)


def test_public_employees_file_within_five_days_of_the_publication(agency, result):
    result.appointment.subject_group = SubjectGroup.VIEN_CHUC
    result.appointment.save()
    Document.objects.filter(kind__code="notice", subject=result.person).update(
        issue_released_at=timezone.now() - timedelta(days=6)
    )
    with pytest.raises(NotReady, match="ended on"):
        file_petition(
            evaluation=result, target="class", request="Xem lại", by=agency.people["clerk"], at=timezone.now()
        )


def test_a_petition_on_paper_is_entered_by_the_personnel_officer_and_its_term_runs_from_its_receipt(agency, result):
    received = timezone.now() - timedelta(days=2)
    petition = file_petition(
        evaluation=result,
        target="class",
        request="Đơn viết tay",
        way="hand",
        received_at=received,
        by=agency.people["hr"],
        at=timezone.now(),
        attachments=[Attachment("don.pdf", "application/pdf", PDF)],
    )
    assert (petition.received_by, petition.received_at) == (agency.people["hr"], received)
    assert petition.case.receipt.facts["way"] == "trực tiếp"
    with pytest.raises(NotAllowed):
        file_petition(
            evaluation=result, target="score", request="x", way="hand", by=agency.people["an"], at=timezone.now()
        )


def test_the_person_may_withdraw_until_it_is_answered(agency, result):
    send(agency, result)
    assert "is withdrawn" in act(agency, "clerk", "withdraw").content.decode()
    assert act(agency, "clerk", "withdraw").status_code == 409
    send(agency, result, request="Lần sau")
    assert Petition.objects.filter(state="received").count() == 1


def test_whoever_prepared_does_not_answer_and_an_old_page_is_told_so(agency, result):
    send(agency, result)
    petition = Petition.objects.get()
    act(agency, "director", "give", preparer=str(agency.people["an"].uuid))
    assert act(agency, "an", "answer", outcome="rejected", answer="Không").status_code == 409
    old = as_person(agency.people["an"]).post(
        reverse("petition_act", args=[petition.uuid, "prepare"]),
        {"expected_version": petition.version, "findings": "Cũ", "advice": "rejected"},
        follow=True,
    )
    assert old.status_code == 409
    assert "Cũ" in old.content.decode()


def test_a_meeting_is_kept_in_minutes_that_secretary_petitioner_and_chair_sign(agency, result):
    send(agency, result)
    petition = Petition.objects.get()
    act(agency, "director", "give", preparer=str(agency.people["an"].uuid))
    act(agency, "an", "prepare", findings="Đã đối chiếu số liệu.", advice="accepted")
    chair, url = as_person(agency.people["director"]), reverse("petition_meeting", args=[petition.uuid])
    assert as_person(agency.people["an"]).get(url).status_code == 403
    form = chair.get(url).content.decode()
    assert "Đã đối chiếu số liệu." in form
    typed = {
        "day": "2026-10-01",
        "began": "14:00",
        "ended": "13:00",
        "venue": "Phòng họp số 1",
        "secretary": str(agency.people["an"].uuid),
        "others": [str(agency.people["archivist"].uuid)],
        "checked": "Đã đối chiếu số liệu.\nĐủ minh chứng.",
        "opinions": "Hồ Văn Lưu: nhất trí.\nĐề nghị trả lời sớm.",
        "conclusion": "Kiến nghị có cơ sở.",
        "adopted": "đồng ý với nội dung biên bản",
        "petitioner_signs": "on",
    }
    wrong = chair.post(url, typed)
    assert wrong.status_code == 422
    assert "The end comes after the beginning" in wrong.content.decode()
    page = chair.post(url, typed | {"ended": "15:05"}, follow=True).content.decode()
    assert "The minutes of the meeting are made" in page
    minutes = PetitionCase.objects.get().minutes
    assert [slot.role for slot in minutes.slots.order_by("order")] == ["secretary", "petitioner", "chair"]
    assert [row["role"] for row in minutes.facts["present"]] == [
        "Chủ trì",
        "Thư ký",
        "Người kiến nghị",
        "Thành phần tham dự",
    ]
    assert minutes.facts["opinions"] == [
        {"name": "Hồ Văn Lưu", "text": "nhất trí."},
        {"name": "Bùi Thị Thư", "text": "Đề nghị trả lời sớm."},
    ]
    assert chair.post(url, typed | {"ended": "15:05"}).status_code == 409  # one meeting, one set of minutes
    assert "Minutes of a meeting" not in page


def test_home_counts_the_petitions_and_says_which_are_past_their_term(agency, result):
    send(agency, result)
    home = as_person(agency.people["director"]).get(reverse("work")).content.decode()
    assert "1 petition to be answered" in home
    assert "past its term" not in home
    assert "1 petition to be answered" in as_person(agency.people["hr"]).get(reverse("work")).content.decode()
    Petition.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "1 is past its term" in as_person(agency.people["director"]).get(reverse("work")).content.decode()
    for name in ("clerk", "deputy", "archivist"):
        assert "to be answered" not in as_person(agency.people[name]).get(reverse("work")).content.decode()
