"""Real-looking documents of every kind, signed as the process signs them, and what a PDF/A-3u must have."""

import json
import re
import subprocess
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings

from documents import demo_authority
from documents.rendering import render
from documents.signing import Pkcs12Signer, Seal, TimestampService, sign_pdf

FACTS = Path(__file__).parent / "facts"
TEMPLATES = ("form_01", "review_minutes", "council_minutes", "decision", "notice")
PIN = "2468-1357"
CODE = "CM-7F3K-92QD"
NUMBER = {"number": "Số: 05/BB-SNV", "issued_on": "Khánh Hòa, ngày 05 tháng 02 năm 2026"}
COMMENT = {
    "reviewer_comment": "Đồng chí chủ động, phối hợp tốt; cần đẩy nhanh tiến độ tham mưu văn bản.",
    "reviewed_on": "Khánh Hòa, ngày 05 tháng 10 năm 2026",
    "reviewer_name": "Trần Quốc Đạt",
}
STEPS: dict[str, list[tuple[str, dict[str, str] | None]]] = {
    "form_01": [("sig.person", None), ("sig.reviewer", COMMENT)],
    "review_minutes": [("sig.reviewer", None)],
    "council_minutes": [("sig.secretary", None), ("sig.chair", None), ("seal", NUMBER)],
    "decision": [("sig.head", None), ("seal", NUMBER)],
    "notice": [("sig.head", None), ("seal", NUMBER)],
}


def facts_of(template: str, **changes: Any) -> dict[str, Any]:
    """The sample facts of a template, changed where the test says so."""
    return json.loads((FACTS / f"{template}.json").read_text("utf-8")) | changes


@cache
def unsigned(template: str) -> bytes:
    """The sample document before its first signature."""
    return render(template, facts_of(template), code=CODE)


@cache
def signer(folder: Path, name: str) -> Pkcs12Signer:
    """A person's opened key from the authority in this folder."""
    return Pkcs12Signer.open(demo_authority.issue_person(folder, name, "0b6c2f", PIN), PIN)


def timestamps() -> TimestampService:
    """The client of the time-stamp service the `authority` fixture runs."""
    return TimestampService(settings.TIMESTAMP_URL, roots=settings.TRUST_ROOTS)


def sign(folder: Path, pdf: bytes, field: str, *, name: str = "Trần Quốc Đạt", **options: Any) -> bytes:
    """One more signature with a key of this name."""
    return sign_pdf(pdf, field=field, signer=signer(folder, name), timestamps=timestamps(), **options)


@cache
def revisions(folder: Path, template: str) -> tuple[bytes, ...]:
    """The sample document after each of its signatures, seal last."""
    pdf, made = unsigned(template), []
    for number, (field, fill) in enumerate(STEPS[template]):
        name = facts_of(template)["signers"].get(field.removeprefix("sig."), {}).get("name", "Sở Nội vụ")
        look = Seal("Sở Nội vụ", ring="Ủy ban nhân dân tỉnh Khánh Hòa") if field == "seal" else None
        pdf = sign(folder, pdf, field, name=name, certify=number == 0, fill=fill, appearance=look)
        made.append(pdf)
    return tuple(made)


@cache  # an object lives only as long as its file is open
def widgets(pdf: bytes) -> dict[str, pikepdf.Dictionary]:
    """Every form field of the file by its full name, and the file itself as `file`."""
    document, found = pikepdf.open(BytesIO(pdf)), {}
    for page in document.pages:
        for widget in page.get("/Annots", []):
            parent = f"{widget.Parent.T}." if "/Parent" in widget else ""
            found[f"{parent}{widget.T}"] = widget
    return found | {"file": document}


def pdfa_faults(pdf: bytes) -> list[str]:
    """Which structural points of PDF/A-3u the file misses; empty when it has them all."""
    with pikepdf.open(BytesIO(pdf)) as document:
        root, faults = document.Root, []
        xmp = bytes(root.Metadata.read_bytes()).decode()
        if not re.search(r'pdfaid:part="3"', xmp) or not re.search(r'pdfaid:conformance="U"', xmp):
            faults.append("XMP does not claim PDF/A-3u")
        if not any(intent.S == "/GTS_PDFA1" and "/DestOutputProfile" in intent for intent in root.OutputIntents):
            faults.append("no output intent")
        if len(document.trailer.get("/ID", [])) != 2:
            faults.append("no file identifier")
        if document.is_encrypted:
            faults.append("encrypted")
        attached = [str(each.AFRelationship) for each in root.get("/AF", [])]
        if attached != ["/Data"]:
            faults.append(f"associated files {attached}")
        for key in ("/OpenAction", "/AA"):
            if key in root:
                faults.append(f"catalog has {key}")
        if "/XFA" in root.AcroForm or bool(root.AcroForm.get("/NeedAppearances", False)):
            faults.append("the form asks viewers to draw it")
        faults += [f"page {page.index + 1}: {fault}" for page in document.pages for fault in _page_faults(page)]
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/Font":
                faults += _font_faults(each)
        return faults


def _page_faults(page: pikepdf.Page) -> list[str]:
    faults = []
    for widget in page.get("/Annots", []):
        if "/N" not in widget.get("/AP", {}) or not isinstance(widget.AP.N, pikepdf.Stream):
            faults.append(f"field {widget.T} has no appearance")
        flags = int(widget.get("/F", 0))
        if not flags & 4 or flags & (1 | 2 | 32):
            faults.append(f"field {widget.T} is not printed")
        if "/A" in widget or "/AA" in widget:
            faults.append(f"field {widget.T} has an action")
    return faults


def _font_faults(font: pikepdf.Dictionary) -> list[str]:
    if font.Subtype == "/Type0":
        return [] if "/ToUnicode" in font else [f"{font.BaseFont} has no map to Unicode"]
    if font.Subtype != "/CIDFontType2":
        return [f"{font.BaseFont} is a {font.Subtype}"]
    embedded = "/FontFile2" in font.FontDescriptor and font.get("/CIDToGIDMap") == "/Identity"
    return [] if embedded else [f"{font.BaseFont} is not embedded"]


def text_of(path: Path, pdf: bytes, *options: str) -> str:
    """What a reader's text selection gives, form fields included."""
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", *options, str(path), "-"], capture_output=True, text=True, check=True)
    return done.stdout


def flat(text: str) -> str:
    """Words with single spaces: line breaks are the layout's business."""
    return " ".join(text.split())
