from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from kpi.actions import decide_catalogue, open_scorecards
from kpi.actions.scorecards import Opening
from kpi.imports import ASSIGNMENTS, CATALOGUE, KINDS, PEOPLE, POSITIONS, RESULTS, UNITS
from kpi.imports.cards import period_of
from kpi.imports.results import entries
from kpi.models import Catalogue, GeneralScore, JobPosition, PositionHolding, Scorecard, ScoreLine, ScoringScheme
from organization.models import Appointment, JournalEntry, Person, Unit
from tests.organization.excel import excel

AT = datetime(2026, 10, 1, 2, tzinfo=UTC)
SINCE = date(2026, 1, 1)
SAMPLES = Path(__file__).parents[2] / "samples"
ABOUT = ("Thông tin chung", [["Cơ quan ban hành (mã)", "Tên danh mục", "Điểm của sản phẩm chuẩn"], ["UB", "DM", 5]])
PRODUCT_HEAD = ["Mã", "Nhiệm vụ", "Nhóm", "Khung điểm", "Điểm chấm", "Hệ số quy đổi"]
LINE_HEAD = ["Tháng", "Mã nhân sự", "Họ và tên", "Mã sản phẩm", "Thời hạn", "Loại"]
ITEMS = ["I.1", "I.2", "II.1", "II.2", "II.3", "II.4", "III.1", "III.2", "III.3", "III.4"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def by() -> Person:
    return Person.objects.create_user("admin", "Quản trị")


@pytest.fixture
def agency() -> Unit:
    common = {"block": "state", "place": "Hải Vân", "starts_on": SINCE}
    top = Unit.objects.create(code="UB", name="Ủy ban", abbreviation="UB", agency_role="managing", **common)
    return Unit.objects.create(code="SA", name="Sở A", abbreviation="SA", agency_role="using", parent=top, **common)


def sound(kind, data: bytes, by: Person) -> dict[str, int]:
    return kind.import_file(data, by=by, at=AT)


def the_reason(kind, data: bytes, row: int, column: str) -> str:
    errors = kind.preview(data).errors
    assert [(error.row, error.column.split(" ")[0]) for error in errors] == [(row, column)]
    return errors[0].reason


# --- job positions ---------------------------------------------------------------------------------------


def positions(*rows: list) -> bytes:
    return excel(("Vị trí việc làm", [["STT", "Mã", "Tên vị trí việc làm", "Nhóm", "Đơn vị (mã)"], *rows]))


def test_positions_are_stored_and_the_same_list_changes_nothing(agency, by):
    data = positions([1, "SA-GD", "Giám đốc", "A", "SA"], [2, "CV", "Chuyên viên", "B", None])
    assert sound(POSITIONS, data, by)["new"] == 2
    assert sound(POSITIONS, data, by)["unchanged"] == 2
    assert JobPosition.objects.get(code="SA-GD").unit == agency
    assert JournalEntry.objects.filter(event="positions.imported").count() == 1


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [([2, "CV", "Khác", "B", None], "B", "already stands in row 2"), ([2, "X", "Khác", "B", "SX"], "E", "No unit")],
)
def test_a_wrong_position_is_reported_at_its_cell(agency, row, column, reason):
    assert reason in the_reason(POSITIONS, positions([1, "CV", "Chuyên viên", "B", "SA"], row), 3, column)


# --- catalogue -------------------------------------------------------------------------------------------


def catalogue(*rows: list, about=ABOUT) -> bytes:
    return excel(("Danh mục sản phẩm", [PRODUCT_HEAD, *rows]), about)


REPORT = ["BC", "Báo cáo", 2, "5 - 9", 7.5, 1.5]
LETTER = ["CV", "Công văn", 1, "1 - 4", "3", "0,6"]


def test_a_catalogue_becomes_a_draft_with_exact_factors(agency, by):
    assert sound(CATALOGUE, catalogue(REPORT, LETTER), by)["new"] == 3  # two products and the standard points
    stored = Catalogue.objects.get()
    assert (stored.unit.code, stored.state, stored.version) == ("UB", "draft", 1)
    assert {p.code: p.factor for p in stored.products.all()} == {"BC": Decimal("1.5"), "CV": Decimal("0.6")}


