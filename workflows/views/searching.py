"""What the search lines of the documents and of the archive ask for."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.dateparse import parse_date

from documents.finding import found, keys_of
from documents.models import Document
from workflows.models import EvaluationPeriod, EvaluationStep, PeriodDocument
from workflows.views.acts import PersonRequest


@dataclass(frozen=True)
class Search:
    """What a page asks for: the words typed, the kind, the period and the days of archiving."""

    query: str
    kind: str
    period: EvaluationPeriod | None
    periods: list[EvaluationPeriod]
    since: date | None
    until: date | None

    @classmethod
    def read(cls, request: PersonRequest, periods: QuerySet[EvaluationPeriod]) -> "Search":
        """The search of this request; a period that is not among `periods` is none."""
        known = list(periods.select_related("campaign", "agency", "agency__parent"))
        return cls(
            query=request.GET.get("q", "")[:100],
            kind=request.GET.get("kind", ""),
            period=next((row for row in known if str(row.uuid) == request.GET.get("period", "")), None),
            periods=known,
            since=day_of(request.GET.get("since", "")),
            until=day_of(request.GET.get("until", "")),
        )

    @property
    def asks(self) -> bool:
        return bool(self.query.strip() or self.kind or self.period or self.since or self.until)

    def among(self, documents: QuerySet[Document]) -> QuerySet[Document]:
        """Those of these documents that answer."""
        if self.period is not None:
            of_list = PeriodDocument.objects.filter(period=self.period).values_list("document_id")
            of_people = EvaluationStep.objects.filter(evaluation__period=self.period).values_list("document_id")
            documents = documents.filter(pk__in=keys_of(of_list, of_people))
        return found(documents, self.query, kind=self.kind, since=self.since, until=self.until)


def uuids_of(texts: Iterable[str]) -> list[UUID]:
    """The ticked rows of a form; what is no uuid is left out."""
    ticked = []
    for text in texts:
        with contextlib.suppress(ValueError):
            ticked.append(UUID(text))
    return ticked


def day_of(text: str) -> date | None:
    """The day typed into a date field; None when it is none, or in the first or the last year of the calendar."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date.min.year < day.year < date.max.year else None
