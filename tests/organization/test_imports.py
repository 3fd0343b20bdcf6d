import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation

from organization.imports import PEOPLE, UNITS, ImportRefused
from organization.imports.kinds import in_a_circle
from organization.models import Appointment, JournalEntry, Person, RoleGrant, Unit
from organization.spreadsheets import read_workbook
from tests.organization.excel import excel

AT = datetime(2026, 10, 1, 2, tzinfo=UTC)
SAMPLES = Path(__file__).parents[2] / "samples"
UNIT_HEAD = ["Mã", "Tên đơn vị", "Tên viết tắt", "Khối", "Trực thuộc (mã)", "Vai trò", "Địa danh", "Từ ngày"]
PERSON_HEAD = [
    "Mã", "Họ và tên", "Tên đăng nhập", "Thư điện tử", "Đơn vị (mã)", "Vị trí việc làm (mã)", "Chức vụ",
    "Nhóm đối tượng", "Vai trò", "Cấp trên trực tiếp (mã)", "Lĩnh vực phụ trách", "Nhóm nhiệm vụ tương đồng",
    "Vai trò hệ thống", "Từ ngày",
]  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def somebody() -> Person:
    return Person.objects.get_or_create(username="admin", full_name="Quản trị")[0]


def units(*rows: list) -> bytes:
    return excel(("Đơn vị", [UNIT_HEAD, *rows]))


def unit(code: str, parent: str | None = None, **changes) -> list:
    role = "Cơ quan sử dụng" if parent else "Cơ quan quản lý"
    row = [code, f"Đơn vị {code}", code, "Nhà nước", parent, role, "Hải Vân", "01/07/2025"]
    for key, value in changes.items():
        row[int(key[1:])] = value
    return row


def people(*rows: list) -> bytes:
    return excel(("Nhân sự", [PERSON_HEAD, *rows]))


def person(code: str, in_unit: str, reviewer: str | None, duty: str = "Nhân viên", **changes) -> list:
    name = f"Nguyễn Văn {code}"
    row = [
        code,
        name,
        code.lower(),
        f"{code.lower()}@haivan.example",
        in_unit,
        "CV",
        "Chuyên viên",
        "Công chức",
        duty,
    ]
    row += [reviewer, None, "Chuyên viên", None, "01/07/2025"]
    for key, value in changes.items():
        row[int(key[1:])] = value
    return row


CHIEF = person("C1", "UB", None, "Người đứng đầu")
DIRECTOR = person("C2", "SA", "C1", "Người đứng đầu")


@pytest.fixture
def three_units():
    UNITS.import_file(
        units(unit("UB"), unit("SA", "UB"), unit("SA-P1", "SA", c5="Trực tiếp sử dụng")), by=somebody(), at=AT
    )


def reasons(kind, data: bytes) -> list[tuple[int, str, str]]:
    return [(error.row, error.column.split(" ")[0], error.reason) for error in kind.preview(data).errors]


def the_reason(kind, data: bytes, row: int, column: str) -> str:
    found = reasons(kind, data)
    assert [(at, letter) for at, letter, _reason in found] == [(row, column)]
    return found[0][2]


# --- units -----------------------------------------------------------------------------------------------


def test_a_preview_counts_and_stores_nothing():
    preview = UNITS.preview(units(unit("UB"), unit("SA", "UB")))
    assert preview.summary == {"new": 2, "changed": 0, "unchanged": 0, "left_out": 0, "errors": 0}
    assert not Unit.objects.exists()


def test_a_child_may_stand_above_its_parent_in_the_file():
    UNITS.import_file(
        units(unit("SA-P1", "SA", c5="Trực tiếp sử dụng"), unit("SA", "UB"), unit("UB")), by=somebody(), at=AT
    )
    assert Unit.objects.get(code="SA-P1").agency().code == "SA"
    assert Unit.objects.get(code="SA").starts_on == date(2025, 7, 1)


