"""The decree's own procedure: a score and no class, from the form to the archived notice."""

import pytest
from django.core.management import call_command

from documents.models import Document, State
from tests.workflows.agency import IN_PERIOD, Agency
from workflows.actions.periods import advance_period
from workflows.actions.publications import issue, notify_scores
from workflows.actions.reviews import LeaderMarks, approve_review
from workflows.models import Evaluation, EvaluationPeriod, Stage, Standing


def advance(agency: Agency) -> EvaluationPeriod:
    period = EvaluationPeriod.objects.get()
    return advance_period(period=period, by=agency.people["hr"], expected_version=period.version, at=agency.at())


@pytest.mark.django_db
def test_a_quarter_is_tracked_to_its_notices_without_a_class(agency: Agency) -> None:
    agency.enrol_keys()
    agency.open(procedure="tracking", scheme="decree-335")
    for name in IN_PERIOD:
        agency.hand_in(name, share="0.8", done="9")
        assert all(result.ok for result in agency.sign_all(name))
    assert advance(agency).stage == Stage.SUPERVISOR_REVIEW

    for name in ("hr", "clerk", "archivist", "an", "office_head", "deputy"):
        evaluation = agency.evaluation(name)
        approve_review(
            evaluation=evaluation,
            by=evaluation.reviewer,
            leader=LeaderMarks(dd=100, e=100) if evaluation.is_leader else None,
            expected_version=evaluation.version,
            at=agency.at(),
        )
    for name in ("office_head", "director"):
        assert all(result.ok for result in agency.sign_all(name))
    assert set(Evaluation.objects.values_list("standing", flat=True)) == {Standing.DECIDED}

    period = EvaluationPeriod.objects.get()
    notify_scores(period=period, by=agency.people["director"], expected_version=period.version, at=agency.at())
    assert all(result.ok for result in agency.sign_all("director"))
    ready = Document.objects.ready_to_issue()
    assert {document.kind.code for document in ready} == {"notice"}
    assert all(result.ok for result in issue(documents=ready, by=agency.people["clerk"], at=agency.at()))
    agency.render()

    assert advance(agency).stage == Stage.PUBLISHED
    assert advance(agency).stage == Stage.ARCHIVED
    assert set(Document.objects.values_list("state", flat=True)) == {State.ARCHIVED}
    notices = agency.documents("notice")
    assert {notice.facts["class_code"] for notice in notices} == {""}
    assert {notice.facts["local_rule_name"] for notice in notices} == {""}
    call_command("verify_archive", verbosity=0)
