"""Signing with a personal token: digest out, signature in; whatever does not fit leaves nothing signed."""

import subprocess
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.db import connection, connections
from django.db.models.functions import Now

from documents import archive, demo_authority, keys, pipeline
from documents.actions import DocumentRefused, cancel_document, complete_signature, prepare_signature, prepared_for
from documents.actions.interrupted import GOOD_FOR
from documents.models import Document, Door, PreparedSignature, SigningKey, State, Trouble
from documents.signing import CertificateUnreadable, certificates
from documents.verification import verify_pdf
from organization.models import Person
from tests.documents.office import FILLS, NOON, Office, again

pytestmark = pytest.mark.django_db
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def key_pair(kind: str = "ec") -> PrivateKey:
    return ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)


class Token:
    """A personal token on its owner's desk: the server never sees its key."""

    def __init__(self, authority: Path, person: Person, kind: str = "ec", **options) -> None:
        self.key = key_pair(kind)
        self.chain = demo_authority.certify(
            authority, person.full_name, str(person.uuid), self.key.public_key(), unit="Chữ ký cá nhân", **options
        )

    def sign(self, digest: str) -> bytes:
        """What a plug-in does with the 32 bytes."""
        hashed = bytes.fromhex(digest)
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(hashed, PKCS1v15(), Prehashed(SHA256()))
        return self.key.sign(hashed, ec.ECDSA(Prehashed(SHA256())))


@pytest.fixture
def head(office: Office) -> Person:
    return office.people["head"]


@pytest.fixture
def token(authority: Path, head: Person) -> Token:
    """The head's token, registered as the door to his signature."""
    made = Token(authority, head)
    keys.enrol_certificate(person=head, chain=made.chain)
    return made


@pytest.fixture
def notice(office: Office) -> Document:
    """A notice that waits for the head."""
    return office.bring(office.request("notice"), State.AWAITING_SIGNATURE)


def prepare(document: Document, person: Person, **changes) -> PreparedSignature:
    return prepare_signature(document=document, signer=person, at=NOON, **changes)


def complete(prepared: PreparedSignature, signature: bytes, person: Person):
    return complete_signature(prepared=prepared.uuid, signature=signature, by=person, at=NOON)


def untouched(document: Document) -> bool:
    row = again(document)
    return (row.current_sha256, row.state) == (document.current_sha256, State.AWAITING_SIGNATURE) and not (
        row.slots.filter(signed_at__isnull=False).exists()
    )


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_document_signed_with_a_token_verifies_and_goes_its_way(office, head, notice, authority, kind) -> None:
    token = Token(authority, head, kind)
    key = keys.enrol_certificate(person=head, chain=token.chain)
    prepared = prepare(notice, head, chain=token.chain)
    assert len(bytes.fromhex(prepared.digest)) == 32
    assert untouched(notice)
    assert complete(prepared, token.sign(prepared.digest), head).ok
    signed = again(notice)
    assert signed.state == State.SIGNED
    report = verify_pdf(archive.read(signed.current_sha256), trust_roots=[(authority / "root.pem").read_bytes()])
    (signature,) = report.signatures
    assert (signature.fingerprint, signature.certified, signature.timestamp_trusted) == (key.fingerprint, True, True)
    assert office.issue(notice)[0].ok
    pipeline.advance(notice.pk)
    assert again(notice).state == State.ARCHIVED


def test_openssl_can_be_the_token(head, notice, token, tmp_path) -> None:
    """The command that the page shows, on the digest it offers for download."""
    pem = token.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    prepared = prepare(notice, head)
    (tmp_path / "digest.bin").write_bytes(bytes.fromhex(prepared.digest))
    command = ["openssl", "pkeyutl", "-sign", "-inkey", "key.pem", "-pkeyopt", "digest:sha256"]
    subprocess.run([*command, "-in", "digest.bin", "-out", "signature.bin"], cwd=tmp_path, check=True)
    assert complete(prepared, (tmp_path / "signature.bin").read_bytes(), head).ok


def test_r_and_s_side_by_side_are_taken_too(head, notice, token) -> None:
    prepared = prepare(notice, head)
    numbers = decode_dss_signature(token.sign(prepared.digest))
    assert complete(prepared, b"".join(each.to_bytes(32) for each in numbers), head).ok


