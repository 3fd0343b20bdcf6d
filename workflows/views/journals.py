"""The journal of one period: every act, who did it, for whom, under which power, when."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from approvals.models import AgendaItem, CouncilSession
from documents.models import Document
from kpi.models import Scorecard
from organization.models import Capacity, JournalEntry, Person
from workflows.models import Evaluation, EvaluationPeriod
from workflows.policy import setup
from workflows.policy.routes import declares
from workflows.readiness import period_documents
from workflows.views.acts import PersonRequest, today
from workflows.views.journal_words import event_words, value_words

PAGE = 50
CAPACITIES = dict(Capacity.choices)


@declares("period_manager_or_auditor")
@require_GET
def journal(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Newest first; a person's name narrows it to the acts about that person."""
    seen = setup.journaled_periods(request.user, today()).select_related("agency", "campaign")
    period = get_object_or_404(seen, uuid=uuid)
    words = request.GET.get("q", "").strip()[:100]
    entries = _entries(period, words).select_related("by", "on_behalf_of").order_by("-id")
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "workflows/journals/journal.html",
        {"period": period, "page": page, "rows": _rows(list(page)), "words": words},
    )


def _entries(period: EvaluationPeriod, words: str) -> QuerySet[JournalEntry]:
    """Acts on the period, its people's forms and scorecards, its documents and its council sessions."""
    evaluations = Evaluation.objects.filter(period=period)
    for word in words.split():
        evaluations = evaluations.filter(person__full_name__icontains=word)
    documents = period_documents(period)
    found = Q(subject_uuid__in=evaluations.values("uuid"))
    found |= Q(subject_uuid__in=Scorecard.objects.filter(evaluation__in=evaluations).values("uuid"))
    if words:
        found |= Q(subject_uuid__in=documents.filter(steps__evaluation__in=evaluations).values("uuid"))
        found |= Q(subject_uuid__in=AgendaItem.objects.filter(case__evaluation__in=evaluations).values("uuid"))
        return JournalEntry.objects.filter(found)
    sessions = CouncilSession.objects.filter(of_period__period=period)
    found |= Q(subject_uuid__in=documents.values("uuid")) | Q(subject_uuid__in=sessions.values("uuid"))
    found |= Q(subject_uuid__in=AgendaItem.objects.filter(session__in=sessions).values("uuid"))
    return JournalEntry.objects.filter(found | Q(subject_uuid=period.uuid))


def _rows(entries: list[JournalEntry]) -> list[dict[str, Any]]:
    """Words for one page of entries: the subjects' and the values' names in one query a kind."""
    ids = {entry.subject_uuid for entry in entries}
    about: dict[UUID, str] = {}
    for model, path in ((Evaluation, "person__full_name"), (Scorecard, "person__full_name")):
        about |= dict(model.objects.filter(uuid__in=ids).values_list("uuid", path))
    about |= dict(AgendaItem.objects.filter(uuid__in=ids).values_list("uuid", "person__full_name"))
    for uuid, title, name, code in Document.objects.filter(uuid__in=ids).values_list(
        "uuid", "kind__title_vi", "subject__full_name", "code"
    ):
        about[uuid] = f"{title} – {name or code}"
    values = {value for entry in entries for value in (entry.changed_from, entry.changed_to) if len(value) == 36}
    names = {
        str(uuid): name
        for uuid, name in Person.objects.filter(uuid__in=_uuids(values)).values_list("uuid", "full_name")
    }
    return [
        {
            "entry": entry,
            "words": event_words(entry.event),
            "about": about.get(entry.subject_uuid, ""),
            "authority": _authority(entry),
            "changed_from": names.get(entry.changed_from, value_words(entry.changed_from)),
            "changed_to": names.get(entry.changed_to, value_words(entry.changed_to)),
        }
        for entry in entries
    ]


def _uuids(values: set[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _authority(entry: JournalEntry) -> str:
    """In own name, or for whom and by which document."""
    if entry.by is None:
        return _("by the machine")
    if entry.on_behalf_of is None:
        return _("in own name")
    capacity = CAPACITIES.get(entry.under.get("capacity", ""), "")
    return _("%(capacity)s for %(name)s, document %(number)s") % {
        "capacity": capacity,
        "name": entry.on_behalf_of.full_name,
        "number": entry.under.get("document_number") or "–",
    }
