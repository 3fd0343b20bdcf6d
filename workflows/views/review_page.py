"""How a review is laid out: self, mine, evidence and reason side by side, and what it comes to now."""

from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Decision
from kpi.actions import compute
from kpi.models import EvidenceFile, LineKind
from organization.authority import Authority
from organization.models import Person
from workflows import flows
from workflows.actions.review_previews import ManagedPeople, preview_score
from workflows.actions.reviews import current_form, last_review
from workflows.forms.reviews import ReviewForm, reason_name, written
from workflows.forms.self_assessments import HALF_OR_FULL, points_name
from workflows.models import Evaluation, EvaluationStep, Stage
from workflows.policy.reviewing import reviewed_by
from workflows.policy.rules import reviewing_authority
from workflows.views.acts import PersonRequest, today
from workflows.views.papers import chip_of
from workflows.views.review_drafts import ReviewDraft
from workflows.views.sheets import groups, heading, months, stage_steps, whose_turn

FORM_ID = "review"


def form_of(evaluation: Evaluation, managed: ManagedPeople | None, typed: dict[str, str] | None = None) -> ReviewForm:
    """The form on the standing values, with what the reviewer had typed over them."""
    alone = managed is not None and not managed.count
    form = ReviewForm(evaluation=evaluation, manages_nobody=alone)
    if not typed:
        return form
    standing = {name: written(value) for name, value in form.standing.items()}
    leader = {name: str(form.fields[name].initial or "") for name in form.leader_fields}
    return ReviewForm({**standing, **leader, **typed}, evaluation=evaluation, manages_nobody=alone)


def sheet(evaluation: Evaluation, form: ReviewForm, managed: ManagedPeople | None) -> dict[str, Any]:
    """Rows with their fields, and the score that they come to."""
    general, done = form.numbers()
    score = preview_score(evaluation, general=general, done=done, marks=form.marks(), managed=managed)
    own = compute(evaluation.scorecard, reviewed=False)
    changed = set(form.changed_names())
    files = _files(evaluation)
    criteria = groups(evaluation)
    for group in criteria:
        for row in group["rows"]:
            name = points_name(row["item"].code)
            row |= {"mine": form[name], "why": form[reason_name(name)], "changed": name in changed}
            row["files"] = files[(None, row["item"].code)]
    products = months(evaluation)
    for month in products:
        for row in month["rows"]:
            line = row["line"]
            row["files"] = files[(line.pk, "")]
            if line.kind != LineKind.HANDED_BACK:
                name = f"done-{line.uuid}"
                row |= {"mine": form[name], "why": form[reason_name(name)], "changed": name in changed}
    return {
        "evaluation": evaluation,
        "form": form,
        "form_id": FORM_ID,
        "card": evaluation.scorecard,
        "scheme": evaluation.scorecard.scheme.scheme,
        "groups": criteria,
        "months": products,
        "score": score,
        "own": own,
        "drift": None if score.total is None or own.total is None else score.total - own.total,
        "changed_count": len(changed),
        "managed": managed,
        "leader_choices": HALF_OR_FULL,
        **heading(evaluation),
    }


def _files(evaluation: Evaluation) -> dict[tuple[int | None, str], list[EvidenceFile]]:
    """Evidence by line or criterion; the page links each file."""
    found: dict[tuple[int | None, str], list[EvidenceFile]] = defaultdict(list)
    for file in evaluation.scorecard.evidence.all():
        found[(file.line_id, file.item_code)].append(file)
    return found


