"""Opening a period in four steps: which time, which agencies, by which rules, launch."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from organization.models import AgencyRole, SubjectGroup, Unit
from workflows.actions.campaigns import create_campaign, launch_all, plan_agencies, procedures_for, take_off_plan
from workflows.actions.periods import launch_period, people_of
from workflows.errors import Refused
from workflows.forms.periods import CampaignForm, RulesForm
from workflows.models import Campaign, EvaluationPeriod, Procedure, Stage
from workflows.policy import rules, setup
from workflows.policy.routes import declares
from workflows.readiness import readiness, remarks
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.periods import watched


def _steps(current: int) -> list[dict[str, str]]:
    labels = [_("Period"), _("Agencies"), _("Procedure and rules"), _("Launch")]
    states = ["done" if place < current else "current" if place == current else "next" for place in range(1, 5)]
    return [{"label": label, "state": state} for label, state in zip(labels, states, strict=True)]


def _agencies(request: PersonRequest) -> QuerySet[Unit]:
    """Agencies whose periods the person runs."""
    units = setup.managed_unit_ids(request.user, today())
    found = Unit.objects.on(today()).filter(pk__in=units, practice=request.user.practice)
    return found.exclude(agency_role=AgencyRole.DIRECTLY_USING).order_by("block", "position", "code")


def _campaign(request: PersonRequest, uuid: UUID) -> Campaign:
    setup.require_personnel_officer(request.user, today())
    return get_object_or_404(Campaign, uuid=uuid, practice=request.user.practice)


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def period_plan(request: PersonRequest) -> HttpResponse:
    """Step 1: a stretch of time, new or already put up by somebody else."""
    setup.require_personnel_officer(request.user, today())
    form = CampaignForm(request.POST or None, initial={"year": today().year})
    refusal = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            campaign = create_campaign(**form.spec(), by=request.user, at=now())
            return reverse("period_plan_agencies", args=[campaign.uuid])

        url, refusal = attempt(lambda: once(request, "period_plan", act), form)
        if url is not None:
            return redirect(url)
    context = {
        "steps": _steps(1),
        "form": form,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "campaigns": Campaign.objects.filter(practice=request.user.practice)[:12],
    }
    return render(request, "workflows/periods/plan.html", context, status=refusal.status if refusal else 200)


@declares("personnel_officer")
@require_GET
def choose_agencies(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Step 2: which of the agencies that one runs take part."""
    campaign = _campaign(request, uuid)
    periods = {period.agency_id: period for period in EvaluationPeriod.objects.filter(campaign=campaign)}
    agencies = list(_agencies(request))
    rows = [{"agency": agency, "period": periods.get(agency.pk)} for agency in agencies]
    free = [row for row in rows if row["period"] is None]
    return render(
        request,
        "workflows/periods/plan_agencies.html",
        {
            "steps": _steps(2),
            "campaign": campaign,
            "rows": rows,
            "free": len(free),
            "only_one": len(free) == 1,
            "planned": any(period.people_expected is None for period in periods.values()),
        },
    )


