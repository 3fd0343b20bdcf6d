"""A software token (SoftHSM2) for practice and tests: the same door as hardware, its files in one private folder."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pkcs11
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key

from documents.signing import tokens
from documents.signing.keys import DoorClosed
from documents.signing.tokens import TokenKey

CONF, CONFIGURATION = "SOFTHSM2_CONF", "softhsm2.conf"
PLACES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


def installed() -> str:
    """The library of the software token on this machine, empty when it is not installed."""
    found = next((place for place in PLACES if Path(place).exists()), "")
    return found if shutil.which("softhsm2-util") else ""


def configuration_of(folder: Path) -> str:
    """The configuration of the software token in this folder, empty when there is none: hardware needs none."""
    path = folder / CONFIGURATION
    return str(path) if path.exists() else ""


def create_token(folder: Path, label: str, *, pin: str, officer_pin: str) -> str:
    """Make an empty token in this folder; returns the path of its configuration. DoorClosed."""
    store = folder / "tokens"
    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / CONFIGURATION
    path.write_text(f"directories.tokendir = {store.resolve()}\nobjectstore.backend = file\nlog.level = ERROR\n")
    command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", officer_pin]
    try:
        subprocess.run(command, env=os.environ | {CONF: str(path)}, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise DoorClosed(f"the software token cannot be made: {getattr(error, 'stderr', error)!r}") from error
    tokens.forget()
    return str(path)


def generate_key(place: TokenKey, pin: str, *, kind: str = "ec") -> EllipticCurvePublicKey | RSAPublicKey:
    """A new key pair on the token, P-256 (`ec`) or RSA-2048 (`rsa`), which never leaves it; the public key."""

    def generate(session: Any) -> bytes:
        options = {"store": True, "label": place.label, "id": place.label.encode()}
        if kind == "rsa":
            public, _private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, **options)
            return encode_rsa_public_key(public)
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, _private = parameters.generate_keypair(**options)
        return encode_ec_public_key(public)

    made = load_der_public_key(tokens.with_session(place, pin, generate, writing=True))
    if not isinstance(made, (EllipticCurvePublicKey, RSAPublicKey)):
        raise DoorClosed("the token has made another kind of key")
    return made