def test_the_same_catalogue_makes_no_new_version_and_a_changed_one_does(agency, by):
    sound(CATALOGUE, catalogue(REPORT, LETTER), by)
    assert sound(CATALOGUE, catalogue(REPORT, LETTER), by)["unchanged"] == 3
    assert sound(CATALOGUE, catalogue(REPORT, [*LETTER[:4], 4, 0.8]), by)["changed"] == 1
    assert sound(CATALOGUE, catalogue(REPORT), by)["changed"] == 1
    assert [(c.version, c.products.count()) for c in Catalogue.objects.order_by("version")] == [
        (1, 2),
        (2, 2),
        (3, 1),
    ]


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["CV", "Công văn", 6, "", 3, None], "C", "at most 5"),
        (["CV", "Công văn", 1, "", 3, 0.5], "F", "factor 0,6"),
        (["CV", "Công văn", 1, "", 0, None], "E", "above 0"),
        (["CV", "Công văn", 1, "", 1.255, None], "E", "two decimals"),
        (["BC", "Công văn", 1, "", 3, None], "A", "already stands in row 2"),
        (["CV", None, 1, "", 3, None], "B", "must not be empty"),
    ],
)
def test_a_wrong_product_is_reported_at_its_cell(agency, row, column, reason):
    assert reason in the_reason(CATALOGUE, catalogue(REPORT, row), 3, column)


def test_a_factor_that_is_no_exact_decimal_is_refused(agency):
    about = (ABOUT[0], [ABOUT[1][0], ["UB", "DM", 3]])
    assert "exact decimal" in the_reason(CATALOGUE, catalogue(["BC", "Báo cáo", 2, "", 7, None], about=about), 2, "E")


def test_a_catalogue_of_nobody_is_refused(agency):
    about = (ABOUT[0], [ABOUT[1][0], ["SX", "DM", 5]])
    assert "No unit" in the_reason(CATALOGUE, catalogue(REPORT, about=about), 2, "A")


# --- assignments and results -----------------------------------------------------------------------------


@pytest.fixture
def card(agency, by) -> Scorecard:
    """An open quarter of one leader whose agency has a decided catalogue."""
    sound(CATALOGUE, catalogue(REPORT, LETTER), by)
    decide_catalogue(catalogue=Catalogue.objects.get(), number="01/QĐ-UB", on=SINCE, by=by, at=AT)
    person = Person.objects.create(code="007", full_name="Nguyễn Văn Hùng")
    return opened([post_of(person, agency, "head")])[0]


def post_of(person: Person, unit: Unit, duty: str) -> Appointment:
    return Appointment.objects.create(
        person=person, unit=unit, title="x", subject_group="cong_chuc", duty=duty, starts_on=SINCE
    )


def opened(posts: list[Appointment]) -> list[Scorecard]:
    scheme = next(scheme for scheme in ScoringScheme.objects.all() if scheme.is_local)
    first, after = date(2026, 7, 1), date(2026, 10, 1)
    return open_scorecards(
        openings=[Opening(p.person, p, scheme, p.is_leader, "quarter", first, after) for p in posts]
    )


def work(product="BC", assigned=4, kind="Theo kế hoạch", month="07/2026", code="007", name="Nguyễn Văn Hùng") -> list:
    return [month, code, name, product, "15/07/2026", kind, "Đúng hạn", assigned]


def assigned(*rows: list) -> bytes:
    return excel(("Giao việc", [[*LINE_HEAD, "Yêu cầu", "Số lượng giao"], *rows]))


def test_lines_are_assigned_with_the_factor_of_the_catalogue(card, by):
    assert sound(ASSIGNMENTS, assigned(work(), work("CV", 2, "Đột xuất", "08/2026")), by)["new"] == 2
    lines = ScoreLine.objects.order_by("code").values_list("code", "k", "assigned", "kind", "month", "due_on")
    due = date(2026, 7, 15)
    assert list(lines) == [
        ("BC", Decimal("1.5"), 4, "planned", 7, due),
        ("CV", Decimal("0.6"), 2, "unplanned", 8, due),
    ]


def test_the_same_assignments_again_add_no_line(card, by):
    sound(ASSIGNMENTS, assigned(work()), by)
    assert sound(ASSIGNMENTS, assigned(work()), by)["unchanged"] == 1
    assert ScoreLine.objects.count() == 1


