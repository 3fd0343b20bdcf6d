"""Whatever is done to a signed file afterwards, the judgement says so in words."""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, append_signature_field

from documents import demo_authority
from documents.signing import Pkcs12Signer, sign_pdf
from documents.verification import PdfReport, Verdict, verify_pdf
from tests.documents.papers import NUMBER, PIN, revisions, sign, signer, timestamps, unsigned


@pytest.fixture
def roots(authority):
    return [(authority / "root.pem").read_bytes()]


@pytest.fixture
def sealed(authority):
    return revisions(authority, "council_minutes")[-1]


def appended(pdf, change):
    """The file with one more unsigned revision, made by `change`."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    change(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def widget(writer, name):
    """A root form field by its name."""
    return next(each.get_object() for each in writer.root["/AcroForm"]["/Fields"] if each.get_object()["/T"] == name)


def overlay(writer):
    content = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 400 200 200 re f Q")
    writer.add_stream_to_page(0, writer.add_object(content))


def changed_number(writer):
    field = widget(writer, "number")
    field[pdf_name("/V")] = generic.TextStringObject("Số: 99/BB-SNV")
    writer.update_container(field)


def swapped_look(writer):
    field = widget(writer, "seal")
    look = generic.StreamObject(
        {
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 9, 9))),
        },
        stream_data=b"0 0 9 9 re f",
    )
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(look)})
    writer.update_container(field)


def swapped_font(writer):
    page = writer.root["/Pages"]["/Kids"][0]
    fonts = page["/Resources"]["/Font"]
    first = next(iter(fonts))
    fonts[first] = fonts.raw_get(list(fonts)[-1])
    writer.update_container(fonts)


def new_page_tree(writer):
    pages = writer.root["/Pages"]
    pages[pdf_name("/Kids")] = generic.ArrayObject(list(pages["/Kids"])[:1])
    pages[pdf_name("/Count")] = generic.NumberObject(1)
    writer.update_container(pages)


def replaced_attachment(writer):
    specification = writer.root["/AF"][0]
    other = generic.StreamObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b"{}")
    specification["/EF"][pdf_name("/F")] = writer.add_object(other)
    writer.update_container(specification)


def new_text_field(writer):
    field = generic.DictionaryObject(
        {
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): generic.pdf_string("extra"),
            pdf_name("/V"): generic.pdf_string("x"),
        }
    )
    form = writer.root["/AcroForm"]
    form["/Fields"].append(writer.add_object(field))
    writer.update_container(form["/Fields"])


OVERLAYS = [
    overlay,
    changed_number,
    swapped_look,
    swapped_font,
    new_page_tree,
    replaced_attachment,
    new_text_field,
]


@pytest.mark.parametrize("change", OVERLAYS)
def test_anything_added_after_the_seal_is_found(sealed, roots, change):
    report = verify_pdf(appended(sealed, change), trust_roots=roots)
    assert not report.ok
    assert "Something was added after the last signature." in report.problems


@pytest.mark.parametrize("change", [each for each in OVERLAYS if each is not changed_number])
def test_a_change_between_two_signatures_is_not_healed_by_the_later_one(authority, roots, change):
    _secretary, chair, _sealed = revisions(authority, "council_minutes")
    forged = sign(authority, appended(chair, change), "seal", fill=NUMBER)
    report = verify_pdf(forged, trust_roots=roots)
    assert not report.ok
    assert any("changed beyond form filling" in problem for problem in report.problems)


def test_a_locked_field_changed_between_two_signatures_is_found(authority, roots):
    first = sign(authority, unsigned("council_minutes"), "sig.secretary", certify=True)
    early = sign(authority, first, "seal", fill=NUMBER)
    forged = sign(authority, appended(early, changed_number), "sig.chair")
    report = verify_pdf(forged, trust_roots=roots)
    assert any("(seal)" in problem and "beyond form filling" in problem for problem in report.problems)


def test_every_flipped_byte_outside_the_signatures_padding_is_found(sealed, roots):
    holes = [match.span(1) for match in re.finditer(rb"/Contents <([0-9A-F]+)>", sealed)]
    assert len(holes) == 3
    outside = [place for place in range(37, len(sealed)) if not any(start <= place < end for start, end in holes)]
    for place in outside[:: len(outside) // 40]:
        forged = bytearray(sealed)
        forged[place] ^= 0x01
        assert not verify_pdf(bytes(forged), trust_roots=roots).ok, place


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.95])
def test_a_flipped_byte_inside_a_signature_is_found(sealed, roots, part):
    start, end = re.search(rb"/Contents <([0-9A-F]+?)(?:00)+>", sealed).span(1)
    place = start + int((end - start) * part)
    forged = bytearray(sealed)
    forged[place] = ord("1") if forged[place] != ord("1") else ord("2")
    assert not verify_pdf(bytes(forged), trust_roots=roots).ok


def test_bits_in_a_signatures_padding_are_told_by_the_kept_hash_only(authority, sealed, roots):
    kept = [sha256(each).hexdigest() for each in revisions(authority, "council_minutes")]
    end = re.search(rb"/Contents <[0-9A-F]+>", sealed).end() - 3
    forged = bytearray(sealed)
    forged[end] = ord("1")
    report = verify_pdf(bytes(forged), trust_roots=roots, expected_sha256s=kept)
    assert "The file is not the one archived: its signed revisions have other hashes." in report.problems


def test_a_file_cut_back_to_an_earlier_revision_is_told_by_the_kept_hashes(authority, roots):
    made = revisions(authority, "council_minutes")
    kept = [sha256(each).hexdigest() for each in made]
    assert verify_pdf(made[1], trust_roots=roots).ok
    report = verify_pdf(made[1], trust_roots=roots, expected_sha256s=kept)
    assert report.problems == ["The file was cut back: 2 of 3 signed revisions are left."]


def test_a_wider_hole_in_the_signed_bytes_is_found(sealed, roots):
    match = list(re.finditer(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", sealed))[-1]
    length, second, rest = map(int, match.groups())
    wider = b"/ByteRange [0 %d %d %d]" % (length - 40, second, rest)
    forged = sealed[: match.start()] + wider.ljust(len(match.group())) + sealed[match.end() :]
    assert not verify_pdf(forged, trust_roots=roots).ok


def covered(authority, pdf, box):
    """The file with a field that its makers did not place, signed there by another valid certificate."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    append_signature_field(writer, SigFieldSpec("cover", on_page=0, box=box))
    metadata = PdfSignatureMetadata(field_name="cover", subfilter=SigSeedSubFilter.PADES)
    stranger = signer(authority, "Người Lạ").cms_signer()
    made = PdfSigner(metadata, signer=stranger, timestamper=timestamps()).sign_pdf(writer)
    return made.getvalue()


