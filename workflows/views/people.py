"""The exceptions people need in a running period: excuse somebody, another reviewer, somebody who joined."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from organization.models import Appointment
from workflows import flows
from workflows.actions.people import add_person, excuse, reassign_reviewer
from workflows.actions.periods import own_unit_ids, people_of
from workflows.errors import Refused
from workflows.forms.people import ExcuseForm, JoinForm, ReassignForm
from workflows.models import Evaluation, EvaluationPeriod, Standing
from workflows.policy import rules, visibility
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.periods import watched
from workflows.views.standings import NODE_WORDS


def _evaluation(request: PersonRequest, uuid: UUID) -> Evaluation:
    """An evaluation of a period that the person runs; 404 when it is foreign, 403 when he only sees it."""
    seen = visibility.evaluations(request.user, today()).select_related(
        "person", "unit", "reviewer", "period__agency", "period__campaign"
    )
    found = get_object_or_404(seen, uuid=uuid)
    rules.require_period_manager(found.period.agency, request.user, today())
    return found


def _back(period: EvaluationPeriod) -> str:
    return reverse("period", args=[period.uuid])


def _ask(
    request: PersonRequest, evaluation: Evaluation, form: forms.Form, refusal: Refused | None, **words: Any
) -> HttpResponse:
    node = flows.node_name(flows.open_task(evaluation))
    context = {
        "eyebrow": str(evaluation.period),
        "facts": [
            {"label": _("Person"), "value": evaluation.person.full_name},
            {"label": _("Post"), "value": f"{evaluation.title} · {evaluation.unit.name}"},
            {"label": _("Reviewer"), "value": evaluation.reviewer.full_name},
            {"label": _("Now"), "value": NODE_WORDS[node] if node else Standing(evaluation.standing).label},
        ],
        "form": form,
        "refusal": refusal,
        "expected_version": evaluation.version,
        "cancel_url": _back(evaluation.period),
        **words,
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def excuse_person(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Take a person out of the period for a reason that is kept."""
    evaluation = _evaluation(request, uuid)
    form = ExcuseForm(request.POST or None)
    refusal = None
    if request.method == "POST":
        version = expected_version(request)
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            done, refusal = attempt(
                lambda: excuse(
                    evaluation=evaluation, by=request.user, reason=reason, expected_version=version, at=now()
                )
            )
            if done is not None:
                messages.success(
                    request, _("%(name)s is excused from this period.") % {"name": evaluation.person.full_name}
                )
                return redirect(_back(evaluation.period))
            evaluation = _evaluation(request, uuid)
    return _ask(
        request,
        evaluation,
        form,
        refusal,
        title=_("Excuse %(name)s") % {"name": evaluation.person.full_name},
        question=_("Take this person out of the period?"),
        consequences=[
            _("The open task ends; a signed form stays readable but counts no more."),
            _("The person is told the reason. This cannot be undone; a new form can be opened."),
        ],
        confirm_label=_("Excuse"),
        danger=True,
    )


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def reassign(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Give the review to another person."""
    evaluation = _evaluation(request, uuid)
    form = ReassignForm(request.POST or None, posts=_reviewers(evaluation))
    refusal = None
    if request.method == "POST":
        version = expected_version(request)
        if form.is_valid():
            to, reason = form.reviewer, form.cleaned_data["reason"]
            done, refusal = attempt(
                lambda: reassign_reviewer(
                    evaluation=evaluation,
                    to=to,
                    by=request.user,
                    reason=reason,
                    expected_version=version,
                    at=now(),
                )
            )
            if done is not None:
                messages.success(request, _("The review is now with %(name)s.") % {"name": to.full_name})
                return redirect(_back(evaluation.period))
            evaluation = _evaluation(request, uuid)
    return _ask(
        request,
        evaluation,
        form,
        refusal,
        title=_("Another reviewer for %(name)s") % {"name": evaluation.person.full_name},
        question=_("Who scores this person from now on?"),
        consequences=[
            _("An open review moves with it, and so does the signature on Form 01."),
            _("The new reviewer is told; scores already adjusted stay."),
        ],
        confirm_label=_("Reassign"),
    )


def _reviewers(evaluation: Evaluation) -> Sequence[Appointment]:
    """Who may stand above the person: the agency's people and those of the units above; leaders first."""
    agency = evaluation.period.agency
    units, above = own_unit_ids(agency), agency.parent
    while above is not None:
        units.append(above.pk)
        above = above.parent
    posts = Appointment.objects.on(today()).filter(
        unit_id__in=units, person__is_active=True, practice=evaluation.practice
    )
    posts = posts.exclude(person_id__in=[evaluation.person_id, evaluation.reviewer_id])
    ordered = posts.select_related("person", "unit").order_by("person__sort_key", "id")
    return sorted(ordered, key=lambda post: not post.is_leader)


@declares("period_manager")
@require_http_methods(["GET", "POST"])
def join(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Open the evaluation of somebody who joined after the opening."""
    period = watched(request, uuid)
    rules.require_period_manager(period.agency, request.user, today())
    posts = _not_yet_in(period)
    form = JoinForm(request.POST or None, posts=posts)
    refusal = None
    if request.method == "POST" and form.is_valid():
        post = form.appointment

        def act() -> str:
            add_person(period=period, appointment=post, by=request.user, at=now())
            return _back(period)

        url, refusal = attempt(lambda: once(request, "period_add_person", act))
        if url is not None:
            messages.success(request, _("%(name)s now has a form.") % {"name": post.person.full_name})
            return redirect(url)
    context = {
        "title": _("Add a person who joined"),
        "eyebrow": str(period),
        "question": _("Who belongs to this period and has no form yet?")
        if posts
        else _("Everybody who belongs to this period already has a form."),
        "consequences": [_("The self-assessment opens at once; the deadlines of the period stay.")] if posts else [],
        "form": form if posts else None,
        "blocked": not posts,
        "refusal": refusal,
        "submission_key": request.POST.get("submission_key") or new_key(),
        "confirm_label": _("Add"),
        "cancel_url": _back(period),
    }
    return render(request, "workflows/periods/act.html", context, status=refusal.status if refusal else 200)


def _not_yet_in(period: EvaluationPeriod) -> list[Appointment]:
    live = Evaluation.objects.filter(period=period).exclude(standing__in=[Standing.VOID, Standing.REPLACED])
    posts = people_of(period).exclude(pk__in=live.values("appointment_id"))
    return list(posts.order_by("person__sort_key", "id"))
