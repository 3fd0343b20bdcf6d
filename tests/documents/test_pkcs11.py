"""Keys in a hardware module, on a software token for real: they sign without leaving it, every refusal is named."""

import os
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from pkcs11 import Attribute, ObjectClass, exceptions

from documents import demo_authority, keys, pipeline
from documents.models import Door, SigningKey, State, Trouble
from documents.signing import (
    DoorClosed,
    PinLocked,
    Pkcs11Signer,
    TokenKey,
    WrongPin,
    WrongSigner,
    sign_pdf,
    softtokens,
    tokens,
)
from documents.signing import certificates as reading
from documents.signing.keys import fingerprint_of, verify_raw
from documents.verification import verify_pdf
from tests.documents.office import again
from tests.documents.papers import timestamps, unsigned

PIN, OFFICER = "73519264", "officer-pin"
TOKEN = "con-dau"


@pytest.fixture
def module(authority: Path, tmp_path: Path) -> Iterator[TokenKey]:
    """A software token of the test's own, still without keys."""
    configuration = softtokens.create_token(tmp_path / "keys", TOKEN, pin=PIN, officer_pin=OFFICER)
    yield TokenKey(softtokens.installed(), TOKEN, "khoa-1", configuration)
    tokens.forget()


def certified(place: TokenKey, authority: Path, kind: str = "ec", serial: str = "con-dau"):
    """A new key on the token, with its certificate and the root."""
    public = softtokens.generate_key(place, PIN, kind=kind)
    return demo_authority.certify(authority, "Sở Thử nghiệm", serial, public)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_key_on_the_token_signs_a_pdf_that_verifies(module: TokenKey, authority: Path, kind: str) -> None:
    signer = Pkcs11Signer.open(module, PIN, certificates=certified(module, authority, kind))
    pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=signer, timestamps=timestamps(), certify=True)
    report = verify_pdf(
        pdf, trust_roots=[(authority / "root.pem").read_bytes()], expected_sha256s=[sha256(pdf).hexdigest()]
    )
    (signature,) = report.signatures
    assert signature.certified
    assert signature.timestamp_trusted
    assert signature.fingerprint == signer.fingerprint


def test_the_private_key_cannot_be_taken_out_of_the_token(module: TokenKey, authority: Path) -> None:
    certified(module, authority)

    def read(session) -> object:
        (key,) = session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        return key[Attribute.VALUE]

    with pytest.raises(DoorClosed, match="AttributeSensitive"):
        tokens.with_session(module, PIN, read)


def test_a_wrong_pin_a_missing_token_and_a_missing_key_are_told_apart(module: TokenKey, authority: Path) -> None:
    chain = certified(module, authority)
    with pytest.raises(WrongPin):
        Pkcs11Signer.open(module, "0000", certificates=chain)
    with pytest.raises(DoorClosed, match="NoSuchToken"):
        Pkcs11Signer.open(
            TokenKey(module.module, "không có", "khoa-1", module.configuration), PIN, certificates=chain
        )
    with pytest.raises(DoorClosed, match="NoSuchKey"):
        Pkcs11Signer.open(replace(module, label="khoa-2"), PIN, certificates=chain)
    with pytest.raises(DoorClosed):
        Pkcs11Signer.open(TokenKey("no-such-library.so", TOKEN, "khoa-1"), PIN, certificates=chain)
    assert Pkcs11Signer.open(module, PIN, certificates=chain).sign(b"x", "sha256")


