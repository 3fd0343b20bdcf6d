"""Every forgery that we know of, made on a document of our own pipeline: who finds it, and in which words."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name

from documents import archive, register
from documents.inspection import CHECKS, Fault, Scope
from documents.models import Document, RegisterEvent, RegisterLine, RegisterSheet, State
from documents.verification import Verdict, verify_pdf
from tests.documents.office import Office
from tests.documents.test_verification import (
    appended,
    covered,
    new_page_tree,
    new_text_field,
    overlay,
    replaced_attachment,
    swapped_font,
    swapped_look,
)

BYTES_CHANGED = "is broken: the signed bytes were changed"
ADDED = "Something was added after the last signature."
Forge = Callable[[bytes, Path], bytes]


@dataclass(frozen=True)
class Made:
    """The file of an archived decision, the states kept of it, and the roots to judge it by."""

    pdf: bytes
    states: tuple[bytes, ...]
    roots: list[bytes]


MADE: list[Made] = []


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Made:
    """Made once a run by everybody's ordinary acts; the forgeries only need its bytes."""
    if not MADE:
        office: Office = request.getfixturevalue("office")
        authority: Path = request.getfixturevalue("authority")
        document = office.bring(office.request("decision"), State.ARCHIVED)
        signed = [row.sha256 for row in document.revisions.order_by("ordinal") if row.fingerprint]
        states = tuple(archive.read(each) for each in signed)
        MADE.append(Made(states[-1], states, [(authority / "root.pem").read_bytes()]))
    return MADE[0]


def flipped(pdf: bytes, place: int) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 0x01
    return bytes(changed)


def flipped_page(pdf: bytes, _authority: Path) -> bytes:
    with pikepdf.open(BytesIO(pdf)) as document:
        written = document.pages[0].Contents.read_raw_bytes()
    return flipped(pdf, pdf.index(written) + len(written) // 2)


def flipped_attachment(pdf: bytes, _authority: Path) -> bytes:
    return flipped(pdf, pdf.index(b"stream", pdf.index(b"/EmbeddedFile")) + 60)


def holes(pdf: bytes) -> list[tuple[int, int]]:
    """Where the hexadecimal digits of each signature lie, padding included."""
    return [match.span(1) for match in re.finditer(rb"/Contents <([0-9A-Fa-f]+)>", pdf)]


def flipped_cms(pdf: bytes, _authority: Path) -> bytes:
    start, _end = holes(pdf)[0]
    size = 4 + int(pdf[start + 4 : start + 8], 16)
    signature = cms.ContentInfo.load(bytes.fromhex(pdf[start : start + 2 * size].decode()))
    value = signature["content"]["signer_infos"][0]["signature"].native
    place = pdf.lower().index(value.hex().encode(), start) + 40
    digit = b"1" if pdf[place : place + 1] != b"1" else b"2"
    return pdf[:place] + digit + pdf[place + 1 :]


def padded(pdf: bytes, _authority: Path) -> bytes:
    _start, end = holes(pdf)[-1]
    return pdf[: end - 1] + b"1" + pdf[end:]


def wider_gap(pdf: bytes, _authority: Path) -> bytes:
    match = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf))[-1]
    length, second, rest = map(int, match.groups())
    wider = b"/ByteRange [0 %d %d %d]" % (length - 40, second, rest)
    return pdf[: match.start()] + wider.ljust(len(match.group())) + pdf[match.end() :]


def stamped(pdf: bytes, _authority: Path) -> bytes:
    """A picture laid over the page as an annotation, as stamping tools do."""

    def change(writer):
        box = generic.ArrayObject(map(generic.NumberObject, (100, 400, 300, 500)))
        look = generic.StreamObject(
            {pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box}, stream_data=b"1 0 0 rg 0 0 9 9 re f"
        )
        stamp = {
            "/Type": pdf_name("/Annot"),
            "/Subtype": pdf_name("/Stamp"),
            "/Rect": box,
            "/AP": generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)}),
        }
        note = generic.DictionaryObject({pdf_name(key): value for key, value in stamp.items()})
        writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))

    return appended(pdf, change)


def grown(change: Callable) -> Forge:
    return lambda pdf, _authority: appended(pdf, change)


def cover(pdf: bytes, authority: Path) -> bytes:
    return covered(authority, pdf, (50, 50, 500, 700))


