"""A person's year's file: what the year is made of, what overrides the class, and personnel's entries."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kpi.models import CircumstanceRecord
from workflows.actions import years as actions
from workflows.errors import NotAllowed, Refused
from workflows.forms.years import CircumstanceForm, EndForm, ScoreForm, ServiceForm
from workflows.models import Evaluation
from workflows.policy import rules, visibility
from workflows.policy.routes import declares
from workflows.policy.years import entries_on, reads_circumstances
from workflows.views.acts import PersonRequest, attempt, new_key, now, once, today
from workflows.views.sheets import with_card
from workflows.views.year_sheets import year_sheet
from workflows.years import Service, service_of, year_of

ACTS = ("score", "service", "circumstance", "end")


def _seen(request: PersonRequest, uuid: UUID) -> Evaluation:
    return get_object_or_404(with_card(visibility.evaluations(request.user, today())), uuid=uuid)


@declares("visible_evaluation")
@require_GET
def year_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The file; its register only for whom the policy opens it."""
    return _page(request, _seen(request, uuid))


@declares("period_manager")
@require_POST
def year_file_act(request: PersonRequest, uuid: UUID, act: str) -> HttpResponse:
    """One entry of a personnel officer, never about himself."""
    evaluation = _seen(request, uuid)
    rules.require_period_manager(evaluation.period.agency, request.user, today())
    if evaluation.person_id == request.user.pk:
        raise NotAllowed(_("Nobody handles his own case: ask another officer."), rule=_("Conflict of interest"))
    service = service_of(evaluation.person, year_of(evaluation), practice=evaluation.practice)
    form = _forms(list(entries_on(evaluation)), service, request.POST, act)[act]
    if not form.is_valid():
        return _page(request, evaluation, act, form, status=422)

    def enter() -> str:
        _entering(request, evaluation, form)[act]()
        return reverse("year_file", args=[uuid])

    url, refusal = attempt(lambda: once(request, f"year_file_{act}", enter), form)
    if url is None:
        return _page(request, evaluation, act, form, refusal=refusal, status=refusal.status if refusal else 409)
    messages.success(request, _("Entered. The person is told."))
    return redirect(url)


def _entering(request: PersonRequest, evaluation: Evaluation, form: Any) -> dict[str, Callable[[], Any]]:
    kept: dict[str, Any] = {"evaluation": evaluation, "by": request.user, "at": now()}
    return {
        "score": lambda: actions.enter_score(**kept, **form.entry()),
        "service": lambda: actions.enter_service(**kept, **form.cleaned_data),
        "circumstance": lambda: actions.enter_circumstance(**kept, entry=form.entry()),
        "end": lambda: actions.withdraw_circumstance(
            **kept,
            circumstance=form.chosen(),
            reason=form.cleaned_data["reason"],
            proof=form.cleaned_data["proof"],
        ),
    }


def _forms(
    entries: list[CircumstanceRecord], service: Service, data: QueryDict | None = None, act: str = ""
) -> dict[str, Any]:
    """Fresh forms, that of `act` bound to what was sent."""
    standing = [row for row in entries if getattr(row, "end", None) is None]

    def bound(name: str) -> Any:
        return data if name == act else None

    return {
        "score": ScoreForm(bound("score")),
        "service": ServiceForm(
            bound("service"), initial={"months": list(service.months), "absence": service.absence}
        ),
        "circumstance": CircumstanceForm(bound("circumstance"), entries=standing),
        "end": EndForm(bound("end"), entries=standing),
    }


def _page(
    request: PersonRequest,
    evaluation: Evaluation,
    act: str = "",
    typed: forms.Form | None = None,
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    runs = rules.may_manage_period(evaluation.period.agency, request.user, today())
    manages = runs and evaluation.person_id != request.user.pk
    reads = runs or reads_circumstances(evaluation, request.user, today())
    entries = list(entries_on(evaluation)) if reads else []
    service = service_of(evaluation.person, year_of(evaluation), practice=evaluation.practice)
    titles = {
        "score": _("Enter a score from outside"),
        "service": _("Enter the months worked"),
        "circumstance": _("Enter a circumstance"),
        "end": _("End an entry"),
    }
    shown = _forms(entries, service) | ({act: typed} if typed is not None else {}) if manages else {}
    context = year_sheet(evaluation) | {
        "reads": reads,
        "entries": entries,
        "service": service,
        "manages": manages,
        "forms": [
            {"act": name, "form": form, "title": titles[name]}
            for name, form in shown.items()
            if name != "end" or form.entries
        ],
        "submission_key": request.POST.get("submission_key") or new_key(),
        "refusal": refusal,
    }
    return render(request, "workflows/years/file.html", context, status=status)