def test_texts_that_belong_to_the_signature_are_written_with_it(office, authority) -> None:
    form = office.bring(office.request("form_01"), State.AWAITING_SIGNATURE)
    assert office.sign(form, "person").ok
    reviewer = office.people["reviewer"]
    token = Token(authority, reviewer)
    keys.enrol_certificate(person=reviewer, chain=token.chain)
    prepared = prepare(again(form), reviewer, fill=FILLS)
    assert complete(prepared, token.sign(prepared.digest), reviewer).ok
    assert form.slots.get(role="reviewer").fill["reviewer_comment"] == FILLS["reviewer_comment"]
    assert again(form).state == State.SIGNED


def test_the_page_may_be_reloaded_the_same_digest_comes_back(head, notice, token) -> None:
    first = prepare(notice, head)
    assert prepare(notice, head).pk == first.pk
    found = prepared_for(notice, head)
    assert found is not None
    assert complete(found, token.sign(first.digest), head).ok


def test_a_signature_by_another_key_or_of_another_digest_or_cut_short_signs_nothing(
    office, head, notice, token, authority
) -> None:
    prepared = prepare(notice, head)
    other = office.bring(office.request("notice"), State.AWAITING_SIGNATURE)
    replayed = token.sign(prepare(other, head).digest)
    for wrong in (
        Token(authority, head).sign(prepared.digest),
        replayed,
        token.sign(prepared.digest)[:-1],
        b"",
        b"0",
    ):
        result = complete(prepared, wrong, head)
        assert (result.ok, "does not fit" in result.reason) == (False, True)
    assert untouched(notice)
    assert complete(prepared, token.sign(prepared.digest), head).ok


def test_a_signature_counts_once(head, notice, token) -> None:
    prepared = prepare(notice, head)
    signature = token.sign(prepared.digest)
    assert complete(prepared, signature, head).ok
    before = again(notice).current_sha256
    result = complete(prepared, signature, head)
    assert (result.ok, result.already) == (True, True)
    assert again(notice).current_sha256 == before
    assert notice.revisions.filter(step="signed").count() == 1


def test_after_ten_minutes_it_is_too_old(head, notice, token) -> None:
    prepared = prepare(notice, head)
    signature = token.sign(prepared.digest)
    assert prepared.expires_at - datetime.now(UTC) < GOOD_FOR + timedelta(seconds=5)
    PreparedSignature.objects.update(expires_at=Now())
    result = complete(prepared, signature, head)
    assert (result.ok, "too old" in result.reason) == (False, True)
    assert untouched(notice)
    assert prepared_for(notice, head) is None
    anew = prepare(notice, head)
    assert anew.pk != prepared.pk
    assert bytes(PreparedSignature.objects.get(pk=prepared.pk).pdf) == b""
    assert complete(anew, token.sign(anew.digest), head).ok


def test_a_document_that_was_changed_meanwhile_is_not_signed(office, authority) -> None:
    """Somebody who stands in two roles prepares, then signs by another way: what he prepared is overtaken."""
    minutes = office.bring(office.request("council_minutes"), State.AWAITING_SIGNATURE)
    secretary = office.people["secretary"]
    token = Token(authority, secretary)
    old = keys.key_of(secretary)
    keys.enrol_certificate(person=secretary, chain=token.chain)
    prepared = prepare(minutes, secretary)
    SigningKey.objects.filter(person=secretary).update(active=False)
    SigningKey.objects.filter(pk=old.pk).update(active=True)
    assert office.sign(minutes, "secretary").ok
    SigningKey.objects.filter(person=secretary).update(active=False)
    SigningKey.objects.filter(pk=prepared.key_id).update(active=True)
    before = again(minutes).current_sha256
    result = complete(prepared, token.sign(prepared.digest), secretary)
    assert result.already
    assert again(minutes).current_sha256 == before


def test_a_cancelled_document_is_not_signed(office, head, notice, token) -> None:
    prepared = prepare(notice, head)
    cancel_document(document=notice, reason="Ban hành nhầm", by=office.people["clerk"], at=NOON)
    result = complete(prepared, token.sign(prepared.digest), head)
    assert (result.ok, "cancelled" in result.reason) == (False, True)
    assert again(notice).state == State.CANCELLED