# What a lone file shows, in the words that a person reads.
SHOWN: dict[str, tuple[Forge, str]] = {
    "a byte of the page": (flipped_page, BYTES_CHANGED),
    "a byte of the attachment": (flipped_attachment, BYTES_CHANGED),
    "a byte of the signature": (flipped_cms, BYTES_CHANGED),
    "a wider gap in the signed bytes": (wider_gap, "does not cover its whole revision"),
    "drawing over the page": (grown(overlay), "beyond form filling: what is written on page 1"),
    "a stamp over the page": (stamped, "notes, stamps or fields laid over page 1"),
    "another look of the seal": (grown(swapped_look), ADDED),
    "another font": (grown(swapped_font), "fonts or pictures of page 1"),
    "another page tree": (grown(new_page_tree), ADDED),
    "another attachment": (grown(replaced_attachment), "the attached files"),
    "another field": (grown(new_text_field), "the fields of the form: extra"),
    "a covering field with a valid signature": (cover, "changed beyond form filling"),
}
# What only the kept hashes tell: each of these is a valid signed PDF to every tool.
KEPT: dict[str, tuple[Forge, str]] = {
    "bits in the padding": (padded, "The file is not the one archived: its signed revisions have other hashes."),
    "cut back to the head's signature": (
        lambda _pdf, _authority: MADE[0].states[0],
        "The file was cut back: 1 of 3 signed revisions are left.",
    ),
    "cut back to the seal": (
        lambda _pdf, _authority: MADE[0].states[1],
        "The file was cut back: 2 of 3 signed revisions are left.",
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_lone_file_shows_the_forgery(made: Made, authority: Path, name: str) -> None:
    forge, words = SHOWN[name]
    report = verify_pdf(forge(made.pdf, authority), trust_roots=made.roots, house_rules=False)
    assert report.verdict == Verdict.BROKEN, report.problems
    assert any(words in problem for problem in report.problems), report.problems


@pytest.mark.parametrize("name", KEPT)
def test_only_the_kept_hashes_tell(made: Made, authority: Path, name: str) -> None:
    forge, words = KEPT[name]
    forged = forge(made.pdf, authority)
    assert verify_pdf(forged, trust_roots=made.roots).ok
    expected = [sha256(each).hexdigest() for each in made.states]
    assert verify_pdf(forged, trust_roots=made.roots, expected_sha256s=expected).problems == [words]


def faults(*names: str) -> list[Fault]:
    return [each for name in names or CHECKS for each in CHECKS[name](Scope()) if isinstance(each, Fault)]


def put(path: Path, data: bytes) -> None:
    """Write over a read-only file, as somebody with the disk in his hands can."""
    path.chmod(0o644)
    path.write_bytes(data)


def test_every_forgery_put_in_the_place_of_the_archived_file_is_found(office: Office, authority: Path) -> None:
    document = office.bring(office.request("decision"), State.ARCHIVED)
    signed = [row.sha256 for row in document.revisions.order_by("ordinal") if row.fingerprint]
    states = tuple(archive.read(each) for each in signed)
    MADE[:] = [Made(states[-1], states, [(authority / "root.pem").read_bytes()])]
    path = archive.path_of(document.current_sha256)
    assert faults() == []
    for name, (forge, _words) in {**SHOWN, **KEPT}.items():
        put(path, forge(states[-1], authority))
        found = faults("files", "signatures")
        assert Fault("files", document.current_sha256, "corrupt") in found, name
        assert [each.subject for each in found if each.check == "signatures"] == [document.code], name
    put(path, states[-1])
    assert faults() == []
    path.unlink()
    assert Fault("files", document.current_sha256, "missing") in faults("files")


def test_a_forgery_stored_under_its_own_hash_with_the_row_turned_to_it_is_found(
    office: Office, authority: Path
) -> None:
    document = office.bring(office.request("decision"), State.ARCHIVED)
    right = document.current_sha256
    forged = archive.store(padded(archive.read(right), authority))
    Document.objects.filter(pk=document.pk).update(current_sha256=forged)
    told = {(each.check, each.problem) for each in faults("files", "signatures", "register")}
    assert ("signatures", "the row does not name its last revision") in told
    words = "The file is not the one archived: its signed revisions have other hashes."
    assert ("signatures", words) in told
    assert any(check == "register" and "another hash" in problem for check, problem in told)


def test_a_back_dated_line_of_the_register_is_found(office: Office) -> None:
    document = office.bring(office.request("decision"), State.ARCHIVED)
    line = document.register_lines.get(event=RegisterEvent.ARCHIVED)
    sheet = register.write_sheet(unit=office.unit, on=line.day)
    assert sheet is not None
    assert faults("register") == []
    text = archive.read(sheet.sha256)
    earlier = register.line_text(RegisterLine(**{**_values(line), "at": line.at - timedelta(days=400)})).encode()
    now = register.line_text(line).encode()
    assert now in text
    put(archive.path_of(sheet.sha256), text.replace(now, earlier))
    assert any(each.problem in ("corrupt", "FileCorrupt") for each in faults("files", "register"))


def _values(line: RegisterLine) -> dict:
    return {name: getattr(line, name) for name in ("sha256", "number", "at", "kind", "event")}


def test_a_back_dated_sheet_with_its_own_hash_breaks_the_chain(office: Office) -> None:
    first = office.bring(office.request("decision"), State.ARCHIVED)
    line = first.register_lines.get(event=RegisterEvent.ARCHIVED)
    register.write_sheet(unit=office.unit, on=line.day)
    office.bring(office.request("notice"), State.ARCHIVED)
    register.write_sheet(unit=office.unit, on=line.day)
    one, two = RegisterSheet.objects.filter(unit=office.unit).order_by("ordinal")
    text = archive.read(one.sha256)
    forged = sha256(text.replace(first.current_sha256.encode(), b"0" * 64)).hexdigest()
    assert archive.read(two.sha256).startswith(one.sha256.encode())
    assert not archive.read(two.sha256).startswith(forged.encode())


# --- what the independent tools say ---------------------------------------------------------------------------------


def last_signature(pdf: bytes, folder: Path) -> None:
    """The seal's CMS, the bytes it signs and its time stamp, as files."""
    match = list(re.finditer(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf))[1]
    length, second, rest = map(int, match.groups())
    content = bytes.fromhex(pdf[length + 1 : second - 1].decode())
    content = content[: int.from_bytes(content[2:4], "big") + 4]
    info = cms.ContentInfo.load(content)["content"]["signer_infos"][0]
    token = next(each for each in info["unsigned_attrs"] if each["type"].native == "signature_time_stamp_token")
    (folder / "cms").write_bytes(content)
    (folder / "signed").write_bytes(pdf[:length] + pdf[second : second + rest])
    (folder / "token").write_bytes(token["values"][0].dump())
    (folder / "signature").write_bytes(info["signature"].native)


def said(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_openssl_says_which_file_is_signed_and_which_is_not(made: Made, authority: Path, tmp_path: Path) -> None:
    cms_check = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "signed"]
    roots = ["-CAfile", authority / "root.pem", "-out", "out"]
    last_signature(made.pdf, tmp_path)
    assert "CMS Verification successful" in said(*cms_check, *roots, folder=tmp_path)
    ts_check = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-CAfile", authority / "root.pem"]
    assert "Verification: OK" in said(*ts_check, "-data", "signature", folder=tmp_path)
    (tmp_path / "signature").write_bytes(flipped((tmp_path / "signature").read_bytes(), 5))
    assert "Verification: FAILED" in said(*ts_check, "-data", "signature", folder=tmp_path)
    last_signature(flipped_page(made.pdf, authority), tmp_path)
    told = said(*cms_check, *roots, folder=tmp_path)
    assert "CMS Verification failure" in told
    assert "content verify error" in told


def test_pdfsig_names_a_changed_byte_and_calls_an_overlay_valid(made: Made, authority: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"

    def told(pdf: bytes) -> str:
        path.write_bytes(pdf)
        return said("pdfsig", "-nocert", path, folder=tmp_path)

    right = told(made.pdf)
    assert right.count("Signature Validation: Signature is Valid.") == 2
    assert "Digest Mismatch" in told(flipped_page(made.pdf, authority))
    over = told(appended(made.pdf, overlay))
    assert over.count("Signature is Valid.") == 2  # why this tool alone is never asked
    assert "Not total document signed" in over
    assert verify_pdf(appended(made.pdf, overlay), trust_roots=made.roots).verdict == Verdict.BROKEN


def test_qpdf_finds_our_file_sound(made: Made, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(made.pdf)
    told = said("qpdf", "--check", path, folder=tmp_path)
    assert "No syntax or stream encoding errors found" in told
    assert "WARNING" not in told
