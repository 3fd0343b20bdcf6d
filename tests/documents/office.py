"""One invented agency with people, keys, a seal and time stamps: what documents need to reach the archive."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from documents import demo_authority, keys, pipeline, timestamping
from documents.actions import SlotSpec, issue_documents, request_document, sign_documents
from documents.kinds import KINDS
from documents.models import Document, State
from documents.samples import facts_of
from organization.models import AgencyRole, Block, Person, Unit

PIN = "2468-1357"
NOON = datetime(2026, 10, 5, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
FACTS = Path(__file__).parent / "facts"
ROLES = {"person": "Trần Thị Bé Năm", "reviewer": "Lê Văn Tám", "secretary": "Phạm Thị Út", "chair": "Võ Văn Ba"}
ROLES |= {"head": "Đặng Văn Cả", "clerk": "Bùi Thị Sáu"}
FILLS = {
    "reviewer_comment": "Hoàn thành tốt các việc được giao.",
    "reviewed_on": "Khánh Hòa, ngày 05 tháng 10 năm 2026",
    "reviewer_name": "Lê Văn Tám",
}
KIND = {kind.code: kind for kind in KINDS}


@cache
def key_file(folder: Path, name: str) -> bytes:
    """One key file a name and test run: making keys is not what these tests measure."""
    issue = demo_authority.issue_seal if name == "seal" else demo_authority.issue_person
    return issue(folder, ROLES.get(name, "Sở Thử nghiệm"), name.replace("_", "-"), PIN)


@dataclass
class Office:
    """Shorthand for the acts of one agency's people."""

    unit: Unit
    authority: Path
    people: dict[str, Person] = field(default_factory=dict)

    def request(self, kind: str = "notice", **changes) -> Document:
        """Owe a document of this kind, its usual people as signers."""
        kept = FACTS / f"{kind}.json"
        facts = json.loads(kept.read_text()) if kept.exists() else facts_of(kind)
        roles = [signer.role for signer in KIND[kind].signers if not signer.optional]
        signers = [SlotSpec(role, self.signer(role)) for role in roles]
        wanted = {"kind": kind, "unit": self.unit, "facts": facts, "signers": signers, "at": NOON} | changes
        return request_document(**wanted)

    def signer(self, role: str) -> Person:
        """Who signs in this role: one of the usual people, or somebody with a key of his own for a rarer role."""
        if role not in self.people:
            self.people[role] = Person.objects.create(username=role, full_name="Lê Thị Hòa")
        person = self.people[role]
        if not person.signing_keys.exists():
            keys.enrol_person_key(person=person, data=key_file(self.authority, role), pin=PIN)
        return person

    def sign(self, document: Document, role: str, **changes):
        """The person of this role signs; the one result."""
        fills = {document.uuid: FILLS} if (document.kind.code, role) == ("form_01", "reviewer") else {}
        wanted = {"signer": self.people[role], "pin": PIN, "at": NOON, "fills": fills} | changes
        (result,) = sign_documents(documents=[document], **wanted)
        return result

    def issue(self, *documents: Document, at: datetime = NOON):
        """The clerk issues these."""
        return issue_documents(documents=documents, by=self.people["clerk"], at=at)

    def bring(self, document: Document, state: State) -> Document:
        """Carry a new document to `state` by everybody's ordinary acts."""
        pipeline.advance(document.pk)
        if state in (State.SIGNED, State.NUMBERED, State.ARCHIVED):
            for role in document.slots.values_list("role", flat=True):
                assert self.sign(document, role).ok
        if state in (State.NUMBERED, State.ARCHIVED) and document.kind.waits_for_issue:
            assert all(result.ok for result in self.issue(document))
        if state == State.ARCHIVED:
            pipeline.advance(document.pk)
        return again(document)


def again(document: Document) -> Document:
    """The row as it stands now."""
    return Document.objects.select_related("kind", "unit").get(pk=document.pk)


@pytest.fixture(scope="session")
def authority(var_dir: Path) -> Iterator[Path]:
    """The demo authority's folder, its time-stamp service answering on loopback."""
    folder = settings.KEYS_DIR / "demo"
    demo_authority.create(folder)
    server = timestamping.server(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.TIMESTAMP_URL = f"http://127.0.0.1:{server.server_port}/"
    yield folder
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def archive_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of the test's own."""
    monkeypatch.setattr(settings, "ARCHIVE_DIR", tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture
def office(db, authority: Path, archive_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The agency with everybody's keys."""
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path / "keys")
    parent = Unit.objects.create(
        code="TINH",
        name="Ủy ban nhân dân tỉnh Thử nghiệm",
        abbreviation="UBND",
        block=Block.STATE,
        agency_role=AgencyRole.MANAGING,
        place="Khánh Hòa",
        starts_on=date(2025, 1, 1),
    )
    unit = Unit.objects.create(
        code="STN",
        name="Sở Thử nghiệm",
        abbreviation="STN",
        block=Block.STATE,
        agency_role=AgencyRole.USING,
        parent=parent,
        place="Khánh Hòa",
        starts_on=date(2025, 1, 1),
    )
    made = Office(unit, authority)
    for role, name in ROLES.items():
        made.people[role] = Person.objects.create(username=role, full_name=name)
        if role != "clerk":
            keys.enrol_person_key(person=made.people[role], data=key_file(authority, role), pin=PIN)
    keys.enrol_seal(unit=unit, data=key_file(authority, "seal"), pin=PIN)
    return made
