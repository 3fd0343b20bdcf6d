"""Certify, countersign, number and seal one file; every tool agrees, and every refusal is named."""

import asyncio
import http.server
import re
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pikepdf
import pytest
from asn1crypto import cms, tsp
from django.conf import settings
from PIL import Image

from documents import demo_authority, timestamping
from documents.lettering import CONTINUED, TextDoesNotFit
from documents.signing import (
    CertificateExpired,
    CertificateNotYetValid,
    Handwriting,
    KeyFileUnreadable,
    KeyUnusable,
    Pkcs12Signer,
    Seal,
    SignatureRefused,
    TimestampService,
    TimestampUnavailable,
    WrongPin,
    WrongSigner,
    sign_pdf,
)
from documents.verification import verify_pdf
from tests.documents.papers import (
    COMMENT,
    NUMBER,
    PIN,
    STEPS,
    TEMPLATES,
    flat,
    pdfa_faults,
    revisions,
    sign,
    signer,
    text_of,
    timestamps,
    unsigned,
    widgets,
)


def byte_ranges(pdf):
    """Of each signature in order: its CMS (padding removed) and the bytes it signs."""
    found = []
    for match in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf):
        start, length, second, rest = map(int, match.groups())
        content = bytes.fromhex(pdf[start + length + 1 : second - 1].decode())
        size = int.from_bytes(content[2:4], "big") + 4
        found.append((content[:size], pdf[start : start + length] + pdf[second : second + rest]))
    return found