def test_another_persons_half_is_not_found_and_another_persons_turn_is_refused(office, head, notice, token) -> None:
    prepared = prepare(notice, head)
    with pytest.raises(PreparedSignature.DoesNotExist):
        complete(prepared, token.sign(prepared.digest), office.people["chair"])
    with pytest.raises(keys.NoKey):
        prepare(notice, office.people["clerk"])
    with pytest.raises(keys.WrongSigner):
        prepare(notice, office.people["chair"])
    minutes = office.bring(office.request("council_minutes"), State.AWAITING_SIGNATURE)
    with pytest.raises(DocumentRefused):
        prepare(minutes, head)
    assert untouched(minutes)


def test_a_token_that_shows_another_certificate_is_refused(head, notice, token, authority) -> None:
    with pytest.raises(keys.WrongSigner):
        prepare(notice, head, chain=Token(authority, head).chain)


def test_a_revoked_certificate_prepares_and_completes_nothing(head, notice, token, authority) -> None:
    prepared = prepare(notice, head)
    signature = token.sign(prepared.digest)
    demo_authority.revoke(authority, token.chain[0].serial_number)
    for act in (lambda: prepare(notice, head), lambda: complete(prepared, signature, head)):
        with pytest.raises(keys.CertificateRevoked):
            act()
    assert untouched(notice)


@pytest.mark.parametrize(
    ("starts", "valid", "refusal"),
    [(-30, 10, keys.CertificateExpired), (2, 10, keys.CertificateNotYetValid)],
)
def test_a_certificate_out_of_its_time_is_refused(head, authority, starts, valid, refusal) -> None:
    at = datetime.now(UTC) + timedelta(days=starts)
    with pytest.raises(refusal):
        keys.enrol_certificate(person=head, chain=Token(authority, head, at=at, valid=timedelta(days=valid)).chain)


def test_without_time_stamps_the_document_waits_and_the_same_signature_serves_later(
    head, notice, token, monkeypatch
) -> None:
    prepared = prepare(notice, head)
    signature, service = token.sign(prepared.digest), settings.TIMESTAMP_URL
    monkeypatch.setattr(settings, "TIMESTAMP_URL", "http://127.0.0.1:9/")
    result = complete(prepared, signature, head)
    assert (result.ok, result.reason) == (False, str(Trouble.TIMESTAMPS_DOWN.label))
    assert untouched(notice)
    monkeypatch.setattr(settings, "TIMESTAMP_URL", service)
    assert complete(prepared, signature, head).ok


def test_a_prepared_file_that_was_tampered_with_is_not_signed(head, notice, token) -> None:
    prepared = prepare(notice, head)
    changed = bytearray(prepared.pdf)
    changed[200] ^= 1
    PreparedSignature.objects.filter(pk=prepared.pk).update(pdf=bytes(changed))
    assert not complete(prepared, token.sign(prepared.digest), head).ok
    assert untouched(notice)


@pytest.mark.django_db(transaction=True)
def test_two_completions_at_once_leave_one_signature(head, notice, token) -> None:
    prepared = prepare(notice, head)
    signature, start, results = token.sign(prepared.digest), threading.Barrier(2), []

    def run() -> None:
        start.wait()
        try:
            results.append(complete(prepared, signature, head))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result.ok for result in results] == [True, True]
    assert sorted(result.already for result in results) == [False, True]
    assert notice.revisions.filter(step="signed").count() == 1
    assert connection.in_atomic_block is False


def test_the_door_of_a_personal_token_opens_with_no_pin(head, token) -> None:
    assert keys.door_of(head) == Door.TOKEN
    with pytest.raises(keys.DoorClosed):
        keys.open_person_key(head, pin="2468-1357")


def test_a_certificate_that_cannot_sign_is_no_certificate(authority) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    at = datetime.now(UTC)
    short = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(x509.Name([]))
        .public_key(weak.public_key())
        .serial_number(1)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=1))
        .sign(weak, SHA256())
        .public_bytes(Encoding.DER)
    )
    for data in (b"", b"%PDF-1.7", b"0" * 200_000, short):
        with pytest.raises(CertificateUnreadable):
            certificates.read(data)