def test_the_same_file_again_changes_nothing(three_units):
    before = list(Unit.history.values_list("history_id"))
    again = units(unit("UB"), unit("SA", "UB"), unit("SA-P1", "SA", c5="Trực tiếp sử dụng"))
    assert UNITS.import_file(again, by=somebody(), at=AT) == {
        "new": 0,
        "changed": 0,
        "unchanged": 3,
        "left_out": 0,
        "errors": 0,
    }
    assert list(Unit.history.values_list("history_id")) == before


def test_a_changed_row_changes_only_its_unit(three_units):
    renamed = units(unit("UB"), unit("SA", "UB", c1="Sở Mới"))
    assert UNITS.import_file(renamed, by=somebody(), at=AT)["changed"] == 1
    assert list(Unit.objects.order_by("code").values_list("name", flat=True)) == [
        "Sở Mới",
        "Đơn vị SA-P1",
        "Đơn vị UB",
    ]
    assert Unit.objects.get(code="SA").history.count() == 2


@pytest.mark.parametrize(
    ("rows", "row", "column", "reason"),
    [
        ([unit("UB"), unit("UB")], 3, "A", "already stands in row 2"),
        ([unit("UB"), unit("ub")], 3, "A", "already stands in row 2"),
        ([unit("UB", "UB", c5="Cơ quan quản lý")], 2, "E", "below itself"),
        ([unit("UB"), unit("SA", "SB")], 3, "E", "neither in the file nor stored"),
        ([unit("SA", None, c5="Cơ quan sử dụng")], 2, "E", "Only a managing agency"),
        ([unit("UB"), unit("SA", "UB", c3="Đảng")], 3, "D", "another block"),
        ([unit("UB", c2=None)], 2, "C", "abbreviation"),
        ([unit("UB", c7="31/02/2026")], 2, "H", "no such day"),
    ],
)
def test_a_wrong_unit_is_reported_at_its_cell(rows, row, column, reason):
    assert reason in the_reason(UNITS, units(*rows), row, column)


def test_a_circle_of_units_is_reported_at_each_of_them(three_units):
    found = reasons(UNITS, units(unit("SA", "SA-P1")))
    assert found == [(2, "E", "These units stand below each other in a circle.")]


def test_children_of_a_broken_row_are_not_blamed():
    assert [row for row, _column, _reason in reasons(UNITS, units(unit("UB", c7="?"), unit("SA", "UB")))] == [2]


def test_a_file_that_was_right_at_the_preview_is_checked_again_when_stored(three_units):
    rows = UNITS.preview(units(unit("SB", "SA-P1"))).rows
    Unit.objects.get(code="SA-P1").delete()
    with pytest.raises(ImportRefused, match="neither in the file nor stored"):
        UNITS.store(rows, by=somebody(), at=AT)
    assert not Unit.objects.filter(code="SB").exists()


def test_circles_have_two_steps_or_more():
    assert in_a_circle({"a": "b", "b": "c", "c": "a", "d": "a", "e": "e", "f": None}) == {"a", "b", "c"}


# --- people ----------------------------------------------------------------------------------------------


def test_people_get_a_post_a_reviewer_and_no_password(three_units):
    clerk = person("C3", "SA-P1", "C2", c12="Văn thư; Nhân sự tỉnh")
    assert PEOPLE.import_file(people(CHIEF, DIRECTOR, clerk), by=somebody(), at=AT)["new"] == 3
    post = Appointment.objects.get(person__code="C3")
    assert (post.unit.code, post.reviewer.code, post.position_code) == ("SA-P1", "C2", "CV")
    assert not post.person.has_usable_password()
    grants = set(RoleGrant.objects.values_list("person__code", "role", "unit__code"))
    assert grants == {("C3", "clerk", "SA"), ("C3", "province_hr", "UB")}
    assert JournalEntry.objects.filter(event="role.granted").count() == 2


