"""A certificate and time-stamp authority for practice: everything it signs says it has no legal value.

Keys lie unencrypted in one private folder on this machine; never use it for documents that must count. Its list of
revoked certificates (CRL) lies beside its root under the same name and is minted anew every day.
"""

import contextlib
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

WORTHLESS = "thử nghiệm, không có giá trị pháp lý"
YEAR = timedelta(days=365)
LIST_VALID = timedelta(days=7)  # from one list to the time by which the next one must be there
LIST_AGE = timedelta(days=1)
REVOKED = "revoked.txt"  # one line a certificate: its serial number and the time


def create(folder: Path, *, at: datetime | None = None) -> Path:
    """Make the root (10 years) and the time-stamp certificate once, and a fresh list of revoked certificates.

    Returns the path of the trust root (PEM). A folder made before there were lists gets its first one.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    at = at or datetime.now(UTC)
    if not (folder / "root.key").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name(f"Công Minh CA ({WORTHLESS})")
        root = _sign(_builder(name, name, key, at, 10 * YEAR, authority=True), key, key)
        _keep(folder / "root.pem", root.public_bytes(serialization.Encoding.PEM))
        _keep(folder / "root.key", _pem(key))
    if not (folder / "tsa.key").exists():
        key = ec.generate_private_key(ec.SECP256R1())
        root, root_key = _root(folder)
        builder = _builder(_name(f"Công Minh TSA ({WORTHLESS})"), root.subject, key, at, 10 * YEAR - YEAR / 12)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        stamp = _sign(builder, key, root_key)
        _keep(folder / "tsa.pem", stamp.public_bytes(serialization.Encoding.PEM))
        _keep(folder / "tsa.key", _pem(key))
    revocation_list(folder)
    return folder / "root.pem"


def revocation_list(folder: Path) -> bytes:
    """The list of revoked certificates (CRL, DER), minted anew when the kept one is older than a day."""
    path = Path(folder) / "root.crl"
    with contextlib.suppress(FileNotFoundError):
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if timedelta() <= datetime.now(UTC) - made < LIST_AGE:
            return path.read_bytes()
    return _mint_list(Path(folder))


def revoke(folder: Path, serial: int, *, at: datetime | None = None) -> bytes:
    """Take a certificate out of force from `at` on, by its serial number; returns the new list (CRL, DER)."""
    folder, at = Path(folder), at or datetime.now(UTC)
    if serial not in {known for known, _since in _revoked(folder)}:
        with open(os.open(folder / REVOKED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as lines:
            lines.write(f"{serial} {at.astimezone(UTC):%Y-%m-%dT%H:%M:%S+00:00}\n")
    return _mint_list(folder)


def _mint_list(folder: Path) -> bytes:
    root, root_key = _root(folder)
    now = datetime.now(UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now)
        .next_update(now + LIST_VALID)
        .add_extension(x509.CRLNumber(int(now.timestamp() * 1000)), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
    )
    for serial, since in _revoked(folder):
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since)
        builder = builder.add_revoked_certificate(entry.build())
    data = builder.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    _keep(folder / "root.crl", data)
    return data


def _revoked(folder: Path) -> list[tuple[int, datetime]]:
    path = folder / REVOKED
    lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
    return [(int(serial), datetime.fromisoformat(since)) for serial, since in lines]


def issue_person(
    folder: Path, common_name: str, serial: str, pin: str, *, at: datetime | None = None, valid: timedelta = 3 * YEAR
) -> bytes:
    """A person's key and certificate as PKCS#12 under a PIN; `serial` is the person's UUID, put in the subject."""
    return _issue(Path(folder), common_name, serial, pin, at or datetime.now(UTC), valid, "Chữ ký cá nhân")


def issue_seal(
    folder: Path, agency: str, serial: str, pin: str, *, at: datetime | None = None, valid: timedelta = 5 * YEAR
) -> bytes:
    """An agency's seal key and certificate as PKCS#12 under a PIN."""
    return _issue(Path(folder), agency, serial, pin, at or datetime.now(UTC), valid, "Con dấu cơ quan")


def certify(
    folder: Path,
    common_name: str,
    serial: str,
    public_key: CertificatePublicKeyTypes,
    *,
    unit: str = "Con dấu cơ quan",
    at: datetime | None = None,
    valid: timedelta = 5 * YEAR,
) -> list[x509.Certificate]:
    """A certificate for a key that stays where it is (a token, a module), and the root after it."""
    root, root_key = _root(Path(folder))
    subject = _name(common_name, unit=unit, serial=serial)
    builder = _builder(subject, root.subject, public_key, at or datetime.now(UTC), valid)
    return [_sign(builder, root_key, root_key), root]


def _issue(folder: Path, name: str, serial: str, pin: str, at: datetime, valid: timedelta, unit: str) -> bytes:
    root, root_key = _root(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name, unit=unit, serial=serial), root.subject, key, at, valid)
    certificate = _sign(builder, key, root_key)
    protection = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(20_000)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode())
    )
    return pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [root], protection)


def _name(common_name: str, *, unit: str = "", serial: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"Công Minh ({WORTHLESS})"),
    ]
    if unit:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]))
    if serial:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial[:64]))
    return x509.Name(parts)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey | CertificatePublicKeyTypes,
    at: datetime,
    valid: timedelta,
    *,
    authority: bool = False,
) -> x509.CertificateBuilder:
    public = key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key
    usage = x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))  # clocks of neighbours may be a little behind
        .not_valid_after(at + valid)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _sign(
    builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return builder.add_extension(identifier, critical=False).sign(issuer_key, hashes.SHA256())


def _root(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    key = serialization.load_pem_private_key((folder / "root.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the demo authority's key is not an elliptic-curve key")
    return root, key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _keep(path: Path, data: bytes) -> None:
    """Write a file only its owner may read; the final name appears only when it is whole."""
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")  # the list is minted by several processes
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        target.write(data)
    part.rename(path)
