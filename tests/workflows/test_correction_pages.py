"""The pages on which a head replaces or annuls results, and what the old document's page says afterwards."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from documents.models import Document
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person, fresh
from tests.workflows.published import issued, published, shelved
from tests.workflows.test_replacements import replace
from workflows.actions.corrected_results import NewResult
from workflows.errors import Refused
from workflows.facts.replacements import Points
from workflows.models import EvaluationPeriod, Standing

pytestmark = pytest.mark.django_db
REASON = "Tính nhầm số sản phẩm chậm tiến độ."


@pytest.fixture
def period(agency: Agency) -> EvaluationPeriod:
    return published(agency)


def address(route: str, period: EvaluationPeriod, *chosen, decision: Document | None = None) -> str:
    query = "&".join(f"who={evaluation.uuid}" for evaluation in chosen)
    return f"{reverse(route, args=[period.uuid])}?{query}" + (f"&decision={decision.uuid}" if decision else "")


def typed(evaluation, period: EvaluationPeriod, **values: str) -> dict[str, str | int]:
    values = {"ground": "found_later", **values}
    fields = {f"{evaluation.uuid}-{name}": value for name, value in values.items()}
    return fields | {"expected_version": fresh(period).version}


def test_the_head_chooses_types_and_is_led_to_sign(agency, period):
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    (decision,) = agency.documents("decision")
    listed = head.get(reverse("period_corrections", args=[period.uuid])).content.decode()
    assert f'value="{an.uuid}"' in listed
    page = address("period_replace", period, an, decision=decision)
    form = head.get(page).content.decode()
    assert "Now 70,00, at most 70" in form
    assert decision.number_text in form
    answer = head.post(page, typed(an, period, class_code="HTNV", reason=REASON, general="", result="", title=""))
    assert answer["Location"] == reverse("signing_queue")
    listed = head.get(reverse("period_corrections", args=[period.uuid])).content.decode()
    assert "A new decision is on its way" in listed
    issued(agency, "replacing_decision", "notice")
    shelved("replacing_decision", "notice")
    new = agency.documents("replacing_decision")[0]
    old_page = head.get(reverse("document", args=[decision.uuid])).content.decode()
    assert "In force, amended by a later decision" in old_page
    assert new.number_text in old_page
    assert decision.number_text in head.get(reverse("document", args=[new.uuid])).content.decode()
    own = as_person(agency.people["an"])
    result = own.get(reverse("result", args=[an.uuid])).content.decode()
    assert REASON in result
    old_notice, new_notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).order_by("pk")
    assert f"Replaced by {new_notice.number_text}" in result
    assert new_notice.number_text in own.get(reverse("document", args=[old_notice.uuid])).content.decode()
    assert old_notice.number_text in own.get(reverse("document", args=[new_notice.uuid])).content.decode()


def test_a_refused_replacement_keeps_what_was_typed(agency, period):
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    page = address("period_replace", period, an)
    answer = head.post(page, typed(an, period, class_code="HTXS", reason=REASON))
    assert answer.status_code == 409
    assert "ceiling" in answer.content.decode()
    assert REASON in answer.content.decode()
    silent = head.post(page, typed(an, period, class_code="HTNV", reason=""))
    assert "This field is required" in silent.content.decode()
    stale = typed(an, period, class_code="HTNV", reason=REASON) | {"expected_version": "0"}
    assert head.post(page, stale).status_code == 409
    assert not agency.documents("replacing_decision")


def test_a_mean_without_parts_is_corrected_by_its_total(agency, period, monkeypatch):
    monkeypatch.setattr("workflows.corrections.standing_points", lambda _evaluation: Points("", "", "80"))
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    page = address("period_replace", period, an)
    form = head.get(page).content.decode()
    assert "New total points" in form
    assert "New general points" not in form
    above = head.post(page, typed(an, period, class_code="HTNV", reason=REASON, total="100,5")).content.decode()
    assert "Points lie between 0 and 100" in above
    head.post(page, typed(an, period, class_code="HTNV", reason=REASON, total="65,5"))
    (decision,) = agency.documents("replacing_decision")
    assert ("Tổng điểm", "65.5") in [(row["what"], row["to"]) for row in decision.facts["changes"]]
    notice = Document.objects.filter(kind__code="notice", subject=agency.people["an"]).latest("pk")
    assert (notice.facts["general_score"], notice.facts["total_score"]) == (None, "65.5")
    with pytest.raises(Refused, match="no parts"):
        replace(agency, period, hr=NewResult("HTNV", REASON, general=Decimal(10)))


def test_nobody_chosen_leads_back(agency, period):
    head = as_person(agency.people["director"])
    assert "Nobody is chosen" in head.get(address("period_replace", period)).content.decode()
    refused = head.post(address("period_annul", period), {"expected_version": period.version, "reason": REASON})
    assert "Choose at least one person" in refused.content.decode()
    other = reverse("period_replace", args=[period.uuid]) + "?decision=00000000-0000-0000-0000-000000000000"
    assert head.get(other).status_code == 404


def test_the_officer_sees_the_decisions_and_why_the_acts_are_not_his(agency, period):
    page = as_person(agency.people["hr"]).get(reverse("period_corrections", args=[period.uuid])).content.decode()
    assert "Only the head of the agency or his delegate replaces a result." in page
    assert "Annul the results of those chosen" not in page
    an = agency.evaluation("an")
    answer = as_person(agency.people["hr"]).post(address("period_annul", period, an), {"expected_version": 1})
    assert answer.status_code == 403


def test_an_annulled_result_says_so_to_its_person(agency, period):
    head, an = as_person(agency.people["director"]), agency.evaluation("an")
    page = address("period_annul", period, an)
    assert "cancelled by reference" in head.get(page).content.decode()
    answer = head.post(page, {"expected_version": fresh(period).version, "ground": "cancellation", "reason": REASON})
    assert answer["Location"] == reverse("signing_queue")
    own = as_person(agency.people["an"])
    before = own.get(reverse("result", args=[an.uuid])).content.decode()
    assert REASON not in before
    issued(agency, "annulment_decision")
    shelved("annulment_decision")
    assert agency.evaluation("an").standing == Standing.ANNULLED
    after = own.get(reverse("result", args=[an.uuid])).content.decode()
    assert "annulled" in after
    assert "No score in force" in after
    assert "No score in force" in own.get(reverse("work")).content.decode()
    assert "big-score" not in after
    assert REASON in after
    notice = Document.objects.get(kind__code="notice", subject=agency.people["an"])
    assert "Annulled by a later decision" in own.get(reverse("document", args=[notice.uuid])).content.decode()


def test_the_person_sees_the_corrected_points_beside_the_corrected_class(agency, period):
    own = as_person(agency.people["an"])
    result = reverse("result", args=[agency.evaluation("an").uuid])
    new = NewResult("HTNV", REASON, general=Decimal("18"), result=Decimal("45.5"))
    replace(agency, period, an=new)
    assert own.get(reverse("my_evaluations")).context["rows"][0]["total"] != Decimal("63.5")  # not in force yet
    issued(agency, "replacing_decision", "notice")
    (row,) = own.get(reverse("my_evaluations")).context["rows"]
    assert (row["total"], row["class_code"]) == (Decimal("63.5"), "HTNV")
    home = own.get(reverse("work"))
    last = home.context["last"]
    assert (last["total"], last["next"]) == (Decimal("63.5"), None)
    assert "Score in force" in home.content.decode()
    assert "· as reviewed" not in home.content.decode()
    page = own.get(result)
    assert page.context["why"]["next_class"] is None
    html = page.content.decode()
    assert _big_figure(html) == "63,50"
    assert "Score in force" in html
    assert "since replaced: <s>" in html


def test_a_corrected_class_alone_keeps_the_figure(agency, period):
    own = as_person(agency.people["an"])
    replace(agency, period, an=NewResult("HTNV", REASON))
    issued(agency, "replacing_decision", "notice")
    page = own.get(reverse("result", args=[agency.evaluation("an").uuid]))
    assert "since replaced" not in page.content.decode()
    assert not page.context["replaced_total"]


def _big_figure(html: str) -> str:
    """The one figure that the page shows in large letters."""
    (figure,) = re.findall(r'<p class="big-score">([^<]*)<', html)
    return figure
