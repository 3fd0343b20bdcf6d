"""Keys at a remote signing service (Cloud Signature Consortium): real signatures, and clear words when it says no."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.conf import settings

from documents import demo_authority, keys, pipeline
from documents.actions import sign_documents
from documents.models import Document, Door, PinTrial, State, Trouble
from documents.signing import CscSigner, DoorClosed, PinLocked, SigningService, WrongPin, WrongSigner, sign_pdf
from documents.signing.keys import verify_raw
from documents.verification import verify_pdf
from tests.documents.csc_service import BEARER, CscService, serving
from tests.documents.office import NOON, again
from tests.documents.papers import timestamps, unsigned


def certified(authority, name: str = "Đặng Văn Cả", serial: str = "tu-xa", kind: str = "ec") -> CscService:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "ec" else rsa.generate_private_key(65537, 2048)
    chain = demo_authority.certify(authority, name, serial, key.public_key(), unit="Chữ ký cá nhân")
    return CscService(key, chain)


def client(service: CscService, **options) -> SigningService:
    return SigningService(service.url, token=BEARER, **options)


@pytest.fixture
def remote(office, authority, monkeypatch) -> Iterator[CscService]:
    """The head's key at the service of the settings."""
    head = office.people["head"]
    with serving(certified(authority, head.full_name, str(head.uuid))) as service:
        monkeypatch.setattr(settings, "CSC_URL", service.url)
        monkeypatch.setattr(settings, "CSC_TOKEN", BEARER)
        keys.enrol_service_key(owner=head, credential=service.name)
        yield service


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_the_service_signs_a_pdf_that_verifies(authority, version, kind) -> None:
    with serving(certified(authority, kind=kind), version) as service:
        signer = CscSigner.open(client(service), service.name, service.pin)
        pdf = sign_pdf(unsigned("notice"), field="sig.head", signer=signer, timestamps=timestamps(), certify=True)
    (signature,) = verify_pdf(pdf, trust_roots=[(authority / "root.pem").read_bytes()]).signatures
    assert (signature.fingerprint, signature.certified) == (signer.fingerprint, True)
    assert service.asked == ["credentials/info", *["credentials/authorize"] * 2, "signatures/signHash"]


@pytest.mark.parametrize("version", [1, 2])
def test_one_authorisation_serves_a_batch_where_the_service_allows_it(authority, version) -> None:
    service = certified(authority)
    service.scal, service.multisign, service.otp = "1", 3, "778899"
    with serving(service, version):
        signer = CscSigner.open(client(service), service.name, f"{service.pin} 778899")
        made = [signer.sign(bytes([number]), "sha256") for number in range(3)]
        with pytest.raises(WrongPin):  # the one-time password is spent with the batch
            signer.sign(b"4", "sha256")
    assert all(verify_raw(service.chain[0], each, bytes([number])) for number, each in enumerate(made))
    assert service.asked.count("credentials/authorize") == 2


def test_where_a_one_time_password_is_wanted_it_must_be_typed(authority) -> None:
    service = certified(authority)
    service.otp = "778899"
    with serving(service), pytest.raises(WrongPin, match="one-time"):
        CscSigner.open(client(service), service.name, service.pin)


def test_a_wrong_pin_then_a_locked_key_are_told_apart(authority) -> None:
    with serving(certified(authority)) as service:
        for _time in range(3):
            with pytest.raises(WrongPin):
                CscSigner.open(client(service), service.name, "0000")
        with pytest.raises(PinLocked) as told:
            CscSigner.open(client(service), service.name, service.pin)
    assert "issuer" in keys.problem(told.value)


def test_a_one_time_password_for_one_signature_is_not_spent_on_a_trial(authority) -> None:
    service = certified(authority)
    service.otp = "778899"
    with serving(service):
        signer = CscSigner.open(client(service), service.name, f"{service.pin} 778899")
        assert not signer.pin_was_tried
        assert verify_raw(service.chain[0], signer.sign(b"x", "sha256"), b"x")
        with pytest.raises(WrongPin):
            signer.sign(b"y", "sha256")


def test_a_service_that_hangs_is_down_or_talks_nonsense_is_a_closed_door_soon(authority) -> None:
    with serving(certified(authority)) as service:
        service.hangs = 1.0
        with pytest.raises(DoorClosed, match="does not answer"):
            CscSigner.open(client(service, timeout=0.2), service.name, service.pin)
        service.hangs = 0.0
        for method in ("credentials/info", "credentials/authorize", "signatures/signHash"):
            service.garbles = method
            with pytest.raises(DoorClosed):
                CscSigner.open(client(service), service.name, service.pin).sign(b"x", "sha256")
        service.garbles = ""
        with pytest.raises(DoorClosed, match="credentialID"):
            CscSigner.open(client(service), "khoa-khac", service.pin)
        with pytest.raises(DoorClosed, match="access_denied"):
            CscSigner.open(SigningService(service.url, token="other"), service.name, service.pin)
        service.status = "disabled"
        with pytest.raises(DoorClosed, match="out of use"):
            CscSigner.open(client(service), service.name, service.pin)
        address = client(service)
    with pytest.raises(DoorClosed):
        CscSigner.open(address, service.name, service.pin)


