"""Where each person of a period stands, as a filtered and paginated list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organization.models import Person
from workflows import flows
from workflows.models import Evaluation, EvaluationPeriod, Stage, Standing
from workflows.policy import rules

PAGE = 50
#: The stage by whose deadline each turn has to be over, in the order of the process.
NODE_STAGES: Mapping[str, str] = {
    flows.SELF_ASSESSMENT: Stage.SELF_ASSESSMENT,
    flows.REVIEW: Stage.SUPERVISOR_REVIEW,
    flows.COUNCIL: Stage.COUNCIL,
    flows.HEAD_DECISION: Stage.PUBLISHED,
}
NODE_WORDS = {
    flows.SELF_ASSESSMENT: gettext_lazy("Filling in the form"),
    flows.REVIEW: gettext_lazy("Waiting for the review"),
    flows.COUNCIL: gettext_lazy("Waiting for the council"),
    flows.HEAD_DECISION: gettext_lazy("Waiting for the head's decision"),
}
_STANDINGS = {
    Standing.DECIDED.value: gettext_lazy("Decided, not yet issued"),
    Standing.PUBLISHED.value: gettext_lazy("Published"),
    Standing.VOID.value: gettext_lazy("Excused"),
}
WORDS = {**NODE_WORDS, **_STANDINGS}


@dataclass(frozen=True)
class Filter:
    """What the reader asked for: where people stand, and letters of a name or a unit."""

    at: str = ""
    words: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filter":
        at = query.get("at", "")
        return cls(at if at in WORDS else "", query.get("q", "").strip()[:100])

    def chips(self, counts: Mapping[str, int]) -> list[dict[str, Any]]:
        """Only where somebody stands; `counts` by node or standing."""
        return [
            {
                "label": label,
                "url": f"?{urlencode({'at': at, 'q': self.words})}#people",
                "current": at == self.at,
                "count": counts.get(at) if at else None,
            }
            for at, label in {"": _("All"), **WORDS}.items()
            if not at or at == self.at or counts.get(at)
        ]


def people_page(
    period: EvaluationPeriod, chosen: Filter, number: str | None, reader: Person, on: date
) -> tuple[Page, list[dict[str, Any]]]:
    """One page of people, each row with whose turn it is and what the reader may do about it."""
    found = Evaluation.objects.filter(period=period).exclude(standing=Standing.REPLACED)
    if chosen.at in NODE_WORDS:
        tasks = flows.open_tasks(process__evaluation__period=period, flow_task__in=flows.nodes_named(chosen.at))
        found = found.filter(pk__in=tasks.values("process__evaluation_id"))
    elif chosen.at:
        found = found.filter(standing=chosen.at)
    for word in chosen.words.split():
        found = found.filter(Q(person__full_name__icontains=word) | Q(unit__name__icontains=word))
    ordered = found.select_related("person", "unit", "reviewer").order_by(
        "unit__position", "unit_id", "person__sort_key", "id"
    )
    page = Paginator(ordered, PAGE).get_page(number)
    turns = {
        task.process.evaluation_id: task
        for task in flows.open_tasks(process__evaluation__in=[row.pk for row in page]).select_related(
            "process", "owner"
        )
    }
    manages = rules.may_manage_period(period.agency, reader, on)
    return page, [_row(row, turns.get(row.pk), period, manages, reader, on) for row in page]


def _row(
    evaluation: Evaluation, task: Any, period: EvaluationPeriod, manages: bool, reader: Person, on: date
) -> dict[str, Any]:
    node = flows.node_name(task)
    due = period.deadline(NODE_STAGES[node]) if node else None
    return {
        "evaluation": evaluation,
        "state": WORDS.get(node or evaluation.standing, ""),
        "due": due,
        "late": due is not None and due < on,
        "may_change": manages and evaluation.standing == Standing.OPEN and node is not None,
        "may_reopen": node == flows.COUNCIL and evaluation.reviewer_id == reader.pk,
    }
