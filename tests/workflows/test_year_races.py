"""The yearly rating raced: two tabs of one person, the meeting's end, and what arrives at that moment.

Each thread has a connection of its own. PostgreSQL lets them race; SQLite puts one behind the other.
"""

from functools import partial

import pytest

from approvals.models import Opinion, SessionState
from documents.models import Document, SignatureSlot
from organization.models import JournalEntry
from tests.workflows.agency import PIN, Agency
from tests.workflows.meetings import again, case_of, closed, fresh, opened, settled
from tests.workflows.test_act_races import Act, at_once, live, winner_of
from tests.workflows.test_year_meetings import SAID, SCAN, asked, confirmed
from tests.workflows.years import form, hand_in, open_year, tracked_year
from workflows.actions.councils import adopt_minutes, draft_minutes
from workflows.actions.meetings import hand_in_opinions
from workflows.actions.party_opinions import file_opinion, give_opinion, missing_opinions
from workflows.actions.rulings import decide_list
from workflows.actions.signing import sign
from workflows.actions.year_forms import submit_year_form
from workflows.actions.years import enter_service
from workflows.errors import REFUSALS, as_refused
from workflows.models import EvaluationStep, PartyOpinion, Standing

ENTERED, DECIDED = "year.service_recorded", "evaluation.decided"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency(transactional_db, authority, archive_dir) -> Agency:
    """Committed rows, so that every thread sees them."""
    return Agency(authority).build()


def plainly(act: Act) -> Act:
    """The act, refused in the words of the page whichever app refuses it."""

    def run() -> None:
        try:
            act()
        except REFUSALS as refusal:
            raise as_refused(refusal) from refusal

    return run


def test_form_02_is_handed_in_and_signed_once_from_two_tabs(agency: Agency) -> None:
    tracked_year(agency)
    open_year(agency)
    agency.enrol_keys("an")
    hand_in(agency, "hr")  # somebody else's form stays untouched
    row = form(agency, "an")
    row.self_class = "HTT"
    row.save(update_fields=["self_class"])
    handing = partial(submit_year_form, evaluation=row, by=row.person, expected_version=row.version, at=agency.at())
    winner_of(at_once(handing, handing))
    assert live("form_02") == 2
    agency.render()
    paper = Document.objects.get(kind__code="form_02", subject=row.person)
    told: list = []

    def signing(at) -> None:
        told.extend(sign(documents=[Document.objects.get(pk=paper.pk)], by=row.person, pin=PIN, at=at))

    at = agency.at()
    assert at_once(partial(signing, at), partial(signing, at)) == [None, None]
    assert len(told) == 2
    assert [result.ok for result in told] == [True, True]
    assert sorted(result.already for result in told) == [False, True]
    assert SignatureSlot.objects.get(document=paper, role="person").signed_at is not None


def test_an_opinion_stands_in_the_minutes_or_is_told_that_it_came_too_late(agency: Agency) -> None:
    session = settled(agency, opened(agency, confirmed(agency)))
    case = case_of(session, agency.people["an"])
    speaking = partial(
        hand_in_opinions,
        session=session,
        opinions=[(case, "Hoàn thành tốt nhiệm vụ.")],
        by=agency.people["office_head"],
        at=agency.at(),
    )
    drafting = partial(
        draft_minutes,
        session=session,
        by=session.secretary,
        conclusion="Nhất trí với danh sách.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )
    spoken, drafted = at_once(plainly(speaking), plainly(drafting))
    if drafted is not None:  # the opinion moved the session on: the secretary reads it and drafts again
        drafting.keywords["session"] = session = again(session)
        drafting.keywords["expected_version"] = session.version
        drafting()
    session = again(session)
    assert session.state == SessionState.MINUTES_DRAFTED
    adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    said = Document.objects.get(kind__code="council_minutes").facts["cases"]
    texts = [opinion["text"] for each in said for opinion in each["opinions"]]
    assert texts == ([] if spoken else ["Hoàn thành tốt nhiệm vụ."])
    assert Opinion.objects.count() == len(texts)


def test_the_party_committees_opinion_is_received_once(agency: Agency) -> None:
    period = confirmed(agency)
    opinion = asked(agency, period)
    giving = partial(give_opinion, opinion=opinion, said=SAID, by=agency.people["office_head"], at=agency.at())
    filing = partial(
        file_opinion, opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at()
    )
    winner = winner_of(at_once(giving, filing))
    row = PartyOpinion.objects.get()
    assert (row.document is None, row.scan_number) == ((False, ""), (True, "12-CV/CB"))[winner]
    assert live("party_opinion") == 1 - winner


def test_nobody_is_ranked_on_months_that_are_entered_at_that_moment(agency: Agency) -> None:
    period = confirmed(agency)
    closed(agency, settled(agency, opened(agency, period)))
    opinion = asked(agency, period)
    file_opinion(opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at())
    assert missing_opinions(period) == []
    entering = partial(
        enter_service,
        evaluation=form(agency, "an"),
        months=[8, 9, 10, 11],
        absence="",
        basis="QĐ số 31/QĐ-SNV",
        by=agency.people["hr"],
        at=agency.at(),
    )
    now = fresh(period)
    deciding = partial(
        decide_list,
        period=now,
        by=agency.people["director"],
        rulings={},
        expected_version=now.version,
        at=agency.at(),
    )
    entered, refused = at_once(entering, deciding)
    assert entered is None  # months learnt after the decision are entered too: they are the ground of a new one
    said = JournalEntry.objects.filter(subject_uuid=form(agency, "an").uuid).order_by("pk")
    order = list(said.filter(event__in=[ENTERED, DECIDED]).values_list("event", flat=True))
    assert order == ([DECIDED, ENTERED] if refused is None else [ENTERED])
    decided = form(agency, "an").standing == Standing.DECIDED
    assert decided == (refused is None)
    assert EvaluationStep.objects.filter(decision__kind="head_decided").exists() == decided
