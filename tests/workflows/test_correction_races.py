"""A correction takes effect while somebody is being scored on the old result: nobody is forgotten."""

from decimal import Decimal
from functools import partial
from threading import Event

import pytest

from documents.models import Document
from tests.workflows.agency import Agency
from tests.workflows.meetings import fresh
from tests.workflows.published import issued, shelved, signed_and_ready
from tests.workflows.test_act_races import agency, approving, at_once
from tests.workflows.test_dependants import tracked
from workflows.actions.corrected_results import NewResult
from workflows.actions.publications import issue, notify_scores
from workflows.actions.replaced_scores import replace_notices
from workflows.actions.reviews import derive_leader_d
from workflows.models import Dependant

__all__ = ["agency"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_leader_scored_while_a_correction_takes_effect_is_flagged(agency: Agency, monkeypatch):
    """Art 15: d was read from the old score, and committed after the correction had looked for leaders."""
    period = tracked(agency)
    notify_scores(period=fresh(period), by=agency.people["director"], expected_version=None, at=agency.at())
    issued(agency, "notice")
    shelved("notice")
    low = NewResult("", "Tính nhầm.", general=Decimal(9), result=Decimal(30))
    replace_notices(
        period=fresh(period),
        results={agency.evaluation("an").uuid: low},
        by=agency.people["director"],
        expected_version=None,
        at=agency.at(),
    )
    signed_and_ready("notice")
    has_read, is_issued = Event(), Event()

    def held(**given):
        """The old scores are read; the approval goes on when the correction counts, or waits for this one itself."""
        card = derive_leader_d(**given)
        has_read.set()
        is_issued.wait(timeout=2)
        return card

    def issuing(**given):
        assert has_read.wait(timeout=20)
        issue(**given)
        is_issued.set()

    monkeypatch.setattr("workflows.actions.reviews.derive_leader_d", held)
    waiting = list(Document.objects.ready_to_issue().filter(kind__code="notice"))
    issue_it = partial(issuing, documents=waiting, by=agency.people["clerk"], at=agency.at())
    assert at_once(approving(agency, "office_head"), issue_it) == [None, None]
    leader = agency.evaluation("office_head")
    assert leader.scorecard.leader_d == 100
    assert Dependant.objects.filter(evaluation=leader, kind="leader", settlement=None).exists()