def _chosen(request: PersonRequest) -> Sequence[Unit]:
    """The agencies named in the address or the form, as far as the person runs them."""
    source = request.POST if request.method == "POST" else request.GET
    asked = set(source.getlist("agency"))
    return [agency for agency in _agencies(request) if str(agency.uuid) in asked]


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def choose_rules(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Step 3: the procedure, and the rule set of each subject group."""
    campaign = _campaign(request, uuid)
    agencies = _chosen(request)
    if not agencies:
        messages.error(request, _("Choose at least one agency."))
        return redirect("period_plan_agencies", uuid=uuid)
    source = request.POST if request.method == "POST" else request.GET
    procedures = procedures_for(campaign)
    procedure = next((p for p in procedures if str(p.pk) == source.get("procedure")), procedures[0])
    counted = [_count(campaign, agency) for agency in agencies]
    groups = [group for group in SubjectGroup.values if any(group in row["groups"] for row in counted)]
    ranked = campaign.kind if procedure.parsed().ranks else ""
    form = RulesForm(
        request.POST if request.method == "POST" else None, groups=groups, on=campaign.starts_on, ranked_kind=ranked
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        url, refusal = _plan(request, campaign, agencies, procedure, form)
        if url is not None:
            messages.success(request, _("Planned: %(count)s agencies.") % {"count": len(agencies)})
            return redirect(url)
    context = {
        "steps": _steps(3),
        "campaign": campaign,
        "agencies": agencies,
        "counted": counted,
        "people": sum(row["people"] for row in counted),
        "groups": [SubjectGroup(group).label for group in groups],
        "procedure": procedure,
        "parsed": procedure.parsed(),
        "stages": [Stage(stage).label for stage in procedure.parsed().stages[1:]],
        "procedures": [_procedure_chip(p, p == procedure, agencies) for p in procedures],
        "form": form,
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    return render(request, "workflows/periods/plan_rules.html", context, status=refusal.status if refusal else 200)


def _plan(
    request: PersonRequest, campaign: Campaign, agencies: Sequence[Unit], procedure: Procedure, form: RulesForm
) -> tuple[str | None, Refused | None]:
    def act() -> str:
        plan_agencies(
            campaign=campaign,
            agencies=agencies,
            procedure=procedure,
            schemes=form.schemes(),
            by=request.user,
            at=now(),
        )
        return reverse("period_plan_launch", args=[campaign.uuid])

    return attempt(lambda: once(request, "period_plan_rules", act), form)


def _procedure_chip(procedure: Procedure, current: bool, agencies: Sequence[Unit]) -> dict[str, Any]:
    query = urlencode([("procedure", procedure.pk), *(("agency", agency.uuid) for agency in agencies)])
    return {"label": str(procedure), "url": f"?{query}", "current": current}


def _count(campaign: Campaign, agency: Unit) -> dict[str, Any]:
    """People of the agency by subject group, and how many of them nobody would score."""
    posts = people_of(EvaluationPeriod(campaign=campaign, agency=agency, practice=campaign.practice))
    found = list(posts.values_list("subject_group", "reviewer_id"))
    groups = {group: sum(g == group for g, _reviewer in found) for group in SubjectGroup.values}
    return {
        "agency": agency,
        "people": len(found),
        "groups": {group: count for group, count in groups.items() if count},
        "parts": ", ".join(f"{SubjectGroup(group).label}: {count}" for group, count in groups.items() if count),
        "without_reviewer": sum(reviewer is None for _group, reviewer in found),
    }


def _planned(request: PersonRequest, campaign: Campaign) -> QuerySet[EvaluationPeriod]:
    """Periods of the campaign that wait for their launch and that the person runs."""
    waiting = EvaluationPeriod.objects.filter(
        campaign=campaign, people_expected__isnull=True, agency__in=_agencies(request)
    )
    return waiting.select_related("agency", "campaign", "procedure").order_by("agency__position", "id")


@declares("personnel_officer")
@require_http_methods(["GET", "POST"])
def launch_many(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Step 4: launch what is ready; what is not says what is missing and stays."""
    campaign = _campaign(request, uuid)
    if request.method == "POST":
        waiting = [(period, request.POST.get(f"version-{period.uuid}", "")) for period in _planned(request, campaign)]
        chosen = [(period, int(version)) for period, version in waiting if version.isdecimal()]
        results = launch_all(periods=chosen, by=request.user, at=now())
        for result in results:
            if result.refusal:
                messages.error(request, f"{result.name}: {result.refusal}")
        launched = sum(not result.refusal for result in results)
        if launched:
            messages.success(
                request, _("Launched: %(count)s agencies. Everybody gets a form now.") % {"count": launched}
            )
            return redirect(f"{reverse('periods')}?campaign={campaign.uuid}")
        return redirect("period_plan_launch", uuid=uuid)
    rows = [_readiness_row(period) for period in _planned(request, campaign)]
    return render(
        request,
        "workflows/periods/plan_launch.html",
        {
            "steps": _steps(4),
            "campaign": campaign,
            "rows": rows,
            "ready": [row for row in rows if not row["problems"]],
        },
    )


def _readiness_row(period: EvaluationPeriod) -> dict[str, Any]:
    problems = readiness(period, today())
    schemes = [chosen.scheme for chosen in period.schemes.select_related("scheme")]
    query = urlencode({"procedure": period.procedure_id, "agency": period.agency.uuid})
    return {
        "period": period,
        "people": people_of(period).count(),
        "problems": problems[:5],
        "remarks": remarks(period),
        "more": max(0, len(problems) - 5),
        "local": any(scheme.is_local for scheme in schemes),
        "change_url": f"{reverse('period_plan_rules', args=[period.campaign.uuid])}?{query}",
    }


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def launch(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Launch one period after one question; the worker opens the people."""
    period = watched(request, uuid)
    rules.require_period_manager(period.agency, request.user, today())
    refusal = None
    if request.method == "POST":
        version = expected_version(request)
        done, refusal = attempt(
            lambda: launch_period(period=period, by=request.user, expected_version=version, at=now())
        )
        if done is not None:
            messages.success(request, _("Launched. Everybody gets a form now; you may leave this page."))
            return redirect("period", uuid=uuid)
        period = watched(request, uuid)
    problems = readiness(period, today())
    context = {
        "title": _("Launch: %(period)s") % {"period": period.agency.name},
        "eyebrow": period.campaign.name,
        "question": _("Open the self-assessment for everybody?"),
        "facts": [
            {"label": _("Number of people"), "value": people_of(period).count()},
            {"label": _("Procedure"), "value": str(period.procedure)},
            *(
                {"label": chosen.get_subject_group_display(), "value": chosen.scheme.name}
                for chosen in period.schemes.select_related("scheme")
            ),
        ],
        "consequences": [
            _("Everybody gets a form and a notice; the deadlines count from today in working days."),
            _("Procedure and rule sets are frozen for this period."),
        ],
        "refusal": refusal,
        "missing": problems if refusal is None else [],
        "missing_title": _("Missing before the launch"),
        "blocked": bool(problems) or period.people_expected is not None,
        "expected_version": period.version,
        "confirm_label": _("Launch"),
        "cancel_url": reverse("period", args=[uuid]),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def withdraw(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Take a plan that was never launched off again."""
    period = watched(request, uuid)
    rules.require_period_manager(period.agency, request.user, today())
    if request.method == "POST":
        version = expected_version(request)
        take_off_plan(period=period, by=request.user, expected_version=version, at=now())
        messages.success(request, _("The plan of %(agency)s was withdrawn.") % {"agency": period.agency.name})
        return redirect("period_plan_agencies", uuid=period.campaign.uuid)
    context = {
        "title": _("Withdraw the plan of %(agency)s") % {"agency": period.agency.name},
        "eyebrow": period.campaign.name,
        "question": _("Nobody has a form yet. Take this agency off the plan?"),
        "blocked": period.people_expected is not None,
        "expected_version": period.version,
        "confirm_label": _("Withdraw"),
        "danger": True,
        "cancel_url": reverse("period", args=[uuid]),
    }
    return render(request, "workflows/periods/act.html", context)
