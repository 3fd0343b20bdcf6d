"""Who signs in the measurement: three keys, and how their signatures look."""

from pathlib import Path

PIN = "2468-1357"


class People:
    """Three RSA-2048 keys of the demo authority, as files for the naive way and opened for the product's."""

    def __init__(self, authority: Path) -> None:
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import pkcs12

        from documents import demo_authority
        from documents.signing import Pkcs12Signer

        self.files, self.opened = {}, {}
        for role in ("teller_head", "teller_2", "seal"):
            key = rsa.generate_private_key(65537, 2048)
            certificate, root = demo_authority.certify(
                authority, f"Bench {role}", role.replace("_", "-"), key.public_key()
            )
            pem, der = form.Encoding.PEM, form.PrivateFormat.PKCS8
            key_file, certificate_file = authority / f"{role}.key.pem", authority / f"{role}.pem"
            key_file.write_bytes(key.private_bytes(pem, der, form.NoEncryption()))
            certificate_file.write_bytes(certificate.public_bytes(pem))
            self.files[role] = (key_file, certificate_file)
            protection = form.BestAvailableEncryption(PIN.encode())
            data = pkcs12.serialize_key_and_certificates(role.encode(), key, certificate, [root], protection)
            self.opened[role] = Pkcs12Signer.open(data, PIN)


def look(role: str):
    """The same drawn signature for both ways."""
    from documents.signing import Handwriting, Seal

    return Seal("Sở Nội vụ", ring="UBND tỉnh Khánh Hòa") if role == "seal" else Handwriting(f"Bench {role}")
