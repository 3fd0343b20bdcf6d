"""A person's own setting: by which door he signs, and with which certificate."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.utils.translation import gettext as _

from documents import keys
from documents.actions import SignResult, complete_signature, prepare_signature
from documents.models import Document, Door, PreparedSignature, SigningKey
from documents.signing import Pkcs12Signer, certificates
from organization.actions import journal
from organization.models import Person
from workflows.actions.signing import countersignatures
from workflows.errors import Refused, already_handled


def register_key_file(*, person: Person, data: bytes, pin: str, expected_version: int, at: datetime) -> SigningKey:
    """Sign with this key file (PKCS#12) from now on. The PIN opens it once and is not kept. KeyUnusable."""
    opened = Pkcs12Signer.open(data, pin)
    keys.require_own([opened.certificate, *opened.chain], person)
    return _changed(person, expected_version, at, lambda: keys.enrol_person_key(person=person, data=data, pin=pin))


def register_token(*, person: Person, data: bytes, expected_version: int, at: datetime) -> SigningKey:
    """Sign with a personal token from now on, by the certificate in this file. KeyUnusable."""
    chain = certificates.read(data)
    keys.require_own(chain, person)
    return _changed(person, expected_version, at, lambda: keys.enrol_certificate(person=person, chain=chain))


def register_service_key(*, person: Person, credential: str, expected_version: int, at: datetime) -> SigningKey:
    """Sign with a key at the remote signing service from now on. KeyUnusable."""
    keys.require_own(keys.service_certificates(credential), person)
    return _changed(person, expected_version, at, lambda: keys.enrol_service_key(owner=person, credential=credential))


def use_key_again(*, person: Person, key: SigningKey, expected_version: int, at: datetime) -> SigningKey:
    """Go back to a key that stands on record. KeyUnusable when it counts no more."""
    if not key.certificates:
        raise Refused(_("This key was registered before its certificate was kept. Register its file again."))
    return _changed(person, expected_version, at, lambda: keys.use_again(key))


def key_version(person: Person) -> int:
    """Which key the page was drawn with."""
    return SigningKey.objects.filter(person=person, active=True).values_list("pk", flat=True).first() or 0


def _changed(person: Person, expected_version: int, at: datetime, act: Callable[[], SigningKey]) -> SigningKey:
    before = SigningKey.objects.filter(person=person, active=True).first()
    if (before.pk if before else 0) != expected_version:
        raise already_handled(None, None)
    key = act()
    journal(
        event="key.registered",
        subject=person,
        at=at,
        by=person,
        changed_from=before.door if before else "",
        changed_to=key.door,
        fingerprint=key.fingerprint,
    )
    return key


def prepare(*, document: Document, by: Person, shown: bytes = b"", at: datetime) -> PreparedSignature:
    """The digest that the person's token signs. `shown` is the certificate that the token shows, if it was asked."""
    chain: Sequence[x509.Certificate] = certificates.read(shown) if shown else ()
    fill = countersignatures([document], by, at).get(document.uuid, {})
    return prepare_signature(document=document, signer=by, chain=chain, fill=fill, at=at)


def complete(*, prepared: UUID, signature: bytes, by: Person, at: datetime) -> SignResult:
    """The token's signature; the result says what became of the document."""
    return complete_signature(prepared=prepared, signature=signature, by=by, at=at)


def uses_token(person: Person) -> bool:
    """Whether the person signs with a token of his own."""
    return keys.door_of(person) == Door.TOKEN
