"""Lists for the uses of published results (Decree 335/2025, Art 23): who stands with what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

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
        .select_related("person", "unit", "period__agency", "final_decision")
        .order_by("period__agency__position", "period__agency__code", "unit__position", "person__sort_key", "pk")
    )


def uses_workbook(use: str, campaign: Campaign, found: QuerySet[Evaluation], *, created: datetime) -> bytes:
    """The list as an Excel file, only the columns it needs: a province has sixty thousand rows. Vietnamese only."""
    rows = found.values_list(*_FIELDS).iterator(chunk_size=5000)
    table = Table(
        sheet="Danh sách",
        title=f"{_TITLES[use]} – {period_words(campaign)}",
        headings=_HEADINGS,
        rows=[_row(number, row) for number, row in enumerate(rows, start=1)],
        notes=("Căn cứ: Điều 23 Nghị định số 335/2025/NĐ-CP. Chỉ gồm kết quả đã công bố và đang có giá trị.",),
    )
    return write_workbook([table], created=created)


_FIELDS = (
    "person__code",
    "person__full_name",
    "title",
    "unit__name",
    "period__agency__name",
    "final_decision__score_total",
    "final_decision__class_code",
    "disputed",
)


def _row(number: int, row: Sequence[Any]) -> list[Value]:
    *named, total, class_code, disputed = row
    points = decimal_text(Fraction(total)) if total else None
    said = points.replace(".", ",") if points else None
    return [number, *named, said, class_code or None, "Có" if disputed else None]
