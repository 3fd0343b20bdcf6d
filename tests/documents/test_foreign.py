"""Files of other systems: revoked before or after they were signed, by list or answer; hybrid cross-references."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from subprocess import run

import pikepdf
import pytest
from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

from documents import demo_authority
from documents.signing import Pkcs12Signer
from documents.verification import PdfReport, Verdict, verify_pdf
from tests.documents.papers import PIN, timestamps

NOW = datetime.now(UTC)
BEFORE, AFTER = NOW - timedelta(days=3), NOW + timedelta(days=3)


@pytest.fixture
def folder(authority: Path, tmp_path: Path) -> Path:
    """Another authority of the demo's kind, so that nobody else's certificates are revoked here."""
    demo_authority.create(tmp_path)
    return tmp_path


def signer(folder: Path) -> Pkcs12Signer:
    data = demo_authority.issue_person(folder, "Cơ quan khác", "1", PIN, at=NOW - timedelta(days=30))
    return Pkcs12Signer.open(data, PIN)


def page() -> bytes:
    """One empty page, as any program writes it."""
    made, target = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(595, 842))
    made.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, min_version="1.5")
    return target.getvalue()


def signed(pdf: bytes, key: Pkcs12Signer, *, stamped: bool) -> bytes:
    """The older form of signature, in a field of its own, with or without a time stamp of our service."""
    metadata = PdfSignatureMetadata(
        field_name="Signature1", subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED, md_algorithm="sha256"
    )
    place = SigFieldSpec("Signature1", box=(50, 50, 200, 100))
    tool = PdfSigner(metadata, key.cms_signer(), timestamper=timestamps() if stamped else None, new_field_spec=place)
    return tool.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf), strict=False)).getvalue()


def answer(folder: Path, certificate: x509.Certificate, *, revoked_at: datetime | None) -> bytes:
    """The authority's own OCSP answer, given some days after the signature."""
    root, key = demo_authority._root(folder)
    built = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=certificate,
            issuer=root,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.REVOKED if revoked_at else ocsp.OCSPCertStatus.GOOD,
            this_update=AFTER + timedelta(days=1),
            next_update=AFTER + timedelta(days=8),
            revocation_time=revoked_at,
            revocation_reason=x509.ReasonFlags.key_compromise if revoked_at else None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, root)
    )
    return built.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def with_answer(pdf: bytes, data: bytes) -> bytes:
    """The file with a security store that holds this OCSP answer, as a later long-term revision adds it."""
    assert asn1_ocsp.OCSPResponse.load(data)["response_status"].native == "successful"
    writer, target = IncrementalPdfFileWriter(BytesIO(pdf)), BytesIO()
    stream = writer.add_object(generic.StreamObject(stream_data=data))
    store = generic.DictionaryObject({pdf_name("/OCSPs"): generic.ArrayObject([stream])})
    writer.root[pdf_name("/DSS")] = writer.add_object(store)
    writer.update_root()
    writer.write(target)
    return target.getvalue()


def judged(pdf: bytes, folder: Path, authority: Path, **given) -> PdfReport:
    """As the page for foreign files judges, some days after everything; our service's stamps are trusted."""
    roots = [(each / "root.pem").read_bytes() for each in (folder, authority)]
    return verify_pdf(pdf, trust_roots=roots, house_rules=False, at=AFTER + timedelta(days=2), **given)


@pytest.mark.parametrize("by", ["list", "answer"])
@pytest.mark.parametrize(
    ("revoked_at", "stamped", "verdict", "words"),
    [
        (BEFORE, True, Verdict.UNTRUSTED, "before it signed."),
        (AFTER, True, Verdict.REMARKS, "after it signed."),
        (BEFORE, False, Verdict.UNTRUSTED, "nothing proves it signed before."),
        (AFTER, False, Verdict.UNTRUSTED, "nothing proves it signed before."),
    ],
)
def test_revoked_before_or_after_the_time_that_is_proved(
    authority, folder, by, revoked_at, stamped, verdict, words
) -> None:
    key = signer(folder)
    pdf, given = signed(page(), key, stamped=stamped), {}
    if by == "list":
        given["crls"] = [demo_authority.revoke(folder, key.certificate.serial_number, at=revoked_at)]
    else:
        pdf = with_answer(pdf, answer(folder, key.certificate, revoked_at=revoked_at))
    report = judged(pdf, folder, authority, **given)
    assert report.verdict == verdict, report.findings
    assert any(words in each.text for each in report.findings), report.findings
    assert report.signatures[0].revoked_at == revoked_at.replace(microsecond=0)


