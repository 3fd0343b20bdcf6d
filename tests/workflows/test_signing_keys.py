"""My signing key, and signing with a token of my own: by page and files, or by a plug-in in the browser."""

import stat
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents import demo_authority, keys
from documents.models import Document, Door, PreparedSignature, SigningKey, State
from documents.signing.certificates import Standing
from documents.signing.keys import verify_raw
from organization.models import JournalEntry, Person
from tests.documents.csc_service import BEARER, CscService, serving
from tests.workflows.agency import PIN, Agency, key_file
from workflows.actions.signing_keys import key_version
from workflows.demo import province

URL = "signing_key"
JSON = {"HTTP_ACCEPT": "application/json"}


class Token:
    """A token on its owner's desk."""

    def __init__(self, authority: Path, person: Person) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.chain = demo_authority.certify(authority, person.full_name, str(person.uuid), self.key.public_key())

    @property
    def file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile("token.cer", self.chain[0].public_bytes(Encoding.DER))

    def sign(self, digest: str) -> bytes:
        return self.key.sign(bytes.fromhex(digest), ec.ECDSA(Prehashed(SHA256())))


@pytest.fixture
def an(agency: Agency) -> Person:
    return agency.people["an"]


@pytest.fixture
def client(an: Person) -> Client:
    found = Client()
    found.force_login(an)
    return found


@pytest.fixture
def form_01(agency: Agency, an: Person) -> Document:
    """An's Form 01, waiting for his signature."""
    agency.enrol_keys("an")
    agency.open()
    agency.hand_in("an")
    agency.render()
    return agency.documents("form_01")[0]


@pytest.fixture
def token(agency: Agency, an: Person, form_01: Document) -> Token:
    """An signs with a token of his own."""
    made = Token(agency.authority, an)
    keys.enrol_certificate(person=an, chain=made.chain)
    return made


def register(client: Client, person: Person, door: str, **fields):
    version = fields.pop("version", key_version(person))
    sent = {f"{door}-{name}": value for name, value in fields.items()}
    return client.post(reverse(URL), {"door": door, "expected_version": version, **sent})