@pytest.mark.parametrize("again", [work(assigned=5), work(kind="Trả lại")])
def test_a_file_never_changes_what_is_assigned(card, by, again):
    sound(ASSIGNMENTS, assigned(work()), by)
    assert "already assigned" in the_reason(ASSIGNMENTS, assigned(again), 2, "H")


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (work(), "D", "already stands in row 2"),
        (work("XX"), "D", "No decided catalogue"),
        (work("CV", code="008"), "B", "Nobody has this code"),
        (work("CV", name="Trần Thị Hương"), "C", "belongs to Nguyễn Văn Hùng"),
        (work("CV", 0), "H", "above 0"),
        (work("CV", kind="Khác"), "F", "Choose one of"),
        (work("CV", month="tháng 7"), "A", "not a month"),
    ],
)
def test_a_wrong_assignment_is_reported_at_its_cell(card, row, column, reason):
    assert reason in the_reason(ASSIGNMENTS, assigned(work(), row), 3, column)


def test_a_draft_catalogue_does_not_count(card, by):
    sound(CATALOGUE, catalogue(REPORT, LETTER, ["MM", "Mới", 1, "", 1, None]), by)
    assert "No decided catalogue" in the_reason(ASSIGNMENTS, assigned(work("MM")), 2, "D")


def test_rows_without_an_open_period_are_left_out_and_named(card, by):
    data = assigned(work(), work(month="10/2026"))
    preview = ASSIGNMENTS.preview(data)
    assert [(error.row, error.column) for error in preview.left_out] == [(3, "A (Tháng)")]
    assert sound(ASSIGNMENTS, data, by) == {"new": 1, "changed": 0, "unchanged": 0, "left_out": 1, "errors": 0}


def results(*lines: list, general: list | None = None, leaders: list | None = None) -> bytes:
    head = ["Kỳ", "Mã nhân sự"]
    sheets = [("Kết quả", [[*LINE_HEAD, "Số lượng hoàn thành", "Minh chứng"], *lines])]
    if general:
        sheets.append(("Tiêu chí chung", [[*head, *ITEMS, "Tổng cộng"], general]))
    if leaders:
        sheets.append(("Tiêu chí lãnh đạo", [[*head, "Tổ chức thực hiện (đ, %)", "Đoàn kết nội bộ (e, %)"], leaders]))
    return excel(*sheets)


def done(quantity, product="BC", kind="Theo kế hoạch", note="Văn bản số 01") -> list:
    return [*work(product, kind=kind)[:6], quantity, note]


GENERAL = ["Quý III/2026", "007", 5, "4,5", 2.5, 2.5, 2.25, 2, 2, 2, 2, None, "24,75"]
LEADER = ["Quý 3 năm 2026", "007", 100, "50%"]


@pytest.fixture
def assigned_card(card, by) -> Scorecard:
    sound(ASSIGNMENTS, assigned(work(), work("CV", 2, "Trả lại")), by)
    return card


def test_results_stand_in_the_persons_own_draft(assigned_card, by):
    data = results(done(3), general=GENERAL, leaders=LEADER)
    assert sound(RESULTS, data, by)["new"] == 1 + 9 + 2
    card = Scorecard.objects.get()
    assert (card.self_dd, card.self_e, card.draft_version) == (100, 50, 1)
    assert [(line.done, line.note) for line in card.lines.filter(code="BC")] == [(Decimal(3), "Văn bản số 01")]
    points = dict(card.general_scores.values_list("item_code", "self_points"))
    assert (points["I.2"], points["III.4"]) == (Decimal("4.5"), None)
    entry = JournalEntry.objects.get(event="results.imported")
    assert (entry.by, entry.details) == (by, {"entries": 12})


def test_the_same_results_again_change_nothing(assigned_card, by):
    data = results(done(3), general=GENERAL, leaders=LEADER)
    sound(RESULTS, data, by)
    assert sound(RESULTS, data, by)["unchanged"] == 12
    assert Scorecard.objects.get().draft_version == 1


def test_empty_cells_leave_what_stands(assigned_card, by):
    sound(RESULTS, results(done(3), general=GENERAL, leaders=LEADER), by)
    sound(RESULTS, results(done(None), general=[*GENERAL[:2], 4, *[None] * 10]), by)
    assert ScoreLine.objects.get(code="BC").done == 3
    points = GeneralScore.objects.filter(self_points__isnull=False)
    assert (points.get(item_code="I.1").self_points, points.count()) == (4, 9)


def test_entries_can_be_had_without_storing(assigned_card):
    preview = RESULTS.preview(results(done(3), leaders=LEADER))
    found = entries(RESULTS.load(preview.rows))
    assert list(found) == [assigned_card]
    assert found[assigned_card].leader == {"dd": 100, "e": 50}
    assert ScoreLine.objects.get(code="BC").done is None


