"""Keys of people and seals of agencies: where they lie, how they are opened, which one is the active one.

A person's PIN comes with the web request that signs and is forgotten with it. A seal is opened by the worker; its
PIN lies beside its file, readable by the worker's account only.
"""

from documents.keys.enrolment import (
    enrol_certificate,
    enrol_person_key,
    enrol_seal,
    enrol_service_key,
    enrol_token_key,
    require_own,
    use_again,
)
from documents.keys.opening import (
    NoKey,
    door_of,
    key_of,
    open_person_key,
    open_seal,
    service_certificates,
    timestamps,
    token_key,
)
from documents.keys.pins import typed_at
from documents.keys.standing import certificates_of, require_not_revoked, standing_of
from documents.keys.words import problem
from documents.signing import (
    CertificateExpired,
    CertificateNotYetValid,
    CertificateRevoked,
    CertificateUnreadable,
    CertificateUntrusted,
    DoorClosed,
    KeyFileUnreadable,
    KeyUnusable,
    PinLocked,
    Pkcs12Signer,
    WrongPin,
    WrongSigner,
)

__all__ = [
    "CertificateExpired",
    "CertificateNotYetValid",
    "CertificateRevoked",
    "CertificateUnreadable",
    "CertificateUntrusted",
    "DoorClosed",
    "KeyFileUnreadable",
    "KeyUnusable",
    "NoKey",
    "PinLocked",
    "Pkcs12Signer",
    "WrongPin",
    "WrongSigner",
    "certificates_of",
    "door_of",
    "enrol_certificate",
    "enrol_person_key",
    "enrol_seal",
    "enrol_service_key",
    "enrol_token_key",
    "key_of",
    "open_person_key",
    "open_seal",
    "problem",
    "require_not_revoked",
    "require_own",
    "service_certificates",
    "standing_of",
    "timestamps",
    "token_key",
    "typed_at",
    "use_again",
]
