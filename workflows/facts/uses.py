"""Lists for the uses of published results (Decree 335/2025, Art 23): who stands with what."""

from collections.abc import Collection, Iterable
from datetime import datetime
from fractions import Fraction

from django.db.models import Exists, OuterRef, QuerySet

from approvals.models import Petition, PetitionState
from organization.spreadsheets.writing import Table, Value, write_workbook
from workflows.facts.wording import decimal_text, period_words
from workflows.models import Campaign, Evaluation, Standing

UNMET, INCOME = "unmet", "income"
_TITLES = {
    UNMET: "Danh sách công chức xếp loại Không hoàn thành nhiệm vụ",
    INCOME: "Danh sách kết quả làm căn cứ chi thu nhập, bố trí sử dụng",
}
_HEADINGS = (
    ("STT", 6),
    ("Mã nhân sự", 14),
    ("Họ và tên", 28),
    ("Chức vụ", 24),
    ("Đơn vị", 30),
    ("Cơ quan", 30),
    ("Điểm", 10),
    ("Mức xếp loại", 14),
    ("Đang có kiến nghị", 14),
)


def used_results(use: str, campaign: Campaign, agencies: Collection[int]) -> QuerySet[Evaluation]:
    """Published standing results of the period in these agencies; of UNMET only the lowest class."""
    waiting = Petition.objects.filter(
        case__evaluation=OuterRef("pk"), state__in=[PetitionState.RECEIVED, PetitionState.PREPARED]
    )
    rows = Evaluation.objects.filter(
        period__campaign=campaign, period__agency_id__in=agencies, standing=Standing.PUBLISHED, practice=False
    )
    if use == UNMET:
        rows = rows.filter(final_decision__class_code="KHTNV")
    return (
        rows.annotate(disputed=Exists(waiting))
        .select_related("person", "unit", "period__agency", "final_decision", "scorecard__scheme")
        .order_by("period__agency__position", "period__agency__code", "unit__position", "person__sort_key", "pk")
    )


def uses_workbook(use: str, campaign: Campaign, rows: Iterable[Evaluation], *, created: datetime) -> bytes:
    """The list as an Excel file. Vietnamese only."""
    table = Table(
        sheet="Danh sách",
        title=f"{_TITLES[use]} – {period_words(campaign)}",
        headings=_HEADINGS,
        rows=[_row(number, row) for number, row in enumerate(rows, start=1)],
        notes=("Căn cứ: Điều 23 Nghị định số 335/2025/NĐ-CP. Chỉ gồm kết quả đã công bố và đang có giá trị.",),
    )
    return write_workbook([table], created=created)


def _row(number: int, row: Evaluation) -> list[Value]:
    decided = row.final_decision
    points = decimal_text(Fraction(decided.score_total)) if decided and decided.score_total else None
    return [
        number,
        row.person.code,
        row.person.full_name,
        row.title,
        row.unit.name,
        row.period.agency.name,
        points.replace(".", ",") if points else None,
        decided.class_code if decided else None,
        "Có" if row.disputed else None,  # type: ignore[attr-defined]
    ]
