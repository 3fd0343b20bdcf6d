"""Form 02: the year as the decree prints it, and what the ranker fills in with his signature."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from approvals.models import Decision
from kpi.years import MONTH, MonthRow, YearInputs, words_of
from organization.models import Person
from workflows.facts.wording import decimal_text, head_block, person_words, signer
from workflows.models import Evaluation

DECEMBER = 12


def form_02(evaluation: Evaluation, inputs: YearInputs, at: datetime) -> dict[str, Any]:
    """The facts of the person's form at the moment he hands it in."""
    on = timezone.localdate(at)
    scheme = evaluation.scorecard.scheme.scheme
    total = inputs.mean(scheme).total
    return {
        **head_block(evaluation.period, title="Phiếu xếp loại chất lượng công chức", evaluation=evaluation),
        "year": str(evaluation.period.campaign.starts_on.year),
        "person": person_words(evaluation),
        "months": [
            {"month": row.month, "score": decimal_text(row.total), "note": month_note(row)}
            for row in inputs.rows(scheme)
        ],
        "year_mean": decimal_text(total),
        "self_class": evaluation.self_class,
        "strengths": evaluation.strengths,
        "weaknesses": evaluation.limitations,
        "round": evaluation.round,
        "signed_on": on.isoformat(),
        "signers": {"person": signer(evaluation.person, on)},
    }


def month_note(row: MonthRow) -> str:
    """What stands behind a month of Form 02, or why it has no score."""
    if row.total is None:
        if not row.worked:
            return "Không tính: ngoài thời gian công tác"
        if row.month == DECEMBER and not row.missing:
            return "Chưa có điểm; không tính vào điểm trung bình"
        return "Chưa có điểm"
    words = "; ".join(words_of(source) for source in row.sources)
    own = all(source.kind == MONTH and source.provenance == "computed" for source in row.sources)
    return row.sources[0].agency if own and len(row.sources) == 1 else words


def form_02_ranking(*, decision: Decision, by: Person, evaluation: Evaluation, at: datetime) -> dict[str, str]:
    """What the ranker fills into parts III and IV with his signature; nobody's box where nobody is ranked."""
    on = timezone.localdate(at)
    day = f"{on.day:02d}"
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    handling = decision.comment
    if not decision.class_code:
        handling = "; ".join(filter(None, [f"Không xếp loại: {decision.reason}", handling]))
    boxes = {f"box_{decision.class_code.lower()}": "X"} if decision.class_code else {}
    return {
        **boxes,
        "handling": handling,
        "ranked_on": f"{evaluation.period.agency.place}, ngày {day} tháng {month} năm {on.year}",
        "ranker_name": by.full_name,
    }
