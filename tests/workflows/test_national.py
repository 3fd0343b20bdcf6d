"""Results owed to the national database: one row a version, one live file a row, receipts, and the way back."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from organization.actions import grant_role
from organization.models import JournalEntry, Person, Role
from tests.workflows.agency import Agency
from tests.workflows.published import issued, published
from tests.workflows.test_replacements import REASON, annul, replace, take_through
from workflows.actions.national_batches import Upload, drop_batches, make_batch, record_receipt, stored_file
from workflows.actions.national_results import note_missing
from workflows.actions.publications import publish_issued
from workflows.actions.replacements import NewResult
from workflows.errors import AlreadyHandled, NotAllowed, NotReady, Refused
from workflows.forms.national import ReceiptForm
from workflows.models import Evaluation, NationalBatch, NationalItem, NationalReceipt, NationalResult
from workflows.policy.national import sending_term

pytestmark = pytest.mark.django_db
SCHEMA = Path(__file__).parents[2] / "docs" / "national-results.schema.json"


def with_province(agency: Agency) -> Agency:
    agency.people["province"] = Person.objects.create_user(username="province", full_name="Người Của Tỉnh")
    grant_role(
        person=agency.people["province"],
        role=Role.PROVINCE_HR,
        unit=agency.units["UBND"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=agency.at(),
    )
    return agency


@pytest.fixture
def province(agency: Agency) -> Agency:
    """The department's results are published, and the province has a personnel officer."""
    with_province(agency)
    agency.period = published(agency)
    return agency


def make(agency: Agency, unit: str = "UBND", by: str = "province") -> NationalBatch:
    return make_batch(unit=agency.units[unit], by=agency.people[by], at=agency.at())


def answer(agency: Agency, batch: NationalBatch, *, by: str = "province", **refusals) -> NationalReceipt:
    given = {"number": f"BN-{batch.number}", "refusals": {}, "expected_version": None} | refusals
    at = agency.at()
    return record_receipt(batch=batch, received_at=at, by=agency.people[by], at=at, **given)


def result_of(agency: Agency, name: str) -> NationalResult:
    return NationalResult.objects.filter(evaluation=agency.evaluation(name)).latest("pk")


def content(batch: NationalBatch) -> dict:
    return json.loads(stored_file(batch.sha256))


def test_each_published_result_is_owed_once_within_five_days(province):
    rows = NationalResult.objects.all()
    assert rows.count() == Evaluation.objects.filter(standing="published").count() == 6
    row = result_of(province, "an")
    assert (row.act, row.earlier, row.agency) == ("published", None, province.units["SNV"])
    assert row.due_on == timezone.localdate(row.at) + timedelta(days=5)
    assert row.term.startswith("05 ngày kể từ")
    assert row.facts["class"] == "HTT"
    assert row.facts["class_is_local"] is True
    assert row.facts["period"] == {"kind": "quarter", "from": "2026-07-01", "to": "2026-09-30"}
    assert row.facts["document"]["number"].endswith("/TB-SNV")
    publish_issued(at=province.at())
    assert rows.count() == 6


