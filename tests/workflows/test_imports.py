"""Lists from Excel in the browser: previewed, confirmed once, or discarded."""

import io
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from organization.actions import grant_role
from organization.imports import UNITS
from organization.models import ImportBatch, Person, Role, Unit
from organization.spreadsheets import limits
from tests.organization.excel import excel
from tests.workflows.agency import Agency
from tests.workflows.test_periods import body, browser, no_broker

__all__ = ["no_broker"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr(agency: Agency):
    """The agency's officer, who also serves in the province's personnel department."""
    grant_role(
        person=agency.people["hr"],
        role=Role.PROVINCE_HR,
        unit=agency.units["UBND"],
        starts_on=agency.posts["hr"].starts_on,
        by=None,
        at=agency.at(),
    )
    return browser(agency, "hr")


def units(*rows: dict) -> bytes:
    table = UNITS.tables[0]
    cells = [[row.get(column.name) for column in table.columns] for row in rows]
    return excel((table.sheet, [[column.heading for column in table.columns], *cells]))


def office(**changes: object) -> dict:
    return {
        "code": "TTR",
        "name": "Thanh tra Sở",
        "block": "Nhà nước",
        "parent": "SNV",
        "agency_role": "Trực tiếp sử dụng",
        "place": "Hải Vân",
        "starts_on": date(2026, 1, 1),
    } | changes


def upload(client, data: bytes, kind: str = "units", name: str = "don-vi.xlsx", key: str | None = None):
    file = io.BytesIO(data)
    file.name = name
    return client.post(reverse("imports"), {"kind": kind, "file": file, "submission_key": key or str(uuid.uuid4())})


def act(client, route: str, batch: ImportBatch, key: str | None = None):
    return client.post(reverse(route, args=[batch.uuid]), {"submission_key": key or str(uuid.uuid4())})


def test_nothing_is_stored_before_the_preview_is_confirmed_and_then_once(hr):
    answer = upload(hr, units(office()))
    batch = ImportBatch.objects.get()
    assert answer["Location"] == reverse("import", args=[batch.uuid])
    assert (batch.summary["new"], batch.state) == (1, "previewed")
    assert not Unit.objects.filter(code="TTR").exists()
    key = str(uuid.uuid4())
    for _time in range(2):
        assert act(hr, "import_confirm", batch, key).status_code == 302
    assert Unit.objects.get(code="TTR").name == "Thanh tra Sở"
    batch.refresh_from_db()
    assert (batch.state, batch.rows) == ("stored", [])
    assert act(hr, "import_confirm", batch).status_code == 409


def test_the_same_file_again_changes_nothing(hr):
    for _time in range(2):
        upload(hr, units(office()))
        act(hr, "import_confirm", ImportBatch.objects.first())
    assert ImportBatch.objects.first().summary["unchanged"] == 1
    assert Unit.objects.filter(code="TTR").count() == 1


def test_a_faulty_row_is_named_with_sheet_row_column_and_reason_and_is_never_stored(hr):
    upload(hr, units(office(), office(code="TT2", parent="KHONG-CO")))
    batch = ImportBatch.objects.get()
    page = hr.get(reverse("import", args=[batch.uuid]))
    fault = page.context["page"].object_list[0]
    assert fault["row"] == 3
    assert fault["sheet"] in body(page)
    assert fault["column"] in body(page)
    assert fault["reason"] == "No unit has this code, neither in the file nor stored."
    assert act(hr, "import_confirm", batch).status_code == 409
    assert not Unit.objects.filter(code="TTR").exists()


def test_a_discarded_preview_stores_nothing_and_cannot_be_confirmed_any_more(hr):
    upload(hr, units(office()))
    batch = ImportBatch.objects.get()
    act(hr, "import_discard", batch)
    assert act(hr, "import_confirm", batch).status_code == 409
    assert not Unit.objects.filter(code="TTR").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<html>not a table</html>", "This is not an Excel file"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old .xls file"),
        (b"PK\x03\x04" + bytes(600), "damaged"),
        (b"", "The file is empty."),
    ],
    ids=["html", "old", "damaged", "empty"],
)
def test_a_foreign_or_hostile_file_is_refused_with_a_reason(hr, data: bytes, words: str):
    page = upload(hr, data)
    assert page.status_code in (200, 400)
    assert words in body(page)
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_ten_megabytes_is_not_even_read(hr, monkeypatch):
    monkeypatch.setattr(limits, "MAX_BYTES", 100)
    monkeypatch.setattr("workflows.actions.imports.read_upload", lambda **_kw: pytest.fail("was read"))
    page = upload(hr, b"PK\x03\x04" + bytes(200))
    assert "larger than 10 MB" in body(page)


@pytest.mark.parametrize("name", ["hr", "director", "an"])
def test_only_the_provinces_personnel_department_imports(agency: Agency, name: str):
    assert browser(agency, name).get(reverse("imports")).status_code == 403
    assert upload(browser(agency, name), units(office())).status_code == 403


def results(*general: list) -> bytes:
    """A list of results with general points; its one product line is of a month that no period covers."""
    line = [date(2025, 1, 1), "AN", "B1.07", date(2025, 1, 31), "Theo kế hoạch", 1]
    return excel(
        ("Kết quả", [["Tháng", "Mã nhân sự", "Mã sản phẩm", "Thời hạn", "Loại", "Số lượng hoàn thành"], line]),
        ("Tiêu chí chung", [["Kỳ", "Mã nhân sự", "I.1"], *general]),
    )


def points(agency: Agency, name: str) -> Decimal | None:
    return agency.evaluation(name).scorecard.general_scores.get(item_code="I.1").self_points


def test_a_list_fills_drafts_but_never_a_form_that_was_handed_in(agency: Agency, hr):
    agency.open()
    for name in ("an", "clerk"):
        Person.objects.filter(pk=agency.people[name].pk).update(code=name.upper())
    agency.hand_in("an")
    upload(hr, results(["Quý III/2026", "AN", 1], ["Quý III/2026", "CLERK", 1]), kind="results")
    refused = act(hr, "import_confirm", ImportBatch.objects.first())
    assert refused.status_code == 409
    assert "Nguyễn Văn An" in body(refused)
    assert (points(agency, "an"), points(agency, "clerk")) == (Decimal(5), None)
    upload(hr, results(["Quý III/2026", "AN", 5], ["Quý III/2026", "CLERK", 1]), kind="results")
    assert act(hr, "import_confirm", ImportBatch.objects.first()).status_code == 302
    assert (points(agency, "an"), points(agency, "clerk")) == (Decimal(5), Decimal(1))
