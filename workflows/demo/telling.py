"""Telling the story: people by login, chapters with their documents and seconds, and the signers' queues."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.utils import timezone

from approvals.models import Council, CouncilSession
from documents.actions import SignResult
from documents.models import Document
from organization.models import Duty, Person, Unit
from workflows.actions.periods import advance_period
from workflows.actions.signing import sign
from workflows.demo import waiting
from workflows.demo.province import PIN
from workflows.models import Evaluation, EvaluationPeriod, Stage
from workflows.readiness import period_documents

AGENCY = "SNV"


@dataclass
class Chapter:
    """One row of the table at the end."""

    step: str
    documents: list[Document] = field(default_factory=list)
    signatures: int = 0
    seconds: float = 0.0


class Story:
    """The department's people by login, its period, and the chapters told so far."""

    def __init__(self, officer: Person, say: Callable[[str], None]):
        self.officer = officer
        self.say = say
        self.agency = Unit.objects.get(code=AGENCY)
        self.chapters: list[Chapter] = []
        self.period: EvaluationPeriod
        self.council: Council
        self.session: CouncilSession

    def person(self, login: str) -> Person:
        return Person.objects.get(username=login)

    def head(self, code: str = AGENCY) -> Person:
        unit = Unit.objects.get(code=code)
        return unit.appointments.get(duty=Duty.HEAD).person

    def evaluation(self, login: str) -> Evaluation:
        return Evaluation.objects.get(period=self.period, person__username=login)

    def fresh(self) -> EvaluationPeriod:
        self.period = EvaluationPeriod.objects.select_related("agency", "campaign", "procedure").get(
            pk=self.period.pk
        )
        return self.period

    @contextmanager
    def chapter(self, step: str) -> Iterator[Chapter]:
        self.say(f"— {step}")
        before = set(period_documents(self.period).values_list("pk", flat=True)) if hasattr(self, "period") else set()
        told, began = Chapter(step), time.monotonic()
        yield told
        told.seconds = time.monotonic() - began
        if hasattr(self, "period"):
            told.documents = list(period_documents(self.period).exclude(pk__in=before))
        self.chapters.append(told)

    def sign(self, told: Chapter, signer: Person, documents: list[Document]) -> None:
        """The signer's whole queue with one PIN; a refusal ends the demo with its reason."""
        waiting.for_pages(documents, self.say)
        signed = sign(documents=documents, by=signer, pin=PIN, at=timezone.now())
        self._require(signed)
        told.signatures += len(signed)

    def sign_queue(self, told: Chapter, signer: Person) -> None:
        mine = (
            period_documents(self.period)
            .filter(slots__expected_signer=signer, slots__signed_at__isnull=True)
            .exclude(state="cancelled")
        )
        waiting.for_pages(list(mine), self.say)
        self.sign(told, signer, list(Document.objects.waiting_for(signer)))

    def _require(self, results: list[SignResult]) -> None:
        refused = [f"{result.document.code}: {result.reason}" for result in results if not result.ok]
        if refused:
            raise waiting.Stuck("; ".join(refused))

    def people(self) -> list[Evaluation]:
        rows = Evaluation.objects.filter(period=self.period).select_related("person", "scorecard", "reviewer")
        return list(rows.order_by("pk"))

    def advance(self) -> None:
        """Close the stage; a review's stage only once the worker has archived its documents."""
        period = self.fresh()
        if period.stage == Stage.SUPERVISOR_REVIEW:
            waiting.for_archive(list(period_documents(period)), self.say)
        advance_period(period=period, by=self.officer, expected_version=period.version, at=timezone.now())