def page_context(
    request: PersonRequest, evaluation: Evaluation, draft: ReviewDraft, managed: ManagedPeople | None
) -> dict[str, Any]:
    """Everything that the whole page shows around the sheet."""
    task = flows.open_task(evaluation)
    node = flows.node_name(task)
    under = reviewing_authority(evaluation, request.user, today())
    document = current_form(evaluation)
    signed = document is not None and document.slots.filter(role="person", signed_at__isnull=False).exists()
    review = last_review(evaluation)
    return {
        "draft": draft,
        "steps": stage_steps(evaluation, task),
        "state": whose_turn(evaluation, task),
        "due": evaluation.period.deadline(Stage.SUPERVISOR_REVIEW),
        "open": node == flows.REVIEW,
        "handed_in": node != flows.SELF_ASSESSMENT,
        "lines_open": node in (flows.SELF_ASSESSMENT, flows.REVIEW),
        "under": under,
        "delegated": under if under is not None and under.is_delegated else None,
        "signed": signed,
        "approve_refused": approval_obstacle(evaluation, signed=signed, managed=managed),
        "papers": _papers(evaluation, request.user),
        "review": review,
        "review_under": authority_line(review) if review else "",
        "may_reopen": node == flows.COUNCIL and not evaluation.council_cases.exists(),
        "events": _events(evaluation),
        "next_person": next_in_turn(request.user, evaluation),
    }


def approval_obstacle(evaluation: Evaluation, *, signed: bool, managed: ManagedPeople | None) -> str:
    """Why the approval is refused now whatever the reviewer types, "" when nothing stands in its way."""
    if not signed:
        return _("%(name)s has not signed Form 01 yet.") % {"name": evaluation.person.full_name}
    if managed is not None and managed.count and managed.d is None:
        left = len(managed.missing)
        words = ngettext(
            "A leader is scored after his people: %(left)d is not reviewed yet.",
            "A leader is scored after his people: %(left)d are not reviewed yet.",
            left,
        )
        return words % {"left": left}
    return ""


def _papers(evaluation: Evaluation, person: Person) -> list[dict[str, Any]]:
    steps = (
        evaluation.steps.filter(round=evaluation.round, document__isnull=False)
        .filter(stage__in=[Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW])
        .select_related("document__kind", "document__subject")
        .prefetch_related("document__slots__expected_signer")
    )
    return [chip_of(step.document, person) for step in steps if step.document is not None]


def authority_line(step: EvaluationStep) -> str:
    """The document behind a delegated decision, "" for one's own power."""
    under = step.decision.under
    return (
        _("under document %(number)s") % {"number": under["document_number"]} if under.get("document_number") else ""
    )


def _events(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Adjustments and separate entries so far, the latest first."""
    changes = evaluation.scorecard.adjustments.select_related("by").order_by("-pk")[:30]
    returned = evaluation.steps.filter(decision__kind=Decision.Kind.REVIEW_RETURNED).select_related("decision__by")
    rows = [
        {
            "at": change.at,
            "text": f"{change.label}: {change.get_target_display()} {change.old or '–'} → {change.new or '–'}",
            "by": change.by.full_name,
            "detail": change.reason,
        }
        for change in changes
    ]
    rows += [
        {
            "at": step.at,
            "text": _("Returned for correction, round %(round)d") % {"round": step.round},
            "by": step.decision.by.full_name,
            "detail": step.decision.reason,
            "tone": "warn",
        }
        for step in returned
    ]
    return sorted(rows, key=lambda row: row["at"], reverse=True)


def next_in_turn(person: Person, evaluation: Evaluation) -> Evaluation | None:
    """The next form of the team that waits for the review, from the list's top again after its end."""
    waiting = flows.open_tasks(flow_task__in=flows.nodes_named(flows.REVIEW)).values("process__evaluation")
    team = reviewed_by(person, today()).filter(pk__in=waiting)
    order = list(team.order_by("unit__position", "person__sort_key", "pk").values_list("pk", flat=True))
    if evaluation.pk in order:
        place = order.index(evaluation.pk)
        order = order[place + 1 :] + order[:place]
    return Evaluation.objects.select_related("person").get(pk=order[0]) if order else None


def delegation_words(under: Authority | None) -> str:
    """ "for Trần Văn A, document 12/QĐ-SNV"; "" for one's own power."""
    if under is None or not under.is_delegated:
        return ""
    return _("for %(name)s, document %(number)s") % {"name": under.holder.full_name, "number": under.document_number}
