"""What the pages of corrections share: the period and its reader's power, the decision meant, the people chosen."""

from contextlib import suppress
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from approvals.models import Petition
from documents.models import Document
from workflows import corrections
from workflows.actions.replaced_scores import told_people
from workflows.models import Dependant, Evaluation, EvaluationPeriod, Ground, Standing
from workflows.policy import correcting, rules, setup, visibility
from workflows.views.acts import PersonRequest, today


def listed(period: EvaluationPeriod) -> QuerySet[Evaluation]:
    """Everybody who has, or had, a result here."""
    rows = Evaluation.objects.filter(period=period, standing__in=[Standing.PUBLISHED, Standing.ANNULLED])
    return rows.select_related("person", "unit", "final_decision", "scorecard__scheme").order_by(
        "unit__position", "person__sort_key", "id"
    )


def asked(request: PersonRequest, uuid: UUID) -> tuple[EvaluationPeriod, list[Ground]]:
    """A period that the person sees, and the grounds on which he decides anew. 404, or 403 without a ground."""
    on = today()
    seen = Q(pk__in=visibility.periods(request.user, on).values("pk"))
    seen |= Q(pk__in=correcting.periods(request.user, on).values("pk"))
    rows = EvaluationPeriod.objects.filter(seen).select_related("agency__parent", "campaign", "procedure")
    period = get_object_or_404(rows, uuid=uuid)
    open_grounds = correcting.grounds_open_to(period, request.user, on)
    if not open_grounds:
        rules.require_head(period, request.user, on)
    return period, open_grounds


def decision_of(request: PersonRequest, period: EvaluationPeriod) -> Document | None:
    """The issued decision named in the address, else the only one there is; None where no decision ranks anybody."""
    issued = corrections.issued_decisions(period)
    named = request.GET.get("decision", "")
    if not named:
        return issued[0] if len(issued) == 1 else None
    found = next((each for each in issued if str(each.uuid) == named), None)
    if found is None:
        raise Http404
    return found


def chosen(request: PersonRequest, period: EvaluationPeriod, decision: Document | None) -> list[Evaluation]:
    """The people ticked on the page before, as far as this decision, or an issued notice, tells their result."""
    named = set()
    for text in request.GET.getlist("who"):
        with suppress(ValueError):
            named.add(UUID(text))
    if decision is None:
        standing = list(told_people(period))
    else:
        standing = [pk for pk, document in corrections.governed_by(period).items() if document.pk == decision.pk]
    return list(listed(period).filter(pk__in=standing, uuid__in=named))


def watches(request: PersonRequest, period: EvaluationPeriod) -> bool:
    """Whether the reader opens the period's own pages too: the managing head reads only its corrections."""
    return setup.watched_periods(request.user, today()).filter(pk=period.pk).exists()


def back(period: EvaluationPeriod) -> str:
    """The page of the decisions and their corrections."""
    return reverse("period_corrections", args=[period.uuid])


def replace_url(
    evaluation: Evaluation, *, petition: Petition | None = None, dependant: Dependant | None = None
) -> str:
    """The replacing page with this person, the decision on him and the ground filled in."""
    query = {"who": str(evaluation.uuid)}
    decision = corrections.governed_by(evaluation.period).get(evaluation.pk)
    if decision is not None:
        query["decision"] = str(decision.uuid)
    if petition is not None:
        query["petition"] = str(petition.uuid)
    if dependant is not None:
        query["dependant"] = str(dependant.uuid)
    return f"{reverse('period_replace', args=[evaluation.period.uuid])}?{urlencode(query)}"
