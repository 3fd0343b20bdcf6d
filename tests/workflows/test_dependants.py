"""What rests on a corrected result is flagged when the correction takes effect, and settled by somebody competent."""

from dataclasses import replace as replaced
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse

from kpi.scheme import Scheme
from organization.models import JournalEntry
from tests.workflows.agency import Agency
from tests.workflows.corrected import corrected_by_hand, corrected_year, year_result
from tests.workflows.meetings import as_person, as_signed, fresh, reviewed
from tests.workflows.organising import Ratings
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_replacements import annul, replace
from workflows import corrections
from workflows.actions.corrected_results import NewResult
from workflows.actions.dependants import flag_dependants, leave_dependant, reopen_dependant
from workflows.actions.publications import notify_scores
from workflows.actions.replaced_scores import replace_notices
from workflows.actions.replacements import annul_decision
from workflows.actions.reviews import LeaderMarks, approve_review
from workflows.errors import AlreadyHandled, NotAllowed, Refused
from workflows.grounds import GroundGiven
from workflows.managed import managed_evaluations, reviewed_totals
from workflows.models import Dependant, DependantSettlement, EvaluationPeriod, Ground, Notice, Standing
from workflows.reckoning import reckoned

pytestmark = pytest.mark.django_db
LOW = NewResult("KHTNV", "Hai sản phẩm không có thật.", general=Decimal(10), result=Decimal(30))
BACK = NewResult("HTNV", "Đã tìm thấy minh chứng.", general=Decimal(18), result=Decimal(40))


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    return published(agency)


def effective(agency: Agency, period: EvaluationPeriod, **names: NewResult) -> None:
    """A replacing decision on these people, issued and archived with its notices."""
    replace(agency, period, **names)
    assert all(result.ok for result in issued(agency, "replacing_decision", "notice"))
    shelved("replacing_decision", "notice")


def flagged(agency: Agency, name: str) -> Dependant:
    return Dependant.objects.get(evaluation=agency.evaluation(name), settlement=None)


def leaders() -> set[str]:
    return set(
        Dependant.objects.filter(kind="leader", settlement=None).values_list(
            "evaluation__person__username", flat=True
        )
    )


def test_a_score_under_fifty_flags_the_leaders_whose_d_it_halves(agency, period):
    replace(agency, period, an=LOW)
    assert not Dependant.objects.exists()  # the old result stands until the issue
    issued(agency, "replacing_decision", "notice")
    assert leaders() == {"office_head", "deputy"}
    flag = flagged(agency, "office_head")
    figures = reckoned(flag)
    assert figures.d == (100, 50)
    assert figures.anew < figures.stands
    assert corrections.standing_points(agency.evaluation("office_head")).total == str(figures.stands)
    assert agency.evaluation("office_head").final_decision.class_code == "HTT"  # nothing is computed by itself
    for name in ("director", "hr"):
        assert Notice.objects.filter(person=agency.people[name], event="dependant.flagged").exists()
    assert JournalEntry.objects.filter(event="dependant.flagged").count() == 2


def test_a_score_that_moves_no_d_flags_nobody(agency, period):
    effective(agency, period, an=NewResult("HTNV", "Tính nhầm.", general=Decimal(18), result=Decimal(45)))
    assert not Dependant.objects.exists()


def test_back_above_fifty_flags_the_leaders_again(agency, period):
    effective(agency, period, an=LOW)
    for name in ("office_head", "deputy"):
        leave_dependant(
            dependant=flagged(agency, name), reason="Chờ kết luận.", by=agency.people["director"], at=agency.at()
        )
    effective(agency, period, an=BACK)
    assert leaders() == {"office_head", "deputy"}
    assert reckoned(flagged(agency, "office_head")).d[1] == 100


def test_an_annulled_score_no_longer_lowers_d(agency, period):
    effective(agency, period, an=LOW)
    annulled = corrections.governed_by(fresh(period))[agency.evaluation("an").pk]
    assert annulled.kind.code == "replacing_decision"
    annul_decision(
        period=fresh(period),
        annulled=annulled,
        people={agency.evaluation("an").uuid},
        reason="Ban hành sai trình tự.",
        by=agency.people["director"],
        expected_version=None,
        at=agency.at(),
    )
    issued(agency, "annulment_decision")
    office = agency.evaluation("office_head")
    assert agency.evaluation("an").standing == Standing.ANNULLED
    assert agency.evaluation("an").pk not in reviewed_totals(managed_evaluations(office))
    assert Dependant.objects.filter(evaluation=office, kind="leader").count() == 2


def test_a_new_decision_made_on_the_flag_settles_it_when_it_takes_effect(agency, period):
    effective(agency, period, an=LOW)
    flag = flagged(agency, "office_head")
    ground = GroundGiven(Ground.DEPENDANT, dependant=flag)
    new = NewResult("HTNV", "d còn 50%.", result=Decimal(50), ground=ground)
    document = replace(agency, period, office_head=new)
    assert flagged(agency, "office_head") == flag  # on its way settles nothing
    assert any("đã được thay thế" in line for line in document.facts["grounds"])
    issued(agency, "replacing_decision", "notice")
    settled = DependantSettlement.objects.get(dependant=flag)
    assert (settled.outcome, settled.correction.document) == ("decided", document)
    assert settled.by == document.corrections.get().later.by  # the head, not the clerk who issued it
    assert settled.under["actor"] == str(settled.by.uuid)
    assert agency.evaluation("office_head").final_decision.class_code == "HTNV"
    assert leaders() == {"deputy"}


