"""Figures and lists of published results, and the pages of the national database: right, bounded, readable."""

import uuid
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from approvals.models import Decision, Petition
from kpi.models import Scorecard
from kpi.quota import Candidate, check_ceilings
from organization.models import AgencyRole, Appointment, Person
from organization.spreadsheets.writing import Table, write_workbook
from tests.organization.excel import excel
from tests.workflows.agency import Agency
from tests.workflows.meetings import as_person
from tests.workflows.published import issued, published
from tests.workflows.test_national import answer, make, with_province
from tests.workflows.test_replacements import REASON, annul, replace, take_through
from workflows.actions.replacements import NewResult
from workflows.facts.ceiling_use import ceiling_use
from workflows.facts.figures import Span, figures
from workflows.models import Evaluation, NationalResult, OutstandingAchievement, PetitionCase, Standing

pytestmark = pytest.mark.django_db
YEAR = Span(2026, "year")
BUDGETS = {"report": 40, "report_file": 32, "result_uses": 30, "national": 36, "national_waiting": 30}


@pytest.fixture
def province(agency: Agency) -> Agency:
    """The department's results are published, one replaced and one annulled; another department held no period."""
    with_province(agency)
    agency._unit("STC", "Sở Tài chính", AgencyRole.USING, "UBND")
    agency.period = published(agency)
    replace(agency, agency.period, an=NewResult("KHTNV", REASON))
    take_through(agency, "replacing_decision")
    annul(agency, agency.period, "hr")
    issued(agency, "annulment_decision")
    return agency


def counted(agency: Agency, span: Span = YEAR, *codes: str, by_unit: bool = False, on: date = date(2026, 10, 3)):
    keys = [agency.units[code].pk for code in codes or ("UBND", "SNV", "STC")]
    return figures(span, keys, by_unit=by_unit, on=on)


def sheets(data: bytes) -> dict[str, list[list]]:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def grow(agency: Agency, people: int) -> None:
    """More people whose result stands, each owed to the national database as well."""
    form = agency.evaluation("an")
    card = form.scorecard
    for number in range(people):
        person = Person.objects.create_user(username=f"g{number}", full_name=f"Người Thêm {number}")
        post = Appointment.objects.get(pk=form.appointment_id)
        post.pk, post.uuid, post.person, post._state.adding = None, uuid.uuid4(), person, True
        post.save()
        scored = Scorecard.objects.get(pk=card.pk)
        scored.pk, scored.uuid, scored.person, scored.appointment = None, uuid.uuid4(), person, post
        scored._state.adding = True
        scored.save()
        decision = Decision.objects.create(
            kind="head_decided", person=person, by=agency.people["director"], at=agency.at(), class_code="KHTNV"
        )
        row = Evaluation.objects.create(
            period=form.period,
            person=person,
            appointment=post,
            unit=form.unit,
            reviewer=form.reviewer,
            scorecard=scored,
            title=form.title,
            duty_group=form.duty_group,
            is_leader=False,
            standing=Standing.PUBLISHED,
            final_decision=decision,
        )
        NationalResult.objects.create(
            evaluation=row,
            decision=decision,
            act="published",
            agency=agency.units["SNV"],
            facts=NationalResult.objects.filter(act="published")[0].facts,
            at=agency.at(),
            due_on=date(2026, 10, 7),
            term="05 ngày",
        )


def test_figures_count_what_stands_now_and_say_what_is_not_known(province):
    found = counted(province)
    (quarter,) = found.kinds
    assert quarter.kind == "quarter"
    lines = {line.name: line for line in quarter.lines}
    assert lines["Sở Tài chính"].counts is None  # no period was held: that is not 0 results
    own = lines["Sở Nội vụ"]
    assert (own.due, own.published) == (6, 5)
    assert [own.of(cell) for cell in ("HTXS", "HTT", "HTNV", "KHTNV", "annulled", "open")] == [0, 4, 0, 1, 1, 0]
    assert [(line.name, line.due) for line in quarter.groups] == [("Civil servant", 6)]
    assert found.rule_sets[0][1] is True  # a class on a quarter stands on a local rule
    assert found.without == ["Sở Tài chính", "Ủy ban nhân dân tỉnh Thử nghiệm"]


