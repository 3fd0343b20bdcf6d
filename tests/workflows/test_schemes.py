"""Rule sets and the product catalogue in the browser."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from kpi.actions import ProductRow, draft_scheme, import_catalogue
from kpi.models import Catalogue, ScoringScheme
from tests.workflows.agency import Agency
from tests.workflows.test_imports import hr
from tests.workflows.test_periods import body, browser
from workflows.views.rule_words import LABELS, VALUES, sections

__all__ = ["hr"]

pytestmark = pytest.mark.django_db

LOCAL = "decree-335-local-quarter"


def test_every_rule_stands_on_the_page_with_value_article_and_standing(agency: Agency):
    found = ScoringScheme.objects.get(code=LOCAL)
    page = browser(agency, "an").get(reverse("scheme", args=[found.uuid]))
    rows = [row for section in page.context["sections"] for row in section["rows"]]
    assert sorted(row["path"] for row in rows) == sorted(path for path, _rule in found.scheme.rules())
    assert all(row["value"] and row["basis"] and row["standing_words"] for row in rows)
    assert "local rule set" in body(page) or "Local rule set" in body(page)


def test_no_code_of_the_machine_is_shown_to_a_reader():
    for found in ScoringScheme.objects.all():
        rows = [row for section in sections(found.scheme) for row in section["rows"]]
        assert [row["path"] for row in rows if row["label"] == row["path"]] == []
        policies = [row for row in rows if row["path"].startswith("policies.") and row["value"][0].isalpha()]
        assert {row["value"] for row in policies} <= {str(words) for words in VALUES.values()}
    assert len(LABELS) > 40


def test_a_third_stays_a_third():
    weights = [
        row
        for section in sections(ScoringScheme.objects.get(code=LOCAL).scheme)
        for row in section["rows"]
        if row["path"] == "staff_weights"
    ]
    assert weights[0]["value"] == "a: 1/3; b: 1/3; c: 1/3"


def test_the_periods_that_use_a_rule_set_are_named_to_those_who_follow_them(agency: Agency):
    period = agency.plan()
    url = reverse("scheme", args=[ScoringScheme.objects.get(code=LOCAL).uuid])
    assert browser(agency, "hr").get(url).context["periods"] == [period]
    assert browser(agency, "an").get(url).context["periods"] == []


def test_a_draft_shows_its_problems_to_personnel_officers_only(agency: Agency):
    rules = ScoringScheme.objects.get(code=LOCAL).rules
    rules["ranking"]["ranks"]["basis"] = ""
    draft = draft_scheme(
        code="thu",
        name="Dự thảo thử",
        rules=rules,
        subject_groups=["cong_chuc"],
        effective_from=date(2027, 1, 1),
        by=agency.people["hr"],
        at=agency.at(),
    )
    url = reverse("scheme", args=[draft.uuid])
    assert "names no article" in body(browser(agency, "hr").get(url))
    assert browser(agency, "an").get(url).status_code == 404


@pytest.fixture
def catalogue(agency: Agency) -> Catalogue:
    rows = [
        ProductRow(
            code=f"A.{number:02d}", task=f"Báo cáo số {number}", group=number % 5 + 1, points=Decimal(number + 1)
        )
        for number in range(60)
    ]
    return import_catalogue(
        unit=agency.units["UBND"],
        name="Danh mục",
        standard_points=Decimal(5),
        rows=rows,
        by=agency.people["hr"],
        at=agency.at(),
    )


def test_products_are_found_by_words_and_group_and_paged(hr, catalogue: Catalogue):
    page = hr.get(reverse("catalogue")).context["page"]
    assert (page.paginator.count, page.paginator.num_pages) == (60, 2)
    assert hr.get(reverse("catalogue"), {"q": "A.07"}).context["page"].paginator.count == 1
    assert hr.get(reverse("catalogue"), {"group": "2"}).context["page"].paginator.count == 12


def test_a_draft_catalogue_counts_once_its_decision_is_entered(hr, catalogue: Catalogue):
    url = reverse("catalogue_decide", args=[catalogue.uuid])
    assert url in body(hr.get(reverse("catalogue")))
    decision = {"number": "15/QĐ-UBND", "on": "2026-06-30", "submission_key": str(uuid.uuid4())}
    assert hr.post(url, decision).status_code == 302
    catalogue.refresh_from_db()
    assert (catalogue.state, catalogue.decision_number) == ("decided", "15/QĐ-UBND")
    again = hr.post(url, decision | {"submission_key": str(uuid.uuid4()), "number": "16/QĐ-UBND"})
    assert again.status_code == 400
    assert "already decided" in body(again)


def test_an_officer_of_one_agency_reads_the_catalogue_but_does_not_decide_it(agency: Agency, catalogue: Catalogue):
    officer = browser(agency, "hr")
    assert officer.get(reverse("catalogue")).status_code == 200
    assert officer.get(reverse("catalogue_decide", args=[catalogue.uuid])).status_code == 403
    assert browser(agency, "an").get(reverse("catalogue")).status_code == 403