def test_a_flag_of_somebody_else_is_no_ground(agency, period):
    effective(agency, period, an=LOW)
    ground = GroundGiven(Ground.DEPENDANT, dependant=flagged(agency, "deputy"))
    with pytest.raises(Refused, match="Name the changed result"):
        replace(agency, period, office_head=NewResult("HTNV", "d.", result=Decimal(50), ground=ground))


def test_only_the_competent_leave_a_result_and_only_with_a_reason(agency, period):
    effective(agency, period, an=LOW)
    flag = flagged(agency, "office_head")
    for name in ("hr", "office_head", "an"):
        with pytest.raises(NotAllowed):
            leave_dependant(dependant=flag, reason="Không đổi.", by=agency.people[name], at=agency.at())
    with pytest.raises(Refused, match="stays as it is"):
        leave_dependant(dependant=flag, reason=" ", by=agency.people["director"], at=agency.at())
    leave_dependant(dependant=flag, reason="Không đổi mức.", by=agency.people["director"], at=agency.at())
    with pytest.raises(AlreadyHandled):
        leave_dependant(dependant=flag, reason="Lần nữa.", by=agency.people["director"], at=agency.at())
    assert JournalEntry.objects.filter(event="dependant.settled", changed_to="left").count() == 1


@pytest.fixture
def half(monkeypatch) -> None:
    """A rule set that lets half of the good ones stand at the top class."""

    def of_half(period: EvaluationPeriod) -> Scheme:
        scheme = period.schemes.select_related("scheme").get().scheme.scheme
        assert scheme.ceilings is not None
        share = replaced(scheme.ceilings.share, value=Fraction(1, 2))
        return replaced(scheme, ceilings=replaced(scheme.ceilings, share=share))

    monkeypatch.setattr("workflows.ceilings.scheme_with_ceilings", of_half)


