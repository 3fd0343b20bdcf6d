"""The report as an Excel file for the home-affairs department (Decree 335/2025, Art 26.1.đ). Vietnamese only."""

from datetime import datetime

from django.utils import timezone

from approvals.classes import CLASSES
from kpi.wording import cited
from organization.spreadsheets.writing import Table, Value, write_workbook
from workflows.facts.council_minutes import READINGS
from workflows.facts.figures import ANNULLED, EXCUSED, OPEN, SCORE, Figures, KindFigures, Line, Span
from workflows.facts.wording import achievement_words, decimal_text, period_words

UNKNOWN = "không có kỳ"
NOT_YET = "chưa xác định"
_KINDS = {"month": "Tháng", "quarter": "Quý", "year": "Năm"}
_PARTS = {"h1": "6 tháng đầu năm", "h2": "6 tháng cuối năm", "year": "Cả năm"}
_HEADINGS = (
    ("Số kết quả phải có", 12),
    ("Đã công bố", 12),
    *((code, 10) for code in CLASSES),
    ("Chỉ có điểm", 12),
    ("Đã hủy", 10),
    ("Chưa công bố", 12),
    ("Không đánh giá", 12),
)
_OUTCOMES = (
    ("accepted", "Chấp nhận"),
    ("partly", "Chấp nhận một phần"),
    ("rejected", "Không chấp nhận"),
    ("withdrawn", "Đã rút"),
    ("open", "Đang giải quyết"),
    ("late", "Quá hạn trả lời"),
)


def span_words(span: Span) -> str:
    """ "6 tháng đầu năm 2026", "Cả năm 2026"."""
    return f"{_PARTS[span.part]} {span.year}"


def figures_workbook(report: Figures, *, scope: str, created: datetime) -> bytes:
    """One sheet for each kind of period, one for ceilings, one for petitions. `scope`: whose figures, in words."""
    words = f"{span_words(report.span)} – {scope}"
    notes = (
        f"Lập lúc {timezone.localtime(created):%H:%M %d/%m/%Y}. Chỉ tính kết quả đã công bố và đang có giá trị.",
        "Kỳ: " + ("; ".join(report.campaigns) or "không có"),
        "Bộ tiêu chí: " + ("; ".join(_rule_set(name, local) for name, local in report.rule_sets) or "không có"),
        "Cơ quan không có kỳ nào trong hệ thống: " + ("; ".join(report.without) or "không có"),
        f"Kết quả quá hạn gửi cơ sở dữ liệu quốc gia: {report.late_results}",
    )
    tables = [_kind_table(each, words, notes) for each in report.kinds]
    if not tables:
        headings = [("Cơ quan, đơn vị", 40), *_HEADINGS]
        tables = [Table("Kết quả", f"Kết quả đánh giá, xếp loại – {words}", headings, [], notes)]
    return write_workbook([*tables, _ceilings(report, words), _petitions(report, words)], created=created)


def _rule_set(name: str, local: bool) -> str:
    return f"{name} – quy định của địa phương" if local else name


def _kind_table(each: KindFigures, words: str, notes: tuple[str, ...]) -> Table:
    return Table(
        sheet=_KINDS[each.kind],
        title=f"Kết quả theo {_KINDS[each.kind].lower()} – {words}",
        headings=[("Cơ quan, đơn vị / đối tượng", 40), *_HEADINGS],
        rows=[
            *(_row(line.name, line) for line in each.lines),
            _row("Tổng cộng", each.total),
            *(_row(f"Đối tượng: {line.name}", line) for line in each.groups),
        ],
        notes=notes,
    )


def _row(name: str, line: Line) -> list[Value]:
    if line.counts is None:
        return [name, *([UNKNOWN] * len(_HEADINGS))]
    cells = (*CLASSES, SCORE, ANNULLED, OPEN, EXCUSED)
    return [name, line.due, line.published, *(line.of(cell) for cell in cells)]


def _ceilings(report: Figures, words: str) -> Table:
    rows: list[list[Value]] = [
        [
            use.agency,
            period_words(use.period.campaign),
            use.used,
            *(NOT_YET if number is None else number for number in (use.allowed, use.whole_agency, use.groups_over)),
            f"{decimal_text(use.share * 100)}%",
            READINGS[use.reading],
            achievement_words(use.achievement) if use.achievement else "",
            cited(use.basis),
        ]
        for each in report.kinds
        for use in each.ceilings
    ]
    headings = [
        ("Cơ quan", 40),
        ("Kỳ", 20),
        ("Số người xếp loại cao nhất", 14),
        ("Mức trần (cơ quan và các nhóm)", 14),
        ("Mức trần riêng của cơ quan", 14),
        ("Số nhóm vượt trần", 14),
        ("Tỷ lệ", 8),
        ("Cách tính", 40),
        ("Quyết định về thành tích nổi trội", 40),
        ("Căn cứ", 40),
    ]
    notes = (
        "Mức trần chỉ xác định được khi cả danh sách đã công bố.",
        "Mức trần là số nhỏ hơn giữa mức trần riêng của cơ quan và tổng mức trần của các nhóm nhiệm vụ tương đồng.",
    )
    return Table("Mức trần", f"Sử dụng mức trần – {words}", headings, rows, notes)


def _petitions(report: Figures, words: str) -> Table:
    headings = [("Cơ quan", 40), ("Đã tiếp nhận", 12), *((label, 14) for _key, label in _OUTCOMES)]
    rows: list[list[Value]] = [
        [line.name, line.received, *(line.counts.get(key, 0) for key, _label in _OUTCOMES)]
        for line in report.petitions
    ]
    notes = ("Chỉ gồm kiến nghị được ghi nhận trong hệ thống.",)
    return Table("Kiến nghị", f"Kiến nghị và kết quả giải quyết – {words}", headings, rows, notes)
