"""A closed file of really signed and sealed documents, with a schedule under which its term is over."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from documents import pipeline
from documents.actions import SlotSpec
from documents.keeping.files import Matter, keep_file
from documents.keeping.retention import set_term
from documents.models import Disposition, Document, DocumentKind, RecordsFile, State
from organization.authority import Authority
from tests.documents.office import NOON, Office, again

LATER = datetime(2040, 1, 2, 9, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
MATTER = Matter(
    origin="period/1", title="Hồ sơ đánh giá Quý III năm 2026", opened_on=date(2026, 7, 1), keywords="đánh giá"
)
HEAD = {
    "title": "",
    "parent_agency": "",
    "agency": "Sở Thử nghiệm",
    "place": "Khánh Hòa",
    "practice": False,
    "local_rule_name": "",
    "verify_url": "",
    "recipients": ["Lưu: VT"],
    "grounds": ["Luật Lưu trữ số 33/2024/QH15"],
    "totals": {"files": 1, "documents": 2, "pages": 2},
}


def shelve(office: Office, *documents: Document, matter: Matter = MATTER, closed: bool = True) -> RecordsFile:
    """These documents, or a new archived notice and decision, in one file."""
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


def listed(file: RecordsFile) -> list[dict]:
    return [
        {
            "code": file.code,
            "title": file.title,
            "opened_on": "2026-07-01",
            "closed_on": "2026-10-05",
            "term": "05 năm",
            "basis": "Quyết định số 15/QĐ-STN",
            "access": "Hạn chế",
            "documents": 2,
            "pages": 2,
            "listing_sha256": "0" * 64,
        }
    ]


def minutes_facts(office: Office, file: RecordsFile) -> dict:
    """What the minutes of a disposition say."""
    someone = {"by": "Bùi Thị Sáu", "position": "Lưu trữ viên", "on": "2040-01-02", "authority_note": ""}
    return HEAD | {
        "subject": "Hủy tài liệu hết thời hạn lưu trữ",
        "appraisal": "",
        "proposed": someone,
        "approved": someone,
        "files": listed(file),
        "signers": {
            "archivist": {"authority": "", "title": "NGƯỜI LÀM LƯU TRỮ", "name": "Phạm Thị Út"},
            "head": {"authority": "", "title": "GIÁM ĐỐC", "name": "Đặng Văn Cả"},
        },
    }


def list_facts(office: Office, file: RecordsFile) -> dict:
    """What the list of a transfer says."""
    return HEAD | {
        "subject": "Hồ sơ, tài liệu nộp lưu vào Lưu trữ lịch sử tỉnh",
        "giver": {"name": "Phạm Thị Út", "position": "Lưu trữ viên", "agency": "Sở Thử nghiệm"},
        "receiver": {"name": "Võ Văn Ba", "position": "Lưu trữ viên", "agency": "Lưu trữ lịch sử tỉnh"},
        "signed_on": "2026-10-05",
        "files": listed(file),
        "signers": {
            "giver": {"authority": "", "title": "BÊN GIAO", "name": "Phạm Thị Út"},
            "receiver": {"authority": "", "title": "BÊN NHẬN", "name": "Võ Văn Ba"},
        },
    }


def signers(office: Office) -> list[SlotSpec]:
    return [SlotSpec("archivist", office.people["secretary"]), SlotSpec("head", office.people["head"])]


def approved(office: Office, row: Disposition, file: RecordsFile) -> Disposition:
    """The head approves; nobody has signed the minutes yet."""
    from documents.keeping.disposition import approve

    return approve(
        disposition=row,
        facts=minutes_facts(office, file),
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
        person = office.people["secretary" if role == "archivist" else "head"]
        assert office.sign(minutes, role, signer=person).ok
    assert office.issue(minutes)[0].ok
    pipeline.advance(minutes.pk)
    return again(minutes)
