"""Petitions: the person files and follows one; the competent people give it to somebody, prepare and answer it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from approvals.models import Petition, PetitionState
from documents.models import State
from kpi.actions import open_stored
from kpi.evidence_rules import TYPES
from workflows.actions import petitions as actions
from workflows.actions.rosters import colleagues
from workflows.errors import Refused
from workflows.forms.petitions import AnswerForm, FindingsForm, PetitionForm, PreparerForm
from workflows.models import PetitionEvidence
from workflows.petition_terms import term_of
from workflows.policy import petitioning
from workflows.policy.belonging import own_evaluations
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, attempt, expected_version, new_key, now, once, today
from workflows.views.papers import chip_of
from workflows.views.petition_outcomes import follow_up
from workflows.views.sheets import heading

PAGE = 50
OPEN_STATES = (PetitionState.RECEIVED, PetitionState.PREPARED)


@declares("self")
@require_http_methods(["GET", "POST"])
def petition_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The person files a petition against his own published result."""
    rows = own_evaluations(request.user).select_related(
        "person", "unit", "appointment", "final_decision", "period__campaign", "period__agency", "period__procedure"
    )
    evaluation = get_object_or_404(rows, uuid=uuid)
    ranked = bool(evaluation.final_decision and evaluation.final_decision.class_code)
    form = PetitionForm(request.POST or None, request.FILES or None, ranked=ranked)
    refusal = None
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        files = [actions.Attachment(upload.name, upload.content_type or "", upload.read())] if upload else []

        def act() -> str:
            petition = actions.file_petition(
                evaluation=evaluation,
                target=form.cleaned_data["target"],
                request=form.cleaned_data["request"],
                attachments=files,
                by=request.user,
                at=now(),
            )
            return reverse("petition", args=[petition.uuid])

        url, refusal = attempt(lambda: once(request, "petition_file", act), form)
        if url is not None:
            messages.success(request, _("The petition is received. The receipt is being made."))
            return redirect(url)
    term = term_of(evaluation.appointment.subject_group)
    context = {
        **heading(evaluation),
        "evaluation": evaluation,
        "form": form,
        "term": term,
        "submission_key": request.POST.get("submission_key") or new_key(),
    }
    return render(request, "workflows/petitions/file.html", context, status=refusal.status if refusal else 200)


