"""The board of all periods, and one period's progress: where people stand, who is late, what is missing."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from organization.models import JournalEntry
from workflows import flows
from workflows.actions.periods import advance_period
from workflows.models import (
    Campaign,
    EvaluationPeriod,
    EvaluationProcess,
    EvaluationTask,
    Stage,
    Standing,
)
from workflows.policy import rules, setup
from workflows.policy.routes import declares
from workflows.readiness import missing_for_advance, progress
from workflows.stages import stage_after
from workflows.views.acts import PersonRequest, attempt, expected_version, now, today
from workflows.views.period_links import acts_around
from workflows.views.period_map import RUNNING, rows_of, stage_filters, state_of
from workflows.views.standings import NODE_STAGES, NODE_WORDS, Filter, people_page

PAGE = 50
SHOWN = 8
#: Longer without a sign of the worker, and the page says that the opening waits.
PATIENCE = timedelta(seconds=20)


@declares("period_watcher")
@require_GET
def periods(request: PersonRequest) -> HttpResponse:
    """The map of agencies by stage and delay, for those who run, head or audit periods."""
    on, person = today(), request.user
    watched = setup.watched_periods(person, on)
    campaigns = list(
        Campaign.objects.filter(periods__in=watched).distinct().order_by("-ends_on", "-starts_on", "-id")[:8]
    )
    asked = request.GET.get("campaign", "")
    campaign = next((c for c in campaigns if str(c.uuid) == asked), campaigns[0] if campaigns else None)
    rows = rows_of(watched.filter(campaign=campaign), on) if campaign else []
    stage = request.GET.get("stage", "")
    shown = [row for row in rows if not stage or row.period.stage == stage or (stage == "late" and row.late)]
    shown.sort(key=lambda row: (not row.late, row.due or date.max))
    may_plan = bool(setup.managed_unit_ids(person, on))
    return render(
        request,
        "workflows/periods/board.html",
        {
            "campaign": campaign,
            "campaigns": [
                {"label": c.name, "url": f"?campaign={c.uuid}", "current": c == campaign} for c in campaigns
            ],
            "stages": [label for value, label in Stage.choices if value != Stage.PLANNED],
            "filters": stage_filters(rows, campaign, stage),
            "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
            "agencies": len(rows),
            "late": sum(row.late for row in rows),
            "people_text": str(sum(row.people for row in rows)),
            "finished": sum(row.finished for row in rows),
            "actions": [{"label": _("Open a period"), "url": reverse("period_plan"), "tone": "primary"}]
            if may_plan
            else [],
        },
    )


def watched(request: PersonRequest, uuid: UUID) -> EvaluationPeriod:
    """A period that the person runs, heads or audits; 404 otherwise."""
    found = setup.watched_periods(request.user, today()).select_related("agency", "campaign", "procedure")
    return get_object_or_404(found, uuid=uuid)


@declares("period_watcher")
@require_GET
def period(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One period's board."""
    found = watched(request, uuid)
    on = today()
    manages = rules.may_manage_period(found.agency, request.user, on)
    running = found.stage in RUNNING
    missing = missing_for_advance(found) if running else []
    late = _late_tasks(found, on)
    chosen = Filter.of(request.GET)
    page, rows = people_page(found, chosen, request.GET.get("page"), request.user, on)
    counts = progress(found)
    excused = found.evaluations.filter(standing=Standing.VOID).count()
    return render(
        request,
        "workflows/periods/period.html",
        {
            "period": found,
            "steps": stage_steps(found),
            "due": found.deadline(found.stage) if running else None,
            "stats": _stats(found, counts),
            "rule_sets": _rule_sets(found),
            "launched": found.people_expected is not None,
            "opening": opening_state(found, now()),
            "running": running,
            "missing": missing[:SHOWN],
            "missing_more": max(0, len(missing) - SHOWN),
            "late": [_late_row(task) for task in late[:SHOWN]],
            "late_count": len(late),
            "manages": manages,
            "annual": found.procedure.parsed().is_annual,
            "reads_journal": setup.journaled_periods(request.user, on).filter(pk=found.pk).exists(),
            "actions": _acts(found, manages=manages, missing=missing),
            "around": acts_around(found, request.user, on),
            "may_join": manages and found.stage in (Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW),
            "filter": chosen,
            "filters": chosen.chips(counts | {"void": excused}),
            "page": page,
            "rows": rows,
        },
    )


def stage_steps(found: EvaluationPeriod) -> list[dict[str, Any]]:
    """The procedure's stages with their deadlines, for the strip."""
    order = found.procedure.parsed().stages
    here = order.index(found.stage)
    steps = []
    for place, stage in enumerate(order):
        due = found.deadline(stage)
        note = _("until %(day)s") % {"day": f"{due:%d/%m/%Y}"} if due else ""
        steps.append({"label": Stage(stage).label, "state": state_of(place, here), "note": note})
    return steps


def _rule_sets(found: EvaluationPeriod) -> list[dict[str, Any]]:
    """Each rule set once, with the subject groups that it scores."""
    sets: dict[int, dict[str, Any]] = {}
    for chosen in found.schemes.select_related("scheme").order_by("subject_group"):
        entry = sets.setdefault(chosen.scheme_id, {"scheme": chosen.scheme, "groups": []})
        entry["groups"].append(chosen.get_subject_group_display())
    return [{"scheme": entry["scheme"], "groups": ", ".join(entry["groups"])} for entry in sets.values()]