def test_a_signature_by_another_key_is_never_embedded(authority) -> None:
    with serving(certified(authority)) as service:
        service.key = ec.generate_private_key(ec.SECP256R1())
        with pytest.raises(WrongSigner):
            CscSigner.open(client(service), service.name, service.pin).sign(b"x", "sha256")


@pytest.mark.django_db
def test_a_person_signs_at_the_service_with_one_pin_for_several_documents(office, remote) -> None:
    head = office.people["head"]
    assert keys.door_of(head) == Door.CSC
    for document in [office.request("notice"), office.request("notice")]:
        pipeline.advance(document.pk)
        assert office.sign(document, "head", pin=remote.pin).ok
        assert again(document).state == State.SIGNED
    assert PinTrial.objects.get().wrong == 0


@pytest.mark.django_db
def test_a_pin_that_the_service_refuses_signs_nothing_and_is_counted_here_too(office, remote) -> None:
    document = office.request("notice")
    pipeline.advance(document.pk)
    with pytest.raises(WrongPin) as told:
        office.sign(document, "head", pin="0000")
    assert told.value.left == 4
    assert again(document).state == State.AWAITING_SIGNATURE
    assert PinTrial.objects.get().wrong == 1
    assert office.sign(document, "head", pin=remote.pin).ok
    assert PinTrial.objects.get().wrong == 0


@pytest.mark.django_db
def test_a_service_that_dies_between_two_documents_leaves_the_first_signed_and_the_second_waiting(
    office, remote
) -> None:
    first, second = office.request("notice"), office.request("notice")
    for document in (first, second):
        pipeline.advance(document.pk)
    real = remote.answer

    def dying(version, method, sent):
        if remote.asked.count("signatures/signHash") == 1:
            return 503, "gone"
        return real(version, method, sent)

    remote.answer = dying
    results = sign_documents(documents=[first, second], signer=office.people["head"], pin=remote.pin, at=NOON)
    assert [each.ok for each in results] == [True, False]
    assert "does not answer" in results[1].reason
    assert [again(each).state for each in (first, second)] == [State.SIGNED, State.AWAITING_SIGNATURE]


@pytest.mark.django_db
def test_an_agencys_seal_may_lie_at_the_service(office, authority, monkeypatch) -> None:
    with serving(certified(authority, "Sở Thử nghiệm", str(office.unit.uuid))) as service:
        monkeypatch.setattr(settings, "CSC_URL", service.url)
        monkeypatch.setattr(settings, "CSC_TOKEN", BEARER)
        key = keys.enrol_service_key(owner=office.unit, credential=service.name, pin=service.pin)
        document = office.bring(office.request("notice"), State.ARCHIVED)
    assert document.revisions.get(step="sealed").fingerprint == key.fingerprint


@pytest.mark.django_db
def test_without_a_service_in_the_settings_the_door_is_closed(office, remote, monkeypatch) -> None:
    monkeypatch.setattr(settings, "CSC_URL", "")
    with pytest.raises(DoorClosed):
        keys.open_person_key(office.people["head"], pin=remote.pin)
    assert PinTrial.objects.get().wrong == 0


@pytest.mark.django_db
def test_a_seals_pin_that_the_service_refuses_is_tried_once_and_a_new_one_again(
    office, authority, monkeypatch
) -> None:
    """Every document of the agency waits for the seal: their tries together would lock the key within seconds."""
    with serving(certified(authority, "Sở Thử nghiệm", str(office.unit.uuid))) as service:
        monkeypatch.setattr(settings, "CSC_URL", service.url)
        monkeypatch.setattr(settings, "CSC_TOKEN", BEARER)
        keys.enrol_service_key(owner=office.unit, credential=service.name, pin=service.pin)
        document = office.bring(office.request("notice"), State.NUMBERED)
        service.pin = "135791"
        for _time in range(4):
            Document.objects.filter(pk=document.pk).update(next_attempt_at=NOON)
            pipeline.advance(document.pk)
            assert again(document).last_error == Trouble.NO_SEAL
        assert service.wrong == 1
        keys.enrol_service_key(owner=office.unit, credential=service.name, pin=service.pin)
        Document.objects.filter(pk=document.pk).update(next_attempt_at=NOON)
        pipeline.advance(document.pk)
        assert again(document).state == State.ARCHIVED
