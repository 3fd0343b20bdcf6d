"""The room, the roll, the minutes and the cases of a council session, as its people use them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from approvals import actions as approvals
from approvals.models import AgendaItem, CouncilSession, SessionState
from tests.workflows.agency import Agency
from tests.workflows.meetings import again, as_person, as_signed, case_of, convened, opened, reviewed, settled
from workflows.models import CouncilCase

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting(agency: Agency) -> CouncilSession:
    return opened(agency, reviewed(agency))


def url(name: str, session: CouncilSession, *more: object) -> str:
    return reverse(name, args=[session.uuid, *more])


def act(client: Client, session: CouncilSession, item: AgendaItem, name: str, **data: object):
    data = {"expected_version": item.version, **data}
    return client.post(url("case_act", session, item.uuid, name), data)


def chosen(*rows: tuple[AgendaItem, str, str]) -> dict[str, object]:
    """What the list sends for these rows."""
    data: dict[str, object] = {}
    for item, code, reason in rows:
        data |= {f"class-{item.uuid}": code, f"reason-{item.uuid}": reason, f"version-{item.uuid}": item.version}
    return data


def test_the_room_shows_quorum_quota_in_both_readings_and_the_local_rule(agency, meeting):
    page = as_person(agency.people["hr"]).get(url("session", meeting)).content.decode()
    assert "5/5 members present" in page
    assert "Quorum met: 3 needed" in page
    assert "Read the other way" in page
    assert "Chuyên viên: 1 of at most 0, 1 too many" in page
    assert "local rule" in page


def test_the_room_is_closed_to_people_outside_the_roster(agency, meeting):
    assert as_person(agency.people["clerk"]).get(url("session", meeting)).status_code == 404
    assert as_person(agency.people["chairman"]).get(url("session", meeting)).status_code == 404


def test_a_member_reads_the_room_but_gets_no_acts_of_the_officers(agency, meeting):
    client = as_person(agency.people["an"])
    page = client.get(url("session", meeting)).content.decode()
    assert "Adjourn" not in page
    assert 'name="conclude"' not in page
    assert client.get(url("session_roll", meeting)).status_code == 403
    assert client.get(url("session_minutes", meeting)).status_code == 403
    assert client.get(url("session_adjourn", meeting)).status_code == 403
    answer = client.post(url("session_act", meeting, "open"), {"expected_version": meeting.version})
    assert answer.status_code == 409
    assert "Only the chair or the secretary" in answer.content.decode()
    assert again(meeting).state == SessionState.IN_SESSION


def test_the_room_asks_the_same_number_of_queries_however_many_cases_there_are(
    agency, meeting, django_assert_max_num_queries
):
    client = as_person(agency.people["hr"])
    with django_assert_max_num_queries(34) as long:
        client.get(url("session", meeting))
    for name in ("clerk", "archivist"):
        item = case_of(meeting, agency.people[name])
        CouncilCase.objects.filter(item=item).delete()
        item.delete()
    with django_assert_max_num_queries(34) as short:
        page = client.get(url("session", meeting)).content.decode()
    assert "Hồ Văn Lưu" not in page
    assert len(short) == len(long)


def test_a_search_without_tones_and_a_filter_leave_only_the_matching_cases(agency, meeting):
    client = as_person(agency.people["hr"])
    page = client.get(url("session", meeting), {"q": "ho van luu"}).content.decode()
    assert "Hồ Văn Lưu" in page
    assert f'id="row-{case_of(meeting, agency.people["clerk"]).uuid}"' not in page
    page = client.get(url("session", meeting), {"show": "changed"}).content.decode()
    assert "No case matches" in page


def test_a_lower_class_without_a_reason_stays_on_the_page_with_the_rule(agency, meeting):
    top = case_of(meeting, agency.people["an"])
    other = case_of(meeting, agency.people["clerk"])
    data = chosen((top, "HTT", ""), (other, "HTNV", "Kết quả chưa đều giữa các tháng."))
    answer = as_person(agency.people["hr"]).post(url("session_classes", meeting), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "A class that differs from the class by score needs a reason." in page
    assert f'id="class-{top.uuid}-HTT" checked' in page
    top.refresh_from_db()
    other.refresh_from_db()
    assert (top.proposed_class, other.proposed_class) == ("", "HTNV")


def test_a_class_above_the_score_is_closed_on_the_page_and_refused_by_the_act(agency, meeting):
    item = case_of(meeting, agency.people["clerk"])
    client = as_person(agency.people["hr"])
    assert f'id="class-{item.uuid}-HTXS" disabled' in client.get(url("session", meeting)).content.decode()
    answer = client.post(url("session_classes", meeting), chosen((item, "HTXS", "Xứng đáng.")))
    assert "is higher than the class by score" in answer.content.decode()
    item.refresh_from_db()
    assert item.proposed_class == ""


def test_one_choice_answers_with_the_row_and_the_moved_figures(agency, meeting):
    item = case_of(meeting, agency.people["an"])
    client = as_person(agency.people["hr"])
    answer = client.post(url("session_row", meeting, item.uuid), chosen((item, "HTT", "Không còn suất.")))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "too many" not in page
    assert f'id="row-{item.uuid}"' in page
    assert 'id="room-quota"' in page
    answer = client.post(url("session_row", meeting, item.uuid), chosen((item, "HTNV", "Cũ.")))
    assert answer.status_code == 422
    assert "Already handled by Phạm Thị Nhân at" in answer.content.decode()


def test_a_refusal_leaves_the_page_once_the_row_is_stored(agency, meeting):
    item, client, gone = case_of(meeting, agency.people["an"]), as_person(agency.people["hr"]), 'id="refusal" hidden'
    refused = client.post(
        url("session_classes", meeting), chosen((item, "HTT", "")) | {"conclude": str(item.uuid)}
    ).content.decode()
    assert 'id="refusal"' in refused
    assert gone not in refused
    assert gone in client.get(url("session", meeting)).content.decode()
    still = client.post(url("session_row", meeting, item.uuid), chosen((item, "HTT", "")))
    assert (still.status_code, 'id="refusal"' in still.content.decode()) == (422, False)
    stored = client.post(url("session_row", meeting, item.uuid), chosen((item, "HTT", "Không còn suất.")))
    assert f'{gone} hx-swap-oob="true"' in stored.content.decode()


def test_the_roll_is_asked_for_only_while_somebody_is_uncalled(agency, meeting):
    CouncilSession.objects.filter(pk=meeting.pk).update(state=SessionState.CONVENED)
    client = as_person(agency.people["hr"])
    assert "The roll is called before" not in client.get(url("session", meeting)).content.decode()
    meeting.attendances.all().update(present=None)
    assert "The roll is called before" in client.get(url("session", meeting)).content.decode()


def test_uncontested_cases_are_not_confirmed_while_the_list_is_over_the_ceiling(agency, meeting):
    client = as_person(agency.people["hr"])
    answer = client.post(url("session_confirm", meeting), {"expected_version": meeting.version})
    assert answer.status_code == 409
    assert meeting.items.filter(concluded_at__isnull=False).count() == 0
    top = case_of(meeting, agency.people["an"])
    client.post(
        url("session_classes", meeting), chosen((top, "HTT", "Không còn suất.")) | {"conclude": str(top.uuid)}
    )
    client.post(url("session_confirm", meeting), {"expected_version": again(meeting).version})
    left = list(meeting.items.filter(concluded_at=None).values_list("person__username", flat=True))
    assert left == ["hr"]  # the secretary keeps out of her own case: the chair confirms it


def test_an_old_page_is_told_who_was_faster(agency, meeting):
    client, old = as_person(agency.people["director"]), meeting.version
    next_sitting = {"resumes_on": "2099-01-05", "resumes_time": "08:00", "resumes_place": "Phòng 2"}
    answer = client.post(url("session_adjourn", meeting), {"expected_version": old, **next_sitting}, follow=True)
    assert "The session goes on" in answer.content.decode()
    assert "Phòng 2" in answer.content.decode()
    answer = as_person(agency.people["hr"]).post(url("session_act", meeting, "resume"), {"expected_version": old})
    assert answer.status_code == 409
    assert "Already handled by Đặng Văn Giám at" in answer.content.decode()


def test_the_session_opens_only_with_a_quorum_and_absences_have_reasons(agency):
    session = convened(agency, reviewed(agency))
    client = as_person(agency.people["hr"])
    answer = client.post(url("session_act", session, "open"), {"expected_version": session.version})
    assert answer.status_code == 409
    assert "No quorum" in answer.content.decode()
    members = {row.member.person.username: row.member.uuid for row in session.attendances.all()}
    data: dict[str, object] = {f"present-{key}": "present" for key in members.values()}
    data |= {f"present-{members['deputy']}": "absent", "expected_version": session.version}
    answer = client.post(url("session_roll", session), data)
    assert "An absence needs a reason." in answer.content.decode()
    data[f"reason-{members['deputy']}"] = "Đi công tác theo lịch của tỉnh"
    assert client.post(url("session_roll", session), data).status_code == 302
    session = again(session)
    assert client.post(url("session_act", session, "open"), {"expected_version": session.version}).status_code == 302
    assert "Đi công tác theo lịch của tỉnh" in client.get(url("session", session)).content.decode()


def test_the_chair_hands_over_to_the_deputy(agency, meeting):
    deputy = agency.people["deputy"]
    data = {
        "chair": str(deputy.uuid),
        "secretary": str(agency.people["hr"].uuid),
        "expected_version": meeting.version,
    }
    assert as_person(agency.people["director"]).post(url("session_hand_over", meeting), data).status_code == 302
    assert again(meeting).chair == deputy


def test_a_case_is_voted_on_by_its_members_and_concluded_with_the_winner(agency, meeting):
    item = case_of(meeting, agency.people["clerk"])
    secretary = as_person(agency.people["hr"])
    assert act(secretary, meeting, item, "vote").status_code == 302
    item.refresh_from_db()
    assert act(as_person(agency.people["an"]), meeting, item, "ballot", ballot="HTNV").status_code == 302
    seats = {row.member.person.username: row.member.uuid for row in meeting.attendances.all()}
    hands = {
        f"vote-{seats['director']}": "HTNV",
        f"vote-{seats['office_head']}": "HTT",
        f"vote-{seats['hr']}": "HTNV",
    }
    assert act(secretary, meeting, item, "ballots", **hands).status_code == 302
    page = secretary.get(url("case", meeting, item.uuid)).content.decode()
    assert "Result of the vote:" in page
    (asked,) = re.findall(r"<[^>]*name=\"conclude-reason\"[^>]*>", page)
    assert " required" in asked  # not shown as optional and then refused
    answer = act(secretary, meeting, item, "conclude", **{"conclude-reason": ""})
    assert "needs a reason" in answer.content.decode()
    answer = act(secretary, meeting, item, "conclude", **{"conclude-reason": "Chậm hai báo cáo."})
    assert answer.status_code == 302
    item.refresh_from_db()
    assert (item.proposed_class, item.reason) == ("HTNV", "Chậm hai báo cáo.")


def test_nobody_votes_on_his_own_case_nor_reads_the_others_votes_on_it(agency, meeting):
    item = case_of(meeting, agency.people["an"])
    secretary, himself = as_person(agency.people["hr"]), as_person(agency.people["an"])
    act(secretary, meeting, item, "vote")
    item.refresh_from_db()
    approvals.record_opinion(
        item=item, person=agency.people["hr"], text="Cần cân nhắc thêm.", by=agency.people["hr"], at=agency.at()
    )
    answer = act(himself, meeting, item, "ballot", ballot="HTXS")
    assert answer.status_code == 409
    assert "is absent, recused or not a member: no vote" in answer.content.decode()
    page = himself.get(url("case", meeting, item.uuid)).content.decode()
    assert "This is your own case" in page
    assert "Cần cân nhắc thêm." not in page
    assert "Cần cân nhắc thêm." in secretary.get(url("case", meeting, item.uuid)).content.decode()


def test_a_recusal_and_an_opinion_are_recorded_and_what_was_typed_survives_a_refusal(agency, meeting):
    item = case_of(meeting, agency.people["clerk"])
    member = meeting.council.members.get(person=agency.people["office_head"])
    client = as_person(agency.people["hr"])
    data = {"recusal-member": str(member.uuid), "recusal-reason": "Là người thân"}
    assert act(client, meeting, item, "recuse", **data).status_code == 302
    assert item.recusals.get().reason == "Là người thân"
    other = meeting.council.members.get(person=agency.people["an"])
    stale = {"recusal-member": str(other.uuid), "recusal-reason": "Đã cùng làm báo cáo"}
    answer = act(client, meeting, item, "recuse", **stale)
    assert answer.status_code == 409
    assert "Already handled by Phạm Thị Nhân at" in answer.content.decode()
    assert "Đã cùng làm báo cáo" in answer.content.decode()
    said = {"opinion-person": str(agency.people["an"].uuid), "opinion-text": "Nhất trí."}
    assert act(client, meeting, item, "opinion", **said).status_code == 302
    assert item.opinions.get().by == agency.people["an"]


def test_a_concluded_case_is_discussed_again_with_a_reason_that_the_minutes_keep(agency, meeting):
    session = settled(agency, meeting)
    item = case_of(session, agency.people["clerk"])
    client = as_person(agency.people["hr"])
    answer = act(client, session, item, "reopen", **{"reopen-reason": ""})
    assert answer.status_code == 422
    assert act(client, session, item, "reopen", **{"reopen-reason": "Có minh chứng mới."}).status_code == 302
    item.refresh_from_db()
    assert item.concluded_at is None
    assert item.opinions.get().text == "Đề nghị xem xét lại: Có minh chứng mới."


def test_a_case_of_another_session_is_not_found(agency, meeting):
    item = case_of(meeting, agency.people["clerk"])
    client = as_person(agency.people["clerk"])
    assert client.get(url("case", meeting, item.uuid)).status_code == 404
    member = as_person(agency.people["hr"])
    assert member.get(url("case", meeting, meeting.uuid)).status_code == 404
    assert member.post(url("case", meeting, item.uuid) + "nothing/").status_code == 404


def test_minutes_over_the_ceiling_are_refused_with_the_excess_and_keep_their_text(agency, meeting):
    for item in meeting.items.all():
        AgendaItem.objects.filter(pk=item.pk).update(
            proposed_class=item.score_class, concluded_at=agency.at(), presided_by=meeting.chair, counted=5
        )
    data = {"conclusion": "Nhất trí toàn bộ.", "choice_reason": "", "expected_version": meeting.version}
    answer = as_person(agency.people["hr"]).post(url("session_minutes", meeting), data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Chuyên viên: 1 of at most 0" in page
    assert "Nhất trí toàn bộ." in page
    assert again(meeting).state == SessionState.IN_SESSION


def test_minutes_are_drafted_adopted_and_the_session_closes_after_both_signatures(agency, meeting):
    session = settled(agency, meeting)
    secretary, chair = as_person(agency.people["hr"]), as_person(agency.people["director"])
    data = {"conclusion": "Nhất trí.", "choice_reason": "", "expected_version": session.version}
    assert secretary.post(url("session_minutes", session), data).status_code == 302
    assert (
        "Nothing in the minutes can be changed afterwards."
        in chair.get(url("session_adopt", session)).content.decode()
    )
    version = again(session).version
    assert chair.post(url("session_act", session, "adopt"), {"expected_version": version}).status_code == 302
    page = chair.get(url("session", session)).content.decode()
    assert "Not signed yet: Phạm Thị Nhân, Đặng Văn Giám." in page
    version = again(session).version
    answer = chair.post(url("session_act", session, "close"), {"expected_version": version})
    assert answer.status_code == 409
    as_signed("council_minutes")
    assert chair.post(url("session_act", session, "close"), {"expected_version": version}).status_code == 302
    assert again(session).state == SessionState.CLOSED
