import zipfile
from io import BytesIO

import pytest

from kpi.actions import attach_evidence, detach_evidence, open_evidence
from kpi.errors import KpiError
from kpi.evidence_rules import LARGEST, TYPES, kind_of_upload
from kpi.models import EvidenceFile
from tests.kpi.factories import NOW, make_line, make_person, make_scorecard

PDF = b"%PDF-1.7 ..."


def office(*parts: str) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("a.pdf", "pdf", PDF),
        ("b.JPEG", "jpg", b"\xff\xd8\xff\xe0"),
        ("c.docx", "docx", office("word/document.xml")),
        ("d.xlsx", "xlsx", office("xl/workbook.xml")),
    ],
)
def test_an_allowed_file_is_known_by_name_content_and_type(name, kind, content):
    assert kind_of_upload(name=name, declared_type=TYPES[kind], content=content) == kind


@pytest.mark.parametrize(
    ("name", "declared", "content"),
    [
        ("a.exe", "application/pdf", PDF),
        ("pdf", "application/pdf", PDF),
        ("a.pdf", "image/png", PDF),
        ("a.pdf", "application/pdf", b"MZ not a pdf"),
        ("a.pdf", "application/pdf", b""),
        ("a.pdf", "application/pdf", PDF + b"0" * LARGEST),
        ("a.docx", TYPES["docx"], office("xl/workbook.xml")),
        ("a.docx", TYPES["docx"], office("word/document.xml", "word/vbaProject.bin")),
        ("a.xlsx", TYPES["xlsx"], b"PK\x03\x04 broken"),
    ],
)
def test_anything_else_is_refused(name, declared, content):
    with pytest.raises(KpiError):
        kind_of_upload(name=name, declared_type=declared, content=content)


@pytest.mark.django_db
def test_evidence_is_kept_by_its_hash_once_for_each_line(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    card = make_scorecard()
    line = make_line(card)
    given = {"scorecard": card, "name": "Báo cáo.pdf", "declared_type": TYPES["pdf"], "content": PDF}
    first = attach_evidence(**given, line=line, by=card.person, at=NOW)
    assert attach_evidence(**given, line=line, by=card.person, at=NOW) == first
    attach_evidence(**given, item_code="III.1", by=card.person, at=NOW)
    with open_evidence(first) as file:
        assert file.read() == PDF
    assert len(list(tmp_path.rglob(first.sha256))) == 1
    with pytest.raises(KpiError):
        detach_evidence(evidence=first, by=make_person())
    detach_evidence(evidence=first, by=card.person)
    assert EvidenceFile.objects.get().item_code == "III.1"


@pytest.mark.django_db
def test_evidence_for_a_line_of_another_form_is_refused(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    card, other = make_scorecard(), make_line(make_scorecard())
    with pytest.raises(KpiError):
        attach_evidence(
            scorecard=card,
            line=other,
            name="a.pdf",
            declared_type=TYPES["pdf"],
            content=PDF,
            by=card.person,
            at=NOW,
        )
    assert not list(tmp_path.rglob("*"))
