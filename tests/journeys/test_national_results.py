"""From the publication to the national database's receipt, over two refusals; then a replaced result follows."""

import json
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.organization.excel import excel
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.published import published
from tests.workflows.test_national import with_province
from tests.workflows.test_replacements import REASON, replace, take_through
from workflows.actions.replacements import NewResult
from workflows.models import NationalBatch, NationalResult

pytestmark = pytest.mark.django_db


def make(officer: Client, agency: Agency) -> NationalBatch:
    page = officer.get(reverse("national_make"))
    key = page.context["submission_key"]
    sent = {"unit": str(agency.units["UBND"].uuid), "submission_key": key}
    first = officer.post(reverse("national_make"), sent)
    again = officer.post(reverse("national_make"), sent)  # the answer was lost, the officer clicks again
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    return NationalBatch.objects.latest("pk")


def answer(officer: Client, batch: NationalBatch, number: str, **given) -> int:
    url = reverse("national_receipt", args=[batch.uuid])
    page = officer.get(url)
    sent = {
        "number": number,
        "received_at": "2026-10-05T08:00",
        "expected_version": page.context["expected_version"],
        "submission_key": page.context["submission_key"],
    }
    return officer.post(url, sent | given).status_code


def content(officer: Client, batch: NationalBatch) -> dict:
    url = reverse("national_data_file", args=[batch.uuid])
    first, second = officer.get(url), officer.get(url)
    assert first.content == second.content
    assert first["Content-Disposition"] == f'attachment; filename="{batch.name}.json"'
    return json.loads(first.content)


def test_a_result_reaches_the_national_database_over_a_refusal_and_its_correction_follows(agency: Agency) -> None:
    period = published(with_province(agency))
    officer = as_person(agency.people["province"])
    assert officer.get(reverse("work")).context["waiting"][0].count == 6

    first = make(officer, agency)
    lines = content(officer, first)["results"]
    sheet = CalamineWorkbook.from_filelike(
        BytesIO(officer.get(reverse("national_workbook_file", args=[first.uuid])).content)
    ).get_sheet_by_index(0)
    rows = sheet.to_python()
    head = next(index for index, row in enumerate(rows) if row[0] == "STT")
    assert [row[1] for row in rows[head + 1 :]] == [line["record"] for line in lines]
    assert [row[6] for row in rows[head + 1 :]] == [line["person"]["full_name"] for line in lines]

    refused = SimpleUploadedFile(
        "tu-choi.xlsx", excel(("Từ chối", [["STT", "Lý do"], [2, "Sai mã nhân sự"], [5, "Thiếu đơn vị"]]))
    )
    assert answer(officer, first, "BN-1", refused_list=refused) == 302
    page = officer.get(reverse("national_waiting"), {"only": "refused"}).content.decode()
    assert page.count("Sai mã nhân sự") == page.count("Thiếu đơn vị") == 1

    second = make(officer, agency)
    again = content(officer, second)["results"]
    assert [(line["record"], line["attempt"]) for line in again] == [(lines[n]["record"], 2) for n in (1, 4)]
    assert answer(officer, second, "BN-2") == 302
    assert officer.get(reverse("work")).context["waiting"] == []

    replace(agency, period, an=NewResult("HTNV", REASON))
    take_through(agency, "replacing_decision")
    third = make(officer, agency)
    (line,) = content(officer, third)["results"]
    sent_before = next(each for each in lines if each["person"]["full_name"] == "Nguyễn Văn An")
    assert (line["act"], line["class"]) == ("replaced", "HTNV")
    assert line["earlier_record"] == sent_before["record"]
    assert answer(officer, third, "BN-3", refused="1; Kỳ đã khóa") == 302
    fourth = make(officer, agency)
    assert content(officer, fourth)["results"][0]["attempt"] == 2
    assert answer(officer, fourth, "BN-4") == 302
    assert not NationalResult.objects.waiting().exists()
    assert NationalResult.objects.filter(items__outcome="accepted").count() == 7
