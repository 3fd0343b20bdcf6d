"""A time stamp whose authority had been revoked proves no time; an answer about several certificates is read."""

from datetime import UTC, datetime, timedelta

from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from documents import demo_authority
from documents.verification import Verdict, verify_pdf
from tests.documents.papers import revisions
from tests.documents.test_foreign import BEFORE, NOW, answer, folder, judged, page, signed, signer, with_answer
from tests.documents.test_longterm import stamped

__all__ = ["folder"]


def revoking(folder, *serials, at):
    """A list of this authority's that nobody else sees: the folder's own stays as it is."""
    root, key = demo_authority._root(folder)
    now = datetime.now(UTC)
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
    builder = builder.last_update(now).next_update(now + timedelta(days=7))
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(demo_authority.serialization.Encoding.DER)


def stamper(folder):
    return x509.load_pem_x509_certificate((folder / "tsa.pem").read_bytes()).serial_number


def test_a_token_of_an_authority_that_had_been_revoked_proves_no_time(authority):
    roots, given = [(authority / "root.pem").read_bytes()], revoking(authority, stamper(authority), at=BEFORE)
    pdf = revisions(authority, "notice")[-1]
    assert verify_pdf(pdf, trust_roots=roots).ok
    report = verify_pdf(pdf, trust_roots=roots, crls=[given])
    assert report.verdict == Verdict.UNTRUSTED
    assert not any(each.timestamp_trusted or each.proven_at for each in report.signatures)
    assert any("The time stamp of" in each.text and "is not trusted" in each.text for each in report.findings)


def test_a_stamp_over_the_document_of_such_an_authority_is_not_trusted_and_proves_nothing(authority):
    roots, given = [(authority / "root.pem").read_bytes()], revoking(authority, stamper(authority), at=BEFORE)
    report = verify_pdf(stamped(authority, "notice"), trust_roots=roots, crls=[given])
    assert report.verdict == Verdict.UNTRUSTED
    assert [each.trusted for each in report.signatures if each.kind == "timestamp"] == [False]
    assert not any(each.proven_at for each in report.signatures)
    assert any("was revoked on" in each.text for each in report.findings)


def test_a_stamp_made_before_its_authority_was_revoked_still_counts(authority):
    roots = [(authority / "root.pem").read_bytes()]
    later = revoking(authority, stamper(authority), at=datetime.now(UTC) + timedelta(hours=1))
    report = verify_pdf(stamped(authority, "notice"), trust_roots=roots, crls=[later])
    assert (report.ok, report.problems) == (True, [])


def test_an_answer_about_several_certificates_is_read(authority, folder):
    """A responder may answer for a whole batch (RFC 6960): the one that is ours counts, and no file is unreadable."""
    key, other = signer(folder), signer(folder)
    pdf = signed(page(), key, stamped=True)
    both = together(folder, *(answer(folder, each.certificate, revoked_at=BEFORE) for each in (other, key)))
    report = judged(with_answer(pdf, both), folder, authority)
    assert report.verdict == Verdict.UNTRUSTED, report.findings
    assert report.signatures[0].revoked_at == BEFORE.replace(microsecond=0)
    assert NOW > BEFORE


def together(folder, *answers):
    """One answer with the entries of these, signed anew by the authority."""
    loaded = [asn1_ocsp.OCSPResponse.load(each) for each in answers]
    first = loaded[0].basic_ocsp_response
    data = asn1_ocsp.ResponseData(
        {
            "responder_id": first["tbs_response_data"]["responder_id"],
            "produced_at": first["tbs_response_data"]["produced_at"],
            "responses": [entry for each in loaded for entry in each.response_data["responses"]],
        }
    )
    _root, key = demo_authority._root(folder)
    signature = key.sign(data.dump(), ec.ECDSA(hashes.SHA256()))
    basic = asn1_ocsp.BasicOCSPResponse(
        {"tbs_response_data": data, "signature_algorithm": first["signature_algorithm"], "signature": signature}
    )
    carried = {"response_type": "basic_ocsp_response", "response": basic}
    return asn1_ocsp.OCSPResponse({"response_status": "successful", "response_bytes": carried}).dump()
