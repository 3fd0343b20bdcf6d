"""A closed file of really signed and sealed documents, with a schedule under which its term is over."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from documents import pipeline
from documents.actions import SlotSpec
from documents.keeping.disposition import approve
from documents.keeping.files import Matter, keep_file
from documents.keeping.retention import set_term
from documents.models import (
    Disposition,
    Document,
    DocumentKind,
    PreparedSignature,
    RecordsFile,
    SignatureSlot,
    State,
)
from documents.samples import facts_of
from organization.authority import Authority
from tests.documents.office import NOON, Office, again

LATER = datetime(2040, 1, 2, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MATTER = Matter(
    origin="matter/1", title="Hồ sơ đánh giá Quý III năm 2026", opened_on=date(2026, 7, 1), keywords="đánh giá"
)


def shelve(office: Office, *documents: Document, matter: Matter = MATTER, closed: bool = True) -> RecordsFile:
    """These documents, or a new archived notice and decision, in one file."""
    people = office.people  # who signs for the archives
    people |= {"archivist": people["secretary"], "giver": people["secretary"], "receiver": people["chair"]}
    rows = documents or tuple(office.bring(office.request(kind), State.ARCHIVED) for kind in ("notice", "decision"))
    file = keep_file(unit=office.unit, matter=matter, documents=rows, closed=closed, at=NOON)
    assert file is not None
    return file


def set_terms(office: Office, years: int | None = 5, *, kinds: tuple[str, ...] = ("notice", "decision")) -> None:
    """Settled terms for these kinds since the beginning of 2026."""
    for code in kinds:
        set_term(
            kind=DocumentKind.objects.get(code=code),
            unit=office.unit,
            years=years,
            permanent=years is None,
            basis="Quyết định số 15/QĐ-STN ngày 05/01/2026",
            settled=True,
            starts_on=date(2026, 1, 1),
            by=office.people["clerk"],
            at=NOON,
        )


def signers(office: Office) -> list[SlotSpec]:
    return [SlotSpec("archivist", office.people["archivist"]), SlotSpec("head", office.people["head"])]


def approved(office: Office, row: Disposition) -> Disposition:
    """The head approves; nobody has signed the minutes yet."""
    return approve(
        disposition=row,
        facts=facts_of("disposition_minutes", lines=1),
        signers=signers(office),
        by=office.people["head"],
        under=Authority.own(office.people["head"]),
        expected_version=row.version,
        at=LATER,
    )


def archive_minutes(office: Office, minutes: Document) -> Document:
    """Both sign, the clerk seals."""
    pipeline.advance(minutes.pk)
    for role in ("archivist", "head"):
        assert office.sign(minutes, role).ok
    assert office.issue(minutes)[0].ok
    pipeline.advance(minutes.pk)
    return again(minutes)


def half_signed(office: Office, slot: SignatureSlot) -> PreparedSignature:
    """What a personal token has left of this signature."""
    return PreparedSignature.objects.create(
        slot=slot,
        signer=office.people["head"],
        key=office.people["head"].signing_keys.get(),
        fill={"reviewer_comment": "Hoàn thành tốt."},
        pdf=b"%PDF-1.7",
        gap=[1, 2],
        signed_attributes=b"attributes",
        prepared_at=NOON,
        expires_at=NOON,
        used_at=NOON,
    )
