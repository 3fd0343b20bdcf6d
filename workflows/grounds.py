"""Why a published result may be decided anew, on which article, and whose power it takes: rules as data."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from approvals.models import Petition
from kpi.scheme import MANDATORY, UNDER_REVIEW
from workflows.models import CorrectionGround, Dependant, EvaluationPeriod, Ground, PeriodKind


class Power(StrEnum):
    """RANKER: the head who decided the list; MANAGING: the head of the managing agency (Art 21.3)."""

    RANKER = "ranker"
    MANAGING = "managing"


@dataclass(frozen=True)
class GroundRule:
    """`words`: as the decision prints it; `basis`: its article; `standing`: as everywhere in the rules."""

    words: str
    basis: str
    standing: str
    power: Power


RULES = {
    Ground.PETITION: GroundRule(
        "kiến nghị của người được đánh giá được chấp nhận",
        "khoản 3 Điều 21, Điều 22 Nghị định số 335/2025/NĐ-CP",
        MANDATORY,
        Power.MANAGING,
    ),
    Ground.FOUND_LATER: GroundRule(
        "việc phát hiện kết quả không chính xác sau khi ban hành",
        "khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP",
        MANDATORY,
        Power.MANAGING,
    ),
    Ground.DISCIPLINE: GroundRule(
        "việc xử lý kỷ luật đối với hành vi trong kỳ đánh giá",
        "khoản 3 Điều 11, khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP",
        MANDATORY,
        Power.MANAGING,
    ),
    Ground.DEPENDANT: GroundRule(
        "kết quả mà kết quả này dựa vào đã được thay thế",
        "Điều 15, khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP",
        MANDATORY,
        Power.MANAGING,
    ),
    # The decree is silent on slips of the pen and on cancelling a paper: the rules of official documents apply.
    Ground.CLERICAL: GroundRule(
        "sai sót về họ tên, chức danh khi soạn thảo văn bản",
        "khoản 4 Điều 18 Nghị định số 30/2020/NĐ-CP",
        UNDER_REVIEW,
        Power.RANKER,
    ),
    Ground.CANCELLATION: GroundRule(
        "việc hủy bỏ văn bản ban hành không đúng thẩm quyền, trình tự, thủ tục",
        "khoản 5 Điều 18 Nghị định số 30/2020/NĐ-CP",
        UNDER_REVIEW,
        Power.RANKER,
    ),
}


#: The article where what has changed is the class of the organisation that the person heads.
HEAD_BASIS = "khoản 6 Điều 20, khoản 3 Điều 21 Nghị định số 335/2025/NĐ-CP"


def power_needed(period: EvaluationPeriod, kind: str) -> Power:
    """Art 21.3 speaks of the yearly ranking; scores, and classes by local rule, are corrected by who gave them."""
    if period.campaign.kind != PeriodKind.YEAR or not period.procedure.parsed().ranks:
        return Power.RANKER
    return RULES[Ground(kind)].power


@dataclass(frozen=True)
class Discipline:
    """A disciplinary decision; `twin`: number and date of the other side's decision on the same act (Art 11.3)."""

    act_on: date
    organisation: str
    number: str
    on: date
    twin_number: str = ""
    twin_on: date | None = None

    @property
    def papers(self) -> set[tuple[str, date]]:
        """The decisions on this act, however many organisations made them."""
        twin = {(self.twin_number.strip().casefold(), self.twin_on)} if self.twin_on and self.twin_number else set()
        return {(self.number.strip().casefold(), self.on), *twin}


def discipline_of(ground: CorrectionGround) -> Discipline | None:
    """The discipline behind a stored ground; None for every other ground."""
    if ground.kind != Ground.DISCIPLINE or ground.act_on is None or ground.decision_on is None:
        return None
    return Discipline(
        ground.act_on,
        ground.organisation,
        ground.decision_number,
        ground.decision_on,
        ground.twin_number,
        ground.twin_on,
    )


@dataclass(frozen=True)
class GroundGiven:
    """The ground of one new result, with the petition, the changed result or the discipline that it rests on."""

    kind: str
    petition: Petition | None = None
    dependant: Dependant | None = None
    discipline: Discipline | None = None