@pytest.mark.parametrize(
    ("data", "row", "column", "reason"),
    [
        (results(done(1, kind="Đột xuất")), 2, "D", "not assigned"),
        (results(done(1, "CV", "Trả lại")), 2, "G", "never counts as done"),
        (results(done("1,2345")), 2, "G", "three decimals"),
        (results(done(-1)), 2, "G", "at least 0"),
        (results(done(1), done(2)), 3, "D", "already stands in row 2"),
        (results(done(1), general=[*GENERAL[:2], 6, *GENERAL[3:]]), 2, "C", "between 0 and 5"),
        (results(done(1), general=[*GENERAL[:-1], 30]), 2, "M", "add up to 24,75"),
        (results(done(1), general=["Quý V", *GENERAL[1:]]), 2, "A", "not a period"),
        (results(done(1), leaders=[*LEADER[:2], 75, 100]), 2, "C", "Choose one of"),
    ],
)
def test_a_wrong_result_is_reported_at_its_cell(assigned_card, data, row, column, reason):
    assert reason in the_reason(RESULTS, data, row, column)


def test_staff_have_no_components_of_leaders(assigned_card, agency):
    opened([post_of(Person.objects.create(code="008", full_name="Lê An"), agency, "staff")])
    assert "leaders only" in the_reason(RESULTS, results(done(1), leaders=["Quý III/2026", "008", 100, None]), 2, "C")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quý III/2026", ("quarter", date(2026, 7, 1))),
        ("QUÝ 4 năm 2026", ("quarter", date(2026, 10, 1))),
        ("Tháng 12/2026", ("month", date(2026, 12, 1))),
        ("Năm 2026", ("year", date(2026, 1, 1))),
        ("Quý 5/2026", None),
        ("Tháng 13/2026", None),
        ("Quý III", None),
        ("Q3", None),
    ],
)
def test_a_period_is_read_as_offices_write_it(text, expected):
    assert period_of(text) == expected


# --- the samples -----------------------------------------------------------------------------------------


def test_the_sample_quarter_goes_from_excel_to_exact_scores(by):
    def stored(kind, name: str) -> dict[str, int]:
        return sound(kind, (SAMPLES / f"{name}.xlsx").read_bytes(), by)

    stored(UNITS, "don-vi")
    assert stored(POSITIONS, "vi-tri-viec-lam")["new"] == 229
    stored(PEOPLE, "nhan-su")
    assert PositionHolding.objects.count() == 420
    stored(CATALOGUE, "danh-muc-san-pham")
    products = Catalogue.objects.get()
    assert products.products.count() >= 120
    decide_catalogue(catalogue=products, number="1204/QĐ-UBND", on=SINCE, by=by, at=AT)
    posts = Appointment.objects.filter(unit__code__startswith="SNV").exclude(unit__code="SNV", duty="head")
    cards = opened(list(posts.select_related("person")))
    assert len(cards) == 39

    summary = stored(ASSIGNMENTS, "giao-viec-quy-3-2026")
    assert summary["new"] == ScoreLine.objects.count() > 500
    assert summary["left_out"] > 300  # the director is in another agency's period, Sở Tài chính not open yet
    summary = stored(RESULTS, "ket-qua-quy-3-2026")
    assert summary["errors"] == 0
    for kind, name in ((ASSIGNMENTS, "giao-viec-quy-3-2026"), (RESULTS, "ket-qua-quy-3-2026")):
        again = stored(kind, name)
        assert (again["new"], again["changed"]) == (0, 0)

    codes = classes_of_the_quarter()
    assert codes == {"HTXS": 10, "HTT": 23, "HTNV": 5, "KHTNV": 1}


def classes_of_the_quarter() -> Counter:
    """Staff first, then leaders with d from the lowest score below them, as the reviewers will."""
    totals: dict[Scorecard, Fraction] = {}
    found = Counter()
    for card in Scorecard.objects.select_related("appointment__unit", "scheme").order_by("is_leader"):
        if card.is_leader:
            fields = set(card.appointment.fields_in_charge.all())
            deputy = card.appointment.duty == "deputy"
            below = fields if deputy else {card.appointment.unit}
            managed = [total for other, total in totals.items() if other.appointment.unit in below]
            card.leader_d = 50 if any(total < 50 for total in managed) else 100
        result = card.inputs(reviewed=False).score(card.scheme.scheme)
        assert result.missing == ()
        totals[card] = result.total
        found[result.class_code] += 1
    return found


def test_the_kinds_stand_in_the_order_of_need():
    assert list(KINDS) == ["units", "positions", "people", "catalogue", "assignments", "results"]
