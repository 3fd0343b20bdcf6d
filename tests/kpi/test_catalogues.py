from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kpi.actions import (
    PositionRow,
    ProductRow,
    assign_line,
    decide_catalogue,
    hold_position,
    import_catalogue,
    import_positions,
)
from kpi.errors import KpiError
from kpi.models import Catalogue, JobPosition
from tests.kpi.factories import NOW, make_appointment, make_person, make_scorecard, make_unit

pytestmark = pytest.mark.django_db

ROW = ProductRow(code="A.01", task="Báo cáo tháng", group=2, points=Decimal(70), factor=Decimal(14))


def imported(*rows, unit=None):
    return import_catalogue(
        unit=unit or make_unit(), name="Danh mục", standard_points=Decimal(5), rows=rows, by=make_person(), at=NOW
    )


def decided(catalogue):
    return decide_catalogue(catalogue=catalogue, number="12/QĐ-STN", on=date(2026, 6, 30), by=make_person(), at=NOW)


def test_a_product_gets_its_exact_factor():
    assert imported(ROW, replace(ROW, code="A.02", points=Decimal(3), factor=None)).products.values_list(
        "factor", flat=True
    )[1] == Decimal("0.6")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (replace(ROW, code="A.01"), "twice"),
        (replace(ROW, code="A.02", group=6), "1–5"),
        (replace(ROW, code="A.02", factor=Decimal(13)), "points make 14"),
        (replace(ROW, code="A.02", points=Decimal(0), factor=None), "needs points"),
        (replace(ROW, code="A.02", task=" "), "code and task"),
    ],
)
def test_a_faulty_row_is_named_and_nothing_is_stored(row, word):
    with pytest.raises(KpiError) as caught:
        imported(ROW, row)
    assert any(word in problem for problem in caught.value.problems)
    assert not Catalogue.objects.exists()


def test_a_second_import_is_a_new_version_and_a_decided_one_stays():
    unit = make_unit()
    first = decided(imported(ROW, unit=unit))
    assert imported(ROW, unit=unit).version == 2
    with pytest.raises(KpiError):
        decided(first)


def test_only_products_of_a_decided_catalogue_are_assigned_and_k_is_frozen():
    card, catalogue = make_scorecard(), imported(ROW)
    product = catalogue.products.get()
    with pytest.raises(KpiError) as caught:
        assign_line(scorecard=card, product=product, assigned=Decimal(2))
    assert "not decided" in caught.value.problems[0]
    decided(catalogue)
    product.refresh_from_db()
    product.catalogue.refresh_from_db()
    line = assign_line(scorecard=card, product=product, assigned=Decimal(2), month=9)
    assert (line.k, line.code, line.task) == (Decimal(14), "A.01", "Báo cáo tháng")


@pytest.mark.parametrize(
    "wrong",
    [
        {"month": 10},
        {"assigned": Decimal(0)},
        {"k": Decimal(0)},
        {"kind": "gift"},
        {"task": ""},
    ],
)
def test_an_impossible_line_is_not_assigned(wrong):
    card = make_scorecard()
    with pytest.raises(KpiError):
        assign_line(scorecard=card, **({"task": "Việc", "k": Decimal(1), "assigned": Decimal(1)} | wrong))
    assert not card.lines.exists()


def test_job_positions_are_brought_up_to_date_by_code():
    import_positions(rows=[PositionRow("VT1", "Chuyên viên", "C")], by=make_person(), at=NOW)
    (position,) = import_positions(rows=[PositionRow("VT1", "Chuyên viên chính", "B")], by=make_person(), at=NOW)
    assert JobPosition.objects.get().name == "Chuyên viên chính"
    appointment = make_appointment()
    assert hold_position(appointment=appointment, position=position) == hold_position(
        appointment=appointment, position=position
    )
    with pytest.raises(KpiError):
        import_positions(rows=[PositionRow("VT2", "A"), PositionRow("VT2", "B")], by=make_person(), at=NOW)
