"""My work: what is due for me, how my last score came about, what happened; and the list of my forms."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from workflows.actions.notices import mark_read
from workflows.corrections import corrected_total
from workflows.facts.wording import period_words
from workflows.models import Evaluation, EvaluationStep, EvaluationTask, Notice, Standing
from workflows.notices import TEXTS
from workflows.policy.belonging import own_evaluations
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, now, today
from workflows.views.sheets import whose_turn
from workflows.views.waiting import waiting_for

NOTICES_SHOWN = 8
PER_PAGE = 50


@declares("signed_in")
@require_GET
def work(request: PersonRequest) -> HttpResponse:
    """The page of the 25th of the month: at most 25 queries for staff, however large team and province are."""
    person = request.user
    notices = list(Notice.objects.filter(person=person).select_related("evaluation")[:NOTICES_SHOWN])
    context = {
        "waiting": waiting_for(person, today()),
        "last": _last_score(person),
        "notices": [
            {"notice": notice, "text": TEXTS.get(notice.event, notice.event), "url": _page_of(notice)}
            for notice in notices
        ],
        "unread": sum(notice.read_at is None for notice in notices),
        "today": today(),
    }
    return render(request, "workflows/home/work.html", context)


def _last_score(person: Any) -> dict[str, Any] | None:
    """The newest frozen score of the person's own forms."""
    step = (
        EvaluationStep.objects.filter(evaluation__person=person, snapshot__isnull=False)
        .select_related("snapshot__scheme", "evaluation__period__campaign", "evaluation__final_decision")
        .order_by("id")
        .last()
    )
    if step is None or step.snapshot is None:
        return None
    evaluation = step.evaluation
    corrected = corrected_total(evaluation)
    return {
        "evaluation": evaluation,
        "total": step.snapshot.total if corrected is None else corrected,
        "reviewed": step.snapshot.reviewed,
        "corrected": corrected is not None,
        "annulled": evaluation.standing == Standing.ANNULLED,
        "period": period_words(evaluation.period.campaign),
        "class_code": shown_class(evaluation),
        "local": step.snapshot.scheme.is_local,
        "next": None if corrected is not None else step.snapshot.result.get("next_class"),
    }


def _page_of(notice: Notice) -> str:
    """Where the notice leads: to the form while it is to be filled in, else to the result."""
    if notice.evaluation is None:
        return ""
    to_form = notice.event in ("evaluation.opened", "evaluation.returned")
    return reverse("self_assessment" if to_form else "result", args=[notice.evaluation.uuid])


def shown_class(evaluation: Evaluation) -> str:
    """The decided class once it is published; a proposal is nobody's class yet."""
    decided = evaluation.final_decision
    return decided.class_code if decided and evaluation.standing in (Standing.PUBLISHED, Standing.REPLACED) else ""


@declares("signed_in")
@require_POST
def notice_read(request: PersonRequest, uuid: UUID | None = None) -> HttpResponse:
    """Mark one notice, or all, as read; doing it twice changes nothing more."""
    if uuid is not None:
        get_object_or_404(Notice, uuid=uuid, person=request.user)
    if mark_read(person=request.user, notice=uuid, at=now()) and uuid is None:
        messages.success(request, _("All notices are marked as read."))
    return redirect("work")


@declares("signed_in")
@require_GET
def my_evaluations(request: PersonRequest) -> HttpResponse:
    """The person's own forms over the periods, newest first."""
    rows = (
        own_evaluations(request.user)
        .select_related("period__campaign", "period__agency", "unit", "final_decision")
        .prefetch_related(
            Prefetch(
                "processes__task_set",
                EvaluationTask.objects.filter(finished__isnull=True).select_related("owner"),
                to_attr="open_now",
            ),
            Prefetch(
                "steps",
                EvaluationStep.objects.filter(snapshot__isnull=False).select_related("snapshot__scheme"),
                to_attr="scored",
            ),
        )
        .order_by("-period__campaign__starts_on", "-id")
    )
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "workflows/home/my_evaluations.html", {"page": page, "rows": [_row(row) for row in page]})


def _row(evaluation: Evaluation) -> dict[str, Any]:
    corrected = corrected_total(evaluation)
    open_now = [task for process in evaluation.processes.all() for task in process.open_now]
    last = evaluation.scored[-1] if evaluation.scored else None  # type: ignore[attr-defined]
    return {
        "evaluation": evaluation,
        "period": period_words(evaluation.period.campaign),
        "state": whose_turn(evaluation, open_now[0] if open_now else None),
        "mine": bool(open_now) and open_now[0].owner_id == evaluation.person_id,
        "total": corrected if corrected is not None or last is None else last.snapshot.total,
        "reviewed": bool(last and last.snapshot.reviewed),
        "class_code": shown_class(evaluation),
        "local": bool(last and last.snapshot.scheme.is_local),
    }
