"""The supervisor's home: a row a person, and everything unchanged confirmed in one act."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from approvals.models import Decision
from documents.models import SignatureSlot
from organization.authority import Authority
from organization.models import Person
from workflows import flows
from workflows.actions.reviews import confirm_unchanged
from workflows.models import Evaluation, EvaluationStep, Stage
from workflows.policy.reviewing import authorities_over, reviewed_by
from workflows.policy.routes import declares
from workflows.views.acts import PersonRequest, now, today

PAGE = 50
RUNNING = (Stage.SELF_ASSESSMENT, Stage.SUPERVISOR_REVIEW, Stage.COUNCIL, Stage.PUBLISHED)
FILTERS = {
    "waiting": gettext_lazy("Wait for me"),
    "unsigned": gettext_lazy("Form 01 not signed"),
    "typing": gettext_lazy("Not handed in"),
    "approved": gettext_lazy("Approved"),
    "stale": gettext_lazy("To be scored again"),
    "delegated": gettext_lazy("For somebody else"),
}


@dataclass
class TeamRow:
    """One person of the team as the grid shows him; scores are exact, None while there is none."""

    evaluation: Evaluation
    node: str | None
    signed: bool
    own: Fraction | None
    reviewed: Fraction | None
    last: Fraction | None
    under: Authority | None
    due: date | None
    error: str = ""
    ticked: bool = False

    @property
    def annual(self) -> bool:
        """A year is confirmed, not scored: nothing of Art 15 is asked."""
        return self.evaluation.period.procedure.parsed().is_annual

    @property
    def drift(self) -> Fraction | None:
        """Own score against the last period's reviewed one."""
        return None if self.own is None or self.last is None else self.own - self.last

    @property
    def is_delegated(self) -> bool:
        return self.under is not None and self.under.is_delegated

    @property
    def to_review(self) -> bool:
        return self.node == flows.REVIEW

    @property
    def bulk_refused(self) -> str:
        """Why this row cannot be confirmed unchanged with the others, "" when it can."""
        if not self.to_review:
            return _("Not waiting for the review.")
        if self.evaluation.is_leader and not self.annual:
            return _("A leader needs d, đ and e (Art 15): open the form.")
        if not self.signed:
            return _("The form is not signed yet.") if self.annual else _("Form 01 is not signed yet.")
        return ""

    @property
    def groups(self) -> set[str]:
        """The filters under which the row is found."""
        found = {"delegated"} if self.is_delegated else set()
        if self.evaluation.score_is_stale:
            found.add("stale")
        if self.to_review:
            return found | {"waiting" if self.signed else "unsigned"}
        return found | {"typing" if self.node == flows.SELF_ASSESSMENT else "approved"}

    @property
    def state(self) -> tuple[str, str]:
        """(tone, words) of the row."""
        if self.evaluation.score_is_stale:
            return "warn", _("To be scored again: a subordinate's score has changed")
        if self.to_review:
            return (
                ("now", _("Waits for your review")) if self.signed else ("warn", _("Handed in, Form 01 not signed"))
            )
        if self.node == flows.SELF_ASSESSMENT:
            if self.evaluation.round > 1:
                return "wait", _("Returned, round %(round)d") % {"round": self.evaluation.round}
            return "wait", _("Self-assessment not handed in")
        if self.node in (flows.COUNCIL, flows.HEAD_DECISION):
            return "done", _("Approved, with the council")
        return "done", str(self.evaluation.get_standing_display())


def team_rows(person: Person, on: date) -> list[TeamRow]:
    """Everybody whom the person reviews in a running period; the same few queries whatever the number of people."""
    evaluations = list(
        reviewed_by(person, on)
        .filter(period__stage__in=RUNNING)
        .select_related(
            "person", "unit__parent", "reviewer", "period__campaign", "period__agency", "period__procedure"
        )
        .order_by("-period__campaign__starts_on", "unit__position", "person__sort_key", "pk")
    )
    keys = [row.pk for row in evaluations]
    nodes = {
        task.process.evaluation_id: flows.node_name(task)
        for task in flows.open_tasks(process__evaluation__in=keys).select_related("process")
    }
    signed = set(
        SignatureSlot.objects.filter(
            role="person",
            signed_at__isnull=False,
            document__steps__evaluation__in=keys,
            document__steps__round=F("document__steps__evaluation__round"),
        ).values_list("document__steps__evaluation", flat=True)
    )
    totals = _totals(evaluations)
    before = _last_period(evaluations)
    powers = authorities_over(evaluations, person, on)
    return [
        TeamRow(
            evaluation=row,
            node=nodes.get(row.pk),
            signed=row.pk in signed,
            own=totals.get((row.pk, Decision.Kind.SELF_SUBMITTED)) if _handed_in(nodes.get(row.pk)) else None,
            reviewed=totals.get((row.pk, Decision.Kind.REVIEW_APPROVED)),
            last=before.get(row.pk),
            under=powers[row.pk],
            due=row.period.deadline(Stage.SUPERVISOR_REVIEW),
        )
        for row in evaluations
    ]