def test_a_ceiling_is_known_once_the_whole_list_is_published(province):
    (use,) = counted(province).kinds[0].ceilings
    assert (use.used, use.allowed, use.groups_over) == (0, 0, 0)
    Evaluation.objects.filter(person=province.people["clerk"]).update(standing=Standing.DECIDED)
    (use,) = counted(province).kinds[0].ceilings
    assert (use.allowed, use.groups_over) == (None, None)


@pytest.mark.parametrize("lifted", [False, True])
def test_a_ceiling_of_the_report_is_what_agency_and_groups_leave_possible_together(province, lifted):
    (scheme,) = (chosen.scheme for chosen in province.period.schemes.select_related("scheme"))
    groups = {"Chuyên viên": 6, "Chuyên viên hành chính": 4}
    rows = [{"cell": "HTT", "duty_group": group, "number": number} for group, number in groups.items()]
    use = ceiling_use(province.period, rows, [scheme], achievement(province) if lifted else None)
    people = [
        Candidate(f"{group} {number}", group, "HTT") for group, most in groups.items() for number in range(most)
    ]
    check = check_ceilings(people, scheme.scheme, outstanding=lifted)
    assert (use.allowed, use.whole_agency) == (check.most, check.agency.allowed)
    assert (use.allowed, use.whole_agency) == ((2, 2) if lifted else (1, 2))
    assert (use.share, use.reading, use.basis) == (check.share, check.reading, check.basis)


def achievement(province: Agency) -> OutstandingAchievement:
    return OutstandingAchievement.objects.create(
        period=province.period,
        number="77/QĐ-UBND",
        decided_on=date(2026, 9, 30),
        authority="Chủ tịch Ủy ban nhân dân tỉnh",
        text="Dẫn đầu cải cách hành chính.",
        recorded_by=province.people["hr"],
        recorded_at=province.at(),
    )


def test_the_report_names_share_reading_and_the_decision_on_outstanding_achievement(province):
    officer = as_person(province.people["province"])
    words = officer.get(reverse("report")).content.decode()
    assert "At most 20%, counted on all people at “Good” or better" in words
    assert "khoản 5 Điều 20" in words
    assert "Outstanding achievement" not in words
    achievement(province)
    words = officer.get(reverse("report")).content.decode()
    assert "At most 25%, counted on all people" in words
    assert "decision 77/QĐ-UBND of 30/09/2026, Chủ tịch Ủy ban nhân dân tỉnh" in words
    (row,) = [row for row in sheets(officer.get(reverse("report_file")).content)["Mức trần"] if "Quý" in str(row[1])]
    assert row[6:8] == ["25%", "tính trên số được xếp loại từ Hoàn thành tốt trở lên"]
    assert row[8].startswith("Quyết định số 77/QĐ-UBND ngày 30/09/2026")


def test_the_days_of_the_national_database_are_those_of_its_term(province, settings):
    officer = as_person(province.people["province"])
    pages = [reverse("national"), reverse("national_waiting"), reverse("work")]
    for page in pages:
        words = officer.get(page).content.decode()
        assert "days late" in words
        assert "working days late" not in words
    settings.NATIONAL_DAYS = "working"
    for page in (reverse("national"), reverse("work")):
        assert "working days late" in officer.get(page).content.decode()
    # What a result owed was frozen when it was published.
    assert "working days late" not in officer.get(reverse("national_waiting")).content.decode()


def test_an_unfinished_list_past_its_day_is_named_overdue(province):
    assert counted(province, on=date(2027, 1, 1)).late_periods == []
    Evaluation.objects.filter(person=province.people["clerk"]).update(standing=Standing.DECIDED)
    assert counted(province, on=date(2026, 10, 3)).late_periods == []
    assert counted(province, on=date(2027, 1, 1)).late_periods == [(province.period, 1)]


