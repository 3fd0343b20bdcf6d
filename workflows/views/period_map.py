"""The map of agencies by stage and delay."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from workflows import flows
from workflows.models import Campaign, Evaluation, EvaluationPeriod, Stage, Standing
from workflows.views.standings import NODE_STAGES

RUNNING = (Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW, Stage.COUNCIL, Stage.PUBLISHED)


@dataclass
class Row:
    """One agency on the map."""

    period: EvaluationPeriod
    on: date
    at: Mapping[str, int] = field(default_factory=dict)
    people: int = 0
    finished: int = 0

    @property
    def due(self) -> date | None:
        return self.period.deadline(self.period.stage) if self.period.stage in RUNNING else None

    @property
    def late(self) -> bool:
        return self.due is not None and self.due < self.on

    @property
    def launched(self) -> bool:
        return self.period.people_expected is not None

    @property
    def waiting(self) -> int:
        """People whose turn lies in the present stage or before it."""
        order = list(NODE_STAGES)
        reached = [node for node in order if NODE_STAGES[node] == self.period.stage]
        nodes = order[: order.index(reached[-1]) + 1] if reached else []
        return sum(self.at.get(node, 0) for node in nodes)

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The stages in their order: done, current, next, or left out by the procedure."""
        stages = self.period.procedure.parsed().stages
        here = list(Stage.values).index(self.period.stage)
        return [
            {
                "label": stage.label,
                "state": state_of(place, here) if stage in stages else "none",
                "count": sum(n for node, n in self.at.items() if NODE_STAGES[node] == stage),
            }
            for place, stage in enumerate(Stage)
            if stage != Stage.PLANNED
        ]


def state_of(place: int, here: int) -> str:
    """Done, current or next, by the places of a stage and of the present one."""
    return "done" if place < here else "current" if place == here else "next"


def rows_of(found: QuerySet[EvaluationPeriod], on: date) -> list[Row]:
    """Three queries, however many agencies and people."""
    ordered = found.select_related("agency", "procedure", "campaign").order_by("agency__position", "id")
    rows = {period.pk: Row(period, on) for period in ordered}
    live = Evaluation.objects.filter(period__in=rows).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    for pk, standing, count in live.values_list("period", "standing").annotate(Count("pk")).order_by():
        rows[pk].people += count
        rows[pk].finished += count if standing == Standing.PUBLISHED else 0
    tasks = flows.open_tasks(process__evaluation__period__in=rows)
    counted = tasks.values_list("process__evaluation__period", "flow_task").annotate(Count("pk")).order_by()
    for pk, node, count in counted:
        at = dict(rows[pk].at)
        at[node.name] = at.get(node.name, 0) + count
        rows[pk].at = at
    return list(rows.values())


def stage_filters(rows: list[Row], campaign: Campaign | None, chosen: str) -> list[dict[str, Any]]:
    """Chips: all, late, and every stage at which an agency stands."""
    if campaign is None:
        return []
    base = f"?campaign={campaign.uuid}"
    counts = {stage: sum(row.period.stage == stage for row in rows) for stage in Stage}
    found = [{"label": _("All"), "url": base, "count": len(rows), "current": not chosen}]
    late = sum(row.late for row in rows)
    if late:
        url = f"{base}&stage=late"
        found.append({"label": _("Late"), "url": url, "count": late, "current": chosen == "late"})
    return found + [
        {"label": stage.label, "url": f"{base}&stage={stage}", "count": count, "current": chosen == stage}
        for stage, count in counts.items()
        if count
    ]
