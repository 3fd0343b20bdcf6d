"""The package that another archive takes in: a BagIt bag (RFC 8493) in one zip, the same bytes at every build.

bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt, and under data/: the signed transfer list, the
PDFs by file and name, metadata.json with files.csv and documents.csv, and the agencies' registers with their tokens.
"""

import csv
import io
import json
import os
import re
import uuid
import zipfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from documents import archive, register
from documents.finding import LOCAL, folded
from documents.keeping.package_fields import ACCESS, DOCUMENT_FIELDS, FILE_FIELDS, KINDS_ACCESS
from documents.keeping.retention import term_of_file
from documents.models import Document, FileEntry, RecordsFile, Transfer
from documents.numbering import NumberingRefused
from documents.register import sheets
from organization.models import Unit

FORMAT = "cong-minh-transfer/1"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the moment of every entry: builds differ by content only


class PackageNotReady(Exception):
    """The transfer list or a signed list is not archived yet, or a file of the package was disposed of."""


# What keeps a package from being built and may pass; the row then says why.
UNBUILT = (PackageNotReady, archive.FileMissing, archive.FileCorrupt, NumberingRefused, OSError)


@dataclass
class Bag:
    """Writes entries one after the other and remembers their hashes; nothing but one file is in memory at once."""

    out: zipfile.ZipFile
    top: str
    hashes: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, data: bytes, *, mode: int = 0o644) -> None:
        info = zipfile.ZipInfo(f"{self.top}/{name}", LONG_AGO)
        info.external_attr, info.create_system = (0o100000 | mode) << 16, 3
        self.out.writestr(info, data)
        self.hashes[name], self.sizes[name] = sha256(data).hexdigest(), len(data)

    def manifest(self, names: Iterable[str]) -> bytes:
        return "".join(f"{self.hashes[name]}  {name}\n" for name in sorted(names)).encode()


def build_package(transfer: Transfer, target: Path) -> str:
    """Write the zip to `target`, whole or not at all; its SHA-256. One of UNBUILT."""
    part = stage_package(transfer, target)
    digest = sha256_of(part)
    part.replace(target)
    return digest


def stage_package(transfer: Transfer, target: Path) -> Path:
    """The whole zip beside `target` under a name of its own: two workers never write into one file. One of UNBUILT.

    Call outside a transaction: the registers are closed first, so that every document of the package stands in one.
    """
    listed = transfer.list_document
    if listed.archived_at is None:
        raise PackageNotReady("the transfer list is not archived yet")
    files = list(transfer.files.select_related("unit").order_by("code"))
    if FileEntry.objects.filter(file__in=files, document__tombstone__isnull=False).exists():
        raise PackageNotReady("a file was disposed of")
    units = _units(transfer)
    for unit in units:
        register.write_sheet(unit=unit, on=timezone.localdate(timezone=LOCAL))
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    with ExitStack() as undone, part.open("wb") as raw:
        undone.callback(part.unlink, missing_ok=True)
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as out:
            _fill(Bag(out, f"nop-luu-{folded(slug(transfer.unit.code))}-{listed.code}"), transfer, files, units)
        raw.flush()
        os.fsync(raw.fileno())
        undone.pop_all()
    return part


def _units(transfer: Transfer) -> list[Unit]:
    """The agencies in whose registers the package's documents stand: a file holds those of the managing one too."""
    inside = Document.objects.filter(file_entry__file__in=transfer.files.all()).order_by().values("unit")
    return list(Unit.objects.filter(Q(pk=transfer.unit_id) | Q(pk__in=inside)).order_by("pk"))


