"""Handing in, taking back, and what a draft never loses."""

from decimal import Decimal

import pytest

from documents.models import State
from kpi.actions import compute
from kpi.errors import DraftConflict
from organization.models import JournalEntry
from tests.workflows.agency import Agency
from workflows import flows
from workflows.actions.self_assessments import save_draft, submit_self_assessment, withdraw
from workflows.errors import AlreadyHandled, NotAllowed, NotReady

pytestmark = pytest.mark.django_db


def submit(agency: Agency, name: str, *, by: str | None = None, version: int | None = None):
    evaluation = agency.evaluation(name)
    return submit_self_assessment(
        evaluation=evaluation,
        by=agency.people[by or name],
        expected_version=evaluation.version if version is None else version,
        at=agency.at(),
    )


def test_an_incomplete_form_is_refused_with_the_list_of_what_is_missing(agency: Agency) -> None:
    agency.open()
    with pytest.raises(NotReady) as refusal:
        submit(agency, "an")
    assert len(refusal.value.missing) == 10 + 3  # ten criteria, three lines; nothing is taken for 0


def test_nobody_hands_in_for_somebody_else(agency: Agency) -> None:
    agency.open()
    agency.fill("an")
    with pytest.raises(NotAllowed):
        submit(agency, "an", by="hr")


def test_handing_in_twice_is_answered_with_who_and_when(agency: Agency) -> None:
    agency.open()
    agency.fill("an")
    before = agency.evaluation("an").version
    submit(agency, "an")
    with pytest.raises(AlreadyHandled, match="Nguyễn Văn An"):
        submit(agency, "an", version=before)
    assert len(agency.documents("form_01")) == 1


def test_the_turn_passes_to_the_reviewer_at_once_and_form_01_is_owed(agency: Agency) -> None:
    agency.open()
    evaluation = agency.hand_in("an")
    task = flows.open_task(evaluation)
    assert (flows.node_name(task), task.owner) == (flows.REVIEW, agency.people["office_head"])
    (form,) = agency.documents("form_01")
    assert form.state == State.REQUESTED
    assert [slot.expected_signer for slot in form.slots.all()] == [agency.people["an"], None]


def test_a_withdrawn_form_goes_back_to_the_person_and_its_document_is_cancelled(agency: Agency) -> None:
    agency.open()
    evaluation = agency.hand_in("an")
    evaluation = withdraw(
        evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=agency.at()
    )
    task = flows.open_task(evaluation)
    assert (flows.node_name(task), task.owner, evaluation.round) == (flows.SELF_ASSESSMENT, agency.people["an"], 2)
    assert agency.documents("form_01")[0].state == State.CANCELLED
    submit(agency, "an")
    first, second = agency.documents("form_01")
    assert second.replaces == first


def test_a_stale_tab_overwrites_nothing(agency: Agency) -> None:
    agency.open()
    evaluation = agency.fill("an", share="0.8")
    with pytest.raises(DraftConflict):
        save_draft(
            evaluation=evaluation,
            by=evaluation.person,
            general={"I.1": Decimal(1)},
            lines={},
            strengths="",
            limitations="",
            expected_draft_version=0,
        )
    assert agency.evaluation("an").scorecard.general_scores.get(item_code="I.1").self_points == Decimal(4)
    assert agency.evaluation("an").strengths == "Chủ động, đúng hạn."


def test_handing_in_and_taking_back_never_changes_the_score(agency: Agency) -> None:
    agency.open()
    evaluation = agency.fill("an", share="0.7", done="9")
    typed = compute(evaluation.scorecard, reviewed=False).total
    submit(agency, "an")
    assert compute(agency.evaluation("an").scorecard, reviewed=False).total == typed
    evaluation = agency.evaluation("an")
    withdraw(evaluation=evaluation, by=evaluation.person, expected_version=evaluation.version, at=agency.at())
    assert compute(agency.evaluation("an").scorecard, reviewed=False).total == typed


def test_the_kept_snapshot_recomputes_to_the_same_score(agency: Agency) -> None:
    agency.open()
    evaluation = agency.hand_in("an", share="0.7", done="7")
    snapshot = evaluation.steps.get().snapshot
    assert snapshot.recompute().total == snapshot.total == compute(evaluation.scorecard, reviewed=False).total


def test_every_act_stands_in_the_journal(agency: Agency) -> None:
    agency.open()
    evaluation = agency.hand_in("an")
    events = list(JournalEntry.objects.filter(subject_uuid=evaluation.uuid).values_list("event", "by__username"))
    assert events == [("evaluation.opened", "hr"), ("evaluation.submitted", "an")]
