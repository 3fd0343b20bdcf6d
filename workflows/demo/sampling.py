"""A sample archive of any size: every kind of document, by its people's ordinary acts, through the real pipeline.

Facts come from documents.samples; units and people from the sample files. The worker's part is done in this process.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from documents import demo_authority, pipeline, timestamping
from documents.actions import (
    SlotSpec,
    cancel_document,
    documents_waiting_for,
    issue_documents,
    request_document,
    sign_each,
)
from documents.models import Document, SignatureSlot, State
from documents.samples.archive import FILLS, Paper, Post, papers
from organization.models import Appointment, Duty, Person, Unit
from workflows.demo import province

LONGEST = 3600.0  # seconds for one round of the pipeline
DUTIES: list[str] = [Duty.HEAD, Duty.DEPUTY]


class Stuck(Exception):
    """Documents did not reach the archive; the message says which and why."""


@dataclass
class Sample:
    """The archive being made, with the seconds that each part took."""

    say: Callable[[str], None]
    at: datetime
    seconds: dict[str, float] = field(default_factory=dict)
    clerks: dict[int, Person] = field(default_factory=dict)

    def make(self, people: int) -> Counter[str]:
        """Everything for so many people; returns how many documents of each kind are archived."""
        with self._timed("province and keys"):
            offices = self._offices(people)
        with timestamps():
            with self._timed("requests"):
                self._request(offices)
            with self._timed("pages"):
                pipeline.drain(seconds=LONGEST)
            with self._timed("signatures"):
                self._sign()
            with self._timed("numbers, seals, archive"):
                self._issue()
                self._replace_and_cancel()
        left = Document.objects.exclude(state__in=[State.ARCHIVED, State.CANCELLED])
        if left.exists():
            raise Stuck("; ".join(f"{each.code} {each.state} {each.last_error}" for each in left[:10]))
        return Counter(Document.objects.values_list("kind__code", flat=True))

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[what] = time.monotonic() - started
        self.say(f"{what}: {self.seconds[what]:.1f} s")

    def _offices(self, people: int) -> list[tuple[Unit, list[Appointment]]]:
        """The first `people` of the province by agency, each with a key; heads first."""
        province.build(self.at)
        found: dict[int, tuple[Unit, list[Appointment]]] = {}
        rows = Appointment.objects.select_related("unit", "person").order_by("unit__code", "pk")
        taken: set[int] = set()
        for agency, row in sorted(
            ((row.unit.agency(), row) for row in rows), key=lambda pair: (pair[0].code, pair[1].unit.code, pair[1].pk)
        ):
            if len(taken) == people:
                break
            if row.person_id not in taken and agency.abbreviation:
                taken.add(row.person_id)
                found.setdefault(agency.pk, (agency, []))[1].append(row)
        for agency, posts in found.values():
            posts.sort(key=lambda each: DUTIES.index(each.duty) if each.duty in DUTIES else len(DUTIES))
            self.clerks[agency.pk] = posts[-1].person
        signing = [row.person for _agency, posts in found.values() for row in posts]
        province.give_keys(signing, [agency for agency, _posts in found.values()])
        return list(found.values())

    def _request(self, offices: list[tuple[Unit, list[Appointment]]]) -> None:
        for number, (agency, rows) in enumerate(offices):
            posts = [Post(row.person.full_name, row.title, row.unit.name) for row in rows]
            parent = agency.parent.name if agency.parent else ""
            people = [row.person for row in rows]
            for paper in papers(posts, agency=agency.name, parent=parent, place=agency.place, all_kinds=not number):
                self._ask(paper, agency, people)

    def _ask(self, paper: Paper, agency: Unit, people: list[Person], replaces: Document | None = None) -> Document:
        return request_document(
            kind=paper.kind,
            unit=agency,
            facts=paper.facts,
            signers=[SlotSpec(role, people[index]) for role, index in paper.signers.items()],
            subject=None if paper.about is None else people[paper.about],
            at=self.at,
            replaces=replaces,
        )

    def _sign(self) -> None:
        """Everybody whose turn it is signs all that waits, until nothing waits."""
        while turn := self._whose_turn():
            for person in Person.objects.filter(pk__in=turn):
                waiting = list(documents_waiting_for(person))
                fills = {document.uuid: _fill(document, person) for document in waiting}
                for result in sign_each(
                    documents=waiting, signer=person, pin=province.PIN, at=timezone.now(), fills=fills
                ):
                    if not result.ok:
                        raise Stuck(f"{result.document.code}: {result.reason}")
        pipeline.drain(seconds=LONGEST)

    def _whose_turn(self) -> set[int]:
        return set(
            SignatureSlot.objects.filter(
                signed_at__isnull=True, document__state=State.AWAITING_SIGNATURE
            ).values_list("expected_signer", flat=True)
        )

    def _issue(self) -> None:
        for agency, clerk in self.clerks.items():
            ready = Document.objects.ready_to_issue().filter(unit=agency).order_by("pk")
            for result in issue_documents(documents=list(ready), by=clerk, at=timezone.now()):
                if not result.ok:
                    raise Stuck(f"{result.document.code}: {result.reason}")
        pipeline.drain(seconds=LONGEST)

    def _replace_and_cancel(self) -> None:
        """One decision is replaced by a new one, one notice is cancelled."""
        first = Document.objects.filter(kind__code="decision", state=State.ARCHIVED).order_by("pk").first()
        notice = Document.objects.filter(kind__code="notice", state=State.ARCHIVED).order_by("pk").first()
        if first is None or notice is None:
            raise Stuck("no decision and notice to replace and cancel")
        head = first.slots.get(role="head").expected_signer
        facts = {**first.facts, "recipients": ["Như Điều 3", "Lưu: VT, TCCB"]}
        request_document(
            kind="decision",
            unit=first.unit,
            facts=facts,
            signers=[SlotSpec("head", head)],
            at=self.at,
            replaces=first,
        )
        pipeline.drain(seconds=LONGEST)
        self._sign()
        self._issue()
        cancel_document(
            document=notice,
            reason="Ban hành nhầm kỳ đánh giá (dữ liệu thử)",
            by=self.clerks[notice.unit_id],
            at=self.at,
        )


def _fill(document: Document, person: Person) -> dict[str, str]:
    """What this person's slot fills: the sample's words, his own name, his agency's place."""
    slot = document.slots.filter(expected_signer=person, signed_at__isnull=True).first()
    allowed = slot.fillable if slot else []
    words = FILLS | {"reviewer_name": person.full_name, "ranker_name": person.full_name}
    dated = {name: f"{document.unit.place}, {words[name]}" for name in ("reviewed_on", "ranked_on")}
    return {name: text for name, text in (words | dated).items() if name in allowed}


@contextmanager
def timestamps() -> Iterator[None]:
    """The demo authority's time-stamp service, in this process for as long as the archive is made."""
    folder = settings.KEYS_DIR / "demo"
    demo_authority.create(folder)
    before = settings.TIMESTAMP_URL
    with timestamping.server(folder) as responder:
        thread = threading.Thread(target=responder.serve_forever, daemon=True)
        thread.start()
        settings.TIMESTAMP_URL = f"http://127.0.0.1:{responder.server_port}/"
        try:
            yield
        finally:
            settings.TIMESTAMP_URL = before
            responder.shutdown()
            thread.join()
