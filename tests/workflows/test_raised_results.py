"""A raise is refused for what it makes worse, not for what stands above a limit for another reason."""

from decimal import Decimal
from uuid import uuid4

import pytest

from approvals.models import Decision
from organization.models import AgencyRole, Appointment, Duty
from tests.workflows.agency import Agency
from tests.workflows.corrected import year_result
from tests.workflows.meetings import reviewed
from tests.workflows.organising import Ratings
from tests.workflows.published import issued, published
from tests.workflows.test_dependants import effective, half
from tests.workflows.test_replacements import annul, replace
from workflows.actions.corrected_results import NewResult, require_within_limits
from workflows.actions.dependants import leave_dependant
from workflows.errors import NotReady
from workflows.facts import Change
from workflows.facts.replacements import Points
from workflows.models import Correction, Dependant, Evaluation, EvaluationPeriod

__all__ = ["half"]

pytestmark = pytest.mark.django_db
NONE = Points("", "", "")


@pytest.fixture
def above(agency: Agency, half: None) -> EvaluationPeriod:
    """A list one above its ceiling, left so with a reason; the head of the office at the lowest class."""
    period = published(agency)
    effective(agency, period, an=NewResult("HTXS", "Còn suất."), office_head=NewResult("KHTNV", "Tính nhầm."))
    annul(agency, period, "hr", "clerk", "archivist")
    issued(agency, "annulment_decision")
    flag = Dependant.objects.get(kind="ceiling")
    leave_dependant(dependant=flag, reason="Giữ nguyên.", by=agency.people["director"], at=agency.at())
    return period


def test_a_raise_that_takes_no_place_at_the_top_is_not_refused_for_a_list_already_above_its_ceiling(agency, above):
    replace(agency, above, office_head=NewResult("HTNV", "Kiến nghị đúng."))
    assert Correction.objects.latest("pk").later.class_code == "HTNV"


def test_a_raise_to_the_top_of_a_list_above_its_ceiling_is_refused(agency, above):
    better = NewResult("HTXS", "Bổ sung minh chứng.", general=Decimal(28), result=Decimal(68))
    with pytest.raises(NotReady, match="ceiling"):
        replace(agency, above, deputy=better)


def test_a_raise_takes_no_place_that_a_lowered_colleague_has_not_left(agency, above):
    better = NewResult("HTXS", "Bổ sung minh chứng.", general=Decimal(28), result=Decimal(68))
    lowered = NewResult("HTNV", "Tính nhầm.")
    with pytest.raises(NotReady, match="ceiling"):
        replace(agency, above, an=lowered, office_head=better)


def second_head(agency: Agency, first: Evaluation) -> Evaluation:
    """Another head on the list of `first`, of a part that is not rated itself."""
    agency._unit("TTR", "Thanh tra Sở", AgencyRole.DIRECTLY_USING, "SNV")
    post = Appointment.objects.get(pk=agency.posts["hr"].pk)
    Appointment.objects.filter(pk=post.pk).update(unit=agency.units["TTR"], duty=Duty.HEAD)
    row, card = Evaluation.objects.get(pk=first.pk), first.scorecard
    card.pk, card.uuid = None, uuid4()
    card.person, card.appointment = agency.people["hr"], post
    card.save()
    row.pk, row.uuid = None, uuid4()
    row.person, row.appointment, row.scorecard = agency.people["hr"], Appointment.objects.get(pk=post.pk), card
    row.final_decision = decision(agency, row, "KHTNV")
    row.save()
    return row


def decision(agency: Agency, row: Evaluation, class_code: str) -> Decision:
    return Decision.objects.create(
        kind="head_replaced",
        person=row.person,
        by=agency.people["director"],
        at=agency.at(),
        class_code=class_code,
        score_class="HTXS",
        score_total="92",
        reason="Xem lại.",
    )


def test_a_head_is_not_refused_for_another_head_who_stands_above_his_organisation(agency):
    reviewed(agency)
    ratings = Ratings(agency, ())
    ratings.open("VP", recogniser="SNV")
    ratings.whole("VP", "65")
    ratings.decide("SNV")
    first = year_result(agency, "office_head")  # at HTT, the office at HTNV
    second = second_head(agency, first)

    def raised(row: Evaluation, class_code: str) -> None:
        earlier, later = row.final_decision, decision(agency, row, class_code)
        require_within_limits(row.period, [Change(row, earlier, later, NONE, NONE, row.title, None)])

    raised(second, "HTT")
    with pytest.raises(NotReady, match="not rated above his organisation") as refused:
        raised(Evaluation.objects.get(pk=first.pk), "HTXS")
    assert [words.split(":")[0] for words in refused.value.missing] == [agency.people["office_head"].full_name]
