"""Two officers at the same moment: each result gets into one file, each receipt is entered once."""

from functools import partial

import pytest
from django.db.models import Count

from approvals.models import Decision
from organization.models import Person
from tests.workflows.agency import Agency
from tests.workflows.test_act_races import at_once, winner_of
from tests.workflows.test_national import with_province
from workflows.actions.national_batches import drop_batches, make_batch, record_receipt
from workflows.models import Evaluation, NationalBatch, NationalItem, NationalReceipt, NationalResult

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency(transactional_db, authority, archive_dir) -> Agency:
    """Committed rows, so that every thread sees them: one owed result for everybody of the department."""
    agency = with_province(Agency(authority).build())
    period = agency.open()
    for row in Evaluation.objects.filter(period=period).select_related("person"):
        owe(agency, row)
    return agency


def owe(agency: Agency, row: Evaluation) -> NationalResult:
    decision = Decision.objects.create(
        kind="head_decided", person=row.person, by=agency.people["chairman"], at=agency.at(), class_code="HTT"
    )
    facts = {
        "class": "HTT",
        "class_is_local": False,
        "period": {"kind": "quarter", "from": "2026-07-01", "to": "2026-09-30"},
        "unit": {"code": "VP", "name": "Văn phòng Sở"},
        "agency": {"code": "SNV", "name": "Sở Nội vụ"},
        "title": row.title,
        "subject_group": "cong_chuc",
        "score": None,
        "rule_set": {"code": "decree-335", "version": 1},
        "published_on": "2026-10-02",
        "document": None,
    }
    return NationalResult.objects.create(
        evaluation=row,
        decision=decision,
        act="published",
        agency=agency.units["SNV"],
        facts=facts,
        at=agency.at(),
        due_on="2026-10-07",
        term="05 ngày",
    )


def making(agency: Agency, unit: str, by: str):
    return partial(make_batch, unit=agency.units[unit], by=agency.people[by], at=agency.at())


def test_two_officers_make_a_file_at_once_and_each_result_stands_in_one(agency, settings):
    settings.NATIONAL_SENT_BY_AGENCIES = True
    assert winner_of(at_once(making(agency, "UBND", "province"), making(agency, "SNV", "hr"))) in (0, 1)
    assert NationalBatch.objects.count() == 1
    assert NationalItem.objects.count() == NationalResult.objects.count() == 6
    assert not NationalItem.objects.values("result").annotate(n=Count("pk")).filter(n__gt=1).exists()


def test_two_receipts_at_once_are_entered_one_after_the_other(agency):
    batch = making(agency, "UBND", "province")()
    other = Person.objects.get(pk=agency.people["province"].pk)
    at = agency.at()

    def entering(number: str):
        return partial(
            record_receipt,
            batch=batch,
            number=number,
            received_at=at,
            refusals={1: "Sai mã nhân sự"},
            by=other,
            expected_version=1,
            at=at,
        )

    winner_of(at_once(entering("BN-1"), entering("BN-2")))
    assert NationalReceipt.objects.count() == 1
    assert NationalResult.objects.waiting().count() == 1


def test_two_workers_lay_a_file_out_once(agency, settings, tmp_path):
    settings.NATIONAL_OUTBOX_DIR = str(tmp_path)
    making(agency, "UBND", "province")()
    laid = []
    at = agency.at()

    def drop() -> None:
        laid.append(drop_batches(at=at))

    assert at_once(drop, drop) == [None, None]
    assert sum(laid) == 1
    assert len(list(tmp_path.iterdir())) == 1
