"""Registering the key that a person or an agency signs with from now on; the one before stays for the record."""

import secrets
from collections.abc import Sequence

from cryptography import x509
from django.conf import settings
from django.db import transaction

from documents.keys import files
from documents.keys.opening import service, token_key
from documents.keys.standing import certificates_of, require_not_revoked
from documents.models import Door, SigningKey
from documents.signing import (
    CertificateUntrusted,
    CscSigner,
    DoorClosed,
    Pkcs11Signer,
    Pkcs12Signer,
    WrongSigner,
    certificates,
    require_usable,
)
from documents.signing.keys import fingerprint_of
from organization.models import Person, Unit


def enrol_person_key(*, person: Person, data: bytes, pin: str) -> SigningKey:
    """Register a key file (PKCS#12) as the person's active key. KeyUnusable."""
    opened = Pkcs12Signer.open(data, pin)
    path = f"people/{person.uuid}-{opened.fingerprint[:16]}.p12"
    return _enrol([opened.certificate, *opened.chain], Door.PKCS12, person, path=path, data=data)


def enrol_seal(*, unit: Unit, data: bytes, pin: str) -> SigningKey:
    """Register a key file (PKCS#12) as the agency's active seal, its PIN beside it for the worker. KeyUnusable."""
    opened = Pkcs12Signer.open(data, pin)
    path = _seal_path(unit, opened.certificate) + ".p12"
    return _enrol([opened.certificate, *opened.chain], Door.PKCS12, unit, path=path, data=data, pin=pin)


def enrol_token_key(
    *, owner: Person | Unit, token: str, label: str, chain: Sequence[x509.Certificate], pin: str
) -> SigningKey:
    """Register a key in this server's hardware module, proved by a signature; a seal's PIN is kept for the worker.

    KeyUnusable: WrongSigner when the key is not the certificate's.
    """
    opened = Pkcs11Signer.open(token_key(token, label), pin, certificates=chain)
    opened.sign(secrets.token_bytes(32), "sha256")
    path = _seal_path(owner, chain[0]) if isinstance(owner, Unit) else ""
    return _enrol(chain, Door.PKCS11, owner, path=path, pin=pin, token=token, credential=label)


def enrol_service_key(*, owner: Person | Unit, credential: str, pin: str = "") -> SigningKey:
    """Register a key at the remote signing service; a seal's PIN is kept for the worker. KeyUnusable."""
    known = service().credential(credential)
    if not known.enabled:
        raise DoorClosed(f"the signing service has put the key {credential!r} out of use")
    if isinstance(owner, Unit):
        CscSigner.open(service(), credential, pin).sign(secrets.token_bytes(32), "sha256")
        path = _seal_path(owner, known.certificates[0])
        return _enrol(known.certificates, Door.CSC, owner, path=path, pin=pin, credential=credential)
    return _enrol(known.certificates, Door.CSC, owner, credential=credential)


def enrol_certificate(*, person: Person, chain: Sequence[x509.Certificate]) -> SigningKey:
    """Register the certificate of the person's own token; each signature is checked against it. KeyUnusable."""
    return _enrol(chain, Door.TOKEN, person)


@transaction.atomic
def use_again(key: SigningKey) -> SigningKey:
    """Make a key on record the active one again. KeyUnusable when its certificate counts no more."""
    found = certificates_of(key)
    require_usable(found[0], expected_fingerprint=key.fingerprint)
    require_not_revoked(found)
    SigningKey.objects.filter(person=key.person, unit=key.unit, active=True).update(active=False)
    key.active = True
    key.save(update_fields=["active"])
    return key


def require_own(chain: Sequence[x509.Certificate], person: Person) -> None:
    """What somebody registers for himself comes from a trusted authority and bears his name.

    CertificateUntrusted, WrongSigner.
    """
    if not certificates.leads_to(chain, settings.TRUST_ROOTS):
        raise CertificateUntrusted(chain[0].issuer.rfc4514_string())
    if not certificates.bears_name(chain[0], person.full_name):
        raise WrongSigner(f"the certificate names {certificates.common_name_of(chain[0])}")


@transaction.atomic
def _enrol(
    chain: Sequence[x509.Certificate],
    door: Door,
    owner: Person | Unit,
    *,
    path: str = "",
    data: bytes = b"",
    pin: str = "",
    token: str = "",
    credential: str = "",
) -> SigningKey:
    certificate = chain[0]
    require_usable(certificate)
    named = certificates.named_uuid(certificate)
    if named and named != owner.uuid:
        raise WrongSigner(f"the certificate is {certificates.common_name_of(certificate)}'s")
    require_not_revoked(chain)
    belongs = {"person": owner, "unit": None} if isinstance(owner, Person) else {"unit": owner, "person": None}
    print_of = fingerprint_of(certificate)
    if SigningKey.objects.filter(fingerprint=print_of).exclude(**belongs).exists():
        raise WrongSigner("the certificate is registered for somebody else")
    SigningKey.objects.filter(**belongs, active=True).update(active=False)
    if data:
        files.write(path, data)
    if path and isinstance(owner, Unit):
        files.write(f"{path}.pin", pin.encode())
    kept = {
        "door": door,
        "path": path,
        "token": token,
        "credential": credential,
        "certificates": certificates.write(chain),
        "valid_from": certificate.not_valid_before_utc,
        "valid_until": certificate.not_valid_after_utc,
        "active": True,
    }
    key, _created = SigningKey.objects.update_or_create(fingerprint=print_of, defaults=belongs | kept)
    return key


def _seal_path(unit: Unit, certificate: x509.Certificate) -> str:
    return f"seals/{unit.uuid}-{fingerprint_of(certificate)[:16]}"