def test_a_list_that_comes_to_stand_above_its_ceiling_is_flagged(agency, half):
    period = published(agency)
    effective(agency, period, an=NewResult("HTXS", "Còn suất."))
    assert not Dependant.objects.exists()
    annul(agency, period, "hr", "clerk", "archivist")
    issued(agency, "annulment_decision")
    flag = Dependant.objects.get(kind="ceiling")
    assert (flag.evaluation, flag.period) == (None, period)
    assert reckoned(flag).used == 1
    page = as_person(agency.people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert "People at the top class" in page
    assert reverse("period_corrections", args=[period.uuid]) in page
    leave_dependant(dependant=flag, reason="Giữ nguyên.", by=agency.people["director"], at=agency.at())


def test_room_at_the_top_is_flagged_for_those_who_were_lowered(agency, half):
    period = published(agency)
    effective(agency, period, an=NewResult("HTXS", "Còn suất."))
    better = NewResult("HTT", "Bổ sung minh chứng; hết suất.", general=Decimal(28), result=Decimal(68))
    effective(agency, period, hr=better)
    assert not Dependant.objects.filter(kind="ceiling").exists()
    effective(agency, period, an=NewResult("HTT", "Tính nhầm."))
    flag = Dependant.objects.get(kind="ceiling")
    page = as_person(agency.people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert agency.people["hr"].full_name in page


def test_a_lowered_class_is_never_refused_for_the_ceiling(agency, period):
    effective(agency, period, an=LOW, hr=NewResult("HTNV", "Tính nhầm.", result=Decimal(45)))
    assert agency.evaluation("hr").final_decision.class_code == "HTNV"


def tracked(agency: Agency) -> EvaluationPeriod:
    """A tracking quarter in which the staff's notices are issued and both leaders are still open."""
    period = agency.open("tracking", "decree-335")
    for name in ("hr", "clerk", "archivist", "an", "office_head", "deputy"):
        agency.hand_in(name, share="0.8")
    as_signed("form_01")
    for name in ("hr", "clerk", "archivist", "an"):
        approve(agency, name)
    return period


def approve(agency: Agency, name: str) -> None:
    evaluation = agency.evaluation(name)
    approve_review(
        evaluation=evaluation,
        by=evaluation.reviewer,
        leader=LeaderMarks(dd=100, e=100) if evaluation.is_leader else None,
        expected_version=evaluation.version,
        at=agency.at(),
    )


def test_a_leader_scored_after_the_correction_counts_the_corrected_score(agency):
    period = tracked(agency)
    notify_scores(period=fresh(period), by=agency.people["director"], expected_version=None, at=agency.at())
    issued(agency, "notice")
    shelved("notice")
    replace_notices(
        period=fresh(period),
        results={agency.evaluation("an").uuid: NewResult("", "Tính nhầm.", general=Decimal(9), result=Decimal(30))},
        by=agency.people["director"],
        expected_version=None,
        at=agency.at(),
    )
    issued(agency, "notice")
    assert not Dependant.objects.exists()  # no leader is scored yet
    approve(agency, "office_head")
    assert agency.evaluation("office_head").scorecard.leader_d == 50


def test_an_open_leader_is_marked_stale_and_reopened_by_his_reviewer(agency):
    reviewed(agency)
    open_leader = agency.evaluation("office_head")
    correction = corrected_by_hand(agency, "an", total="45")
    flag_dependants([correction], by=agency.people["clerk"], at=agency.at())
    assert agency.evaluation("office_head").score_is_stale
    flag = flagged(agency, "office_head")
    assert Notice.objects.filter(person=open_leader.reviewer, event="dependant.flagged").exists()
    with pytest.raises(NotAllowed):
        reopen_dependant(
            dependant=flag, reason="Tính lại d.", by=agency.people["hr"], expected_version=None, at=agency.at()
        )
    version = agency.evaluation("office_head").version
    reopen_dependant(
        dependant=flag, reason="Tính lại d.", by=open_leader.reviewer, expected_version=version, at=agency.at()
    )
    assert DependantSettlement.objects.get(dependant=flag).outcome == "reopened"
    assert agency.evaluation("office_head").round == 2


def test_the_pages_show_old_and_new_and_lead_to_the_new_decision(agency, period):
    effective(agency, period, an=LOW)
    flag = flagged(agency, "office_head")
    head = as_person(agency.people["director"])
    home = head.get(reverse("work")).content.decode()
    assert "2 results rest on a changed one" in home
    board = head.get(reverse("period", args=[period.uuid])).content.decode()
    assert "Results that rest on a changed one (2)" in board
    listed = head.get(reverse("period_dependants", args=[period.uuid])).content.decode()
    assert agency.people["office_head"].full_name in listed
    page = head.get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert "50%" in page
    assert "If it were computed anew" in page
    (link,) = [part.split('"')[0] for part in page.split('href="') if f"dependant={flag.uuid}" in part.split('"')[0]]
    form = head.get(link.replace("&amp;", "&")).content.decode()
    assert f'<option value="{flag.uuid}" selected>' in form
    left = head.post(reverse("dependant_leave", args=[flag.uuid]), {"reason": "Giữ nguyên."}, follow=True)
    assert "Giữ nguyên." in left.content.decode()
    again = head.post(reverse("dependant_leave", args=[flag.uuid]), {"reason": "Lần hai."})
    assert again.status_code == 409
    settled = head.get(reverse("period_dependants", args=[period.uuid]) + "?show=settled").content.decode()
    assert "Left as it is, with a reason" in settled


def test_the_leader_learns_that_it_rests_on_a_changed_result_and_not_whose(agency, period):
    effective(agency, period, an=LOW)
    own = as_person(agency.people["deputy"])
    page = own.get(reverse("result", args=[agency.evaluation("deputy").uuid])).content.decode()
    assert "rests on one that has changed" in page
    assert agency.people["an"].full_name not in page
    assert own.get(reverse("dependant", args=[flagged(agency, "deputy").uuid])).status_code == 404


def test_the_class_of_a_head_flags_the_rating_of_his_organisation(agency):
    reviewed(agency)
    ratings = Ratings(agency, ())
    ratings.open("VP", recogniser="SNV")
    ratings.whole("VP", "65")
    ratings.decide("SNV")
    year = year_result(agency, "office_head")
    correction = corrected_year(agency, year, "KHTNV")
    (flag,) = flag_dependants([correction], by=agency.people["clerk"], at=agency.at())
    assert (flag.kind, flag.organisation) == ("organisation", ratings.of("VP"))
    assert ratings.of("VP").ruling.class_code == "HTNV"
    for name, status in (("an", 404), ("hr", 200), ("director", 200)):
        assert as_person(agency.people[name]).get(reverse("dependant", args=[flag.uuid])).status_code == status
    page = as_person(agency.people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert reverse("organisation_replace", args=[ratings.of("VP").uuid]) in page
    with pytest.raises(NotAllowed):
        leave_dependant(dependant=flag, reason="Giữ.", by=agency.people["chairman"], at=agency.at())
    leave_dependant(dependant=flag, reason="Giữ.", by=agency.people["director"], at=agency.at())
    other = corrected_year(agency, year, "HTT")  # the class stays: nothing rests on the difference
    assert flag_dependants([other], by=agency.people["clerk"], at=agency.at()) == []


def test_a_longer_period_that_counted_the_score_is_flagged(agency, period):
    replace(agency, period, an=LOW)
    year = year_result(agency, "an")
    issued(agency, "replacing_decision", "notice")
    flag = Dependant.objects.get(kind="longer")
    assert (flag.evaluation, flag.period) == (year, year.period)
    figures = reckoned(flag)
    assert figures.stands == 80
    assert figures.anew is None  # three quarters of the year have no score
    page = as_person(agency.people["director"]).get(reverse("dependant", args=[flag.uuid])).content.decode()
    assert "80,00" in page
    assert "scores are missing" in page