def _fill(bag: Bag, transfer: Transfer, files: list[RecordsFile], units: list[Unit]) -> None:
    listed = transfer.list_document
    bag.add("data/muc-luc-nop-luu.pdf", archive.read(listed.current_sha256))
    covers, papers = [], []
    for file in files:
        rows = _papers(bag, file)
        papers += rows
        covers.append(_cover(transfer, file, rows))
    head = {
        "dinh_dang": FORMAT,
        "can_cu": "Thông tư 05/2025/TT-BNV (dữ liệu của hồ sơ); dữ liệu của tài liệu: đang rà soát",
        "co_quan_nop": transfer.unit.name,
        "ma_co_quan_nop": transfer.unit.code,
        "luu_tru_nhan": transfer.receiving_archive,
        "muc_luc": {"ma_van_ban": listed.code, "sha256": listed.current_sha256, "tep": "data/muc-luc-nop-luu.pdf"},
        "ten_truong_ho_so": FILE_FIELDS,
        "ten_truong_tai_lieu": DOCUMENT_FIELDS,
        "ho_so": covers,
        "tai_lieu": papers,
        "danh_sach_ky": _lists(bag, papers),
    }
    bag.add("data/metadata.json", json.dumps(head, ensure_ascii=False, indent=1).encode() + b"\n")
    bag.add("data/files.csv", _csv(FILE_FIELDS, covers))
    bag.add("data/documents.csv", _csv(DOCUMENT_FIELDS, papers))
    _registers(bag, units)
    payload = [name for name in bag.hashes if name.startswith("data/")]
    bag.add("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    told = listed.archived_at or transfer.requested_at
    lines = {
        "Source-Organization": transfer.unit.name,
        "External-Identifier": listed.code,
        "Bagging-Date": f"{timezone.localdate(told, LOCAL):%Y-%m-%d}",
        "Payload-Oxum": f"{sum(bag.sizes[name] for name in payload)}.{len(payload)}",
        "Bag-Software-Agent": "Công Minh",
    }
    bag.add("bag-info.txt", "".join(f"{key}: {value}\n" for key, value in lines.items()).encode())
    bag.add("manifest-sha256.txt", bag.manifest(payload))
    tags = [name for name in bag.hashes if not name.startswith("data/")]
    bag.add("tagmanifest-sha256.txt", bag.manifest(tags))


def _papers(bag: Bag, file: RecordsFile) -> list[dict[str, Any]]:
    rows = []
    entries = file.entries.select_related(
        "document__kind", "document__unit", "document__subject", "document__replaces"
    )
    for entry in entries.order_by("ordinal").iterator(200):
        paper = entry.document
        data = archive.read(paper.current_sha256)
        called = f"{entry.ordinal:04d}-{slug(paper.number_text or paper.kind.code)}-{paper.code}.pdf"
        name = f"data/files/{slug(file.code)}/{called}"
        bag.add(name, data)
        title = paper.facts.get("subject") or paper.facts.get("title") or paper.kind.title_vi
        rows.append(
            {
                "ma_ho_so": file.code,
                "so_thu_tu": entry.ordinal,
                "ma_van_ban": paper.code,
                "so_ky_hieu": paper.number_text,
                "ngay_ban_hanh": paper.issued_on.isoformat() if paper.issued_on else "",
                "co_quan_ban_hanh": paper.unit.name,
                "ten_loai": paper.kind.title_vi,
                "trich_yeu": " – ".join(filter(None, [title, paper.subject.full_name if paper.subject else ""])),
                "muc_do_tiep_can": ACCESS[KINDS_ACCESS.get(paper.kind.access, "personal")],
                "so_luong_trang": entry.pages,
                "luu_luc": timezone.localtime(paper.archived_at, LOCAL).isoformat(timespec="seconds")
                if paper.archived_at
                else "",
                "tep": name,
                "dung_luong": len(data),
                "sha256": paper.current_sha256,
                "thay_the": paper.replaces.code if paper.replaces else "",
                "ky_theo_danh_sach": "; ".join(_lists_of(paper)),
            }
        )
    return rows


def _lists_of(paper: Document) -> list[str]:
    return list(paper.slots.filter(listed_in__isnull=False).values_list("listed_in__code", flat=True))


def _lists(bag: Bag, papers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Signed lists that lie in a file which is not handed over, or in none: no form goes without its own."""
    present = {row["ma_van_ban"] for row in papers}
    named = {code for row in papers for code in row["ky_theo_danh_sach"].split("; ") if code}
    rows = []
    for listed in Document.objects.filter(code__in=named - present).order_by("code"):
        if listed.archived_at is None:
            raise PackageNotReady(f"the signed list {listed.code} is not archived yet")
        name = f"data/lists/{listed.code}.pdf"
        bag.add(name, archive.read(listed.current_sha256))
        rows.append({"ma_van_ban": listed.code, "sha256": listed.current_sha256, "tep": name})
    return rows


def _cover(transfer: Transfer, file: RecordsFile, rows: list[dict[str, Any]]) -> dict[str, Any]:
    term = term_of_file(file, timezone.localdate(transfer.requested_at, LOCAL))
    years = "vĩnh viễn" if term.permanent else f"{term.years} năm" if term.settled else "chưa ấn định"
    return {
        "ma_ho_so": file.code,
        "tieu_de_ho_so": file.title,
        "thoi_han_luu_tru": years,
        "can_cu_thoi_han": term.basis,
        "muc_do_tiep_can": ACCESS[file.access],
        "ngon_ngu": "tiếng Việt",
        "thoi_gian_bat_dau": file.opened_on.isoformat(),
        "thoi_gian_ket_thuc": file.closed_on.isoformat() if file.closed_on else "",
        "tu_khoa": file.keywords,
        "tong_so_tai_lieu": len(rows),
        "so_luong_trang": sum(row["so_luong_trang"] for row in rows),
    }


def _registers(bag: Bag, units: list[Unit]) -> None:
    """The agencies' sheets and tokens as outsiders find them, the script that checks them, and the trust roots."""
    for folder in map(register.folder_of, units):
        for path in sorted(folder.glob("[0-9]*")):
            bag.add(f"data/registers/{folder.name}/{path.name}", path.read_bytes())
    for name in sheets.SCRIPTS:
        bag.add(
            f"data/registers/{name}",
            (sheets.OUTSIDERS / name).read_bytes(),
            mode=0o755 if name[-3:] == ".sh" else 0o644,
        )
    for number, root in enumerate(settings.TRUST_ROOTS, start=1):
        bag.add(f"data/trust/root-{number}.pem", root.read_bytes())


def _csv(fields: dict[str, str], rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _inert(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _inert(value: Any) -> Any:
    """No cell starts a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def slug(text: str) -> str:
    """A name that every file system takes: ASCII letters, digits, points and hyphens."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", folded(text).upper()).strip("-.") or "0"


def sha256_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def put_in_place(transfer: Transfer, part: Path) -> None:
    """Give the package its name, and take away what killed builds have left."""
    target = path_of(transfer)
    part.replace(target)
    for left in target.parent.glob(f".{target.name}.*.part"):
        left.unlink(missing_ok=True)


def path_of(transfer: Transfer) -> Path:
    """Where the worker puts the package of this transfer."""
    return settings.ARCHIVE_DIR / "packages" / f"{transfer.uuid}.zip"
