"""Discipline learnt after a yearly result: one register, shown to the competent head, and the ground of his act."""

from datetime import date

import pytest
from django.urls import reverse

from approvals.models import Decision
from organization.actions import delegate
from organization.models import Scope
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.test_year_acts import discipline
from tests.workflows.years import form, open_year, tracked_year
from workflows.actions.correction_grounds import check_ground
from workflows.actions.years import withdraw_circumstance
from workflows.errors import NotReady, Refused
from workflows.grounds import Discipline, GroundGiven
from workflows.learnt import learnt_later
from workflows.models import Dependant, Evaluation, Ground, Notice
from workflows.reckoning import _mean
from workflows.views.replacing import _prefilled
from workflows.years import year_inputs

pytestmark = pytest.mark.django_db
KNOWN = Discipline(date(2026, 5, 4), "Giám đốc Sở Nội vụ", "15/qđ-snv", date(2026, 6, 1))


@pytest.fixture
def year(agency: Agency) -> Evaluation:
    """An's published year at the top class."""
    tracked_year(agency)
    open_year(agency)
    row = form(agency, "an")
    decision = Decision.objects.create(
        kind="head_decided",
        person=row.person,
        by=agency.people["director"],
        at=agency.at(),
        class_code="HTXS",
        score_class="HTXS",
        score_total="185/2",
    )
    Evaluation.objects.filter(pk=row.pk).update(standing="published", final_decision=decision)
    return form(agency, "an")


def given(**changed) -> GroundGiven:
    values = {"act_on": KNOWN.act_on, "organisation": KNOWN.organisation, "number": KNOWN.number, "on": KNOWN.on}
    return GroundGiven(Ground.DISCIPLINE, discipline=Discipline(**(values | changed)))


def test_an_entry_learnt_later_is_shown_to_the_competent_and_changes_nothing(agency, year):
    page = reverse("result", args=[year.uuid])
    words = "What a circumstance learnt later would do"
    assert learnt_later(year) is None
    assert words not in as_person(agency.people["director"]).get(page).content.decode()
    discipline(agency, "an")
    found = learnt_later(form(agency, "an"))
    assert (found.stands, found.anew) == ("HTXS", "KHTNV")
    assert "khoản 4 Điều 20, khoản 3 Điều 11" in found.why
    for name in ("director", "chairman"):
        assert Notice.objects.filter(person=agency.people[name], event="circumstance.learnt_later").exists()
    assert words in as_person(agency.people["director"]).get(page).content.decode()
    assert words in as_person(agency.people["an"]).get(page).content.decode()
    assert "ground=discipline" not in as_person(agency.people["an"]).get(page).content.decode()
    assert form(agency, "an").final_decision.class_code == "HTXS"
    assert not Dependant.objects.exists()


def test_an_entry_that_lowers_nothing_or_is_ended_is_not_shown(agency, year):
    discipline(agency, "an", measure="criticism")
    assert learnt_later(form(agency, "an")) is None
    row = discipline(agency, "an")
    assert learnt_later(form(agency, "an")) is not None
    withdraw_circumstance(
        evaluation=year, circumstance=row, reason="Hủy.", proof="20/QĐ-SNV", by=agency.people["hr"], at=agency.at()
    )
    assert learnt_later(form(agency, "an")) is None


def test_a_yearly_class_is_lowered_only_by_what_the_register_holds(agency, year):
    with pytest.raises(NotReady, match="personnel enter it there first"):
        check_ground(year, given(), same=False)
    state = discipline(agency, "an")
    check_ground(form(agency, "an"), given(), same=False)
    with pytest.raises(NotReady, match="act of this day"):
        check_ground(form(agency, "an"), given(act_on=date(2026, 5, 5)), same=False)
    discipline(agency, "an", side="party", decision_number="7-QĐ/UBKT", decision_on=date(2026, 7, 1), twin=state)
    check_ground(form(agency, "an"), given(number="7-QĐ/UBKT", on=date(2026, 7, 1)), same=False)


def test_the_ground_is_the_decision_that_lowers_and_not_the_newest_entry(agency, year):
    discipline(agency, "an")
    later = {"decision_number": "30/QĐ-SNV", "decision_on": date(2026, 9, 1), "act_on": date(2026, 8, 1)}
    discipline(agency, "an", measure="criticism", **later)
    found = learnt_later(form(agency, "an"))
    assert found.discipline.number == "15/QĐ-SNV"
    criticism = given(number="30/QĐ-SNV", on=date(2026, 9, 1), act_on=date(2026, 8, 1))
    with pytest.raises(Refused, match="lowers no class of this year"):
        check_ground(form(agency, "an"), criticism, same=False)
    check_ground(form(agency, "an"), given(), same=False)


def test_the_twin_is_named_from_whichever_side_was_entered_first(agency, year):
    state = discipline(agency, "an")
    party = {"side": "party", "decision_number": "7-QĐ/UBKT", "decision_on": date(2026, 5, 20)}
    discipline(agency, "an", twin=state, **party)
    found = learnt_later(form(agency, "an")).discipline
    assert (found.number, found.twin_number, found.twin_on) == ("15/QĐ-SNV", "7-QĐ/UBKT", date(2026, 5, 20))


def test_what_is_no_discipline_leads_to_a_new_decision_as_found_later(agency, year, rf):
    discipline(agency, "an", kind="degradation", measure="")
    director = agency.people["director"]
    page = reverse("result", args=[year.uuid])
    assert "ground=found_later" not in as_person(director).get(page).content.decode()  # not his to decide
    delegate(
        delegator=agency.people["chairman"],
        delegate=director,
        scope=Scope.DECIDE,
        unit=agency.units["SNV"],
        capacity="TUQ.",
        document_number="88/UQ-UBND",
        document_on=date(2026, 1, 5),
        starts_on=date(2026, 1, 5),
        ends_on=None,
        by=agency.people["hr"],
        at=agency.at(),
    )
    assert "ground=found_later" in as_person(director).get(page).content.decode()
    filled = _prefilled(rf.get("/", {"ground": "found_later"}), form(agency, "an"))
    assert (filled["ground"], filled["class_code"]) == ("found_later", "KHTNV")
    assert _prefilled(rf.get("/", {"ground": "discipline"}), form(agency, "an")) == {}


def test_an_act_that_a_twin_counted_in_an_earlier_year_is_no_ground(agency, year):
    first = discipline(
        agency,
        "an",
        act_on=date(2025, 11, 1),
        decision_on=date(2025, 12, 1),
        decision_number="90-QĐ/UBKT",
        side="party",
    )
    discipline(agency, "an", act_on=date(2025, 11, 1), twin=first)
    assert learnt_later(form(agency, "an")) is None
    with pytest.raises(Refused, match="lowers no class of this year"):
        check_ground(form(agency, "an"), given(act_on=date(2025, 11, 1)), same=False)


def test_the_page_of_the_new_decision_is_filled_from_the_register(agency, year, rf):
    discipline(agency, "an")
    filled = _prefilled(rf.get("/", {"ground": "discipline"}), form(agency, "an"))
    assert (filled["ground"], filled["class_code"], filled["number"]) == ("discipline", "KHTNV", "15/QĐ-SNV")
    assert filled["act_on"] == date(2026, 5, 4)
    assert _prefilled(rf.get("/"), form(agency, "an")) == {}


def test_a_year_computed_anew_is_the_year_of_its_own_form(agency, year):
    scheme = year.scorecard.scheme.scheme
    assert _mean(year) == year_inputs(year).mean(scheme).total
    assert _mean(year) is not None