@declares("own_or_competent")
@require_GET
def petitions(request: PersonRequest) -> HttpResponse:
    """Petitions that the person may see, the most urgent first; answered ones on demand."""
    closed = request.GET.get("show") == "closed"
    found = _seen(request)
    found = found.exclude(state__in=OPEN_STATES) if closed else found.filter(state__in=OPEN_STATES)
    page = Paginator(found.order_by("-due_on" if closed else "due_on", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "closed": closed,
        "today": today(),
        "filters": [
            {"label": _("To be answered"), "url": "?", "current": not closed},
            {"label": _("Answered or withdrawn"), "url": "?show=closed", "current": closed},
        ],
    }
    return render(request, "workflows/petitions/list.html", context)


def _seen(request: PersonRequest) -> QuerySet[Petition]:
    return petitioning.petitions(request.user, today()).select_related(
        "person",
        "preparer",
        "answered_by",
        "received_by",
        "decision__by",
        "case__receipt__kind",
        "case__minutes__kind",
        "case__answer__kind",
        "case__evaluation__reviewer",
        "case__evaluation__unit",
        "case__evaluation__person",
        "case__evaluation__period__agency",
        "case__evaluation__period__campaign",
        "case__evaluation__period__procedure",
    )


@declares("own_or_competent")
@require_GET
def petition(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One petition: the request, its term, who has it, the findings, the answer."""
    return _page(request, get_object_or_404(_seen(request), uuid=uuid))


def _page(
    request: PersonRequest,
    found: Petition,
    *,
    act: str = "",
    form: forms.Form | None = None,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with the forms of the acts that are this reader's now; the typed one is kept."""
    case, on, me = found.case, today(), request.user
    evaluation = case.evaluation
    own = found.person_id == me.pk
    answered = found.state == PetitionState.ANSWERED
    issued = case.answer is not None and case.answer.issue_released_at is not None
    offered = _offered(found, request)
    if act in offered and form is not None:
        offered[act] = form
    papers = [paper for paper in (case.receipt, case.minutes, case.answer) if paper is not None]
    context = {
        **heading(evaluation),
        "petition": found,
        "evaluation": evaluation,
        "own": own,
        "forms": offered,
        "may_withdraw": own and found.is_open,
        "answer_seen": answered and (issued or not own),
        "papers": [chip_of(paper, me) for paper in papers if paper != case.answer or issued or not own],
        "files": list(case.evidence.all()),
        "overdue": found.is_open and found.due_on < on,
        "refusal": refusal,
        "inner": not own,
        "meets": found.is_open
        and (case.minutes is None or case.minutes.state == State.CANCELLED)
        and petitioning.answering_authority(found, me, on) is not None,
        **follow_up(found, me, on),
    }
    return render(request, "workflows/petitions/petition.html", context, status=status)


def _offered(found: Petition, request: PersonRequest, act: str = "") -> dict[str, forms.Form]:
    """The acts of this reader in this state, each with its form; `act` is bound to what was sent."""
    on, me = today(), request.user
    evaluation = found.case.evaluation
    forms_: dict[str, forms.Form] = {}
    if not found.is_open:
        return forms_

    def data(name: str) -> Any:
        return request.POST if act == name else None

    if petitioning.may_name_preparer(found, me, on):
        barred = petitioning.involved(evaluation)
        posts = [post for post in colleagues(evaluation.period.agency, on) if post.person_id not in barred]
        chosen = {"preparer": str(found.preparer.uuid)} if found.preparer else None
        forms_["give"] = PreparerForm(data("give"), posts=posts, initial=chosen)
    if found.preparer_id == me.pk:
        typed = {"findings": found.findings, "advice": found.advice}
        forms_["prepare"] = FindingsForm(data("prepare"), initial=typed)
    if (
        found.state == PetitionState.PREPARED
        and found.preparer_id != me.pk
        and petitioning.answering_authority(found, me, on)
    ):
        forms_["answer"] = AnswerForm(data("answer"), initial={"outcome": found.advice})
    return forms_


@declares("own_or_competent")
@require_POST
def petition_act(request: PersonRequest, uuid: UUID, act: str) -> HttpResponse:
    """Give, prepare, answer or withdraw; refused, the page comes back with the reason and with what was typed."""
    found = get_object_or_404(_seen(request), uuid=uuid)
    form = _offered(found, request, act).get(act)
    if act != "withdraw" and form is None:
        not_now = Refused(_("This is not yours to do, or not now."), rule=_("Decree 335/2025, Art 22"))
        return _page(request, found, refusal=not_now, status=409)
    if form is not None and not form.is_valid():
        return _page(request, found, act=act, form=form, status=422)
    version = expected_version(request)
    base = {"petition": found, "by": request.user, "expected_version": version, "at": now()}
    run = {
        "give": lambda: actions.give_petition(preparer=form.chosen(), **base),  # type: ignore[union-attr,arg-type]
        "prepare": lambda: actions.prepare_answer(**form.cleaned_data, **base),  # type: ignore[union-attr,arg-type]
        "answer": lambda: actions.answer_petition(**form.cleaned_data, **base),  # type: ignore[union-attr,arg-type]
        "withdraw": lambda: actions.withdraw_petition(**base),  # type: ignore[arg-type]
    }[act]
    _done, refusal = attempt(run)
    if refusal is not None:
        fresh = get_object_or_404(_seen(request), uuid=uuid)
        return _page(request, fresh, act=act, form=form, refusal=refusal, status=refusal.status)
    messages.success(request, WORDS[act]())
    return redirect("petition", uuid=uuid)


WORDS = {
    "give": lambda: _("The petition has its preparer."),
    "prepare": lambda: _("The findings are stored and wait for the answer."),
    "answer": lambda: _("The answer is recorded. Sign it, then the clerk numbers and seals it."),
    "withdraw": lambda: _("The petition is withdrawn; the result stands."),
}


@declares("own_or_competent")
@require_GET
def petition_evidence(request: PersonRequest, file: UUID) -> FileResponse:
    """The stored bytes, only ever as an attachment, for those who may see the petition."""
    seen = petitioning.petitions(request.user, today())
    kept = get_object_or_404(PetitionEvidence, uuid=file, case__petition__in=seen.values("pk"))
    answer = FileResponse(
        open_stored(kept.sha256), as_attachment=True, filename=kept.name, content_type=TYPES[kept.kind]
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "private, no-store"
    return answer