def _handed_in(node: str | None) -> bool:
    return node != flows.SELF_ASSESSMENT


def _totals(evaluations: list[Evaluation]) -> dict[tuple[int, str], Fraction]:
    """(evaluation, kind of decision) → exact total of the present round."""
    steps = EvaluationStep.objects.filter(
        evaluation__in=[row.pk for row in evaluations],
        round=F("evaluation__round"),
        decision__kind__in=[Decision.Kind.SELF_SUBMITTED, Decision.Kind.REVIEW_APPROVED],
    ).exclude(decision__score_total="")
    found = steps.order_by("pk").values_list("evaluation_id", "decision__kind", "decision__score_total")
    return {(key, kind): Fraction(total) for key, kind, total in found}


def _last_period(evaluations: list[Evaluation]) -> dict[int, Fraction]:
    """Evaluation id → the reviewed total of the person's period of the same kind before this one."""
    people = {row.person_id for row in evaluations}
    kinds = {row.period.campaign.kind for row in evaluations}
    earlier: dict[tuple[int, str], list[tuple[date, str]]] = {}
    steps = EvaluationStep.objects.filter(
        evaluation__person__in=people,
        evaluation__period__campaign__kind__in=kinds,
        round=F("evaluation__round"),
        decision__kind=Decision.Kind.REVIEW_APPROVED,
    ).exclude(decision__score_total="")
    for person, kind, starts_on, total in steps.order_by("pk").values_list(
        "evaluation__person",
        "evaluation__period__campaign__kind",
        "evaluation__period__campaign__starts_on",
        "decision__score_total",
    ):
        earlier.setdefault((person, kind), []).append((starts_on, total))
    found = {}
    for row in evaluations:
        campaign = row.period.campaign
        known = earlier.get((row.person_id, campaign.kind), [])
        before = [entry for entry in known if entry[0] < campaign.starts_on]
        if before:
            found[row.pk] = Fraction(max(before, key=lambda entry: entry[0])[1])
    return found


@declares("reviewer")
@require_GET
def team(request: PersonRequest) -> HttpResponse:
    """Everybody whom the person reviews, own and delegated."""
    return _page(request, team_rows(request.user, today()))


@declares("reviewer")
@require_POST
def team_confirm(request: PersonRequest) -> HttpResponse:
    """Approve the ticked forms without a change; rows that fail stay with their reason."""
    ticked = _ticked(request)
    rows = {row.evaluation.uuid: row for row in team_rows(request.user, today())}
    chosen = []
    for uuid, version in ticked.items():
        if uuid in rows:
            evaluation = rows[uuid].evaluation
            evaluation.version = version  # as the page showed it: a newer one is refused row by row
            chosen.append(evaluation)
    if not chosen:
        messages.warning(request, _("Tick at least one person."))
        return redirect("team")
    comment = request.POST.get("comment", "")[:4000]
    results = confirm_unchanged(evaluations=chosen, by=request.user, comment=comment, at=now())
    failed = {result.evaluation.uuid: result.error for result in results if result.error}
    done = len(results) - len(failed)
    if done:
        text = ngettext("%(number)d review confirmed unchanged.", "%(number)d reviews confirmed unchanged.", done)
        messages.success(request, text % {"number": done})
    if not failed:
        return redirect("signing_queue")
    fresh = team_rows(request.user, today())
    for row in fresh:
        row.error = failed.get(row.evaluation.uuid, "")
        row.ticked = bool(row.error)
    # Rows that failed come first, so that none of them hides on a later page.
    fresh.sort(key=lambda row: not row.error)
    return _page(request, fresh, failed=len(failed), comment=comment, status=409)


def _ticked(request: PersonRequest) -> dict[UUID, int]:
    """uuid → version of the ticked rows; what is neither is left out."""
    found = {}
    for text in request.POST.getlist("row"):
        uuid, _colon, version = text.partition(":")
        try:
            found[UUID(uuid)] = int(version)
        except ValueError:
            continue
    return found


def _page(
    request: PersonRequest, rows: list[TeamRow], *, failed: int = 0, comment: str = "", status: int = 200
) -> HttpResponse:
    counts = Counter(group for row in rows for group in row.groups)
    chosen = request.GET.get("show", "")
    url = reverse("team")
    chips = [{"label": _("All"), "url": url, "current": chosen not in FILTERS, "count": len(rows)}]
    chips += [
        {"label": label, "url": f"{url}?show={key}", "current": key == chosen, "count": counts[key]}
        for key, label in FILTERS.items()
        if counts[key] or key == chosen
    ]
    shown = [row for row in rows if row.error or chosen not in FILTERS or chosen in row.groups]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chips": chips,
        "counts": counts,
        "people": len(rows),
        "due": min((row.due for row in rows if row.due and row.to_review), default=None),
        "first": next((row for row in rows if row.to_review and row.signed), None),
        "failed": failed,
        "comment": comment,
        "confirmable": any(not row.bulk_refused for row in page),
    }
    return render(request, "workflows/team/grid.html", context, status=status)