def _stats(found: EvaluationPeriod, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    nodes = list(NODE_WORDS) if found.procedure.parsed().has_council else [flows.SELF_ASSESSMENT, flows.REVIEW]
    rows = [{"label": NODE_WORDS[node], "value": counts[node], "url": f"?at={node}#people"} for node in nodes]
    if counts["decided"]:
        rows.append({"label": _("Decided, not yet issued"), "value": counts["decided"], "url": "?at=decided#people"})
    rows.append({"label": _("Published"), "value": counts["published"], "url": "?at=published#people"})
    return [*rows, {"label": _("Number of people"), "value": counts["people"], "url": "?#people"}]


def _late_tasks(found: EvaluationPeriod, on: date) -> list[EvaluationTask]:
    passed = []
    for node, stage in NODE_STAGES.items():
        due = found.deadline(stage)
        if due is not None and due < on:
            passed.append(node)
    if not passed:
        return []
    tasks = flows.open_tasks(process__evaluation__period=found, flow_task__in=flows.nodes_named(*passed))
    return list(
        tasks.select_related("owner", "process__evaluation__person", "process__evaluation__unit").order_by(
            "process__evaluation__unit__position", "process__evaluation__person__sort_key"
        )
    )


def _late_row(task: EvaluationTask) -> dict[str, Any]:
    evaluation = task.process.evaluation
    node = flows.node_name(task) or ""
    return {
        "name": evaluation.person.full_name,
        "unit": evaluation.unit.name,
        "waits": NODE_WORDS[node],
        "with": task.owner.full_name if task.owner else "",
    }


def _acts(found: EvaluationPeriod, *, manages: bool, missing: list[str]) -> list[dict[str, Any]]:
    if not manages:
        return []
    if found.stage == Stage.PLANNED:
        if found.people_expected is not None:
            return []
        return [{"label": _("Launch"), "url": reverse("period_launch", args=[found.uuid]), "tone": "primary"}]
    following = stage_after(found.stage, found.procedure.parsed().stages)
    if following is None:
        return []
    label = _("Close the stage: %(stage)s") % {"stage": Stage(found.stage).label}
    tone = "plain" if missing else "primary"
    acts = [{"label": label, "url": reverse("period_advance", args=[found.uuid]), "tone": tone}]
    if found.stage == Stage.COUNCIL and not found.sessions.exists():
        convene = reverse("session_convene", args=[found.uuid])
        acts.insert(0, {"label": _("Convene the council"), "url": convene, "tone": "primary"})
    return acts


def opening_state(found: EvaluationPeriod, at: datetime) -> dict[str, Any] | None:
    """How far the worker has come with a launched period; `waits_since` when there is no sign of it."""
    if found.stage != Stage.PLANNED or found.people_expected is None:
        return None
    launched = JournalEntry.objects.filter(subject_uuid=found.uuid, event="period.launched").aggregate(at=Max("at"))
    opened = EvaluationProcess.objects.filter(evaluation__period=found).aggregate(at=Max("created"))
    sign = max((moment for moment in (launched["at"], opened["at"]) if moment), default=at)
    return {
        "done": found.people_opened,
        "total": found.people_expected,
        "problems": found.opening_problems,
        "waits_since": sign if at - sign > PATIENCE and not found.opening_problems else None,
        "poll_url": reverse("period_opening", args=[found.uuid]),
    }


@declares("period_watcher")
@require_GET
def opening(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The opening's progress, asked every two seconds while the page is open."""
    found = watched(request, uuid)
    state = opening_state(found, now())
    if state is None:
        return HttpResponseClientRefresh() if getattr(request, "htmx", False) else redirect("period", uuid=uuid)
    return render(request, "workflows/periods/opening.html", {"opening": state})


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def advance(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Close the stage for all; while somebody or something is missing the list says who and what."""
    found = watched(request, uuid)
    rules.require_period_manager(found.agency, request.user, today())
    refusal = None
    if request.method == "POST":
        version = expected_version(request)
        done, refusal = attempt(
            lambda: advance_period(period=found, by=request.user, expected_version=version, at=now())
        )
        if done is not None:
            messages.success(request, _("The period now stands at: %(stage)s.") % {"stage": Stage(done.stage).label})
            return redirect("period", uuid=uuid)
        found = watched(request, uuid)
    following = stage_after(found.stage, found.procedure.parsed().stages)
    missing = missing_for_advance(found) if found.stage != Stage.PLANNED else []
    consequences = [_("Nobody can go back into a closed stage.")]
    if following:
        consequences.insert(0, _("The next stage begins: %(stage)s.") % {"stage": Stage(following).label})
    context = {
        "title": _("Close the stage: %(stage)s") % {"stage": Stage(found.stage).label},
        "eyebrow": str(found),
        "question": _("Is this stage finished for everybody?"),
        "consequences": consequences,
        "refusal": refusal,
        "missing": missing if refusal is None else [],
        "missing_title": _("Still missing before the stage can be closed"),
        "blocked": bool(missing) or following is None,
        "expected_version": found.version,
        "confirm_label": _("Close the stage"),
        "cancel_url": reverse("period", args=[uuid]),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)