def test_a_quarter_counts_in_its_half_of_the_year_only(province):
    assert counted(province, Span(2026, "h1")).kinds == []
    assert len(counted(province, Span(2026, "h2")).kinds) == 1
    assert counted(province, Span(2025, "year")).kinds == []


def test_one_agency_is_split_by_its_units(province):
    (quarter,) = counted(province, YEAR, "SNV", by_unit=True).kinds
    assert {line.name: line.due for line in quarter.lines} == {"Sở Nội vụ": 1, "Văn phòng Sở": 5}


def test_petitions_are_counted_by_what_became_of_them(province):
    form = province.evaluation("clerk")
    petition = Petition.objects.create(
        decision=form.final_decision,
        person=form.person,
        target="class",
        request="Xem lại.",
        received_at=province.at(),
        due_on=date(2026, 10, 13),
        term="07 ngày",
    )
    PetitionCase.objects.create(petition=petition, evaluation=form)
    (line,) = counted(province).petitions
    assert (line.name, line.received, dict(line.counts)) == ("Sở Nội vụ", 1, {"open": 1, "late": 0})
    assert counted(province, on=date(2026, 10, 14)).petitions[0].counts["late"] == 1
    rows = as_person(province.people["province"]).get(reverse("result_uses"), {"use": "income"}).context["rows"]
    assert [each["row"].person for each in rows if each["row"].disputed] == [province.people["clerk"]]


def test_the_number_of_queries_does_not_grow_with_people(province):
    officer = as_person(province.people["province"])
    batch = make(province)

    def queries() -> dict[str, int]:
        found = {}
        pages = [(name, reverse(name)) for name in BUDGETS]
        pages.append(("national_batch", reverse("national_batch", args=[batch.uuid])))
        for name, url in pages:
            with CaptureQueriesContext(connection) as captured:
                assert officer.get(url).status_code == 200
            found[name] = len(captured)
        return found

    Person.objects.filter(pk=province.people["an"].pk).update(code="CC-1")
    answer(province, batch, refusals={1: "Sai mã"})
    grow(province, 2)
    small = queries()
    grow_more = Person.objects.filter(username__startswith="g")
    grow_more.update(username=None)
    grow(province, 14)
    large = queries()
    assert large == small
    assert {name: count for name, count in large.items() if count > BUDGETS.get(name, 30)} == {}


def test_the_report_reads_back_from_excel(province):
    officer = as_person(province.people["province"])
    answer_ = officer.get(reverse("report_file"), {"year": "2026", "part": "year"})
    assert answer_["Content-Disposition"] == 'attachment; filename="bao-cao-2026-year.xlsx"'
    book = sheets(answer_.content)
    assert list(book) == ["Quý", "Mức trần", "Kiến nghị"]
    rows = {row[0]: row[1:] for row in book["Quý"]}
    assert rows["Sở Nội vụ"][:6] == [6, 5, 0, 4, 0, 1]
    assert set(rows["Sở Tài chính"]) == {"không có kỳ"}
    assert any("quy định của địa phương" in str(row[0]) for row in book["Quý"])


def test_a_list_for_uses_names_those_of_the_lowest_class_only(province):
    officer = as_person(province.people["hr"])
    page = officer.get(reverse("result_uses"))
    assert [each["row"].person for each in page.context["rows"]] == [province.people["an"]]
    rows = sheets(officer.get(reverse("result_uses_file"), {"use": "income"}).content)["Danh sách"]
    names = [row[2] for row in rows if isinstance(row[0], float)]
    assert len(names) == 5
    assert province.people["hr"].full_name not in names  # annulled: no result stands


