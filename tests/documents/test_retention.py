"""The schedule of terms: dated rows, the agency's own before the general one, and no term means no end."""

from datetime import date

import pytest

from documents.actions import DocumentRefused
from documents.keeping.retention import Term, rules_of, set_term, terms
from documents.models import DocumentKind, RetentionRule
from organization.models import JournalEntry
from tests.documents.office import NOON, Office

BASIS = "Quyết định số 15/QĐ-STN ngày 05/01/2026 về danh mục hồ sơ"


def put(office: Office, **changes) -> RetentionRule:
    """A settled row of ten years for notices of the agency, from New Year on."""
    wanted = {
        "kind": DocumentKind.objects.get(code="notice"),
        "unit": office.unit,
        "years": 10,
        "permanent": False,
        "basis": BASIS,
        "settled": True,
        "starts_on": date(2026, 1, 1),
        "by": office.people["clerk"],
        "at": NOON,
    }
    return set_term(**wanted | changes)


def term(office: Office, on: date, kind: str = "notice") -> Term:
    return terms(office.unit, on)[DocumentKind.objects.get(code=kind).pk]


def test_a_kind_without_a_row_has_no_end(office: Office) -> None:
    shipped = term(office, date(2026, 5, 1))
    assert not shipped.settled
    assert shipped.over_on(date(1990, 1, 1)) is None
    assert "chưa ấn định" in shipped.basis


@pytest.mark.parametrize(
    ("closed", "over"),
    [
        (date(2026, 1, 1), date(2037, 1, 1)),
        (date(2026, 12, 31), date(2037, 1, 1)),
        (date(2027, 1, 1), date(2038, 1, 1)),
    ],
)
def test_the_years_count_from_the_end_of_the_closing_year(office: Office, closed: date, over: date) -> None:
    put(office)
    assert term(office, date(2026, 5, 1)).over_on(closed) == over


def test_an_open_file_a_permanent_term_and_one_under_review_never_end(office: Office) -> None:
    put(office)
    assert term(office, date(2026, 5, 1)).over_on(None) is None
    put(office, years=None, permanent=True, starts_on=date(2026, 6, 1))
    assert term(office, date(2026, 7, 1)).over_on(date(2026, 1, 1)) is None
    put(office, settled=False, starts_on=date(2026, 8, 1))
    assert term(office, date(2026, 9, 1)).over_on(date(1990, 1, 1)) is None


def test_a_new_row_ends_the_one_before_and_each_day_keeps_its_own(office: Office) -> None:
    first = put(office)
    put(office, years=20, starts_on=date(2027, 1, 1))
    first.refresh_from_db()
    assert first.ends_on == date(2027, 1, 1)
    assert (term(office, date(2026, 12, 31)).years, term(office, date(2027, 1, 1)).years) == (10, 20)
    assert list(rules_of([office.unit.pk]).order_by("starts_on").values_list("years", flat=True)) == [10, 20]
    assert JournalEntry.objects.filter(event="retention.set", by=office.people["clerk"]).count() == 2


def test_the_agencys_own_row_stands_before_the_one_for_all(office: Office) -> None:
    put(office, unit=None, years=70, starts_on=date(2026, 3, 1))
    assert term(office, date(2026, 4, 1)).years == 70
    put(office)
    assert term(office, date(2026, 4, 1)).years == 10
    assert terms(office.unit.parent, date(2026, 4, 1))[DocumentKind.objects.get(code="notice").pk].years == 70


@pytest.mark.parametrize(
    "wrong",
    [{"basis": " "}, {"years": None}, {"permanent": True}, {"years": 0}, {"starts_on": date(2025, 1, 1)}],
)
def test_a_row_without_basis_or_term_or_before_another_is_refused(office: Office, wrong: dict) -> None:
    put(office)
    with pytest.raises(DocumentRefused):
        put(office, **{"starts_on": date(2026, 2, 1)} | wrong)
    assert RetentionRule.objects.count() == 1
