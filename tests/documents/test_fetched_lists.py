"""Lists of revoked certificates as every real authority gives them: fetched from the address in the certificate."""

import http.server
import threading
import traceback
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from documents import demo_authority
from documents.signing import certificates
from documents.signing.keys import DIGESTS, CertificateSigner, asn1_of
from documents.signing.revocation import Authorities, RevocationUnavailable, SignerRevoked

YEAR = timedelta(days=365)


@contextmanager
def served(folder):
    """The folder's list, taken away from beside its root and given by HTTP alone; yields the address and requests."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = demo_authority._mint_list(folder)
            (folder / "root.crl").unlink()
            self.send_response(200)
            self.send_header("Content-Type", "application/pkix-crl")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            """Quiet."""

    (folder / "root.crl").unlink(missing_ok=True)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/list.crl", asked
        finally:
            server.shutdown()
            thread.join()


def signer_of(folder, url, *, at=None, valid=YEAR):
    """A key whose certificate names the address of the list."""
    root, root_key = demo_authority._root(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    name = demo_authority._name("Lê Hoàng Anh")
    builder = demo_authority._builder(name, root.subject, key, at or datetime.now(UTC), valid)
    point = x509.DistributionPoint([x509.UniformResourceIdentifier(url)], None, None, None)
    builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    certificate = demo_authority._sign(builder, key, root_key)
    return CertificateSigner(certificate, [root], lambda data, digest: key.sign(data, ec.ECDSA(DIGESTS[digest])))


@pytest.fixture
def apart(tmp_path):
    """An authority of the test's own; its list is nowhere but at the address."""
    demo_authority.create(tmp_path)
    return tmp_path


def test_who_stands_in_the_fetched_list_is_revoked_and_one_request_tells_it(apart):
    with served(apart) as (url, asked):
        born = datetime.now(UTC) - timedelta(days=2)
        good, bad = signer_of(apart, url), signer_of(apart, url, at=born)
        demo_authority.revoke(apart, bad.certificate.serial_number, at=datetime.now(UTC) - timedelta(days=1))
        (apart / "root.crl").unlink()
        roots = [apart / "root.pem"]
        assert certificates.standing_with_reason(good.certificate, good.chain, roots) == ("good", "")
        assert certificates.standing_with_reason(bad.certificate, bad.chain, roots) == ("revoked", "")
        assert len(asked) == 2
        proof = Authorities(roots).prove(asn1_of(bad.certificate))
    assert proof.revoked_at is not None
    proof.require_valid_at(proof.revoked_at - timedelta(hours=1))
    with pytest.raises(SignerRevoked):
        proof.require_valid_at(proof.revoked_at)


def test_who_was_revoked_before_his_certificate_began_is_told_from_an_authority_that_is_silent(apart):
    with served(apart) as (url, _asked):
        never = signer_of(apart, url)
        demo_authority.revoke(apart, never.certificate.serial_number, at=datetime.now(UTC) - timedelta(days=1))
        (apart / "root.crl").unlink()
        with pytest.raises(SignerRevoked):
            Authorities([apart / "root.pem"]).prove(asn1_of(never.certificate))
    with pytest.raises(RevocationUnavailable):
        Authorities([apart / "root.pem"]).prove(asn1_of(never.certificate))  # nobody answers there any more


def test_a_certificate_that_ran_out_since_is_proved_by_the_list_of_today(apart):
    with served(apart) as (url, asked):
        ended = signer_of(apart, url, at=datetime.now(UTC) - YEAR, valid=YEAR - timedelta(hours=1))
        proof = Authorities([apart / "root.pem"]).prove(asn1_of(ended.certificate))
        assert len(asked) == 1
    assert (proof.revoked_at, len(proof.crls)) == (None, 1)
    proof.require_valid_at(ended.certificate.not_valid_after_utc - timedelta(minutes=1))
    with pytest.raises(SignerRevoked):
        proof.require_valid_at(datetime.now(UTC))


def test_a_certificate_that_ran_out_and_was_revoked_in_its_time_is_revoked(apart):
    with served(apart) as (url, _asked):
        ended = signer_of(apart, url, at=datetime.now(UTC) - YEAR, valid=YEAR - timedelta(hours=1))
        lost = datetime.now(UTC) - timedelta(days=9)
        demo_authority.revoke(apart, ended.certificate.serial_number, at=lost)
        (apart / "root.crl").unlink()
        proof = Authorities([apart / "root.pem"]).prove(asn1_of(ended.certificate))
    assert proof.revoked_at is not None
    assert abs(proof.revoked_at - lost) < timedelta(seconds=2)


def test_neither_refusal_names_the_person_for_the_log(apart, caplog):
    caplog.set_level("INFO")
    with served(apart) as (url, _asked):
        lost, gone = (signer_of(apart, url, at=datetime.now(UTC) - timedelta(days=9)) for _each in range(2))
        demo_authority.revoke(apart, lost.certificate.serial_number, at=datetime.now(UTC) - timedelta(days=1))
        (apart / "root.crl").unlink()
        with pytest.raises(SignerRevoked, match=f"certificate {lost.certificate.serial_number:x}: revoked at"):
            Authorities([apart / "root.pem"]).prove(asn1_of(lost.certificate)).require_valid_at(datetime.now(UTC))
    with pytest.raises(RevocationUnavailable, match=f"certificate {gone.certificate.serial_number:x}: ") as silent:
        Authorities([apart / "root.pem"]).prove(asn1_of(gone.certificate))
    told = "".join(traceback.format_exception(silent.value))
    assert "Lê Hoàng Anh" not in told + caplog.text
