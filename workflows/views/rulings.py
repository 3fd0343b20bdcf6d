"""The competent head's own act: the decision on the list (Art 10.2), or the notices of a tracking period."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from approvals.classes import CLASSES, classes_within
from organization.authority import Authority
from organization.models import Capacity, Person
from workflows import flows
from workflows.actions import rulings as actions
from workflows.actions.councils import everybody_proposed
from workflows.actions.publications import notify_scores as act_notify_scores
from workflows.actions.unranked import LeftOut, to_leave_out
from workflows.actions.year_checks import obstacle as year_obstacle
from workflows.facts.wording import local_rule_name, period_words
from workflows.forms.rulings import UNRANKED, RulingsForm, class_name, handling_name, reason_name
from workflows.histories import totals
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, Stage, Standing
from workflows.policy import visibility
from workflows.policy.routes import declares
from workflows.policy.rules import require_head
from workflows.policy.visibility import headed_units
from workflows.templatetags.look import class_words
from workflows.views.acts import PersonRequest, attempt, expected_version, now, require_texts, today
from workflows.views.papers import chip_of
from workflows.views.quota_panel import changes, distribution, quota_panel


def lists_to_decide(person: Person, on: date) -> list[dict[str, Any]]:
    """Periods whose list waits for this head or his delegate, with the number of people."""
    agencies = headed_units(person, on)
    if not agencies:
        return []
    tasks = flows.open_tasks(
        flow_task__in=flows.nodes_named(flows.HEAD_DECISION), process__evaluation__period__agency_id__in=agencies
    )
    counted = dict(
        tasks.order_by().values_list("process__evaluation__period").annotate(number=Count("pk", distinct=True))
    )
    periods = EvaluationPeriod.objects.filter(pk__in=counted).select_related("campaign", "agency")
    return [
        {"period": period, "words": period_words(period.campaign), "people": counted[period.pk]} for period in periods
    ]


def _period(request: PersonRequest, uuid: UUID) -> tuple[EvaluationPeriod, Authority]:
    """A period that the person sees, and the power by which he decides it. 404, or 403 without the power."""
    rows = visibility.periods(request.user, today()).select_related("agency__parent", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    return period, require_head(period, request.user, today())


@declares("head")
@require_http_methods(["GET", "POST"])
def ruling(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The list with self, supervisor and council; POST shows what the changes come to, or with `decide` decides."""
    period, under = _period(request, uuid)
    steps = actions.proposals(period)
    left_out = to_leave_out(period, steps, today())
    annual = period.procedure.parsed().is_annual
    form = RulingsForm(request.POST or None, steps=steps, annual=annual, left_out=left_out)
    refusal = None
    if request.method == "POST" and "decide" in request.POST:
        version = expected_version(request)

        def decide() -> EvaluationPeriod:
            require_texts(form)
            return actions.decide_list(
                period=period, by=request.user, rulings=form.rulings(), expected_version=version, at=now()
            )

        _done, refusal = attempt(decide)
        if refusal is None:
            text = ngettext(
                "%(count)d rating is decided. Sign the decision and the notice.",
                "%(count)d ratings are decided. Sign the decision and the notices.",
                len(steps),
            )
            messages.success(request, text % {"count": len(steps)})
            return redirect("signing_queue")
        period.refresh_from_db(fields=["version"])
    context = _context(request, period, under, steps, form, left_out) | {"refusal": refusal}
    if request.headers.get("HX-Request"):
        return render(request, "workflows/rulings/answer.html", context)
    return render(request, "workflows/rulings/list.html", context, status=refusal.status if refusal else 200)


def _context(
    request: PersonRequest,
    period: EvaluationPeriod,
    under: Authority,
    steps: Sequence[EvaluationStep],
    form: RulingsForm,
    left_out: Mapping[int, LeftOut],
) -> dict[str, Any]:
    classes = {step.evaluation_id: form.chosen(step) for step in steps}
    chart = distribution([step.decision.class_code for step in steps], classes.values())
    different = [step for step in steps if form.differs(step)]
    quota = quota_panel(period, classes) if steps else None
    return {
        "period": period,
        "words": period_words(period.campaign),
        "local_rule": local_rule_name(period),
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, ""),
        "form": form,
        "groups": _rows(steps, form, left_out),
        "people": len(steps),
        "quota": quota,
        "chart": chart,
        "changes": changes(chart),
        "different": len(different),
        "silent": [step.evaluation.person.full_name for step in different if not form.reason(step).strip()],
        "refused": _obstacle(request.user, period, under, steps, quota),
        "papers": _papers(period, request.user),
        "decided": _decided(period),
        "previewed": request.method == "POST",
    }


def _open_classes(step: EvaluationStep) -> tuple[str, ...]:
    """Never above the class of the score; nobody is ranked who is not to be."""
    known = step.decision.score_class or step.decision.class_code
    return classes_within(known) if known else ()