def test_officers_of_another_department_see_nothing_of_this_one(province):
    other = Person.objects.create_user(username="other", full_name="Người Khác")
    from organization.actions import grant_role

    grant_role(
        person=other,
        role="unit_hr",
        unit=province.units["STC"],
        starts_on=date(2026, 1, 1),
        by=None,
        at=province.at(),
    )
    stranger = as_person(other)
    assert stranger.get(reverse("national")).context["rows"] == []
    assert list(stranger.get(reverse("national_waiting")).context["page"]) == []
    assert stranger.get(reverse("report"), {"agency": province.units["SNV"].uuid}).context["found"].kinds == []
    assert not stranger.get(reverse("result_uses"), {"use": "income"}).context["rows"]


def test_no_cell_of_a_workbook_starts_a_formula_and_the_bytes_are_the_same_each_time():
    evil = ["=1+1", "+84", "-5", "@SUM(A1)", "\t=1", "Nguyễn Văn An", None, 7]
    table = Table("Thử", "=HYPERLINK(1)", [(f"C{n}", 10) for n in range(8)], [evil])
    at = timezone.now()
    data = write_workbook([table], created=at)
    assert data == write_workbook([table], created=at)
    (rows,) = sheets(data).values()
    assert rows[-1] == ["'=1+1", "'+84", "'-5", "'@SUM(A1)", "'\t=1", "Nguyễn Văn An", "", 7.0]
    assert rows[0][0] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({"refused": "2; Sai mã\n5, Thiếu đơn vị; và mã"}, {2: "Sai mã", 5: "Thiếu đơn vị; và mã"}),
        ({"csv": "STT;Lý do\n3;Sai mã\n"}, {3: "Sai mã"}),
        ({"xlsx": [["STT", "Lý do từ chối"], [1, "Sai mã"]]}, {1: "Sai mã"}),
        ({"refused": "1; Sai mã", "csv": "2;Thiếu đơn vị"}, {1: "Sai mã", 2: "Thiếu đơn vị"}),
        ({"whole_refused": "Sai định dạng"}, dict.fromkeys(range(1, 9), "Sai định dạng")),
        ({"refused": "hai; Sai mã"}, "Row 1 is not"),
        ({"refused": "2; Sai mã\n2; Khác"}, "Line 2 is named twice"),
        ({"refused": "2; Sai mã", "csv": "2;Khác"}, "These lines have two reasons: 2."),
        ({"refused": "99; Sai mã"}, "line 99: not in this file"),
        ({"xlsx": [["STT", "Lý do"], ["x", "Sai mã"]]}, "This is not a whole number."),
    ],
)
def test_refused_lines_are_read_as_typed_or_as_listed(refusals_page, given, lines):
    batch, officer = refusals_page
    url = reverse("national_receipt", args=[batch.uuid])
    page = officer.get(url)
    sent = {
        "number": "BN-1",
        "received_at": "2026-10-05T08:00",
        "expected_version": page.context["expected_version"],
        "submission_key": page.context["submission_key"],
    }
    sent |= {name: given[name] for name in ("refused", "whole_refused") if name in given}
    if "csv" in given:
        sent["refused_list"] = SimpleUploadedFile("tu-choi.csv", given["csv"].encode("utf-8-sig"))
    if "xlsx" in given:
        sent["refused_list"] = SimpleUploadedFile("tu-choi.xlsx", excel(("Tờ 1", given["xlsx"])))
    answered = officer.post(url, sent)
    refused = dict(batch.items.filter(outcome="refused").values_list("line", "reason"))
    if isinstance(lines, dict):
        assert (answered.status_code, refused) == (302, lines)
    else:
        assert answered.status_code in (400, 422)
        assert lines in answered.content.decode()
        assert 'value="BN-1"' in answered.content.decode()  # what was typed is kept
        assert refused == {}


@pytest.fixture
def refusals_page(agency: Agency):
    """A file of eight lines that waits for its receipt, without the procedure before it."""
    from tests.workflows.test_national_races import owe

    with_province(agency)
    period = agency.open()
    rows = list(Evaluation.objects.filter(period=period).select_related("person"))
    for row in [*rows, *rows[:2]]:
        owe(agency, row)
    return make(agency), as_person(agency.people["province"])
