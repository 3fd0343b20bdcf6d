"""A row of the room is stored as its box is left: a press on its button right after must not meet one's own words."""

import pytest

from approvals.errors import Stale
from approvals.models import AgendaItem
from tests.workflows.agency import Agency
from tests.workflows.meetings import case_of, opened, reviewed
from workflows.actions.agendas import Choice, propose_listed, settle

WHY = "Không còn suất xuất sắc."


@pytest.fixture
def case(agency: Agency) -> AgendaItem:
    return case_of(opened(agency, reviewed(agency)), agency.people["an"])


def chosen(case: AgendaItem, reason: str = WHY) -> Choice:
    """What a page drawn from this very row would send."""
    return Choice(case, "HTT", reason, case.version)


def test_a_choice_that_arrived_before_the_press_is_concluded(agency: Agency, case: AgendaItem) -> None:
    secretary = case.session.secretary
    assert propose_listed(choices=[chosen(case)], by=secretary, at=agency.at())[0].refusal is None
    settle(choice=chosen(case), by=secretary, at=agency.at())
    case.refresh_from_db()
    assert (case.proposed_class, case.reason) == ("HTT", WHY)
    assert case.concluded_at is not None


def test_another_officers_choice_in_between_is_shown_first(agency: Agency, case: AgendaItem) -> None:
    propose_listed(choices=[chosen(case)], by=case.session.chair, at=agency.at())
    with pytest.raises(Stale):
        settle(choice=chosen(case), by=case.session.secretary, at=agency.at())
    case.refresh_from_db()
    assert case.concluded_at is None


def test_ones_own_other_words_in_between_are_shown_first(agency: Agency, case: AgendaItem) -> None:
    secretary = case.session.secretary
    propose_listed(choices=[chosen(case, "Lý do khác.")], by=secretary, at=agency.at())
    with pytest.raises(Stale):
        settle(choice=chosen(case), by=secretary, at=agency.at())
    case.refresh_from_db()
    assert (case.reason, case.concluded_at) == ("Lý do khác.", None)