def test_an_answer_that_the_certificate_is_good_proves_its_state(authority, folder) -> None:
    key = signer(folder)
    pdf = signed(page(), key, stamped=True)
    assert "Cơ quan khác" in judged(pdf, folder, authority).signatures[0].longterm_missing
    proved = judged(with_answer(pdf, answer(folder, key.certificate, revoked_at=None)), folder, authority)
    assert "Cơ quan khác" not in proved.signatures[0].longterm_missing
    assert proved.signatures[0].revoked_at is None


@pytest.mark.parametrize("by", ["list", "answer"])
def test_what_another_authority_says_about_a_certificate_counts_for_nothing(
    authority, folder, tmp_path_factory, by
) -> None:
    key, stranger = signer(folder), tmp_path_factory.mktemp("stranger")
    demo_authority.create(stranger)
    pdf, given = signed(page(), key, stamped=True), {}
    if by == "list":
        given["crls"] = [demo_authority.revoke(stranger, key.certificate.serial_number, at=BEFORE)]
    else:
        pdf = with_answer(pdf, answer(stranger, key.certificate, revoked_at=BEFORE))
    report = judged(pdf, folder, authority, **given)
    assert report.signatures[0].revoked_at is None
    assert report.ok, report.findings


def hybrid(pdf: bytes) -> bytes:
    """The file with one more revision as hybrid writers make it: a table, and a stream named by /XRefStm."""
    start = int(pdf.rsplit(b"startxref", 1)[1].split()[0])
    with pikepdf.open(BytesIO(pdf)) as opened:
        size, root = int(opened.trailer.Size), opened.trailer.Root.objgen[0]
    hidden = len(pdf)
    body = b"%d 0 obj\n<< /Hidden true >>\nendobj\n" % size
    place = hidden + len(body)
    entry = b"\x01" + hidden.to_bytes(4, "big") + b"\x00"
    stream = b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Index [%d 1] /Length %d >>\n"
    stream += b"stream\n%s\nendstream\nendobj\n"
    body += stream % (size + 1, size + 2, size, len(entry), entry)
    table = hidden + len(body)
    # Readers of before 1.5 see the hidden object as free; the stream lets newer ones find it.
    rows = b"xref\n%d 2\n0000000000 65535 f \n%010d 00000 n \n" % (size, place)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d /XRefStm %d >>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + body + rows + trailer % (size + 2, root, start, place, table)


def test_a_hybrid_file_is_read_by_other_tools_and_judged_by_its_signature(authority, folder, tmp_path) -> None:
    base = hybrid(page())
    (tmp_path / "hybrid.pdf").write_bytes(base)
    done = run(["qpdf", "--check", tmp_path / "hybrid.pdf"], capture_output=True, text=True, check=False)
    assert "No syntax or stream encoding errors found" in done.stdout
    report = judged(signed(base, signer(folder), stamped=True), folder, authority)
    assert report.signatures[0].intact
    assert report.signatures[0].covers == "file"
    assert report.verdict == Verdict.REMARKS, report.findings
    assert any("hybrid" in note and "it was read leniently" in note for note in report.notes), report.notes


def test_a_hybrid_revision_after_the_signature_is_found(authority, folder) -> None:
    pdf = signed(page(), signer(folder), stamped=True)
    assert judged(pdf, folder, authority).ok
    report = judged(hybrid(pdf), folder, authority)
    assert not report.ok
    assert report.verdict in (Verdict.BROKEN, Verdict.UNREADABLE), report.findings
