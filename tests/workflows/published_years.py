"""A department whose yearly ranking is decided and told: the real acts, without the seals that take time."""

from datetime import date

from documents.models import Document
from organization.models import Appointment
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_signed, closed, fresh, opened, settled
from tests.workflows.published import issued, shelved
from tests.workflows.test_year_meetings import SCAN, asked, decide
from tests.workflows.years import confirmed_year, form, tracked_year
from workflows import corrections
from workflows.actions.corrected_results import NewResult
from workflows.actions.party_opinions import file_opinion
from workflows.actions.replacements import replace_decision
from workflows.actions.rulings import Ruling
from workflows.actions.syntheses import make_synthesis
from workflows.models import EvaluationPeriod


def published_year(agency: Agency, *, unranked: str = "", **rulings: Ruling) -> EvaluationPeriod:
    """Everybody told. An is lowered to HTT for want of room; `unranked` served four months and has no score."""
    if unranked:
        Appointment.objects.filter(person=agency.people[unranked]).update(starts_on=date(2026, 9, 15))
    tracked_year(agency, **({unranked: (None, None, None, None)} if unranked else {}))
    period = confirmed_year(agency)
    make_synthesis(period=period, by=agency.people["hr"], expected_version=None, at=agency.at())
    as_signed("synthesis_table")
    closed(agency, settled(agency, opened(agency, period)))
    opinion = asked(agency, period)
    file_opinion(opinion=opinion, class_code="HTT", note="", scan=SCAN, by=agency.people["hr"], at=agency.at())
    decide(agency, period, **rulings)
    assert all(result.ok for result in issued(agency, "council_minutes", "decision", "notice"))
    shelved("council_minutes", "decision", "notice")
    return fresh(period)


def replace_year(agency: Agency, period: EvaluationPeriod, *, by: str = "chairman", **names: NewResult) -> Document:
    """The competent head's new decision on these people's year, by short name."""
    governing = corrections.governed_by(period)
    return replace_decision(
        period=fresh(period),
        replaced=governing[form(agency, next(iter(names))).pk],
        results={form(agency, name).uuid: new for name, new in names.items()},
        by=agency.people[by],
        expected_version=None,
        at=agency.at(),
    )
