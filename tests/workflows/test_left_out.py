"""Who turns out not to be ranked after the meeting has proposed a class: the head leaves him out, with the reason."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from documents.models import Document
from organization.models import Appointment
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person, closed, fresh, opened, settled
from tests.workflows.published import issued
from tests.workflows.test_year_meetings import SCAN, asked, confirmed, decide
from tests.workflows.years import form
from workflows.actions.party_opinions import file_opinion
from workflows.actions.people import excuse
from workflows.actions.rulings import Ruling, proposals
from workflows.actions.unranked import to_leave_out
from workflows.actions.years import enter_service
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod

pytestmark = pytest.mark.django_db


def proposed_year(agency: Agency) -> EvaluationPeriod:
    """The meeting has closed on everybody with a class, and the Party committee's paper is there."""
    period = confirmed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    opinion = asked(agency, period)
    file_opinion(opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at())
    return fresh(period)


WHY_NOT = "Chỉ công tác 04 tháng trong năm, theo Quyết định số 31/QĐ-SNV."


def test_whoever_worked_too_few_months_after_all_is_left_out_by_the_head(
    agency: Agency, django_assert_max_num_queries
) -> None:
    period = proposed_year(agency)
    with pytest.raises(NotReady, match="are ranked"):
        decide(agency, period, an=Ruling("", WHY_NOT))
    head, url, uuid = (
        as_person(agency.people["director"]),
        reverse("ruling", args=[period.uuid]),
        form(agency, "an").uuid,
    )
    typed = {f"class-{uuid}": "none", f"reason-{uuid}": WHY_NOT, "decide": "1", "expected_version": period.version}
    answer = head.post(url, typed)  # an old page may still offer it: nothing else is decided in its place
    assert (answer.status_code, "are ranked" in answer.content.decode()) == (409, True)
    enter_service(
        evaluation=form(agency, "an"),
        months=[8, 9, 10, 11],
        absence="",
        basis="QĐ số 31/QĐ-SNV",
        by=agency.people["hr"],
        at=agency.at(),
    )
    name = agency.people["an"].full_name
    with pytest.raises(NotReady, match="gives no class any more") as refused:
        decide(agency, period)
    assert refused.value.missing[0].startswith(f"{name}: ")
    with pytest.raises(NotReady, match="Give a reason"):
        decide(agency, period, an=Ruling(""))
    with pytest.raises(NotReady, match="left without a class by the head"):
        excuse(
            evaluation=form(agency, "an"), by=agency.people["hr"], reason="x", expected_version=None, at=agency.at()
        )
    with django_assert_max_num_queries(45):
        page = head.get(url).content.decode()
    assert "Learnt since the meeting" in page
    assert page.count('value="none"') == 1
    assert head.post(url, typed)["Location"] == reverse("signing_queue")
    decided = form(agency, "an").final_decision
    assert decided is not None
    assert (decided.class_code, decided.reason) == ("", WHY_NOT)
    facts = Document.objects.get(kind__code="decision").facts
    (row,) = [row for row in facts["people"] if row["name"] == name]
    assert (row["class_code"], row["note"]) == ("Không xếp loại", f"Khác đề nghị của Hội đồng; {WHY_NOT}")
    result = as_person(agency.people["director"]).get(reverse("result", args=[uuid])).content.decode()
    assert "Without a class" not in result  # decided, not published yet
    notice = Document.objects.get(kind__code="notice", subject=agency.people["an"]).facts
    assert (notice["class_code"], notice["reasons"]) == ("", [f"Không xếp loại: {WHY_NOT}"])


def test_whoever_left_the_agency_after_the_meeting_may_be_left_out(agency: Agency) -> None:
    period = proposed_year(agency)
    post = agency.posts["an"]
    post.ends_on = timezone.localdate(agency.now)
    post.save(update_fields=["ends_on"])
    steps = proposals(period)
    day = timezone.localdate(agency.now)
    assert [found.binding for found in to_leave_out(period, steps, day).values()] == [False]
    again = Appointment.objects.get(pk=post.pk)
    again.pk, again.uuid, again.starts_on, again.ends_on = None, uuid4(), day, None
    again.save()
    assert to_leave_out(period, steps, day) == {}  # another post of the same agency: he is ranked here
    again.delete()
    decide(agency, period, an=Ruling("", "Đã chuyển công tác; cơ quan mới xếp loại."))
    decided = form(agency, "an").final_decision
    assert decided is not None
    assert decided.class_code == ""
    issued(agency, "council_minutes", "decision", "notice")
    own = as_person(agency.people["an"]).get(reverse("result", args=[form(agency, "an").uuid])).content.decode()
    assert "<strong>Without a class</strong>" in own