def page(client: Client, name: str = URL, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def test_who_has_no_key_is_offered_the_doors(client: Client) -> None:
    text = page(client)
    assert "No signing key is registered for you" in text
    assert 'name="pkcs12-file"' in text
    assert 'name="token-certificate"' in text
    assert 'name="csc-credential"' not in text


def test_a_key_file_is_registered_with_its_pin_and_shown_with_its_certificate(agency, client, an) -> None:
    data = SimpleUploadedFile("khoa.p12", key_file(agency.authority, "an"))
    assert register(client, an, "pkcs12", file=data, pin=PIN).url == reverse(URL)
    text = page(client)
    assert an.full_name in text
    assert "valid, not revoked" in text
    assert keys.open_person_key(an, pin=PIN)
    entry = JournalEntry.objects.get(event="key.registered")
    assert (entry.by, entry.changed_to) == (an, Door.PKCS12)


def test_a_wrong_pin_or_another_file_registers_nothing_and_the_pin_is_never_shown(agency, client, an) -> None:
    data = key_file(agency.authority, "an")
    wrong = ((data, "0000-wrong", "The PIN is wrong"), (b"no key file", PIN, "This is no key file"))
    for content, pin, words in wrong:
        answer = register(client, an, "pkcs12", file=SimpleUploadedFile("khoa.p12", content), pin=pin)
        assert answer.status_code == 400
        assert words in answer.content.decode()
        assert pin not in answer.content.decode()
    assert register(client, an, "pkcs12", pin=PIN).status_code == 422
    large = SimpleUploadedFile("khoa.p12", b"0" * 100_001)
    assert "larger than 100 KB" in register(client, an, "pkcs12", file=large, pin=PIN).content.decode()
    assert not SigningKey.objects.filter(person=an).exists()


def test_a_key_of_another_person_or_of_an_unknown_authority_is_refused(agency, client, an, tmp_path) -> None:
    foreign = SimpleUploadedFile("khoa.p12", key_file(agency.authority, "hr"))
    answer = register(client, an, "pkcs12", file=foreign, pin=PIN)
    assert (answer.status_code, "not the one registered for you" in answer.content.decode()) == (400, True)
    elsewhere = demo_authority.create(tmp_path / "elsewhere").parent
    answer = register(client, an, "token", certificate=Token(elsewhere, an).file)
    assert (answer.status_code, "trusted authority" in answer.content.decode()) == (400, True)
    answer = register(client, an, "token", certificate=SimpleUploadedFile("token.cer", b"no certificate"))
    assert (answer.status_code, "no certificate" in answer.content.decode()) == (400, True)
    assert not SigningKey.objects.filter(person=an).exists()


def test_a_token_is_registered_the_key_before_stays_on_record_and_may_be_taken_again(agency, client, an) -> None:
    agency.enrol_keys("an")
    first = keys.key_of(an)
    assert register(client, an, "token", certificate=Token(agency.authority, an).file).status_code == 302
    assert keys.door_of(an) == Door.TOKEN
    text = page(client)
    assert "personal token" in text
    assert first.fingerprint in text
    sent = {"again": str(first.pk), "expected_version": key_version(an)}
    assert client.post(reverse(URL), sent).status_code == 302
    assert keys.key_of(an).pk == first.pk


def test_nobody_takes_up_anothers_key_and_an_old_page_changes_nothing(agency, client, an) -> None:
    agency.enrol_keys("an", "hr")
    foreign = keys.key_of(agency.people["hr"])
    assert (
        client.post(reverse(URL), {"again": str(foreign.pk), "expected_version": key_version(an)}).status_code == 404
    )
    answer = register(client, an, "token", certificate=Token(agency.authority, an).file, version=0)
    assert answer.status_code == 409
    assert keys.door_of(an) == Door.PKCS12


def test_a_revoked_certificate_is_announced(agency, client, an) -> None:
    token = Token(agency.authority, an)
    keys.enrol_certificate(person=an, chain=token.chain)
    demo_authority.revoke(agency.authority, token.chain[0].serial_number)
    assert "has been revoked" in page(client)


@pytest.fixture
def service(agency: Agency, an: Person, monkeypatch: pytest.MonkeyPatch) -> Iterator[CscService]:
    token = Token(agency.authority, an)
    with serving(CscService(token.key, token.chain)) as running:
        monkeypatch.setattr(settings, "CSC_URL", running.url)
        monkeypatch.setattr(settings, "CSC_TOKEN", BEARER)
        yield running


def test_a_key_at_the_remote_service_is_registered_by_its_name(client, an, service) -> None:
    assert 'name="csc-credential"' in page(client)
    assert register(client, an, "csc", credential="khong-co").status_code == 400
    assert register(client, an, "csc", credential=service.name).status_code == 302
    assert keys.open_person_key(an, pin=service.pin)


def test_five_wrong_pins_in_the_queue_lock_the_key_for_this_person_and_address(agency, client, an, form_01) -> None:
    sent = {"documents": [str(form_01.uuid)], "pin": "0000"}
    answers = [client.post(reverse("signing_queue"), sent).content.decode() for _time in range(6)]
    assert "4 tries are left" in answers[0]
    assert "locked until" in answers[5]
    right = {**sent, "pin": PIN}
    assert "locked until" in client.post(reverse("signing_queue"), right).content.decode()
    assert client.post(reverse("signing_queue"), right, REMOTE_ADDR="10.1.2.3").status_code == 302


def test_the_queue_leads_to_the_page_for_the_token(client, token, form_01) -> None:
    assert reverse("sign_with_token", args=[form_01.uuid]) in page(client, "signing_queue")


def test_a_document_is_signed_step_by_step_with_files(client, an, token, form_01) -> None:
    step = reverse("sign_with_token", args=[form_01.uuid])
    assert "Prepare the signature" in client.get(step).content.decode()
    assert client.post(step, {"certificate": token.file}).url == step
    half = PreparedSignature.objects.get()
    text = client.get(step).content.decode()
    assert half.digest in text
    digest = client.get(reverse("sign_with_token_digest", args=[form_01.uuid]))
    assert (digest.content.hex(), digest["Content-Type"]) == (half.digest, "application/octet-stream")
    file = SimpleUploadedFile("signature.bin", token.sign(half.digest))
    done = reverse("sign_with_token_complete", args=[form_01.uuid])
    answer = client.post(done, {"prepared": half.uuid, "signature_file": file})
    assert answer.url == reverse("signing_queue")
    assert form_01.slots.get(role="person").fingerprint == half.key.fingerprint


@pytest.mark.parametrize("write", [bytes.hex, lambda data: b64encode(data).decode(), lambda data: data.hex(":")])
def test_the_signature_may_be_pasted(client, token, form_01, write) -> None:
    client.post(reverse("sign_with_token", args=[form_01.uuid]))
    half = PreparedSignature.objects.get()
    sent = {"prepared": half.uuid, "signature": write(token.sign(half.digest))}
    assert client.post(reverse("sign_with_token_complete", args=[form_01.uuid]), sent).status_code == 302


def test_a_plug_in_sends_the_same_two_forms_and_reads_json(client, token, form_01) -> None:
    step, done = (reverse(name, args=[form_01.uuid]) for name in ("sign_with_token", "sign_with_token_complete"))
    told = client.post(step, {}, **JSON).json()
    assert (told["digest_algorithm"], told["key_algorithm"]) == ("SHA-256", "ECDSA")
    wrong = client.post(done, {"prepared": told["prepared"], "signature": "00" * 64}, **JSON)
    assert (wrong.status_code, "does not fit" in wrong.json()["error"]) == (409, True)
    assert "neither" in client.post(done, {"prepared": told["prepared"], "signature": "?"}, **JSON).json()["error"]
    sent = {"prepared": told["prepared"], "signature": b64encode(token.sign(told["digest"])).decode()}
    assert client.post(done, sent, **JSON).json() == {"signed": True, "already": False, "reason": ""}
    assert client.post(done, sent, **JSON).json()["already"] is True
    refused = client.post(step, {}, **JSON)
    assert (refused.status_code, bool(refused.json()["error"])) == (409, True)


def test_a_program_without_the_sessions_csrf_token_is_refused(an, token, form_01) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(an)
    assert strict.post(reverse("sign_with_token", args=[form_01.uuid]), {}, **JSON).status_code == 403
    assert not PreparedSignature.objects.exists()


def test_a_token_that_shows_another_certificate_prepares_nothing(agency, client, an, token, form_01) -> None:
    other = Token(agency.authority, an).file
    answer = client.post(reverse("sign_with_token", args=[form_01.uuid]), {"certificate": other})
    assert (answer.status_code, "not the one registered" in answer.content.decode()) == (400, True)
    assert not PreparedSignature.objects.exists()


def test_another_person_finds_neither_the_page_nor_what_was_prepared(agency, client, token, form_01) -> None:
    client.post(reverse("sign_with_token", args=[form_01.uuid]))
    half = PreparedSignature.objects.get()
    stranger = Client()
    stranger.force_login(agency.people["hr"])
    for name in ("sign_with_token", "sign_with_token_digest"):
        assert stranger.get(reverse(name, args=[form_01.uuid])).status_code == 404
    sent = {"prepared": half.uuid, "signature": token.sign(half.digest).hex()}
    assert stranger.post(reverse("sign_with_token_complete", args=[form_01.uuid]), sent).status_code == 404
    assert Document.objects.get(pk=form_01.pk).state == State.AWAITING_SIGNATURE


def test_who_signs_by_another_door_is_told_where_to_register_a_token(client, form_01) -> None:
    assert reverse(URL) in page(client, "sign_with_token", form_01.uuid)
    assert client.get(reverse("sign_with_token_digest", args=[form_01.uuid])).status_code == 302


def test_the_demos_seals_lie_in_a_token_of_the_server(agency, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(settings, "KEYS_DIR", tmp_path / "keys")
    units = [agency.units["SNV"], agency.units["UBND"]]
    province.give_seals(agency.authority, units)
    for unit in units:
        seal = keys.open_seal(unit)
        assert verify_raw(seal.certificate, seal.sign(b"x", "sha256"), b"x")
        assert keys.standing_of(unit.seal_keys.get(active=True)) == Standing.GOOD
    assert {key.door for key in SigningKey.objects.filter(unit__in=units)} == {Door.PKCS11}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys" / "seals").iterdir()} == {0o600}