def test_the_same_people_again_change_nothing(three_units):
    data = people(CHIEF, DIRECTOR, person("C3", "SA-P1", "C2", c12="Văn thư"))
    PEOPLE.import_file(data, by=somebody(), at=AT)
    assert PEOPLE.import_file(data, by=somebody(), at=AT) == {
        "new": 0,
        "changed": 0,
        "unchanged": 3,
        "left_out": 0,
        "errors": 0,
    }
    assert (Appointment.history.count(), RoleGrant.objects.count()) == (3, 1)


def test_a_later_day_ends_the_post_and_begins_another(three_units):
    PEOPLE.import_file(people(CHIEF, DIRECTOR, person("C3", "SA-P1", "C2")), by=somebody(), at=AT)
    moved = person("C3", "SA", "C2", c13="15/08/2026")
    assert PEOPLE.import_file(people(CHIEF, DIRECTOR, moved), by=somebody(), at=AT)["changed"] == 1
    posts = Appointment.objects.filter(person__code="C3").order_by("starts_on")
    assert [(post.unit.code, post.ends_on) for post in posts] == [("SA-P1", date(2026, 8, 15)), ("SA", None)]


def test_the_same_day_corrects_the_post(three_units):
    PEOPLE.import_file(people(CHIEF, DIRECTOR), by=somebody(), at=AT)
    PEOPLE.import_file(people(CHIEF, person("C2", "SA", "C1", "Người đứng đầu", c6="Giám đốc")), by=somebody(), at=AT)
    assert [post.title for post in Appointment.objects.filter(person__code="C2")] == ["Giám đốc"]


def test_a_role_left_out_ends_and_a_role_given_by_hand_stays(three_units):
    PEOPLE.import_file(people(CHIEF, person("C2", "SA", "C1", "Người đứng đầu", c12="Văn thư")), by=somebody(), at=AT)
    director = Person.objects.get(code="C2")
    RoleGrant.objects.create(person=director, role="archivist", unit_id=Unit.objects.get(code="SA").pk, starts_on=AT)
    PEOPLE.import_file(people(CHIEF, DIRECTOR), by=somebody(), at=AT)
    assert list(RoleGrant.objects.on(date(2026, 10, 1)).values_list("role", flat=True)) == ["archivist"]


def test_a_deputy_has_fields_below_his_unit(three_units):
    deputy = person("C4", "UB", "C1", "Cấp phó", c10="SA; SA-P1")
    PEOPLE.import_file(people(CHIEF, deputy), by=somebody(), at=AT)
    fields = Appointment.objects.get(person__code="C4").fields_in_charge
    assert set(fields.values_list("code", flat=True)) == {"SA", "SA-P1"}


@pytest.mark.parametrize(
    ("wrong", "column", "reason"),
    [
        (person("C2", "SA", "C1"), "A", "already stands in row 3"),
        (person("C9", "SA", "C1", c2="C2"), "C", "already stands in row 3"),
        (person("C9", "SA", "C1", c3="khong phai thu"), "D", "email"),
        (person("C9", "SX", "C1"), "E", "No unit has this code"),
        (person("C9", "SA", "C1", c7="Quan chức"), "H", "Choose one of"),
        (person("C9", "SA", "C1", "Người đứng đầu"), "I", "already has a head: C2"),
        (person("C9", "SA", None), "J", "Who scores this person"),
        (person("C9", "SA", "C9"), "J", "reviews himself"),
        (person("C9", "SA", "C8"), "J", "Nobody with this code"),
        (person("C9", "SA", "C2", c10="SA-P1"), "K", "Only a deputy"),
        (person("C9", "SA", "C2", "Cấp phó", c10="UB"), "K", "does not stand below"),
        (person("C9", "SA", "C2", "Cấp phó", c10="SX"), "K", "No unit has the code SX"),
        (person("C9", "SA", "C2", c12="Vua"), "M", "Choose one of"),
        (person("C9", "SA", "C2", c13="01/01/2025"), "N", "does not exist on this day"),
    ],
)
def test_a_wrong_person_is_reported_at_the_cell(three_units, wrong, column, reason):
    assert reason in the_reason(PEOPLE, people(CHIEF, DIRECTOR, wrong), 4, column)