@contextmanager
def service(answer):
    """An HTTP service on loopback that answers every POST with these bytes."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield TimestampService(f"http://127.0.0.1:{server.server_port}/", roots=settings.TRUST_ROOTS, timeout=1)
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_whole_chain_is_valid_and_only_fills_the_form(authority, template):
    made = revisions(authority, template)
    report = verify_pdf(
        made[-1],
        trust_roots=[(authority / "root.pem").read_bytes()],
        expected_sha256s=[sha256(each).hexdigest() for each in made],
    )
    assert (report.ok, report.problems) == (True, [])
    assert [each.field for each in report.signatures] == [field for field, _fill in STEPS[template]]
    assert [each.certified for each in report.signatures] == [True] + [False] * (len(made) - 1)
    assert all(each.timestamp_trusted for each in report.signatures)
    assert {each.modification for each in report.signatures[:-1]} <= {"form_filling"}
    assert (report.signatures[-1].covers, report.signatures[-1].modification) == ("file", "none")


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_signed_document_is_still_pdf_a_3u(authority, template):
    assert [pdfa_faults(each) for each in revisions(authority, template)] == [[]] * len(STEPS[template])


def test_each_signature_only_appends(authority):
    earlier = unsigned("council_minutes")
    for later in revisions(authority, "council_minutes"):
        assert later.startswith(earlier)
        earlier = later


def test_openssl_verifies_signatures_and_time_stamps(authority, tmp_path):
    root, pdf = authority / "root.pem", revisions(authority, "council_minutes")[-1]
    ranges = byte_ranges(pdf)
    assert len(ranges) == 3
    for content, signed in ranges:
        (tmp_path / "cms").write_bytes(content)
        (tmp_path / "signed").write_bytes(signed)
        info = cms.ContentInfo.load(content)["content"]["signer_infos"][0]
        token = next(each for each in info["unsigned_attrs"] if each["type"].native == "signature_time_stamp_token")
        (tmp_path / "token").write_bytes(token["values"][0].dump())
        (tmp_path / "signature").write_bytes(info["signature"].native)
        for command in (
            ["cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content", "signed", "-out", "out"],
            ["ts", "-verify", "-token_in", "-in", "token", "-data", "signature"],
        ):
            done = subprocess.run(
                ["openssl", *command, "-CAfile", root], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stderr


def test_pdfsig_and_qpdf_agree(authority, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(revisions(authority, "council_minutes")[-1])
    told = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature Validation: Signature is Valid.") == 3
    assert told.count("- Total document signed") == 1
    assert re.findall(r"Field Name: (\S+)", told) == ["sig.secretary", "sig.chair", "seal", "timestamp"]
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert (checked.returncode, "WARNING" in checked.stdout + checked.stderr) == (0, False)


def test_number_and_date_stand_in_the_page_after_the_seal_and_not_before(authority, tmp_path):
    secretary, chair, sealed = revisions(authority, "council_minutes")
    for early in (secretary, chair):
        assert NUMBER["number"] not in text_of(tmp_path / "a.pdf", early)
    text = flat(text_of(tmp_path / "a.pdf", sealed))
    assert NUMBER["number"] in text
    assert NUMBER["issued_on"] in text


def test_late_letters_are_drawn_with_an_embedded_subset_that_maps_back_to_vietnamese(authority):
    found = widgets(revisions(authority, "form_01")[-1])
    assert str(found["reviewer_comment"].V) == COMMENT["reviewer_comment"]
    for field, style in (("reviewer_comment", "Regular"), ("reviewed_on", "Italic"), ("sig.reviewer", "Italic")):
        font = found[field].AP.N.Resources.Font.F1
        assert re.fullmatch(rf"/[A-Z]{{6}}\+CongMinhSerif-{style}", str(font.BaseFont))
        assert len(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 1000
        assert "/ToUnicode" in font


def test_a_long_comment_is_cut_where_the_minutes_go_on(authority):
    comment = "Đồng chí hoàn thành tốt nhiệm vụ được giao. " * 90
    first = revisions(authority, "form_01")[0]
    fill = {"reviewer_comment": comment, "reviewed_on": COMMENT["reviewed_on"]}
    kept = str(widgets(sign(authority, first, "sig.reviewer", fill=fill))["reviewer_comment"].V)
    assert kept.endswith(CONTINUED)
    assert comment.startswith(kept.removesuffix(CONTINUED))
    assert len(kept) > 1200


def test_a_number_that_does_not_fit_its_place_is_refused(authority):
    with pytest.raises(TextDoesNotFit):
        sign(authority, unsigned("notice"), "seal", certify=True, fill={"number": "Số: " + "9" * 80})


def test_a_persons_own_image_takes_the_place_of_the_drawn_name(authority):
    picture = BytesIO()
    Image.new("RGBA", (60, 20), (10, 20, 140, 128)).save(picture, "PNG")
    look = Handwriting("Lê Hoàng Anh", image=picture.getvalue())
    pdf = sign(authority, unsigned("notice"), "sig.head", certify=True, appearance=look)
    resources = widgets(pdf)["sig.head"].AP.N.Resources
    assert "/Font" not in resources
    assert int(resources.XObject.Image.Width) == 60
    assert pdfa_faults(pdf) == []


def test_a_long_agency_name_stays_inside_its_seal(authority):
    look = Seal("Ban Quản lý Khu kinh tế và các khu công nghiệp", ring="Ủy ban nhân dân thành phố Hồ Chí Minh")
    drawn = look.draw(102, 102)
    numbers = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+) (-?[\d.]+) Tm", drawn.content)]
    assert len(numbers) > 30
    assert all(x * x + y * y < 51 * 51 for x, y in numbers)


def test_signing_works_where_an_event_loop_already_runs(authority):
    async def page():
        return sign(authority, unsigned("notice"), "sig.head", certify=True)

    report = verify_pdf(asyncio.run(page()), trust_roots=[(authority / "root.pem").read_bytes()])
    assert report.ok


# --- refusals ------------------------------------------------------------------------------------------------------


def test_a_field_is_signed_once(authority):
    first = revisions(authority, "notice")[0]
    with pytest.raises(SignatureRefused, match=r"sig\.head"):
        sign(authority, first, "sig.head")


@pytest.mark.parametrize("field", ["sig.chair", "number", "made.up"])
def test_a_place_the_document_does_not_have_is_not_signed(authority, field):
    with pytest.raises(SignatureRefused, match=field):
        sign(authority, unsigned("notice"), field, certify=True)


def test_only_the_first_signature_may_certify(authority):
    first = revisions(authority, "council_minutes")[0]
    with pytest.raises(SignatureRefused):
        sign(authority, first, "sig.chair", certify=True)


@pytest.mark.parametrize("fill", [{"no_such": "x"}, {"sig.head": "x"}])
def test_only_the_documents_own_text_fields_are_filled(authority, fill):
    with pytest.raises(SignatureRefused):
        sign(authority, unsigned("notice"), "sig.head", certify=True, fill=fill)


def test_a_filled_field_is_not_filled_again(authority):
    filled = sign(authority, unsigned("council_minutes"), "sig.secretary", certify=True, fill=NUMBER)
    with pytest.raises(SignatureRefused):
        sign(authority, filled, "sig.chair", fill={"number": "Số: 06/BB-SNV"})


def test_an_image_that_is_none_is_refused(authority):
    look = Handwriting("Lê Hoàng Anh", image=b"not a picture")
    with pytest.raises(SignatureRefused):
        sign(authority, unsigned("notice"), "sig.head", certify=True, appearance=look)


def test_bytes_that_are_no_pdf_are_refused(authority):
    with pytest.raises(SignatureRefused):
        sign(authority, b"%PDF-1.7 nothing", "sig.head")


def test_a_wrong_pin_is_told_from_every_other_trouble(authority):
    data = demo_authority.issue_person(authority, "Lê Hoàng Anh", "1", PIN)
    with pytest.raises(WrongPin):
        Pkcs12Signer.open(data, "0000")
    for no_key_file in (data[:-20], b"", b"-----BEGIN CERTIFICATE-----", b"%PDF-1.7"):
        with pytest.raises(KeyFileUnreadable):
            Pkcs12Signer.open(no_key_file, PIN)
    assert issubclass(WrongPin, KeyUnusable)
    assert Pkcs12Signer.open(data, PIN).common_name == "Lê Hoàng Anh"


def test_an_expired_and_a_future_certificate_are_refused_with_their_dates(authority):
    born = datetime(2026, 1, 1, tzinfo=UTC)
    data = demo_authority.issue_person(authority, "Lê Hoàng Anh", "1", PIN, at=born, valid=timedelta(days=30))
    with pytest.raises(CertificateExpired, match="2026-01-31"):
        Pkcs12Signer.open(data, PIN, at=born + timedelta(days=31))
    with pytest.raises(CertificateNotYetValid, match="2025-12-31"):
        Pkcs12Signer.open(data, PIN, at=born - timedelta(days=1))
    assert Pkcs12Signer.open(data, PIN, at=born + timedelta(days=1)).fingerprint


def test_another_persons_key_is_refused(authority):
    data = demo_authority.issue_person(authority, "Trần Quốc Đạt", "1", PIN)
    own = Pkcs12Signer.open(data, PIN).fingerprint
    assert Pkcs12Signer.open(data, PIN, expected_fingerprint=own.upper()).fingerprint == own
    with pytest.raises(WrongSigner, match="Trần Quốc Đạt"):
        Pkcs12Signer.open(data, PIN, expected_fingerprint="00" * 32)


def refused_without_token(authority, client):
    with pytest.raises(TimestampUnavailable) as refusal:
        sign_pdf(unsigned("notice"), field="sig.head", signer=signer(authority, "A"), timestamps=client, certify=True)
    return str(refusal.value)


def test_nothing_is_signed_while_the_time_stamp_service_is_down(authority):
    with service(bytes) as client:
        pass
    assert "refused" in refused_without_token(authority, client).lower()


def test_a_time_stamp_service_that_hangs_is_given_up(authority):
    release = threading.Event()
    with service(lambda _request: release.wait(10) and b"") as client:
        began = datetime.now(UTC)
        assert "timed out" in refused_without_token(authority, client).lower()
        assert datetime.now(UTC) - began < timedelta(seconds=5)
        release.set()


@pytest.mark.parametrize("answer", [b"", b"<html>proxy error</html>", b"\x30\x03\x02\x01\x00"])
def test_an_answer_that_is_no_token_is_refused(authority, answer):
    with service(lambda _request: answer) as client:
        refused_without_token(authority, client)


def test_a_rejection_by_the_service_is_refused(authority):
    responder = timestamping.Responder(authority)
    with service(lambda _request: responder.respond(b"rubbish")) as client:
        assert "rejection" in refused_without_token(authority, client)


@pytest.mark.parametrize("part", ["message_imprint", "nonce"])
def test_a_token_for_another_request_is_refused(authority, part):
    responder = timestamping.Responder(authority)

    def other(request):
        query = tsp.TimeStampReq.load(request)
        if part == "nonce":
            query["nonce"] = 4711
        else:
            imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\x00" * 32}
            query["message_imprint"] = tsp.MessageImprint(imprint)
        return responder.respond(query.dump(force=True))

    with service(other) as client:
        assert "another request" in refused_without_token(authority, client)


def test_the_time_stamp_client_takes_web_addresses_only():
    with pytest.raises(ValueError, match="HTTP"):
        TimestampService("file:///etc/passwd", roots=[])


def test_a_rsa_key_signs_too(authority, tmp_path):
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 9 -subj /CN=RSA"
        " -addext keyUsage=critical,digitalSignature,nonRepudiation",
        f"pkcs12 -export -inkey k.pem -in c.pem -out k.p12 -passout pass:{PIN}",
    ):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    key = Pkcs12Signer.open((tmp_path / "k.p12").read_bytes(), PIN)
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=key, timestamps=timestamps(), certify=True)
    roots = [(tmp_path / "c.pem").read_bytes(), (authority / "root.pem").read_bytes()]
    assert verify_pdf(pdf, trust_roots=roots).ok


def test_making_the_authority_again_keeps_its_keys(authority):
    before = {path.name: path.read_bytes() for path in authority.glob("*.pem")}
    demo_authority.create(authority)
    assert {path.name: path.read_bytes() for path in authority.glob("*.pem")} == before
    assert all((authority / name).stat().st_mode & 0o077 == 0 for name in ("root.key", "tsa.key"))
    certificate = Pkcs12Signer.open(demo_authority.issue_seal(authority, "Sở Nội vụ", "u", PIN), PIN).certificate
    assert "không có giá trị pháp lý" in certificate.subject.rfc4514_string()
    assert "không có giá trị pháp lý" in certificate.issuer.rfc4514_string()


def test_no_attachment_or_page_object_is_touched_by_signing(authority):
    before, after = unsigned("decision"), revisions(authority, "decision")[-1]
    with pikepdf.open(BytesIO(before)) as one, pikepdf.open(BytesIO(after)) as two:
        assert (
            one.attachments["facts.json"].get_file().read_bytes()
            == two.attachments["facts.json"].get_file().read_bytes()
        )
        contents = [[page.Contents.read_raw_bytes() for page in each.pages] for each in (one, two)]
        assert contents[0] == contents[1]
