"""A replaced ruling on an organisation flags its head's result and the organisation above, and changes neither."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from organization.actions import delegate
from organization.models import JournalEntry, Scope
from tests.workflows.agency import Agency
from tests.workflows.corrected import year_result
from tests.workflows.meetings import as_person, reviewed
from tests.workflows.organising import Ratings, Recognition
from tests.workflows.test_organisation_acts import issued
from workflows.actions.dependants import leave_dependant
from workflows.actions.organisation_effects import finish_issued, take_effect
from workflows.actions.organisation_replacements import replace_organisation
from workflows.errors import AlreadyHandled, NotAllowed
from workflows.facts.grounds import ground_words
from workflows.grounds import GroundGiven
from workflows.models import (
    Dependant,
    DependantSettlement,
    Evaluation,
    EvaluationPeriod,
    Ground,
    Notice,
    OrganisationRuling,
    Stage,
)
from workflows.reckoning import reckoned

pytestmark = pytest.mark.django_db
PAPERS = ("organisation_decision", "organisation_notice")


@pytest.fixture
def ratings(agency: Agency) -> Ratings:
    """A department and its part, both rated well and told."""
    reviewed(agency)
    found = Ratings(agency, ())
    found.open("VP", recogniser="SNV")
    found.open("SNV")
    found.whole("VP", "80")
    found.decide("SNV")
    issued(found, *PAPERS, clerk="clerk")
    found.whole("SNV", "95")
    found.decide(SNV=Recognition("HTT", "Hết tỷ lệ xuất sắc."))
    issued(found, *PAPERS)
    return found


def anew(ratings: Ratings, code: str, class_code: str) -> None:
    """Another class for this organisation, issued with its notice."""
    by, clerk = ("director", "clerk") if code == "VP" else ("chairman", "province_clerk")
    replace_organisation(
        rating=ratings.of(code),
        chosen=Recognition(class_code, "Kết luận thanh tra."),
        by=ratings.agency.people[by],
        expected_version=None,
        at=ratings.agency.at(),
    )
    assert all(each.ok for each in issued(ratings, *PAPERS, clerk=clerk))


def head_of_part(ratings: Ratings) -> Evaluation:
    year = year_result(ratings.agency, "office_head")
    EvaluationPeriod.objects.filter(pk=year.period_id).update(stage=Stage.PUBLISHED)
    return Evaluation.objects.get(pk=year.pk)


def test_a_head_above_the_new_class_of_his_organisation_is_flagged_and_keeps_his_class(ratings):
    year = head_of_part(ratings)
    anew(ratings, "VP", "HTNV")
    flag = Dependant.objects.get()
    assert (flag.kind, flag.evaluation, flag.period, flag.correction) == ("head", year, year.period, None)
    assert flag.ruling == OrganisationRuling.objects.latest("pk")
    assert (reckoned(flag).class_stands, reckoned(flag).class_anew) == ("HTT", "HTNV")
    assert Evaluation.objects.get(pk=year.pk).final_decision.class_code == "HTT"
    for name in ("director", "hr"):
        assert Notice.objects.filter(person=ratings.agency.people[name], event="dependant.flagged").exists()
    assert JournalEntry.objects.get(event="dependant.flagged").subject_uuid == year.uuid
    words = ground_words(GroundGiven(Ground.DEPENDANT, dependant=flag))
    assert flag.ruling.document.number_text in words
    assert "khoản 6 Điều 20" in words
    page = as_person(ratings.agency.people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert "not rated above the organisation" in page
    assert "Văn phòng Sở" in page
    listed = as_person(ratings.agency.people["hr"]).get(reverse("period_dependants", args=[year.period.uuid]))
    assert "Văn phòng Sở" in listed.content.decode()


def test_repeating_the_effect_flags_nothing_twice(ratings):
    head_of_part(ratings)
    anew(ratings, "VP", "HTNV")
    ruling = OrganisationRuling.objects.latest("pk")
    take_effect(ruling.document, by=ratings.agency.people["clerk"], at=ratings.agency.at())
    assert finish_issued(at=ratings.agency.at()) == 0
    assert Dependant.objects.count() == 1


def test_a_head_below_the_new_class_is_not_flagged(ratings):
    year = head_of_part(ratings)
    lower = type(year.final_decision).objects.create(
        kind="head_replaced",
        person=year.person,
        by=ratings.agency.people["director"],
        at=ratings.agency.at(),
        class_code="KHTNV",
        score_class="HTT",
        score_total="80",
        reason="Khiển trách.",
    )
    Evaluation.objects.filter(pk=year.pk).update(final_decision=lower)
    anew(ratings, "VP", "HTNV")
    anew(ratings, "VP", "HTT")  # he stood below the cap for another reason: no room appeared
    assert not Dependant.objects.exists()


def test_room_is_flagged_only_for_a_head_who_was_held_down(ratings):
    year = head_of_part(ratings)
    anew(ratings, "VP", "HTNV")
    held = type(year.final_decision).objects.create(
        kind="head_replaced",
        person=year.person,
        by=ratings.agency.people["director"],
        at=ratings.agency.at(),
        class_code="HTNV",
        score_class="HTT",
        score_total="80",
        reason="Không cao hơn tổ chức.",
    )
    Evaluation.objects.filter(pk=year.pk).update(final_decision=held)
    anew(ratings, "VP", "HTT")
    flag = Dependant.objects.latest("pk")
    assert (flag.kind, reckoned(flag).class_stands, reckoned(flag).class_anew) == ("head", "HTNV", "HTT")


def test_a_part_at_the_lowest_class_flags_the_decided_organisation_above_and_its_recogniser_settles_it(ratings):
    anew(ratings, "VP", "HTNV")
    assert not Dependant.objects.exists()  # the condition is met as before
    anew(ratings, "VP", "KHTNV")
    flag = Dependant.objects.get()
    over = ratings.of("SNV")
    assert (flag.kind, flag.organisation, flag.period, flag.evaluation) == ("above", over, None, None)
    assert over.ruling.class_code == "HTT"
    people = ratings.agency.people
    assert Notice.objects.filter(person=people["chairman"], event="dependant.flagged").exists()
    chairman = as_person(people["chairman"])
    for name, status in (("an", 404), ("province_hr", 200), ("chairman", 200)):
        assert as_person(people[name]).get(reverse("dependant", args=[flag.uuid])).status_code == status
    page = chairman.get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert reverse("organisation_replace", args=[over.uuid]) in page
    assert reckoned(flag).class_anew == "HTT"  # no class fits: the highest that may still be decided
    card = reverse("organisation", args=[over.uuid])
    assert reverse("dependant", args=[flag.uuid]) in chairman.get(card).content.decode()
    assert reverse("dependant", args=[flag.uuid]) in chairman.get(reverse("work")).content.decode()
    with pytest.raises(NotAllowed):
        leave_dependant(dependant=flag, reason="Giữ.", by=people["director"], at=ratings.agency.at())
    anew(ratings, "SNV", "HTNV")
    assert DependantSettlement.objects.get(dependant=flag).outcome == "decided"
    with pytest.raises(AlreadyHandled):
        leave_dependant(dependant=flag, reason="Giữ.", by=people["chairman"], at=ratings.agency.at())
    page = chairman.get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert "Rule:" not in page  # who settled it is no legal basis
    assert reverse("dependant", args=[flag.uuid]) not in chairman.get(card).content.decode()


def test_whoever_heads_an_organisation_leaves_no_flag_on_it_by_delegation_either(ratings):
    anew(ratings, "VP", "KHTNV")
    flag, people = Dependant.objects.get(), ratings.agency.people
    for name in ("director", "hr"):
        delegate(
            delegator=people["chairman"],
            delegate=people[name],
            scope=Scope.DECIDE,
            unit=ratings.agency.units["UBND"],
            capacity="TUQ.",
            document_number=f"88/UQ-{name}",
            document_on=date(2026, 1, 5),
            starts_on=date(2026, 1, 5),
            ends_on=None,
            by=people["province_hr"],
            at=ratings.agency.at(),
        )
    director = as_person(people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert reverse("dependant_leave", args=[flag.uuid]) not in director
    assert "an organisation that he heads himself" in director
    with pytest.raises(NotAllowed):
        leave_dependant(dependant=flag, reason="Giữ.", by=people["director"], at=ratings.agency.at())
    leave_dependant(dependant=flag, reason="Giữ.", by=people["hr"], at=ratings.agency.at())


def test_a_flag_rests_on_one_change_and_belongs_somewhere(ratings):
    anew(ratings, "VP", "KHTNV")
    flag = Dependant.objects.get()
    for wrong in ({"ruling": None}, {"organisation": None}):
        row = Dependant(kind=flag.kind, ruling=flag.ruling, organisation=flag.organisation, at=flag.at)
        for name, value in wrong.items():
            setattr(row, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
