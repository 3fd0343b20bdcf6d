"""The seal at B-LTA proves itself decades later, with what the file holds; who signed too late is found out."""

import asyncio
import http.server
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO

import pikepdf
import pytest
from asn1crypto import crl, pem
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from documents import archive, demo_authority, inspection, keys, numbering, pipeline, sealing, timestamping
from documents.actions import renew_timestamp
from documents.models import RegisterEvent, RegisterLine, State, Trouble
from documents.signing import Pkcs12Signer, sign_pdf
from documents.signing.longterm import archive_stamp, stamp_archive
from documents.signing.reading import Reader
from documents.signing.revocation import Authorities, RevocationUnavailable, SignerRevoked
from documents.verification import verify_pdf
from tests.documents.office import NOON, again
from tests.documents.papers import PIN, pdfa_faults, revisions, timestamps, unsigned, widgets
from tests.documents.test_signing import byte_ranges

KINDS = ("council_minutes", "notice")
CACHE = {}


def root_of(folder):
    return asn1.Certificate.load(pem.unarmor((folder / "root.pem").read_bytes())[2])


def stamped(folder, template="council_minutes"):
    """The sealed sample document with its long-term data, made once."""
    key = (folder, template)
    if key not in CACHE:
        authorities = Authorities([folder / "root.pem"])
        CACHE[key] = stamp_archive(
            revisions(folder, template)[-1], timestamps=timestamps(), authorities=authorities
        ).pdf
    return CACHE[key]


def person(folder, name="Lê Hoàng Anh", **validity):
    """A key of its own, so that it can be taken back; and its serial number."""
    signer = Pkcs12Signer.open(demo_authority.issue_person(folder, name, "1", PIN, **validity), PIN)
    return signer, signer.certificate.serial_number


def signed_by(signer):
    return sign_pdf(unsigned("notice"), field="sig.head", signer=signer, timestamps=timestamps(), certify=True)


def extended(folder, pdf):
    return stamp_archive(pdf, timestamps=timestamps(), authorities=Authorities([folder / "root.pem"]))


def faults():
    return [found for check in inspection.CHECKS.values() for found in check() if isinstance(found, inspection.Fault)]


# --- the file ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", KINDS)
def test_every_signature_is_proved_by_the_file_and_the_root_alone(authority, template):
    """The library's own judge of long-term data, without a network and without a list from outside."""
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=[root_of(authority)]),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    alone = RevocationInfoGatheringSpec(online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY)
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, revinfo_gathering_policy=alone))

    def judged(pdf):
        signatures = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return [asyncio.run(ades_lta_validation(each, spec)).ades_subindic for each in signatures]

    assert set(judged(stamped(authority, template))) == {AdESPassed.OK}
    assert AdESPassed.OK not in judged(revisions(authority, template)[-1])  # without the data nothing is proved


@pytest.mark.parametrize("template", KINDS)
def test_it_takes_the_pre_placed_field_and_changes_nothing_else(authority, template):
    before, after = revisions(authority, template)[-1], stamped(authority, template)
    assert after.startswith(before)
    assert widgets(before).keys() == widgets(after).keys()
    assert widgets(after)["timestamp"].V.Type == "/DocTimeStamp"
    assert "/V" not in widgets(before)["timestamp"]
    report = verify_pdf(after, trust_roots=[(authority / "root.pem").read_bytes()])
    assert (report.ok, report.problems) == (True, [])
    assert [(each.kind, each.modification) for each in report.signatures[-2:]] == [
        ("signature", "long_term_data"),
        ("timestamp", "none"),
    ]
    assert {each.modification for each in report.signatures[:-2]} <= {"form_filling"}
    assert pdfa_faults(after) == []


def test_the_store_holds_each_certificate_once_and_the_list(authority):
    with pikepdf.open(BytesIO(stamped(authority))) as document:
        store = document.Root.DSS
        certificates = [x509.load_der_x509_certificate(bytes(each.read_bytes())) for each in store.Certs]
        (found,) = [crl.CertificateList.load(bytes(each.read_bytes())) for each in store.CRLs]
    names = [each.subject.rfc4514_string() for each in certificates]
    assert len(set(names)) == len(names) == 5  # root, time stamps, secretary, chair, seal
    assert found.issuer == root_of(authority).subject


