"""Which decision governs whose result, what is on its way, and what has taken effect: read from the rows, no copy."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import QuerySet

from approvals.models import Decision
from documents.models import Document, State
from workflows.facts.replacements import Points
from workflows.facts.wording import approved_step, kept_result
from workflows.models import Correction, Evaluation, EvaluationPeriod, EvaluationStep, Standing

DECISION, REPLACING, ANNULLING = "decision", "replacing_decision", "annulment_decision"
CORRECTING = (REPLACING, ANNULLING)


def in_force(period: EvaluationPeriod | None = None) -> QuerySet[Correction]:
    """Corrections whose decision the clerk has issued, in the order in which they followed each other."""
    return _of(period).filter(document__issue_released_at__isnull=False)


def on_their_way(period: EvaluationPeriod | None = None) -> QuerySet[Correction]:
    """Corrections that the head has made and the clerk has not issued yet; a cancelled document has none."""
    return _of(period).filter(document__issue_released_at__isnull=True).exclude(document__state=State.CANCELLED)


def _of(period: EvaluationPeriod | None) -> QuerySet[Correction]:
    rows = Correction.objects.select_related("document__kind", "notice__kind", "earlier", "later__by").order_by("id")
    return rows.filter(evaluation__period=period) if period else rows


def issued_decisions(period: EvaluationPeriod) -> list[Document]:
    """The period's decisions on results that have a number, oldest first."""
    documents = Document.objects.filter(
        of_period__period=period, kind__code__in=(DECISION, *CORRECTING), issue_released_at__isnull=False
    )
    return list(documents.select_related("kind", "unit").order_by("issue_released_at", "pk"))


def governed_by(period: EvaluationPeriod) -> dict[int, Document]:
    """Evaluation id → the issued decision on which the result stands now; nobody before the first is issued."""
    first = [each for each in issued_decisions(period) if each.kind.code == DECISION]
    if not first:
        return {}
    decided = Evaluation.objects.filter(period=period, standing__in=[Standing.PUBLISHED, Standing.ANNULLED])
    found = dict.fromkeys(decided.values_list("pk", flat=True), first[-1])
    for correction in in_force(period):
        found[correction.evaluation_id] = correction.document
    return found


def standing_notice(evaluation: Evaluation) -> Document | None:
    """The personal notice that tells the present result; None after an annulment."""
    return standing_notices([evaluation])[evaluation.pk]


def standing_notices(evaluations: Iterable[Evaluation]) -> dict[int, Document | None]:
    """Evaluation id → the personal notice that tells the present result, in two queries."""
    found: dict[int, Document | None] = dict.fromkeys(evaluation.pk for evaluation in evaluations)
    steps = (
        EvaluationStep.objects.filter(
            evaluation__in=found, document__kind__code="notice", document__issue_released_at__isnull=False
        )
        .exclude(decision__corrects__isnull=False)
        .select_related("document__kind")
        .order_by("id")
    )
    found |= {step.evaluation_id: step.document for step in steps}
    return found | {each.evaluation_id: each.notice for each in in_force().filter(evaluation__in=found)}


def standing_points(evaluation: Evaluation) -> Points:
    """The points of the present result: those of the last replacement, else those that the review froze."""
    last = in_force().filter(evaluation=evaluation).exclude(later__score_total="").last()
    if last is not None:
        return Points(last.general_points, last.result_points, last.later.score_total)
    kept = kept_result(approved_step(evaluation))
    return Points(kept["general_points"] or "", kept["result_points"] or "", kept["total"] or "")


def corrected_total(evaluation: Evaluation) -> Fraction | None:
    """The total that stands where a later decision in force has replaced the result; None for every other result."""
    decision = evaluation.final_decision
    if decision is None or decision.kind != Decision.Kind.HEAD_REPLACED or not decision.score_total:
        return None
    return Fraction(decision.score_total)


def total_of(general: str, result: str) -> str:
    """The exact total of two exact texts."""
    return str(Fraction(general) + Fraction(result))


@dataclass(frozen=True)
class Round:
    """One round of a person's result, for his page."""

    correction: Correction
    pending: bool

    @property
    def total(self) -> Fraction | None:
        """The points of the new result, None after an annulment."""
        text = self.correction.later.score_total
        return Fraction(text) if text else None


def history_of(evaluation: Evaluation, *, pending: bool) -> list[Round]:
    """Every correction of this result, oldest first; those on their way only for those who prepare them."""
    rows: Iterable[Correction] = in_force().filter(evaluation=evaluation)
    found = [Round(each, pending=False) for each in rows]
    if pending:
        found += [Round(each, pending=True) for each in on_their_way().filter(evaluation=evaluation)]
    return found