def test_a_covering_field_signed_with_another_valid_certificate_is_found(authority, sealed, roots):
    report = verify_pdf(covered(authority, sealed, (50, 50, 500, 700)), trust_roots=roots)
    assert any("changed beyond form filling" in problem for problem in report.problems)
    assert any("Người Lạ signed in a place (cover)" in problem for problem in report.problems)


def test_an_invisible_signature_in_a_new_field_is_found(authority, sealed, roots):
    report = verify_pdf(covered(authority, sealed, (0, 0, 0, 0)), trust_roots=roots)
    assert any("Người Lạ signed in a place (cover)" in problem for problem in report.problems)


def test_a_signer_of_another_authority_is_not_trusted(authority, roots, tmp_path):
    demo_authority.create(tmp_path)
    key = Pkcs12Signer.open(demo_authority.issue_person(tmp_path, "Giả Danh", "1", PIN), PIN)
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=key, timestamps=timestamps(), certify=True)
    report = verify_pdf(pdf, trust_roots=roots)
    unknown = "its authority Công Minh CA (thử nghiệm, không có giá trị pháp lý) is unknown here."
    assert report.problems == [f"The signature of Giả Danh (sig.head) is intact; {unknown}"]
    assert report.verdict == Verdict.UNTRUSTED
    assert report.signatures[0].intact


def test_a_time_stamp_of_another_authority_is_not_trusted(authority, tmp_path):
    demo_authority.create(tmp_path)
    key = Pkcs12Signer.open(demo_authority.issue_person(tmp_path, "Lê Hoàng Anh", "1", PIN), PIN)
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=key, timestamps=timestamps(), certify=True)
    report = verify_pdf(pdf, trust_roots=[(tmp_path / "root.pem").read_bytes()])
    assert report.problems == ["The time stamp of Lê Hoàng Anh (sig.head) is not trusted."]


def test_a_signature_stays_valid_after_its_certificate_has_expired(authority, roots):
    data = demo_authority.issue_person(authority, "Lê Hoàng Anh", "1", PIN, valid=timedelta(days=2))
    key = Pkcs12Signer.open(data, PIN)
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=key, timestamps=timestamps(), certify=True)
    later = datetime.now(UTC) + timedelta(days=400)
    assert verify_pdf(pdf, trust_roots=roots, at=later).ok


def test_a_signature_made_after_the_certificate_expired_is_not_valid(authority, roots):
    long_ago = datetime.now(UTC) - timedelta(days=400)
    data = demo_authority.issue_person(authority, "Quá Hạn", "1", PIN, at=long_ago, valid=timedelta(days=2))
    key = Pkcs12Signer.open(data, PIN, at=long_ago)
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=key, timestamps=timestamps(), certify=True)
    assert "not trusted at the time of signing" in verify_pdf(pdf, trust_roots=roots).problems[0]


def test_a_document_of_others_without_certification_and_stamp_is_judged_by_what_it_has(authority, roots):
    writer = IncrementalPdfFileWriter(BytesIO(unsigned("notice")))
    metadata = PdfSignatureMetadata(field_name="sig.head", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    foreign = PdfSigner(metadata, signer=signer(authority, "Cơ quan khác").cms_signer()).sign_pdf(writer).getvalue()
    report = verify_pdf(foreign, trust_roots=roots, house_rules=False)
    assert report.ok
    assert len(report.notes) == 2
    assert not verify_pdf(foreign, trust_roots=roots).ok


def test_an_unsigned_document_is_not_valid(roots):
    assert verify_pdf(unsigned("notice"), trust_roots=roots).problems == ["The file is not signed."]


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"\x00" * 500, b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF"]
)
def test_bytes_that_are_no_pdf_are_judged_not_valid(data, roots):
    report = verify_pdf(data, trust_roots=roots)
    assert isinstance(report, PdfReport)
    assert not report.ok
    assert "cannot be read" in report.problems[0]


def test_the_command_tells_who_signed_and_fails_for_a_changed_file(authority, sealed, tmp_path, capsys):
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(sealed)
    bad.write_bytes(appended(sealed, overlay))
    with pytest.raises(CommandError, match="with remarks") as remarked:
        call_command("verify_pdf", good, trust=[authority / "root.pem"])
    assert remarked.value.returncode == 3
    told = capsys.readouterr().out
    assert "good.pdf: REMARKS" in told
    assert "sig.chair: Lê Hoàng Anh" in told
    with pytest.raises(CommandError, match="1 of 2") as failed:
        call_command("verify_pdf", good, bad, trust=[authority / "root.pem"])
    assert failed.value.returncode == 1
    told = capsys.readouterr().out
    assert "bad.pdf: BROKEN" in told
    assert "! Something was added after the last signature." in told