def test_the_row_is_written_with_the_publication_or_not_at_all(agency, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr("workflows.actions.publications.note_published", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        published(agency)
    assert not Evaluation.objects.filter(standing="published").exists()
    monkeypatch.undo()
    publish_issued(at=agency.at())
    assert NationalResult.objects.count() == Evaluation.objects.filter(standing="published").count() == 6


def test_working_days_are_counted_where_the_province_has_chosen_them(settings):
    settings.NATIONAL_DAYS = "working"
    term = sending_term()
    assert term.due_on(date(2026, 10, 2)) == date(2026, 10, 9)
    assert (term.standing, "ngày làm việc" in term.words) == ("under_review", True)


def test_what_is_owed_can_be_neither_changed_nor_removed(province):
    row = result_of(province, "an")
    with pytest.raises(DatabaseError), transaction.atomic():
        NationalResult.objects.filter(pk=row.pk).update(due_on=date(2030, 1, 1))
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_practice_results_never_go_out(agency, monkeypatch):
    with_province(agency)
    whole = Agency.open

    def practising(self, *args, **kwargs):
        period = whole(self, *args, **kwargs)
        type(period).objects.filter(pk=period.pk).update(practice=True)
        return period

    monkeypatch.setattr(Agency, "open", practising)
    published(agency)
    assert Evaluation.objects.filter(standing="published").exists()
    assert note_missing() == 0
    assert not NationalResult.objects.exists()


def test_a_replaced_and_an_annulled_result_point_to_the_row_before(province):
    replace(province, province.period, an=NewResult("HTNV", REASON))
    assert NationalResult.objects.count() == 6  # the new decision is not issued: the old result stands
    take_through(province, "replacing_decision")
    row = result_of(province, "an")
    assert (row.act, row.facts["class"]) == ("replaced", "HTNV")
    assert (row.earlier.act, row.earlier.facts["class"]) == ("published", "HTT")
    annul(province, province.period, "hr")
    issued(province, "annulment_decision")
    row = result_of(province, "hr")
    assert (row.act, row.facts["class"], row.facts["score"]) == ("annulled", None, None)
    assert row.earlier.act == "published"


def test_results_from_before_the_outbox_are_noted_in_their_order(province):
    replace(province, province.period, an=NewResult("HTNV", REASON))
    take_through(province, "replacing_decision")
    before = list(NationalResult.objects.order_by("evaluation", "pk").values_list("evaluation", "act", "facts"))
    with transaction.atomic():
        forget_everything()
        call_command("note_results")
        again = list(NationalResult.objects.order_by("evaluation", "pk").values_list("evaluation", "act", "facts"))
        assert [row[:2] for row in again] == [row[:2] for row in before]
        assert [row[2]["class"] for row in again] == [row[2]["class"] for row in before]
        assert note_missing() == 0


def forget_everything() -> None:
    """As in a database from before: the triggers stand aside for once."""
    from django.db import connection

    table = NationalResult._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # no table is altered while a check is still owed
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only_row")
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only_row")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        else:
            cursor.execute(f'DROP TRIGGER "append_only_{table}_delete"')
            cursor.execute(f"UPDATE {table} SET earlier_id = NULL WHERE 0")
            cursor.execute(f"DELETE FROM {table} WHERE earlier_id IS NOT NULL")
            cursor.execute(f"DELETE FROM {table}")


def test_a_correction_of_a_result_from_before_sends_the_earlier_one_too(province):
    replace(province, province.period, an=NewResult("HTNV", REASON))
    with transaction.atomic():
        forget_everything()
        take_through(province, "replacing_decision")
        acts = NationalResult.objects.filter(evaluation=province.evaluation("an")).order_by("pk")
        assert list(acts.values_list("act", flat=True)) == ["published", "replaced"]


def test_a_file_takes_what_waits_and_its_bytes_stay_the_same(province):
    batch = make(province)
    assert (batch.number, batch.results) == (1, 6)
    found = content(batch)
    assert (found["format"], found["version"]) == ("cong-minh.national-results", 1)
    assert [line["line"] for line in found["results"]] == [1, 2, 3, 4, 5, 6]
    assert {line["record"] for line in found["results"]} == {str(row.uuid) for row in NationalResult.objects.all()}
    assert stored_file(batch.sha256) == stored_file(batch.sha256)
    assert not NationalResult.objects.waiting().exists()
    with pytest.raises(NotReady):
        make(province)
    entry = JournalEntry.objects.get(event="national.batch_made")
    assert not any(person.full_name in json.dumps(entry.details) for person in province.people.values())


def test_the_file_is_what_its_schema_says(province):
    replace(province, province.period, an=NewResult("HTNV", REASON))
    take_through(province, "replacing_decision")
    annul(province, province.period, "hr")
    issued(province, "annulment_decision")
    schema = json.loads(SCHEMA.read_text())
    assert faults(content(make(province)), schema, schema) == []
    assert faults({"format": "cong-minh.national-results", "version": 2}, schema, schema) != []


def faults(value, rule: dict, root: dict, at: str = "$") -> list[str]:
    """What the value does not keep of the schema, for the keywords that ours uses."""
    if "$ref" in rule:
        return faults(value, root["$defs"][rule["$ref"].rpartition("/")[2]], root, at)
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    wanted = rule.get("type", list(kinds))
    names = [wanted] if isinstance(wanted, str) else wanted
    fits = any(isinstance(value, kinds[name]) and not (name == "integer" and value is True) for name in names)
    found = [] if fits else [f"{at}: {wanted}"]
    if "const" in rule and value != rule["const"]:
        found.append(f"{at}: not {rule['const']}")
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{at}: {value} not in {rule['enum']}")
    if isinstance(value, dict):
        known = rule.get("properties", {})
        found += [f"{at}: without {name}" for name in rule.get("required", []) if name not in value]
        found += [f"{at}: unknown {name}" for name in value if name not in known]
        found += [fault for name in value if name in known for fault in faults(value[name], known[name], root, name)]
    if isinstance(value, list):
        found += [fault for each in value for fault in faults(each, rule["items"], root, f"{at}[]")]
    return found


def test_a_result_stands_in_one_live_file_whatever_code_forgets(province):
    batch = make(province)
    first = batch.items.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        NationalItem.objects.create(batch=batch, result=first.result, line=99, attempt=2)


def test_refused_lines_go_out_again_and_the_rest_is_received(province):
    first = make(province)
    answer(province, first, refusals={2: "Sai mã nhân sự", 5: "Thiếu đơn vị"})
    outcomes = dict(first.items.values_list("line", "outcome"))
    assert [line for line, outcome in outcomes.items() if outcome == "refused"] == [2, 5]
    assert list(outcomes.values()).count("accepted") == 4
    assert NationalResult.objects.refused().count() == NationalResult.objects.waiting().count() == 2

    person = first.items.get(line=2).result.evaluation.person
    Person.objects.filter(pk=person.pk).update(code="CC-00042")
    second = make(province)
    lines = content(second)["results"]
    assert [(line["line"], line["attempt"]) for line in lines] == [(1, 2), (2, 2)]
    assert lines[0]["person"]["code"] == "CC-00042"  # mended between the attempts
    assert content(first)["results"][1]["person"]["code"] is None  # what was sent stays as it was sent
    answer(province, second)
    assert not NationalResult.objects.waiting().exists()
    assert NationalItem.objects.filter(outcome="accepted").count() == 6


def test_a_later_receipt_may_still_refuse_what_was_received(province):
    batch = make(province)
    answer(province, batch)
    answer(province, batch, number="BN-1b", refusals={3: "Trùng kỳ"})
    assert batch.items.get(line=3).outcome == "refused"
    assert NationalResult.objects.waiting().count() == 1


def test_a_file_refused_as_a_whole_waits_again_with_the_reason(province):
    batch = make(province)
    answer(province, batch, whole_refused="Sai định dạng", refusals={1: "Sai mã nhân sự"})
    reasons = dict(batch.items.values_list("line", "reason"))
    assert reasons == {1: "Sai mã nhân sự"} | dict.fromkeys(range(2, 7), "Sai định dạng")
    assert NationalResult.objects.refused().count() == 6


@pytest.mark.parametrize(
    ("refusals", "words"),
    [
        ({7: "x"}, "line 7: not in this file"),
        ({1: "  "}, "line 1: without a reason"),
    ],
)
def test_a_list_that_does_not_fit_the_file_changes_nothing(province, refusals, words):
    batch = make(province)
    with pytest.raises(Refused) as refusal:
        answer(province, batch, refusals=refusals | {2: "Sai mã"})
    assert refusal.value.missing == [words]
    assert set(batch.items.values_list("outcome", flat=True)) == {"sent"}
    assert not NationalReceipt.objects.exists()


def test_a_line_is_refused_once_and_a_receipt_entered_once(province):
    batch = make(province)
    answer(province, batch, refusals={2: "Sai mã nhân sự"})
    with pytest.raises(Refused, match="number is entered"):
        answer(province, batch)
    with pytest.raises(Refused) as refusal:
        answer(province, batch, number="BN-9", refusals={2: "Sai mã nhân sự"})
    assert refusal.value.missing == ["line 2: refused before"]
    with pytest.raises(AlreadyHandled):
        answer(province, batch, number="BN-9", expected_version=1)


def test_a_receipt_from_tomorrow_is_refused(province):
    batch, at = make(province), province.at()
    with pytest.raises(Refused, match="later than now"):
        record_receipt(
            batch=batch,
            number="1",
            received_at=at + timedelta(days=1),
            refusals={},
            by=province.people["province"],
            expected_version=None,
            at=at,
        )


def test_the_paper_of_a_receipt_is_kept_by_its_hash(province):
    batch = make(province)
    paper = Upload("bien-nhan.pdf", "application/pdf", b"%PDF-1.7\n%%EOF\n")
    receipt = answer(province, batch, file=paper)
    assert stored_file(receipt.sha256) == paper.content


def test_the_agencys_own_officer_sends_only_where_the_province_has_decided_so(province, settings):
    with pytest.raises(NotAllowed):
        make(province, unit="SNV", by="hr")
    settings.NATIONAL_SENT_BY_AGENCIES = True
    batch = make(province, unit="SNV", by="hr")
    answer(province, batch, by="hr")
    with pytest.raises(NotAllowed):
        make(province, unit="UBND", by="hr")


def test_a_file_of_another_content_is_not_handed_out(province):
    batch = make(province)
    with pytest.raises(NotReady, match="damaged"):
        stored_file("0" * 64)
    assert stored_file(batch.sha256)


def test_late_results_alarm_until_they_are_received(province):
    due = timezone.localdate(province.now) + timedelta(days=5)
    late = due + timedelta(days=1)
    assert not NationalResult.objects.overdue(due).exists()
    assert NationalResult.objects.overdue(late).count() == 6
    batch = make(province)
    assert NationalResult.objects.overdue(late).unanswered().count() == 6
    answer(province, batch, refusals={1: "Sai mã"})
    assert NationalResult.objects.overdue(late).count() == 1


def test_the_command_names_agencies_and_no_person(province, monkeypatch, capsys):
    late = timezone.localdate(province.now) + timedelta(days=6)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args, **kwargs: late)
    with pytest.raises(CommandError) as alarm:
        call_command("late_results")
    assert alarm.value.returncode == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line == f"SNV  6  {late - timedelta(days=1):%d/%m/%Y}  0"
    answer(province, make(province))
    call_command("late_results")
    assert capsys.readouterr().out == ""


def test_the_worker_lays_each_file_into_the_folder_once(province, settings, tmp_path):
    early = make(province)  # no folder then: an officer delivers it
    answer(province, early, whole_refused="Sai định dạng")
    settings.NATIONAL_OUTBOX_DIR = str(tmp_path / "out")
    batch = make(province)
    assert drop_batches(at=province.at()) == 1
    assert drop_batches(at=province.at()) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{batch.name}.json"]
    assert (tmp_path / "out" / f"{batch.name}.json").read_bytes() == stored_file(batch.sha256)
    early.refresh_from_db()
    batch.refresh_from_db()
    assert (early.dropped_at, batch.dropped_at is not None) == (None, True)


def test_a_damaged_file_waits_and_the_ones_after_it_go_out(province, settings, tmp_path):
    settings.NATIONAL_OUTBOX_DIR = str(tmp_path / "out")
    damaged = make(province)
    NationalBatch.objects.filter(pk=damaged.pk).update(sha256="0" * 64)
    answer(province, damaged, whole_refused="Sai định dạng")
    whole = make(province)
    assert drop_batches(at=province.at()) == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == [f"{whole.name}.json"]
    damaged.refresh_from_db()
    assert damaged.dropped_at is None


def test_a_full_folder_leaves_nothing_half_and_the_sweep_tries_again(province, settings, tmp_path, monkeypatch):
    settings.NATIONAL_OUTBOX_DIR = str(tmp_path / "out")
    make(province)

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workflows.actions.national_batches.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        drop_batches(at=province.at())
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert drop_batches(at=province.at()) == 1


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("12; sai mã nhân sự", {12: "sai mã nhân sự"}),
        ('"12"\t"sai; hai lần"', {12: "sai; hai lần"}),
        (" 3 : thiếu quyết định ", {3: "thiếu quyết định"}),
        ("12;", None),
        ("mười hai; sai", None),
        ("1234567; sai", None),
        ("a" + " " * 5000 + "b", None),
        ("12; " + "x" * 700, None),
    ],
)
def test_a_refused_line_is_a_number_and_a_reason(row, found):
    form = ReceiptForm({"number": "BN-1", "received_at": "2026-11-20T08:00", "refused": row})
    assert form.is_valid() is (found is not None)
    if found is None:
        assert "not “number; reason”" in form.errors["refused"][0]
    else:
        assert form.cleaned_data["refused"] == found
