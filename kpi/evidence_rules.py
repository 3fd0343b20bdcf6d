"""Which files may be evidence: an allow-list, and extension = content = declared type."""

import zipfile
from io import BytesIO

from django.utils.translation import gettext as _

from kpi.errors import KpiError

LARGEST = 20 * 1024 * 1024  # bytes
MOST_PARTS = 5000  # entries of an Office file
OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": f"{OFFICE}wordprocessingml.document",
    "xlsx": f"{OFFICE}spreadsheetml.sheet",
}
_MAGIC = {"pdf": b"%PDF-", "jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def kind_of_upload(*, name: str, declared_type: str, content: bytes) -> str:
    """The kind of an uploaded file (a key of TYPES). Raises KpiError with the reason when it is refused."""
    if not content:
        raise KpiError(_("The file is empty."))
    if len(content) > LARGEST:
        raise KpiError(_("The file is larger than 20 MB."))
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    kind = "jpg" if extension == "jpeg" else extension
    if kind not in TYPES:
        raise KpiError(_("Evidence is a pdf, jpg, png, docx or xlsx file."))
    if declared_type != TYPES[kind] or not _is(kind, content):
        raise KpiError(_("The content of the file is not what its name says."))
    return kind


def _is(kind: str, content: bytes) -> bool:
    if kind in _MAGIC:
        return content.startswith(_MAGIC[kind])
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.namelist()  # the directory only: nothing is unpacked
    except zipfile.BadZipFile:
        return False
    macros = any(part.lower().endswith("vbaproject.bin") for part in parts)
    return len(parts) <= MOST_PARTS and "[Content_Types].xml" in parts and _MAIN_PART[kind] in parts and not macros