def test_openssl_pdfsig_and_qpdf_agree_on_the_archive_time_stamp(authority, tmp_path):
    pdf = stamped(authority)
    (tmp_path / "stamped.pdf").write_bytes(pdf)
    token, covered = byte_ranges(pdf)[-1]
    (tmp_path / "token").write_bytes(token)
    (tmp_path / "covered").write_bytes(covered)
    command = ["openssl", "ts", "-verify", "-token_in", "-in", "token", "-data", "covered", "-CAfile"]
    done = subprocess.run([*command, authority / "root.pem"], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr
    (tmp_path / "covered").write_bytes(covered[:-1] + b" ")
    done = subprocess.run([*command, authority / "root.pem"], cwd=tmp_path, capture_output=True, text=True)
    assert "Verification: FAILED" in done.stdout + done.stderr
    done = subprocess.run(["pdfsig", "-nocert", "stamped.pdf"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.count("Signature is Valid.") == 3
    assert "Signature Field Name: timestamp\n" in done.stdout
    assert done.stdout.count("Total document signed") == 1
    done = subprocess.run(["qpdf", "--check", "stamped.pdf"], cwd=tmp_path, capture_output=True, text=True)
    assert "No syntax or stream encoding errors found" in done.stdout


def test_the_quick_reader_finds_the_same_bytes_as_the_librarys(authority):
    pdf = stamped(authority)
    quick, slow = Reader(pdf).embedded_signatures, PdfFileReader(BytesIO(pdf)).embedded_signatures
    assert len(quick) == len(slow) == 4
    for one, other in zip(quick, slow, strict=True):
        assert one.pkcs7_content == other.pkcs7_content
        assert list(one.byte_range) == list(other.byte_range)
        assert one.sig_object.keys() == other.sig_object.keys()


def test_one_more_stamp_later_is_only_long_term_data(authority):
    first = stamped(authority)
    second = extended(authority, first).pdf
    report = verify_pdf(second, trust_roots=[(authority / "root.pem").read_bytes()])
    assert report.problems == []
    assert [each.field for each in report.signatures[-2:]] == ["timestamp", "timestamp-2"]
    assert {each.modification for each in report.signatures[2:-1]} == {"long_term_data"}
    assert archive_stamp(revisions(authority, "notice")[-1]) is None
    assert archive_stamp(second).until > datetime.now(UTC) + timedelta(days=3000)


# --- who had been taken back ---------------------------------------------------------------------------------------


def test_who_was_revoked_after_he_signed_still_counts_and_who_signed_later_does_not(authority):
    signer, serial = person(authority)
    pdf = signed_by(signer)
    demo_authority.revoke(authority, serial, at=datetime.now(UTC) + timedelta(seconds=2))
    assert extended(authority, pdf).pdf.startswith(pdf)
    other, serial = person(authority, at=datetime.now(UTC) - timedelta(days=2))
    demo_authority.revoke(authority, serial, at=datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(SignerRevoked, match="revoked at"):
        extended(authority, signed_by(other))
    never, serial = person(authority)
    demo_authority.revoke(authority, serial, at=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(SignerRevoked, match="never valid"):
        extended(authority, signed_by(never))


def test_a_new_list_is_noticed_by_a_process_that_has_proved_the_certificate(authority):
    signer, serial = person(authority)
    certificate = asn1.Certificate.load(signer.certificate.public_bytes(serialization.Encoding.DER))
    authorities = Authorities([authority / "root.pem"])
    proof = authorities.prove(certificate)
    assert proof is authorities.prove(certificate)
    assert proof.revoked_at is None
    demo_authority.revoke(authority, serial)
    assert authorities.prove(certificate).revoked_at is not None


class TenDaysAgo(datetime):
    """The clock of an authority whose list nobody has renewed since."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(days=10)


def test_without_a_list_in_time_nothing_is_proved(authority, tmp_path, monkeypatch):
    pdf = revisions(authority, "notice")[-1]
    shutil.copy(authority / "root.pem", tmp_path / "root.pem")
    with pytest.raises(RevocationUnavailable):
        extended(tmp_path, pdf)
    monkeypatch.setattr(demo_authority, "datetime", TenDaysAgo)
    shutil.copytree(authority, tmp_path / "stale")
    demo_authority.revoke(tmp_path / "stale", 1)
    with pytest.raises(RevocationUnavailable):
        extended(tmp_path / "stale", pdf)


def test_a_list_of_another_authority_proves_nothing(authority, tmp_path):
    demo_authority.create(tmp_path)
    shutil.copy(authority / "root.pem", tmp_path / "root.pem")
    with pytest.raises(RevocationUnavailable):
        extended(tmp_path, revisions(authority, "notice")[-1])


# --- the demo authority's list -------------------------------------------------------------------------------------


def test_openssl_finds_the_list_signed_by_the_root_and_the_revoked_in_it(tmp_path):
    demo_authority.create(tmp_path)
    signer, serial = person(tmp_path)
    demo_authority.revoke(tmp_path, serial)
    command = ["openssl", "crl", "-inform", "DER", "-in", "root.crl", "-CAfile", "root.pem", "-noout", "-text"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "verify OK" in done.stdout + done.stderr
    assert f"Serial Number: {serial:X}" in done.stdout.replace("Serial Number: 0", "Serial Number: ")
    (tmp_path / "person.pem").write_bytes(signer.certificate.public_bytes(serialization.Encoding.PEM))
    command = ["openssl", "verify", "-crl_check", "-CAfile", "root.pem", "-CRLfile", "list.pem", "person.pem"]
    found = x509.load_der_x509_crl((tmp_path / "root.crl").read_bytes())
    (tmp_path / "list.pem").write_bytes(found.public_bytes(serialization.Encoding.PEM))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "certificate revoked" in done.stdout + done.stderr
    assert found.next_update_utc - found.last_update_utc == demo_authority.LIST_VALID


def test_a_folder_made_before_there_were_lists_gets_one(tmp_path):
    demo_authority.create(tmp_path)
    root = (tmp_path / "root.pem").read_bytes()
    (tmp_path / "root.crl").unlink()
    demo_authority.create(tmp_path)
    assert (tmp_path / "root.crl").exists()
    assert (tmp_path / "root.pem").read_bytes() == root


def test_the_list_is_minted_anew_when_it_is_a_day_old(tmp_path, monkeypatch):
    demo_authority.create(tmp_path)
    kept = demo_authority.revocation_list(tmp_path)
    assert demo_authority.revocation_list(tmp_path) == kept
    monkeypatch.setattr(demo_authority, "LIST_AGE", timedelta())
    assert demo_authority.revocation_list(tmp_path) != kept


class Distributor(http.server.BaseHTTPRequestHandler):
    """Where a certificate says that its authority's list is to be had."""

    folder, asked = None, 0

    def do_GET(self):
        type(self).asked += 1
        body = (self.folder / "elsewhere.crl").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/pkix-crl")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


def pointing_to(folder, url):
    """A certificate as real authorities make them: it names the address of the list."""
    root, root_key = demo_authority._root(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    year = timedelta(days=365)
    builder = demo_authority._builder(demo_authority._name("Xa"), root.subject, key, datetime.now(UTC), year)
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    made = demo_authority._sign(builder, key, root_key)
    return asn1.Certificate.load(made.public_bytes(serialization.Encoding.DER))


def test_a_list_is_fetched_from_where_the_certificate_says_and_kept(tmp_path):
    demo_authority.create(tmp_path)
    (tmp_path / "root.crl").rename(tmp_path / "elsewhere.crl")
    Distributor.folder, Distributor.asked = tmp_path, 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Distributor) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            certificate = pointing_to(tmp_path, f"http://127.0.0.1:{server.server_port}/list.crl")
            authorities = Authorities([tmp_path / "root.pem"])
            assert [len(authorities.prove(certificate).crls) for _time in range(3)] == [1, 1, 1]
        finally:
            server.shutdown()
            thread.join()
    assert Distributor.asked == 1
    with pytest.raises(RevocationUnavailable):
        Authorities([tmp_path / "root.pem"], fetching=False).prove(certificate)
    with pytest.raises(RevocationUnavailable):
        Authorities([tmp_path / "root.pem"]).prove(certificate)  # nobody answers there any more


def test_the_time_stamp_service_serves_the_list(authority, settings):
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{settings.TIMESTAMP_URL}root.crl", timeout=5) as answer:
        assert answer.read() == (authority / "root.crl").read_bytes()
    with pytest.raises(urllib.error.HTTPError) as refusal:
        opener.open(f"{settings.TIMESTAMP_URL}root.key", timeout=5)
    refusal.value.close()
    assert refusal.value.code == 404
    assert timestamping.Responder(authority).key


# --- the pipeline and the archive ----------------------------------------------------------------------------------


def test_the_seal_leaves_two_revisions_and_the_archive_is_clean(office):
    document = office.bring(office.request("notice"), State.ARCHIVED)
    rows = list(document.revisions.values_list("step", "role", "sha256"))
    assert [row[:2] for row in rows[-2:]] == [("sealed", "seal"), ("stamped", "timestamp")]
    assert document.current_sha256 == rows[-1][2]
    assert archive.read(rows[-1][2]).startswith(archive.read(rows[-2][2]))
    assert faults() == []


def test_without_the_authoritys_list_the_document_waits_numbered_and_goes_on_with_it(
    office, authority, tmp_path, settings, caplog
):
    document = office.bring(office.request("notice"), State.NUMBERED)
    trusted = settings.TRUST_ROOTS
    settings.TRUST_ROOTS = [tmp_path / "root.pem"]
    shutil.copy(authority / "root.pem", tmp_path / "root.pem")
    pipeline.advance(document.pk)
    waiting = again(document)
    assert (waiting.state, waiting.last_error) == (State.NUMBERED, Trouble.REVOCATION_UNKNOWN)
    assert not waiting.revisions.filter(step__in=["sealed", "stamped"]).exists()
    settings.TRUST_ROOTS = trusted
    type(document).objects.filter(pk=document.pk).update(next_attempt_at=waiting.requested_at)
    pipeline.advance(document.pk)
    assert again(document).state == State.ARCHIVED
    assert faults() == []


def test_a_signer_revoked_before_he_signed_stops_the_seal_with_words(office, authority, caplog):
    head, born = office.people["head"], datetime.now(UTC) - timedelta(days=2)
    data = demo_authority.issue_person(authority, head.full_name, str(head.uuid), PIN, at=born)
    keys.enrol_person_key(person=head, data=data, pin=PIN)
    document = office.bring(office.request("notice"), State.NUMBERED)
    # The authority tells only now that the key was lost a day before it signed.
    serial = Pkcs12Signer.open(data, PIN).certificate.serial_number
    demo_authority.revoke(authority, serial, at=datetime.now(UTC) - timedelta(days=1))
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.NUMBERED, Trouble.SIGNER_REVOKED)
    assert not document.revisions.filter(step__in=["sealed", "stamped"]).exists()


def test_renewing_adds_a_file_a_row_and_a_line_and_leaves_the_old_bytes(office):
    document = office.bring(office.request("notice"), State.ARCHIVED)
    minutes = office.bring(office.request("review_minutes"), State.ARCHIVED)
    old, output = document.current_sha256, StringIO()
    call_command("renew_timestamps", stdout=output)
    assert "0 renewed, 1 not due, 0 not possible" in output.getvalue()
    call_command("renew_timestamps", "--all", stdout=output)
    assert "1 renewed, 0 not due, 0 not possible" in output.getvalue()
    renewed = again(document)
    assert renewed.current_sha256 != old
    assert archive.read(renewed.current_sha256).startswith(archive.read(old))
    assert again(minutes).current_sha256 == minutes.current_sha256
    last = renewed.revisions.last()
    assert (last.step, last.role, last.sha256) == ("renewed", "timestamp", renewed.current_sha256)
    lines = RegisterLine.objects.filter(document=document).order_by("sequence")
    assert list(lines.values_list("event", "sha256")) == [
        (RegisterEvent.ARCHIVED, old),
        (RegisterEvent.RENEWED, renewed.current_sha256),
    ]
    assert faults() == []
    assert renew_timestamp(document=renewed, at=NOON, within=None)  # and again, decades later
    assert RegisterLine.objects.filter(document=document, event=RegisterEvent.RENEWED).count() == 2
    assert faults() == []


def test_an_old_document_whose_seal_holds_no_long_term_data_is_a_fault_until_it_is_renewed(office, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(pipeline.sealing, "seal", seal_of_an_earlier_release)
        document = office.bring(office.request("notice"), State.ARCHIVED)
    (found,) = faults()
    assert (found.check, found.subject) == ("signatures", document.code)
    assert "does not reach B-LTA but B-T" in found.problem
    assert renew_timestamp(document=document, at=NOON)
    assert faults() == []


def seal_of_an_earlier_release(document):
    """As `sealing.seal` was before seals carried long-term data."""
    key, unit = keys.open_seal(document.unit), document.unit
    sealed = sign_pdf(
        archive.read(document.current_sha256),
        field="seal",
        signer=key,
        timestamps=keys.timestamps(),
        fill=numbering.late_fields(text=document.number_text, place=unit.place, on=document.issued_on),
    )
    return [sealing.Made(archive.store(sealed), len(sealed), "sealed", sealing.SEAL, key.fingerprint)]


def test_a_stamp_that_ends_soon_is_renewed(office):
    document = office.bring(office.request("notice"), State.ARCHIVED)
    ends = archive_stamp(archive.read(document.current_sha256)).until
    assert not renew_timestamp(document=document, at=ends - timedelta(days=500))
    assert renew_timestamp(document=document, at=ends - timedelta(days=300))


def test_what_cannot_be_renewed_is_named_and_stays_as_it_was(office, settings, caplog):
    document = office.bring(office.request("notice"), State.ARCHIVED)
    settings.TIMESTAMP_URL, output = "http://127.0.0.1:9/", StringIO()
    with pytest.raises(CommandError, match="1 documents"):
        call_command("renew_timestamps", "--all", stdout=output)
    assert str(Trouble.TIMESTAMPS_DOWN.label) in output.getvalue()
    assert again(document).current_sha256 == document.current_sha256
    assert document.revisions.count() == again(document).revisions.count()
