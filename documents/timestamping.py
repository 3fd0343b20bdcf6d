"""An RFC 3161 time-stamp responder for the demo authority, on http.server and asn1crypto.

It also keeps the authority's list of revoked certificates fresh and serves it (GET /root.crl).
"""

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_pem_x509_certificate

from documents import demo_authority

DIGESTS = {"sha256": 32, "sha384": 48, "sha512": 64}
POLICY = "1.3.6.1.4.1.4146.2.2"


class Response(tsp.TimeStampResp):
    """A response whose token may be absent, as RFC 3161 says of every refusal."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Responder:
    """Answers time-stamp requests with the demo authority's time-stamp certificate."""

    def __init__(self, folder: Path) -> None:
        pem = (Path(folder) / "tsa.pem").read_bytes()
        self.certificate = x509.Certificate.load(
            load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
        )
        key = serialization.load_pem_private_key((Path(folder) / "tsa.key").read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the time-stamp key is not an elliptic-curve key")
        self.key = key

    def respond(self, request: bytes, *, at: datetime | None = None) -> bytes:
        """The DER response to a DER request; a malformed request is answered with a rejection."""
        try:
            query = tsp.TimeStampReq.load(request, strict=True)
            imprint = query["message_imprint"]
            length = DIGESTS[imprint["hash_algorithm"]["algorithm"].native]
            well_formed = len(imprint["hashed_message"].native) == length
        except (ValueError, KeyError, TypeError):
            well_formed = False
        if not well_formed:
            status = {"status": "rejection", "fail_info": {"bad_data_format"}}
            return Response({"status": tsp.PKIStatusInfo(status)}).dump()
        token = self._token(query, at or datetime.now(UTC))
        return Response({"status": {"status": "granted"}, "time_stamp_token": token}).dump()

    def _token(self, query: tsp.TimeStampReq, at: datetime) -> cms.ContentInfo:
        info: dict[str, object] = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": query["message_imprint"],
            "serial_number": secrets.randbits(63),
            "gen_time": at.replace(microsecond=0),
            "accuracy": {"seconds": 1},
            "tsa": x509.GeneralName("directory_name", self.certificate.subject),
        }
        if query["nonce"].native is not None:
            info["nonce"] = query["nonce"]
        content = tsp.TSTInfo(info).dump()
        certificate_id = {"cert_hash": sha256(self.certificate.dump()).digest()}
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "signing_time", "values": [cms.Time("utc_time", core.UTCTime(at.replace(microsecond=0)))]},
                {"type": "message_digest", "values": [sha256(content).digest()]},
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [certificate_id]})]},
            ]
        )
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        signer = {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                {"issuer": self.certificate.issuer, "serial_number": self.certificate.serial_number},
            ),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }
        signed: dict[str, object] = {
            "version": "v3",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
            "signer_infos": [signer],
        }
        if query["cert_req"].native:
            signed["certificates"] = [self.certificate]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})


def server(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """A responder bound to loopback; port 0 takes a free one (see `server_port`). Start with serve_forever()."""
    responder = Responder(folder)

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 < length <= 10_000:
                self.send_error(400)
                return
            answer = responder.respond(self.rfile.read(length))
            demo_authority.revocation_list(folder)  # who time-stamps today finds a list of today
            self._answer(answer, "application/timestamp-reply")

        def do_GET(self) -> None:
            if self.path == "/root.crl":
                self._answer(demo_authority.revocation_list(folder), "application/pkix-crl")
            else:
                self.send_error(404)

        def _answer(self, answer: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass  # a request a signature: nothing worth a line

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