def _place(step: EvaluationStep) -> tuple[int, int, str]:
    """By unit, then by name: units may share a position."""
    unit = step.evaluation.unit
    return unit.position, unit.pk, step.evaluation.person.sort_key


def _options(step: EvaluationStep, left_out: Mapping[int, LeftOut]) -> list[dict[str, Any]]:
    """The classes, those above the score's closed; "not ranked" only for whoever may be left out."""
    found: list[dict[str, Any]] = [
        {"code": code, "label": class_words(code, "short"), "closed": code not in _open_classes(step)}
        for code in CLASSES
    ]
    if step.evaluation_id in left_out:
        found.append({"code": UNRANKED, "label": _("Without a class"), "closed": False})
    return found


def _rows(
    steps: Sequence[EvaluationStep], form: RulingsForm, left_out: Mapping[int, LeftOut]
) -> list[dict[str, Any]]:
    """The list by unit."""
    scored = totals(step.evaluation_id for step in steps)
    rows: list[dict[str, Any]] = [
        {
            "step": step,
            "evaluation": step.evaluation,
            "own": scored.get(step.evaluation_id, {}).get(Stage.SELF_ASSESSMENT),
            "final": Fraction(step.decision.score_total) if step.decision.score_total else None,
            "class_name": class_name(step),
            "reason_name": reason_name(step),
            "selected": form.chosen(step) or UNRANKED,
            "left_out": left_out.get(step.evaluation_id),
            "reason": form.reason(step),
            "handling_name": handling_name(step) if handling_name(step) in form.fields else "",
            "handling": form.handling(step),
            "differs": form.differs(step),
            "options": _options(step, left_out),
        }
        for step in sorted(steps, key=_place)
    ]
    return [
        {"unit": unit.name, "rows": list(found)}
        for unit, found in groupby(rows, key=lambda row: row["evaluation"].unit)
    ]


def _obstacle(
    person: Person,
    period: EvaluationPeriod,
    under: Authority,
    steps: Sequence[EvaluationStep],
    quota: dict[str, Any] | None,
) -> str:
    """Why the list cannot be decided now, "" when it can."""
    if not steps or not everybody_proposed(period):
        return _("The council has not closed its session on the whole list.")
    own = {step.evaluation.person_id for step in steps} & {person.pk, under.holder.pk}
    if own:
        return _("Nobody decides his own case: the list contains yours.")
    missing = year_obstacle(period)
    if missing is not None:
        return missing.text
    if quota is not None and not quota["holds"]:
        return "; ".join(quota["excess"])
    return ""


def _papers(period: EvaluationPeriod, person: Person) -> list[dict[str, Any]]:
    """The minutes and the decision of the list."""
    rows = period.documents.select_related("document__kind", "document__subject").prefetch_related(
        "document__slots__expected_signer"
    )
    return [chip_of(row.document, person) for row in rows]


def _decided(period: EvaluationPeriod) -> dict[str, int]:
    """How many people of the list are decided already, and how many notices wait for their issue."""
    rows = Evaluation.objects.filter(period=period).order_by()
    counted = dict(rows.values_list("standing").annotate(number=Count("pk")))
    return {"decided": counted.get(Standing.DECIDED, 0), "published": counted.get(Standing.PUBLISHED, 0)}


@declares("head")
@require_http_methods(["GET", "POST"])
def notify_scores(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Tracking periods: the head orders the notices of the approved scores; no class is given."""
    period, under = _period(request, uuid)
    refusal = None
    if request.method == "POST":
        version = expected_version(request)
        _done, refusal = attempt(
            lambda: act_notify_scores(period=period, by=request.user, expected_version=version, at=now())
        )
        if refusal is None:
            messages.success(request, _("The notices are ordered. Sign them."))
            return redirect("signing_queue")
        period.refresh_from_db(fields=["version"])
    waiting = Evaluation.objects.filter(period=period, standing=Standing.DECIDED).exclude(
        steps__stage=Stage.PUBLISHED
    )
    rows = list(
        waiting.select_related("person", "unit", "final_decision").order_by("unit__position", "person__sort_key")
    )
    context = {
        "period": period,
        "words": period_words(period.campaign),
        "under": under,
        "capacity": dict(Capacity.choices).get(under.capacity, ""),
        "has_council": period.procedure.parsed().has_council,
        "ruling_url": reverse("ruling", args=[period.uuid]),
        "rows": [
            {"evaluation": row, "total": Fraction(row.final_decision.score_total) if row.final_decision else None}
            for row in rows
        ],
        "left": Evaluation.objects.filter(period=period, standing=Standing.OPEN).count(),
        "refusal": refusal,
    }
    return render(request, "workflows/rulings/notices.html", context, status=refusal.status if refusal else 200)
