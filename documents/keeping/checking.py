"""Judge a package with nothing but the package: for the archive that takes it in, without our rows or our archive."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

FORMAT = "cong-minh-transfer/1"
LARGEST_TEXT = 64 << 20  # bytes of a manifest, the metadata or a register sheet
NAME = re.compile(r"[^\x00-\x1f\x7f\\:]+")
SHEET = re.compile(r"data/registers/([^/]+)/\d{4}-\d{2}-\d{2}-(\d{5,9})\.txt")
NO_SHEET = "0" * 64
LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")
OF_FILE = ("ma_ho_so", "tieu_de_ho_so", "thoi_han_luu_tru", "muc_do_tiep_can", "thoi_gian_bat_dau")
OF_DOCUMENT = ("ma_ho_so", "ma_van_ban", "ten_loai", "tep", "sha256")
OF_OTHER = ("ma_van_ban", "tep", "sha256")  # the transfer list, and signed lists that lie in none of the files


class NoPackage(Exception):
    """The file is no zip, or nothing in it can be read safely."""


@dataclass
class PackageReport:
    """What was counted and what is wrong; `problems` empty means that the package can be taken in."""

    files: int = 0
    documents: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def check_package(path: Path) -> PackageReport:
    """Read every entry once: names, structure of the bag, hashes, metadata, the chain of register sheets. NoPackage.

    Signatures are judged by `verify_pdf`, the sheets' time stamps by the verify.sh beside them.
    Nothing is unpacked. A name that leads out of its folder, twice the same name or a packed bomb stops the reading.
    """
    report = PackageReport()
    try:
        with zipfile.ZipFile(path) as package:
            top, names = _names(package)
            report.problems += _bag_problems(package, top, names)
            report.problems += _content_problems(package, top, names, report)
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise NoPackage(f"{type(error).__name__}: {error}") from error
    return report


def _names(package: zipfile.ZipFile) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    """The top folder and every file by its name below it. NoPackage for names that must not be unpacked."""
    found: dict[str, zipfile.ZipInfo] = {}
    tops = set()
    for info in package.infolist():
        name = info.orig_filename
        parts = name.split("/")
        if name.startswith("/") or not NAME.fullmatch(name) or not all(parts) or {".", ".."} & set(parts):
            raise NoPackage(f"a name leads out of the package: {name!r}")
        if info.external_attr >> 28 not in (0, 8):  # neither a plain file nor without a type: a link, a device
            raise NoPackage(f"not a plain file: {name!r}")
        if info.compress_type != zipfile.ZIP_STORED or info.file_size != info.compress_size or info.flag_bits & 1:
            raise NoPackage(f"packed or encrypted, so that its size cannot be trusted: {name!r}")
        top, _slash, below = name.partition("/")
        tops.add(top)
        if len(tops) > 1:
            raise NoPackage(f"one top folder is needed: {name!r}")
        if not below or below in found:
            raise NoPackage(f"outside the top folder, or twice there: {name!r}")
        found[below] = info
    if not tops:
        raise NoPackage("the package is empty")
    folded = [name.casefold() for name in found]
    if len(set(folded)) != len(folded):
        raise NoPackage("two names differ only in their letters' case")
    return tops.pop(), found


def _text(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    if info.file_size > LARGEST_TEXT:
        raise NoPackage(f"too large for a text: {info.filename!r}")
    return package.read(info).decode("utf-8")


def _sha256(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> str:
    digest = sha256()
    with package.open(info) as entry:
        while block := entry.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _manifest(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        yield (match[2], match[1]) if match else (line, "")


def _bag_problems(package: zipfile.ZipFile, top: str, names: dict[str, zipfile.ZipInfo]) -> Iterator[str]:
    """RFC 8493: declaration, complete manifests, hashes, and the size the bag says it has."""
    declared = _text(package, names["bagit.txt"]) if "bagit.txt" in names else ""
    if not declared.startswith("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8"):
        yield "bagit.txt is missing or declares another format"
    payload = {name for name in names if name.startswith("data/")}
    tags = set(names) - payload - {"tagmanifest-sha256.txt"}
    for manifest, covered in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", tags)):
        if manifest not in names:
            yield f"{manifest} is missing"
            continue
        lines = list(_manifest(_text(package, names[manifest])))
        named = dict(lines)
        if len(named) != len(lines):
            yield f"{manifest} names a file twice"
        yield from (f"{name}: not in {manifest}" for name in sorted(covered - set(named)))
        for name, digest in sorted(named.items()):
            if name not in covered:
                yield f"{name}: named in {manifest}, but not there"
            elif _sha256(package, names[name]) != digest:
                yield f"{name}: its content has changed"
    info = _text(package, names["bag-info.txt"]) if "bag-info.txt" in names else ""
    told = re.search(r"^Payload-Oxum: (\d+)\.(\d+)$", info, re.M)
    held = (sum(names[name].file_size for name in payload), len(payload))
    if told is None or (int(told[1]), int(told[2])) != held:
        yield "bag-info.txt does not tell the size of the content"


def _content_problems(
    package: zipfile.ZipFile, top: str, names: dict[str, zipfile.ZipInfo], report: PackageReport
) -> Iterator[str]:
    """The metadata describes exactly the PDFs that are there, and every one stands in a register sheet."""
    if "data/metadata.json" not in names:
        yield "data/metadata.json is missing"
        return
    try:
        head = json.loads(_text(package, names["data/metadata.json"]))
        files, documents, listed = head["ho_so"], head["tai_lieu"], head["muc_luc"]
        others = [listed, *head.get("danh_sach_ky", ())]
        rows: list[tuple[Any, tuple[str, ...]]] = [(row, OF_FILE) for row in files]
        rows += [*((row, OF_DOCUMENT) for row in documents), *((row, OF_OTHER) for row in others)]
        lacking = [
            f"metadata: {row} lacks {name}"
            for row, wanted in rows
            for name in wanted
            if not (isinstance(row.get(name), str) and row[name])
        ]
        lacking += [f"metadata: {row} has no number of pages" for row in documents if not _is_count(row)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        yield f"data/metadata.json cannot be read: {type(error).__name__}"
        return
    if head.get("dinh_dang") != FORMAT:
        yield f"data/metadata.json has another format: {head.get('dinh_dang')!r}"
    report.files, report.documents = len(files), len(documents)
    if lacking:
        yield from lacking
        return
    described = {row["tep"]: row["sha256"] for row in (*documents, *others)}
    if len(described) != len(documents) + len(others):
        yield "metadata: two documents name the same file"
    present = {name for name in names if name.endswith(".pdf")}
    yield from (f"{name}: not described in the metadata" for name in sorted(present - set(described)))
    for name, digest in sorted(described.items(), key=str):
        if name not in present:
            yield f"{name}: described in the metadata, but not there"
        elif _sha256(package, names[name]) != digest:
            yield f"{name}: not the document of the metadata"
    yield from _counts(files, documents)
    yield from _lists_missing(documents, others)
    entered, broken = _entered(package, names)
    yield from broken
    for row in (*documents, *others):
        if row["sha256"] not in entered:
            yield f"{row['ma_van_ban']}: stands in no register of the package"


def _is_count(row: dict[str, Any]) -> bool:
    return type(row.get("so_luong_trang")) is int and isinstance(row.get("ky_theo_danh_sach", ""), str)


def _lists_missing(documents: list[dict[str, Any]], others: list[dict[str, Any]]) -> Iterator[str]:
    """A form that names a signed list instead of bearing a signature is no proof without it."""
    present = {row["ma_van_ban"] for row in (*documents, *others)}
    for row in documents:
        for code in filter(None, row.get("ky_theo_danh_sach", "").split("; ")):
            if code not in present:
                yield f"{row['ma_van_ban']}: was signed by the list {code}, which is not in the package"


def _counts(files: list[dict[str, Any]], documents: list[dict[str, Any]]) -> Iterator[str]:
    codes = {row["ma_ho_so"] for row in files}
    for row in files:
        inside = [paper for paper in documents if paper["ma_ho_so"] == row["ma_ho_so"]]
        if row.get("tong_so_tai_lieu") != len(inside):
            yield f"{row['ma_ho_so']}: {len(inside)} documents, not {row.get('tong_so_tai_lieu')}"
        if row.get("so_luong_trang") != sum(paper["so_luong_trang"] for paper in inside):
            yield f"{row['ma_ho_so']}: the number of pages is wrong"
    yield from (f"{row['ma_van_ban']}: in no file" for row in documents if row["ma_ho_so"] not in codes)


def _entered(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo]) -> tuple[set[str], list[str]]:
    """Every hash that a register sheet of the package names, and where a sheet does not follow the one before it.

    A sheet's first line is the hash of the one before, of zeros in the first.
    """
    entered: set[str] = set()
    broken, before, agency = [], "", ""
    sheets = [name for name in names if SHEET.fullmatch(name)]
    for name in sorted(sheets, key=_place):
        text = _text(package, names[name])
        first, *lines = text.splitlines() or [""]
        if _place(name)[0] != agency:
            agency, before = _place(name)[0], NO_SHEET
        if first != before:
            broken.append(f"{name}: does not follow the sheet before it")
        before = sha256(text.encode()).hexdigest()
        entered.update(line.split(" ", 1)[0] for line in lines)
    return entered, broken


def _place(name: str) -> tuple[str, int]:
    """The agency's folder and the ordinal of a register sheet."""
    match = SHEET.fullmatch(name)
    return (match[1], int(match[2])) if match else ("", 0)