def test_a_locked_token_says_so(module: TokenKey, authority: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = certified(module, authority)

    class Locked:
        def get_token(self, **wanted):
            return self

        def open(self, **how):
            raise exceptions.PinLocked

    monkeypatch.setattr(tokens, "_library", lambda place: Locked())
    with pytest.raises(PinLocked) as told:
        Pkcs11Signer.open(module, PIN, certificates=chain)
    assert "issuer" in keys.problem(told.value)


def test_a_certificate_of_another_key_never_gets_a_signature(module: TokenKey, authority: Path) -> None:
    certified(module, authority)
    other = replace(module, label="khoa-2")
    chain = certified(other, authority)
    with pytest.raises(WrongSigner):
        Pkcs11Signer.open(module, PIN, certificates=chain).sign(b"x", "sha256")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the library's own clean-up
def test_a_seal_logs_in_once_a_process_and_again_after_the_session_is_lost(
    module: TokenKey, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, logins, real = certified(module, authority), [], tokens._library

    class Counting:
        def __init__(self, library):
            self.library = library

        def get_token(self, **wanted):
            logins.append(wanted)
            return self.library.get_token(**wanted)

    monkeypatch.setattr(tokens, "_library", lambda place: Counting(real(place)))
    seal = Pkcs11Signer.open(module, PIN, certificates=chain, stay=True)
    for _time in range(3):
        assert verify_raw(chain[0], seal.sign(b"x", "sha256"), b"x")
    assert len(logins) == 1
    tokens._process.sessions[(module.module, TOKEN)].close()
    assert verify_raw(chain[0], seal.sign(b"x", "sha256"), b"x")
    assert len(logins) == 2


def test_a_seal_that_was_opened_before_a_fork_signs_in_the_child_and_still_in_the_parent(
    module: TokenKey, authority: Path
) -> None:
    chain = certified(module, authority)
    seal = Pkcs11Signer.open(module, PIN, certificates=chain, stay=True)
    seal.sign(b"parent", "sha256")
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # the child may only write and leave: pytest belongs to the parent
        try:
            os.write(writer, seal.sign(b"child", "sha256"))
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, "rb") as told:
        assert verify_raw(chain[0], told.read(), b"child")
    assert verify_raw(chain[0], seal.sign(b"parent", "sha256"), b"parent")


def test_a_wrong_pin_beside_a_seal_is_tried_once_only_so_that_the_worker_cannot_lock_the_token(
    module: TokenKey, authority: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chain, asked, real = certified(module, authority), [], tokens._library
    monkeypatch.setattr(tokens, "_library", lambda place: asked.append(place) or real(place))
    for _time in range(3):
        with pytest.raises(WrongPin):
            Pkcs11Signer.open(module, "0000", certificates=chain, stay=True)
    assert len(asked) == 1


@pytest.mark.django_db
def test_the_agencys_seal_on_the_token_carries_a_document_to_the_archive(office, module: TokenKey, authority) -> None:
    chain = certified(module, authority, "rsa", str(office.unit.uuid))
    key = keys.enrol_token_key(owner=office.unit, token=TOKEN, label="khoa-1", chain=chain, pin=PIN)
    document = office.bring(office.request("notice"), State.ARCHIVED)
    assert document.state == State.ARCHIVED
    assert document.revisions.get(step="sealed").fingerprint == key.fingerprint
    assert SigningKey.objects.filter(unit=office.unit).count() == 2
    assert [path.name for path in settings.KEYS_DIR.glob("seals/*") if path.suffix == ".p12"] != []


@pytest.mark.django_db
def test_a_token_that_is_gone_makes_the_document_wait_and_its_return_lets_it_go_on(
    office, module: TokenKey, authority: Path
) -> None:
    chain = certified(module, authority, "ec", str(office.unit.uuid))
    keys.enrol_token_key(owner=office.unit, token=TOKEN, label="khoa-1", chain=chain, pin=PIN)
    document = office.bring(office.request("notice"), State.NUMBERED)
    configuration = Path(module.configuration)
    kept = configuration.read_text()
    configuration.write_text(kept.replace("/tokens", "/elsewhere"))
    (configuration.parent / "elsewhere").mkdir()
    tokens.forget()
    pipeline.advance(document.pk)
    assert again(document).last_error == Trouble.NO_SEAL
    assert not document.revisions.filter(step="sealed").exists()
    configuration.write_text(kept)
    tokens.forget()
    type(document).objects.filter(pk=document.pk).update(next_attempt_at=document.requested_at)
    pipeline.advance(document.pk)
    assert again(document).state == State.ARCHIVED


@pytest.mark.django_db
def test_a_person_signs_with_a_key_in_the_module_after_the_right_pin_only(
    office, module: TokenKey, authority
) -> None:
    person = office.people["head"]
    chain = demo_authority.certify(
        authority, person.full_name, str(person.uuid), softtokens.generate_key(module, PIN), unit="Chữ ký cá nhân"
    )
    keys.enrol_token_key(owner=person, token=TOKEN, label="khoa-1", chain=chain, pin=PIN)
    assert keys.door_of(person) == Door.PKCS11
    document = office.request("notice")
    pipeline.advance(document.pk)
    with pytest.raises(WrongPin):
        office.sign(document, "head", pin="0000")
    assert document.slots.get(role="head").signed_at is None
    assert office.sign(document, "head", pin=PIN).ok
    assert document.slots.get(role="head").signed_at is not None


@pytest.mark.django_db
def test_the_command_enrols_a_seal_from_the_module(office, module: TokenKey, authority, tmp_path, capsys) -> None:
    chain = certified(module, authority, "ec", str(office.unit.uuid))
    (tmp_path / "seal.pem").write_text(reading.write(chain))
    (tmp_path / "pin").write_text(f"{PIN}\n")
    call_command(
        "enrol_seal",
        office.unit.code,
        door="pkcs11",
        token=TOKEN,
        key="khoa-1",
        certificate=tmp_path / "seal.pem",
        pin_file=tmp_path / "pin",
    )
    assert f"{timezone.localtime(chain[0].not_valid_after_utc):%d/%m/%Y}" in capsys.readouterr().out
    assert keys.open_seal(office.unit).fingerprint == fingerprint_of(chain[0])
