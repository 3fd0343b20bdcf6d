"""Words that every document shares: head, period, people, signers, points."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from organization.actions import current_appointment
from organization.authority import Authority
from organization.models import Person
from workflows.models import (
    Campaign,
    Evaluation,
    EvaluationPeriod,
    EvaluationStep,
    OutstandingAchievement,
    PeriodKind,
)

_ROMAN = ("I", "II", "III", "IV")


def period_words(campaign: Campaign) -> str:
    """ "Quý III năm 2026", "tháng 9 năm 2026", "năm 2026"."""
    year = campaign.starts_on.year
    if campaign.kind == PeriodKind.QUARTER:
        return f"Quý {_ROMAN[(campaign.starts_on.month - 1) // 3]} năm {year}"
    if campaign.kind == PeriodKind.MONTH:
        return f"tháng {campaign.starts_on.month} năm {year}"
    return f"năm {year}"


def outstanding_words(period: EvaluationPeriod) -> str:
    """The numbered decision of Art 20.5 (b) that stands for the period, "" while none does."""
    row = period.outstanding_achievements.filter(withdrawn_at=None).first()
    return achievement_words(row) if row else ""


def achievement_words(row: OutstandingAchievement) -> str:
    return f"Quyết định số {row.number} ngày {row.decided_on:%d/%m/%Y} của {row.authority} ({row.text})"


def approved_step(evaluation: Evaluation) -> EvaluationStep:
    """The step of the approved review of the present round. Raises EvaluationStep.DoesNotExist without one."""
    return evaluation.steps.filter(decision__kind="review_approved", round=evaluation.round).latest("id")


def kept_result(step: EvaluationStep) -> dict[str, Any]:
    """The score that the step froze. Raises ValueError for a step that froze none."""
    if step.snapshot is None:
        raise ValueError(f"step {step.pk} keeps no score")
    return step.snapshot.result


def unranked(evaluation: Evaluation) -> str:
    """What stands in the place of a class where a procedure that ranks gives none; "" in a tracking period."""
    return "Không xếp loại" if evaluation.period.procedure.parsed().ranks else ""


def decimal_text(value: Fraction | Decimal | None, places: int = 2) -> str | None:
    """Decimal text with at most these places, rounded half up for print only; None stays None (not scored)."""
    if value is None:
        return None
    exact, scale = Fraction(value), 10**places
    units = (Decimal(exact.numerator) * scale / Decimal(exact.denominator)).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{(units / scale).normalize():f}"


def local_rule_name(period: EvaluationPeriod, evaluation: Evaluation | None = None) -> str:
    """The local rule set under which a class stands in this period, "" where the national rules alone apply."""
    if not period.procedure.parsed().ranks:
        return ""
    if evaluation is not None:
        schemes = [evaluation.scorecard.scheme]
    else:
        schemes = [chosen.scheme for chosen in period.schemes.select_related("scheme").order_by("subject_group")]
    names = dict.fromkeys(f"{scheme.name} ({'; '.join(scheme.local_basis)})" for scheme in schemes if scheme.is_local)
    return "; ".join(names)


def head_block(period: EvaluationPeriod, *, title: str, evaluation: Evaluation | None = None) -> dict[str, Any]:
    """The facts that every template asks for."""
    agency = period.agency
    return {
        "title": title,
        "parent_agency": agency.parent.name if agency.parent else "",
        "agency": agency.name,
        "place": agency.place,
        "practice": period.practice,
        "local_rule_name": local_rule_name(period, evaluation),
        "verify_url": "",
        "period_words": period_words(period.campaign),
    }


def title_of(person: Person, on: date) -> str:
    """The person's title that day, as his appointment says it; "" without a post."""
    appointment = current_appointment(person, on)
    return appointment.title if appointment else ""


def title_in(agency: str, title: str) -> str:
    """A title with its agency, the words they share said once: "Giám đốc Sở", "Sở Nội vụ" → "Giám đốc Sở Nội vụ"."""
    if agency.lower() in title.lower():
        return title
    words, name = title.split(), agency.split()
    for shared in range(min(len(words), len(name)), 0, -1):
        if [word.lower() for word in words[-shared:]] == [word.lower() for word in name[:shared]]:
            return " ".join([*words[:-shared], *name])
    return f"{title} {agency}".strip()


def person_words(evaluation: Evaluation) -> dict[str, str]:
    return {"name": evaluation.person.full_name, "position": evaluation.title, "unit": evaluation.unit.name}


def signer(person: Person, on: date, under: Authority | None = None) -> dict[str, str]:
    """A signature block: the capacity and the holder's title above the signer's own (Decree 30/2020)."""
    own = title_of(person, on).upper()
    if under is None or not under.is_delegated:
        return {"authority": "", "title": own, "name": person.full_name}
    holder = title_of(under.holder, on).upper()
    return {"authority": f"{under.capacity} {holder}".strip(), "title": own, "name": person.full_name}


def authority_words(under: Authority) -> str:
    """The document that a delegated act rests on, "" for one's own power."""
    if not under.is_delegated:
        return ""
    day = under.document_on.strftime("%d/%m/%Y") if under.document_on else ""
    return f"Thực hiện theo văn bản số {under.document_number} ngày {day} của {under.holder.full_name}"


def local_iso(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes")


def adjustment_rows(evaluation: Evaluation, since: datetime) -> tuple[list[dict], list[dict]]:
    """(adjustments, confirmed waivers) of this round, as the minutes list them."""
    rows, waivers = [], []
    for change in evaluation.scorecard.adjustments.filter(at__gte=since).select_related("by").order_by("pk"):
        if change.target.endswith("_waived"):
            kind = "chậm tiến độ" if change.target.startswith("delays") else "chưa đạt chất lượng"
            waivers.append({"what": f"{change.label} – {kind}: {change.new} lần", "reason": change.reason})
            continue
        rows.append(
            {
                "what": _WHAT.get(change.target, "{label}").format(label=change.label),
                "from": change.old or None,
                "to": change.new or None,
                "reason": change.reason,
                "by": change.by.full_name,
                "on": timezone.localdate(change.at).isoformat(),
            }
        )
    return rows, waivers


_WHAT = {
    "general": "{label}",
    "done": "{label} – số lượng hoàn thành",
    "failed_reviews": "{label} – số lần chưa đạt chất lượng",
    "delays": "{label} – số lần chậm tiến độ",
    "leader": "Tiêu chí {label} của người lãnh đạo, quản lý (%)",
    "kind": "{label} – loại công việc",
}
