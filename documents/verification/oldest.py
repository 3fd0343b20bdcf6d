"""Signature forms older than CMS with a detached digest: still met in archives, read but called old."""

from asn1crypto import algos, cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from pyhanko.pdf_utils import generic
from pyhanko.sign.general import byte_range_digest
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.pdf_embedded import extract_contents

from documents.verification.certificates import loaded


class _DigestInfo(core.Sequence):
    _fields = [("algorithm", algos.DigestAlgorithm), ("digest", core.OctetString)]


class BareRsaSignature(EmbeddedPdfSignature):
    """`adbe.x509.rsa_sha1`: a bare PKCS#1 signature beside its certificates (PDF 1.3; withdrawn in PDF 2.0).

    It is dressed as the CMS that says the same, so that one judgement serves all forms. ValueError.
    """

    def __init__(self, reader, sig_field, fq_name: str) -> None:
        sig_field = sig_field.get_object() if isinstance(sig_field, generic.IndirectObject) else sig_field
        reference = sig_field.raw_get("/V")
        self.reader, self.sig_field, self.fq_name = reader, sig_field, fq_name
        self.sig_object = reference.get_object()
        self.byte_range = self.sig_object.raw_get("/ByteRange")
        self.pkcs7_content = extract_contents(self.sig_object)
        written = self.sig_object["/Cert"]
        certificates = [x509.Certificate.load(_bytes(each)) for each in ([written] if _single(written) else written)]
        signature = core.OctetString.load(self.pkcs7_content).native
        self.md_algorithm = self.external_md_algorithm = _digest_of(signature, certificates[0])
        digest = algos.DigestAlgorithm({"algorithm": self.md_algorithm})
        self.signed_data = cms.SignedData(
            {
                "version": "v1",
                "digest_algorithms": [digest],
                "encap_content_info": {"content_type": "data"},
                "certificates": certificates,
                "signer_infos": [
                    {
                        "version": "v1",
                        "sid": cms.SignerIdentifier(
                            "issuer_and_serial_number",
                            {"issuer": certificates[0].issuer, "serial_number": certificates[0].serial_number},
                        ),
                        "digest_algorithm": digest,
                        "signature_algorithm": {"algorithm": f"{self.md_algorithm}_rsa"},
                        "signature": signature,
                    }
                ],
            }
        )
        self.signer_info = self.signed_data["signer_infos"][0]
        self.signed_revision = reader.xrefs.get_last_change(reference.reference)
        self._sd_cert_info = self._docmdp = self._fieldmdp = self.coverage = None
        self._docmdp_queried = self._fieldmdp_queried = self._integrity_checked = False
        self.external_digests, self.tst_signature_digest, self.diff_result = {}, None, None


class WrappedSha1Signature(EmbeddedPdfSignature):
    """`adbe.pkcs7.sha1`: the CMS signs the SHA-1 of the file and carries it inside (withdrawn in PDF 2.0)."""

    def digest_matches(self) -> bool:
        """Whether the SHA-1 inside is the file's."""
        _size, digest = byte_range_digest(self.reader.stream, byte_range=self.byte_range, md_algorithm="sha1")
        return bytes(self.signed_data["encap_content_info"]["content"]) == digest


def _single(written: object) -> bool:
    return isinstance(written, (generic.ByteStringObject, generic.TextStringObject))


def _bytes(written: generic.ByteStringObject | generic.TextStringObject) -> bytes:
    return written.original_bytes


def _digest_of(signature: bytes, certificate: x509.Certificate) -> str:
    """Which digest the signature holds: the form's name says SHA-1, later writers used others."""
    key = loaded(certificate.dump()).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("a bare signature with a key that is not RSA")
    try:
        inside = key.recover_data_from_signature(signature, PKCS1v15(), None)
        return str(_DigestInfo.load(inside)["algorithm"]["algorithm"].native)
    except InvalidSignature:
        return "sha1"


OLD_FORMS = {"/adbe.x509.rsa_sha1": BareRsaSignature, "/adbe.pkcs7.sha1": WrappedSha1Signature}
