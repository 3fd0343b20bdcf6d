"""My result and why; and the classes of an agency in words, after publication."""

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals.models import Decision
from documents.models import Document
from documents.models.kinds import Access
from workflows import flows, receipts
from workflows.actions.public_notices import public_notice_of
from workflows.corrections import corrected_total, history_of
from workflows.facts.wording import local_rule_name, period_words
from workflows.learnt import learnt_later
from workflows.models import Evaluation, EvaluationPeriod, EvaluationStep, Standing
from workflows.petition_terms import term_of
from workflows.policy import correcting, petitioning
from workflows.policy.belonging import periods_of_own_agency, published_in
from workflows.policy.dependants import flags_on
from workflows.policy.routes import declares
from workflows.policy.visibility import evaluations
from workflows.policy.years import reads_circumstances
from workflows.views.acts import PersonRequest, today
from workflows.views.corrected import replace_url
from workflows.views.explanations import adjustments_of, explained
from workflows.views.papers import serve_pdf
from workflows.views.sheets import chip, heading, stage_steps, whose_turn
from workflows.views.standing_chips import chips_of
from workflows.views.timelines import timeline_of

PER_PAGE = 50


@declares("visible_evaluation")
@require_GET
def result(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The score with every step down to rule and article, for the person and the competent people only."""
    rows = evaluations(request.user, today()).select_related(
        "person",
        "reviewer",
        "unit",
        "appointment",
        "period__agency",
        "period__campaign",
        "period__procedure",
        "scorecard__scheme",
        "final_decision__by",
    )
    evaluation = get_object_or_404(rows, uuid=uuid)
    own = evaluation.person_id == request.user.pk
    published = evaluation.standing in (Standing.PUBLISHED, Standing.REPLACED, Standing.ANNULLED)
    task = flows.open_task(evaluation)
    step = _last_scored(evaluation)
    corrected = corrected_total(evaluation)
    annulled = evaluation.standing == Standing.ANNULLED
    context = {
        **heading(evaluation),
        "evaluation": evaluation,
        "own": own,
        "mine_to_fill": own and flows.node_name(task) == flows.SELF_ASSESSMENT,
        "steps": stage_steps(evaluation, task),
        "state": whose_turn(evaluation, task),
        "step": step,
        "outdated": step is not None and step.round < evaluation.round,
        "why": _why(evaluation, step),
        "decision": evaluation.final_decision if published or not own else None,
        "published": published,
        "may_petition": own and evaluation.standing in (Standing.PUBLISHED, Standing.ANNULLED),
        "term": term_of(evaluation.appointment.subject_group),
        "petitions": list(petitioning.petitions(request.user, today()).filter(case__evaluation=evaluation)),
        "adjustments": adjustments_of(evaluation.scorecard),
        "papers": chips_of(_papers(evaluation, own=own, published=published), request.user, chip),
        "flags": flags_on(evaluation, request.user, today()),
        "learnt": _learnt(evaluation, request),
        "to_confirm": _to_confirm(evaluation) if own else None,
        "overtaken": _overtaken(evaluation) if own else None,
        "corrected": corrected,
        "unranked": published and not annulled and evaluation.period.procedure.parsed().ranks,
        "replaced_total": annulled or _differs(step, corrected),
        "history": history_of(evaluation, pending=not own),
        "events": timeline_of(evaluation, inner=published or not own),
        "readers": _readers(evaluation),
    }
    return render(request, "workflows/results/result.html", context)


def _learnt(evaluation: Evaluation, request: PersonRequest) -> dict[str, Any] | None:
    """What the register would do to the class that stands, for its readers; with the way on for whoever decides."""
    found = learnt_later(evaluation)
    if found is None:
        return None
    decides = found.ground in correcting.grounds_open_to(evaluation.period, request.user, today())
    if not decides and not reads_circumstances(evaluation, request.user, today()):
        return None
    own = evaluation.person_id == request.user.pk
    ready = decides and not own and evaluation.standing == Standing.PUBLISHED
    url = f"{replace_url(evaluation)}&ground={found.ground}" if ready else ""
    return {"stands": found.stands, "anew": found.anew, "why": found.why, "url": url}


def _last_scored(evaluation: Evaluation) -> EvaluationStep | None:
    """The latest step that froze a score."""
    return (
        evaluation.steps.filter(snapshot__isnull=False)
        .select_related("snapshot__scorecard", "decision__by")
        .order_by("id")
        .last()
    )


def _differs(step: EvaluationStep | None, corrected: Fraction | None) -> bool:
    """Whether a later decision in force gave another total than the one that is explained here."""
    return (
        corrected is not None and step is not None and step.snapshot is not None and step.snapshot.total != corrected
    )


def _why(evaluation: Evaluation, step: EvaluationStep | None) -> dict[str, Any] | None:
    """The reviewed score explained. How far it lay from the next class is not said of a result since replaced."""
    if step is None or step.snapshot is None:
        return None
    why = explained(step.snapshot)
    return why | {"next_class": None} if corrected_total(evaluation) is not None else why


def _papers(evaluation: Evaluation, *, own: bool, published: bool) -> list[Document]:
    """The documents of this form. The council's minutes name others: the person does not get them here, and what
    the head prepares only once it is published."""
    steps = evaluation.steps.exclude(document=None)
    if own and not published:
        steps = steps.exclude(decision__kind=Decision.Kind.HEAD_DECIDED)
    documents = Document.objects.filter(pk__in=steps.values("document_id"))
    if own:
        documents = documents.exclude(kind__access=Access.COUNCIL)
        documents = documents.exclude(kind__code="notice", issue_released_at__isnull=True)
    return list(documents.select_related("kind").prefetch_related("slots").order_by("id"))


def _to_confirm(evaluation: Evaluation) -> Document | None:
    """The person's issued notice while he has not confirmed that he has it; one on its way cannot be confirmed."""
    if evaluation.standing != Standing.PUBLISHED:
        return None
    told = evaluation.steps.exclude(document=None).values("document_id")
    return receipts.waiting_for(evaluation.person).filter(pk__in=told).order_by("pk").last()


def _overtaken(evaluation: Evaluation) -> Document | None:
    """The notice whose result was replaced while the notice of the new one is still on its way."""
    if evaluation.standing != Standing.PUBLISHED:
        return None
    told = evaluation.steps.exclude(document=None).values("document_id")
    return receipts.replaced_before_told(evaluation.person).filter(pk__in=told).order_by("pk").last()


def _readers(evaluation: Evaluation) -> list[str]:
    """Who may see this page, in the words of the policy that serves it."""
    return [
        _("%(name)s, whose form it is") % {"name": evaluation.person.full_name},
        _("%(name)s, who reviews it, or the person who holds a valid delegation")
        % {"name": evaluation.reviewer.full_name},
        _("the head of %(agency)s") % {"agency": evaluation.period.agency.name},
        _("the members of the council session that has the case on its agenda"),
        _("personnel officers and auditors with this standing role"),
    ]


@declares("people_of_the_agency")
@require_GET
def published_classes(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Who was given which class, in words and without scores, for the people of the agency (Art 21)."""
    periods = periods_of_own_agency(request.user, today()).select_related("agency", "campaign", "procedure")
    period = get_object_or_404(periods, uuid=uuid)
    page = Paginator(published_in(period), PER_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "period": period,
        "period_words": period_words(period.campaign),
        "local_rule": local_rule_name(period),
        "ranks": period.procedure.parsed().ranks,
        "page": page,
        "public_notice": _issued_notice(period),
    }
    return render(request, "workflows/results/published_classes.html", context)


def _issued_notice(period: EvaluationPeriod) -> Document | None:
    """The signed and issued paper of this page, None before it exists."""
    notice = public_notice_of(period)
    return notice if notice is not None and notice.issue_released_at else None


@declares("people_of_the_agency")
@require_GET
def public_notice_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The issued public notice of a period, for the people of the agency."""
    period = get_object_or_404(periods_of_own_agency(request.user, today()), uuid=uuid)
    notice = _issued_notice(period)
    if notice is None:
        raise Http404
    return serve_pdf(notice, "current_sha256", attached=False)
