"""Keys of people and seals: enrolled once, opened by PIN, never readable by others."""

import stat
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from documents import demo_authority, keys
from documents.models import SigningKey
from tests.documents.office import PIN, key_file

pytestmark = pytest.mark.django_db


def test_the_right_pin_opens_the_persons_own_key(office):
    person = office.people["head"]
    opened = keys.open_person_key(person, pin=PIN)
    assert opened.fingerprint == SigningKey.objects.get(person=person).fingerprint
    assert opened.common_name == person.full_name


def test_a_wrong_pin_is_refused(office):
    with pytest.raises(keys.WrongPin):
        keys.open_person_key(office.people["head"], pin="0000")


def test_a_person_without_a_key_is_told_so(office):
    with pytest.raises(keys.NoKey):
        keys.open_person_key(office.people["clerk"], pin=PIN)


def test_a_key_whose_file_is_gone_is_no_key(office):
    key = SigningKey.objects.get(person=office.people["head"])
    path = settings.KEYS_DIR / key.path
    path.unlink()
    with pytest.raises(keys.NoKey):
        keys.open_person_key(office.people["head"], pin=PIN)


def test_a_file_swapped_for_another_key_is_refused(office, authority):
    key = SigningKey.objects.get(person=office.people["head"])
    path = settings.KEYS_DIR / key.path
    path.write_bytes(key_file(authority, "chair"))
    with pytest.raises(keys.WrongSigner):
        keys.open_person_key(office.people["head"], pin=PIN)


def test_a_new_key_takes_the_place_of_the_old_one_which_stays_on_record(office, authority):
    person = office.people["head"]
    renewed = demo_authority.issue_person(authority, person.full_name, "renewed", "1357-2468")
    keys.enrol_person_key(person=person, data=renewed, pin="1357-2468")
    assert SigningKey.objects.filter(person=person).count() == 2
    assert (
        keys.open_person_key(person, pin="1357-2468").fingerprint
        == SigningKey.objects.get(person=person, active=True).fingerprint
    )


def test_an_expired_key_cannot_be_enrolled_or_used(office, authority):
    old = demo_authority.issue_person(
        authority,
        "Hết Hạn",
        "old",
        PIN,
        at=datetime.now(UTC) - timedelta(days=30),
        valid=timedelta(days=10),
    )
    with pytest.raises(keys.CertificateExpired):
        keys.enrol_person_key(person=office.people["clerk"], data=old, pin=PIN)
    SigningKey.objects.filter(unit=office.unit).update(valid_until=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(keys.CertificateExpired):
        keys.open_seal(office.unit)


def test_key_files_and_seal_pins_are_for_this_account_only(office):
    names = [path for path in settings.KEYS_DIR.rglob("*") if path.suffix in (".p12", ".pin")]
    assert {path.suffix for path in names} == {".p12", ".pin"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in names} == {0o600}


def test_a_seal_whose_pin_is_lost_is_no_key(office):
    key = SigningKey.objects.get(unit=office.unit)
    (settings.KEYS_DIR / f"{key.path}.pin").unlink()
    with pytest.raises(keys.NoKey):
        keys.open_seal(office.unit)