def test_people_who_review_each_other_are_both_reported(three_units):
    found = reasons(PEOPLE, people(CHIEF, person("C3", "SA", "C4"), person("C4", "SA", "C3")))
    assert [(row, column) for row, column, _reason in found] == [(3, "J"), (4, "J")]


def test_a_stored_login_is_not_given_to_somebody_else(three_units):
    PEOPLE.import_file(people(CHIEF), by=somebody(), at=AT)
    assert "Somebody else" in the_reason(PEOPLE, people(person("C9", "SA", "C1", c2="C1")), 2, "C")


def test_a_post_does_not_begin_before_the_one_held_now(three_units):
    PEOPLE.import_file(people(CHIEF, person("C2", "SA", "C1", c13="01/09/2026")), by=somebody(), at=AT)
    assert "began later" in the_reason(PEOPLE, people(person("C2", "SA", "C1")), 2, "N")


# --- the samples -----------------------------------------------------------------------------------------


@pytest.fixture
def province():
    UNITS.import_file((SAMPLES / "don-vi.xlsx").read_bytes(), by=somebody(), at=AT)
    PEOPLE.import_file((SAMPLES / "nhan-su.xlsx").read_bytes(), by=somebody(), at=AT)


def test_the_sample_province_is_stored_and_stands_as_stated(province):
    assert (Unit.objects.count(), Person.objects.filter(code__isnull=False).count()) == (84, 420)
    agencies = Unit.objects.filter(agency_role="using")
    assert {block: agencies.filter(block=block).count() for block in ("state", "party")} == {"state": 14, "party": 5}
    clerks = RoleGrant.objects.filter(role="clerk").values_list("unit__code", flat=True)
    assert sorted(clerks) == sorted(agencies.values_list("code", flat=True))
    director = Appointment.objects.get(unit__code="SNV", duty="head")
    assert director.reviewer.appointments.get().unit.code == "UBND"
    assert Appointment.objects.filter(unit__code__startswith="SNV").exclude(unit__code="SNV").count() == 36
    for kind, name in ((UNITS, "don-vi"), (PEOPLE, "nhan-su")):
        summary = kind.preview((SAMPLES / f"{name}.xlsx").read_bytes()).summary
        assert (summary["new"], summary["changed"], summary["errors"]) == (0, 0, 0)


def test_the_samples_are_what_their_program_draws(tmp_path):
    program = SAMPLES.parent / "bin" / "make-samples"
    subprocess.run([sys.executable, program, tmp_path], check=True, stdout=subprocess.DEVNULL)
    names = sorted(path.name for path in SAMPLES.glob("*.xlsx"))
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    for name in names:
        assert read_workbook((tmp_path / name).read_bytes()) == read_workbook((SAMPLES / name).read_bytes()), name


def test_every_fault_of_the_broken_sample_is_found(province):
    data = (SAMPLES / "loi-mau.xlsx").read_bytes()
    found = [(row, column) for row, column, _reason in reasons(PEOPLE, data)]
    expected = {
        (9, "O"), (10, "F"), (11, "B"), (12, "C"), (13, "I"), (14, "K"), (15, "K"), (16, "E"), (17, "D"),
        (18, "D"), (19, "N"),
    }  # fmt: skip
    assert set(found) == expected, found
    assert [(row, column) for row, column, _reason in reasons(UNITS, data)] == [
        (8, "F"), (9, "F"), (10, "E"), (11, "F"), (12, "F"), (12, "I"),
    ]  # fmt: skip
