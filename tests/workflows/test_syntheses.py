"""The synthesis table: everybody's score and classes frozen before the council, where the procedure asks for it."""

import pytest
from django.urls import reverse

from documents.actions import cancel_document
from tests.workflows.agency import IN_PERIOD, Agency
from tests.workflows.meetings import as_person, as_signed, convened, fresh, opened, reviewed, settled
from workflows.actions.councils import adopt_minutes, draft_minutes
from workflows.actions.syntheses import make_synthesis
from workflows.errors import NotAllowed, NotReady
from workflows.models import EvaluationPeriod, Procedure
from workflows.readiness import synthesis_missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    """Everybody reviewed, under the newest procedure."""
    period = reviewed(agency)
    newest = Procedure.objects.get(code="full_cycle", is_active=True)
    EvaluationPeriod.objects.filter(pk=period.pk).update(procedure=newest)
    return fresh(period)


def make(agency: Agency, period: EvaluationPeriod, by: str = "hr"):
    now = fresh(period)
    return make_synthesis(period=now, by=agency.people[by], expected_version=now.version, at=agency.at())


def test_everybody_stands_there_with_score_and_classes(agency, period):
    table = make(agency, period)
    rows = {row["name"]: row for row in table.facts["people"]}
    assert len(rows) == len(IN_PERIOD)
    assert (rows["Nguyễn Văn An"]["score"], rows["Nguyễn Văn An"]["proposed"]) == ("100", "HTXS")
    assert [slot.expected_signer for slot in table.slots.all()] == [agency.people["hr"], agency.people["director"]]
    assert (table.kind.numbered, table.kind.sealed) == (True, True)


def test_only_the_personnel_officer_makes_it(agency, period):
    for name in ("director", "clerk", "an"):
        with pytest.raises(NotAllowed):
            make(agency, period, by=name)


def test_the_council_waits_for_its_signatures_where_the_procedure_asks(agency, period):
    with pytest.raises(NotReady, match="signed synthesis table") as refusal:
        convened(agency, period)
    assert refusal.value.missing == ["The synthesis table of the reviewed scores has not been made."]
    table = make(agency, period)
    assert synthesis_missing(period) == [f"The synthesis table {table.code} is not signed yet."]
    as_signed("synthesis_table")
    assert synthesis_missing(period) == []
    assert convened(agency, period).items.count() == len(IN_PERIOD)


def test_whoever_convenes_reads_beforehand_that_the_table_is_missing(agency, period):
    agency.council()
    url, table = reverse("session_convene", args=[period.uuid]), reverse("period_synthesis", args=[period.uuid])
    page = as_person(agency.people["hr"]).get(url).content.decode()
    assert "has not been made" in page
    assert f'href="{table}"' in page
    assert f'href="{table}"' not in as_person(agency.people["director"]).get(url).content.decode()
    make(agency, period)
    as_signed("synthesis_table")
    assert "signed synthesis table" not in as_person(agency.people["hr"]).get(url).content.decode()


def test_the_first_version_of_the_procedure_asks_for_none(agency):
    assert synthesis_missing(reviewed(agency)) == []


def test_a_second_table_waits_until_the_first_is_issued_or_cancelled(agency, period):
    first = make(agency, period)
    with pytest.raises(NotReady, match="still on its way"):
        make(agency, period)
    cancel_document(document=first, reason="Soạn nhầm.", by=agency.people["hr"], at=agency.at())
    assert make(agency, period).replaces is None


def test_after_the_session_it_tells_the_council_s_classes(agency, period):
    first = make(agency, period)
    as_signed("synthesis_table")
    session = settled(agency, opened(agency, period))
    cancel_document(document=first, reason="Lập lại sau phiên họp.", by=agency.people["hr"], at=agency.at())
    while_sitting = make(agency, period)
    assert {row["council_class"] for row in while_sitting.facts["people"]} == {""}
    session = draft_minutes(
        session=session,
        by=session.secretary,
        conclusion="Nhất trí.",
        choice_reason="",
        expected_version=session.version,
        at=agency.at(),
    )
    adopt_minutes(session=session, by=session.chair, expected_version=session.version, at=agency.at())
    assert not agency.documents("ballot_minutes")  # nobody voted
    cancel_document(document=while_sitting, reason="Lập lại.", by=agency.people["hr"], at=agency.at())
    rows = {row["name"]: row for row in make(agency, period).facts["people"]}
    assert (rows["Nguyễn Văn An"]["council_class"], rows["Nguyễn Văn An"]["proposed"]) == ("HTT", "HTT")


def test_the_page_makes_it_and_is_greyed_while_somebody_is_not_reviewed(agency):
    period = agency.open()
    hr, page = as_person(agency.people["hr"]), reverse("period_synthesis", args=[period.uuid])
    early = hr.get(page).content.decode()
    assert "review is approved yet" in early
    assert "Make the table</button>" not in early
    assert hr.post(page, {"expected_version": fresh(period).version}).status_code == 409


def test_the_page_leads_to_the_signing_queue(agency, period):
    page = reverse("period_synthesis", args=[period.uuid])
    answer = as_person(agency.people["hr"]).post(page, {"expected_version": period.version})
    assert answer["Location"] == reverse("signing_queue")
    assert len(agency.documents("synthesis_table")) == 1
