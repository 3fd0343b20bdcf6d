"""Which key signs for whom: registered, revoked, foreign, guessed at; each refusal is named and nothing is signed."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from documents import demo_authority, keys, pipeline
from documents.keys.pins import MOST
from documents.models import Door, PinTrial, SigningKey, State, Trouble
from documents.signing import certificates
from documents.signing.certificates import Standing
from tests.documents.office import PIN, again, key_file

pytestmark = pytest.mark.django_db


def guess(office, times: int) -> None:
    for _time in range(times):
        with pytest.raises(keys.WrongPin):
            keys.open_person_key(office.people["head"], pin="0000")


def test_each_wrong_pin_says_how_many_tries_are_left(office) -> None:
    with pytest.raises(keys.WrongPin) as told:
        keys.open_person_key(office.people["head"], pin="0000")
    assert told.value.left == MOST - 1
    assert "4 tries are left" in keys.problem(told.value)


def test_five_wrong_pins_lock_the_key_for_a_quarter_of_an_hour_even_for_the_right_one(office) -> None:
    guess(office, MOST)
    with pytest.raises(keys.PinLocked) as told:
        keys.open_person_key(office.people["head"], pin=PIN)
    assert told.value.until is not None
    assert "locked until" in keys.problem(told.value)
    PinTrial.objects.update(locked_until=Now() - timedelta(seconds=1))
    assert keys.open_person_key(office.people["head"], pin=PIN)
    assert PinTrial.objects.get().wrong == 0


def test_a_lock_that_is_over_leaves_five_new_tries(office) -> None:
    guess(office, MOST)
    PinTrial.objects.update(locked_until=Now() - timedelta(seconds=1))
    guess(office, MOST)
    with pytest.raises(keys.PinLocked):
        keys.open_person_key(office.people["head"], pin=PIN)


def test_the_right_pin_forgets_the_wrong_ones_before(office) -> None:
    guess(office, MOST - 1)
    assert keys.open_person_key(office.people["head"], pin=PIN)
    guess(office, MOST - 1)
    assert keys.open_person_key(office.people["head"], pin=PIN)


def test_guesses_from_one_address_lock_neither_another_address_nor_another_person(office) -> None:
    with keys.typed_at("10.0.0.7"):
        guess(office, MOST)
        with pytest.raises(keys.PinLocked):
            keys.open_person_key(office.people["head"], pin=PIN)
        assert keys.open_person_key(office.people["chair"], pin=PIN)
    with keys.typed_at("10.0.0.8"):
        assert keys.open_person_key(office.people["head"], pin=PIN)


def test_a_key_that_fails_for_another_reason_costs_no_try(office, authority) -> None:
    key = SigningKey.objects.get(person=office.people["head"])
    key.path = "people/gone.p12"
    key.save()
    for _time in range(MOST + 1):
        with pytest.raises(keys.NoKey):
            keys.open_person_key(office.people["head"], pin=PIN)


def test_a_revoked_certificate_signs_nothing(office, authority) -> None:
    person = office.people["head"]
    data = demo_authority.issue_person(authority, person.full_name, str(person.uuid), PIN)
    key = keys.enrol_person_key(person=person, data=data, pin=PIN)
    assert keys.standing_of(key) == Standing.GOOD
    document = office.request("notice")
    pipeline.advance(document.pk)
    demo_authority.revoke(authority, keys.certificates_of(key)[0].serial_number)
    assert keys.standing_of(key) == Standing.REVOKED
    with pytest.raises(keys.CertificateRevoked):
        office.sign(document, "head")
    assert again(document).state == State.AWAITING_SIGNATURE
    with pytest.raises(keys.CertificateRevoked):
        keys.enrol_person_key(person=person, data=data, pin=PIN)


def test_a_revoked_seal_seals_nothing_and_the_document_waits(office, authority) -> None:
    data = demo_authority.issue_seal(authority, office.unit.name, str(office.unit.uuid), PIN)
    key = keys.enrol_seal(unit=office.unit, data=data, pin=PIN)
    document = office.bring(office.request("notice"), State.NUMBERED)
    demo_authority.revoke(authority, keys.certificates_of(key)[0].serial_number)
    pipeline.advance(document.pk)
    assert (again(document).state, again(document).last_error) == (State.NUMBERED, Trouble.NO_SEAL)


def test_a_certificate_whose_authority_cannot_be_asked_may_sign_and_says_unknown(office, tmp_path) -> None:
    """The seal's long-term data prove all signatures later, and wait for the authority."""
    elsewhere = demo_authority.create(tmp_path / "elsewhere").parent
    data = demo_authority.issue_person(elsewhere, office.people["clerk"].full_name, "x", PIN)
    key = keys.enrol_person_key(person=office.people["clerk"], data=data, pin=PIN)
    assert keys.standing_of(key) == Standing.UNKNOWN
    assert keys.open_person_key(office.people["clerk"], pin=PIN)


