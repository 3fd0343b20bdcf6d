"""The competent head's own act: one decision for the whole list (Art 10.2). The council only proposes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.actions import record_decision
from approvals.models import Decision
from documents.actions import SlotSpec, name_signer, request_document
from organization.actions import journal
from organization.authority import Authority
from organization.models import Person
from workflows import facts, flows, notices
from workflows.actions.councils import everybody_proposed
from workflows.actions.initials import initiallers, with_initials
from workflows.actions.locks import lock_evaluation, lock_period
from workflows.actions.reviews import current_form
from workflows.actions.self_assessments import require_turn
from workflows.actions.steps import conclude_with_notice
from workflows.actions.unranked import require_lawful_gaps, to_leave_out
from workflows.actions.year_checks import require_decidable
from workflows.ceilings import check_list
from workflows.errors import NotReady
from workflows.models import EvaluationPeriod, EvaluationStep, PeriodDocument, Stage
from workflows.organisations import require_heads_within
from workflows.policy import rules


@dataclass(frozen=True)
class Ruling:
    """The head's class for one person; a reason is needed where it differs from the council's proposal.

    `class_code` "": not ranked, for whoever turned out to be so after the meeting (`to_leave_out`).
    `handling`: part IV of Form 02, what he proposes to follow from the class (Art 23); "" allowed.
    """

    class_code: str
    reason: str = ""
    handling: str = ""


def proposals(period: EvaluationPeriod) -> list[EvaluationStep]:
    """The council's proposals that wait for the head, in the order of the list."""
    tasks = flows.open_tasks(process__evaluation__period=period, flow_task__in=flows.nodes_named(flows.HEAD_DECISION))
    # Keys first: in one query PostgreSQL joined all tasks with all steps while it had no figures of the tables.
    waiting = list(tasks.order_by().values_list("process__evaluation_id", flat=True))
    steps = (
        EvaluationStep.objects.filter(evaluation__in=waiting, decision__kind=Decision.Kind.COUNCIL_PROPOSED)
        .select_related("decision", "document", "snapshot", "evaluation__person", "evaluation__unit")
        .order_by("evaluation__unit__position", "evaluation__person__sort_key", "id")
    )
    return list({step.evaluation_id: step for step in steps}.values())


@transaction.atomic
def decide_list(
    *,
    period: EvaluationPeriod,
    by: Person,
    rulings: Mapping[UUID, Ruling],
    expected_version: int | None,
    at: datetime,
) -> EvaluationPeriod:
    """Decide every proposal of the list at once; `rulings` holds only those that differ from the council's.

    Never higher than the class of the score; the ceiling is checked on the whole list again under the lock.
    """
    period = lock_period(period, expected_version)
    under = rules.require_head(period, by, timezone.localdate(at))
    steps = proposals(period)
    if not steps or not everybody_proposed(period):
        raise NotReady(_("The council has not closed its session on the whole list."), rule=_("Order of steps"))
    decided = {
        step.evaluation_id: rulings.get(step.evaluation.uuid, Ruling(step.decision.class_code)) for step in steps
    }
    _require_reasons(steps, decided)
    classes = {pk: ruling.class_code for pk, ruling in decided.items()}
    require_lawful_gaps(steps, classes, to_leave_out(period, steps, timezone.localdate(at)))
    if period.procedure.parsed().is_annual:
        require_decidable(period, steps, classes)
    require_heads_within(period, classes)
    check = check_list(period, classes)
    if check is not None and not check.holds:
        raise NotReady(_("The list has more people at the top class than the ceiling allows."), rule=check.basis)
    decisions = [
        _decide(step, ruling=decided[step.evaluation_id], by=by, under=under, at=at)
        for step in sorted(steps, key=lambda step: step.evaluation_id)
    ]
    _owe_list(period, steps=steps, decisions=decisions, by=by, under=under, at=at)
    period.version += 1
    period.save(update_fields=["version"])
    journal(event="period.decided", subject=period, at=at, by=by, under=under, unit=period.agency)
    return period


def _require_reasons(steps: list[EvaluationStep], decided: Mapping[int, Ruling]) -> None:
    silent = [
        step.evaluation.person.full_name
        for step in steps
        if decided[step.evaluation_id].class_code != step.decision.class_code
        and not decided[step.evaluation_id].reason.strip()
    ]
    if silent:
        raise NotReady(
            _("Give a reason where your class differs from the council's proposal."),
            rule=_("A differing class needs a reason"),
            missing=silent,
        )


def _decide(step: EvaluationStep, *, ruling: Ruling, by: Person, under: Authority, at: datetime) -> Decision:
    evaluation = lock_evaluation(step.evaluation, None)
    task = require_turn(evaluation, flows.HEAD_DECISION)
    decision = record_decision(
        kind=Decision.Kind.HEAD_DECIDED,
        person=evaluation.person,
        by=by,
        under=under,
        at=at,
        class_code=ruling.class_code,
        score_class=step.decision.score_class,
        score_total=step.decision.score_total,
        reason=ruling.reason or step.decision.reason,
        comment=ruling.handling,
        practice=evaluation.practice,
    )
    conclude_with_notice(evaluation=evaluation, decision=decision, snapshot=step.snapshot, by=by, under=under, at=at)
    flows.pass_handle(task)
    evaluation.decide(decision)
    form = current_form(evaluation)
    if form is not None and form.kind.code == "form_02":
        name_signer(document=form, role="ranker", person=by, authority=under, by=by, at=at)
    evaluation.save(update_fields=["version", "standing", "final_decision"])
    return decision


def _owe_list(
    period: EvaluationPeriod,
    *,
    steps: list[EvaluationStep],
    decisions: list[Decision],
    by: Person,
    under: Authority,
    at: datetime,
) -> None:
    document = request_document(
        kind="decision",
        unit=period.agency,
        **with_initials(
            period,
            "decision",
            facts=facts.decision(period, steps=steps, decisions=decisions, under=under, at=at),
            signers=[SlotSpec(role="head", person=by, authority=under)],
            on=timezone.localdate(at),
        ),
        practice=period.practice,
        at=at,
    )
    PeriodDocument.objects.create(period=period, stage=Stage.PUBLISHED, document=document, at=at)
    initialling = [person for person in initiallers(period).values() if person]
    notices.tell(event="document.to_sign", people=[*initialling, by], at=at)