def test_a_certificate_that_names_another_person_is_not_registered(office, authority) -> None:
    head, chair = office.people["head"], office.people["chair"]
    data = demo_authority.issue_person(authority, chair.full_name, str(chair.uuid), PIN)
    with pytest.raises(keys.WrongSigner):
        keys.enrol_person_key(person=head, data=data, pin=PIN)
    keys.enrol_person_key(person=chair, data=key_file(authority, "chair"), pin=PIN)
    with pytest.raises(keys.WrongSigner):
        keys.enrol_person_key(person=head, data=key_file(authority, "chair"), pin=PIN)
    assert SigningKey.objects.get(person=head, active=True).fingerprint


def test_who_registers_for_himself_needs_his_own_name_and_a_trusted_authority(office, authority, tmp_path) -> None:
    head = office.people["head"]
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    own = demo_authority.certify(authority, "ĐẶNG  VĂN CẢ", "1", public)
    keys.require_own(own, head)
    keys.require_own(own[:1], head)
    with pytest.raises(keys.WrongSigner):
        keys.require_own(demo_authority.certify(authority, "Võ Văn Ba", "1", public), head)
    elsewhere = demo_authority.create(tmp_path / "elsewhere").parent
    with pytest.raises(keys.CertificateUntrusted):
        keys.require_own(demo_authority.certify(elsewhere, head.full_name, "1", public), head)


def test_a_key_registered_again_is_the_active_one_again_and_all_stay_on_record(office, authority) -> None:
    head = office.people["head"]
    first = keys.key_of(head)
    second = keys.enrol_person_key(
        person=head, data=demo_authority.issue_person(authority, head.full_name, "2", PIN), pin=PIN
    )
    assert keys.key_of(head) == second
    again_first = keys.enrol_person_key(person=head, data=key_file(authority, "head"), pin=PIN)
    assert (again_first.pk, keys.key_of(head).pk) == (first.pk, first.pk)
    assert SigningKey.objects.filter(person=head).count() == 2


def test_the_door_of_a_person(office) -> None:
    assert keys.door_of(office.people["head"]) == Door.PKCS12
    assert keys.door_of(office.people["clerk"]) is None


def test_a_certificate_file_is_read_as_pem_and_as_der_with_its_chain(authority) -> None:
    chain = demo_authority.certify(authority, "A", "1", ec.generate_private_key(ec.SECP256R1()).public_key())
    assert certificates.read(certificates.write(chain).encode()) == chain
    assert certificates.read(chain[0].public_bytes(Encoding.DER)) == chain[:1]


def test_the_command_registers_a_key_file_and_names_what_is_wrong(office, authority, tmp_path, capsys) -> None:
    (tmp_path / "key.p12").write_bytes(key_file(authority, "clerk"))
    (tmp_path / "pin").write_text(PIN)
    given = {"door": "pkcs12", "file": tmp_path / "key.p12", "pin_file": tmp_path / "pin"}
    call_command("enrol_key", "clerk", **given)
    assert keys.open_person_key(office.people["clerk"], pin=PIN)
    assert "valid until" in capsys.readouterr().out
    (tmp_path / "pin").write_text("0000")
    with pytest.raises(CommandError, match="WrongPin"):
        call_command("enrol_key", "clerk", **given)
    with pytest.raises(CommandError, match="not found"):
        call_command("enrol_key", "nobody", **given)
    with pytest.raises(CommandError, match="--certificate"):
        call_command("enrol_key", "clerk", door="token")
    with pytest.raises(CommandError, match="personal token"):
        call_command("enrol_seal", "STN", door="token")


def test_the_command_registers_the_certificate_of_a_token(office, authority, tmp_path) -> None:
    clerk = office.people["clerk"]
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    chain = demo_authority.certify(authority, clerk.full_name, str(clerk.uuid), public)
    (tmp_path / "token.cer").write_bytes(chain[0].public_bytes(Encoding.DER))
    call_command("enrol_key", "clerk", door="token", certificate=tmp_path / "token.cer")
    assert keys.door_of(clerk) == Door.TOKEN
