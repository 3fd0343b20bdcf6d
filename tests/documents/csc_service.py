"""A remote signing service of the Cloud Signature Consortium on loopback: it signs, and misbehaves when told."""

import http.server
import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

BEARER = "bearer-of-this-application"


@dataclass
class CscService:
    """What it holds and how it behaves; `asked` is every call in order."""

    key: Any
    chain: list[x509.Certificate]
    name: str = "khoa-tu-xa"
    pin: str = "246813"
    otp: str = ""
    scal: str = "2"
    multisign: int = 10
    status: str = "enabled"
    most_wrong: int = 3
    wrong: int = 0
    hangs: float = 0.0
    garbles: str = ""
    asked: list[str] = field(default_factory=list)
    allowed: dict[str, list[Any]] = field(default_factory=dict)
    url: str = ""

    def answer(self, version: int, method: str, sent: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append(method)
        time.sleep(self.hangs)
        if method == self.garbles:
            return 200, ["not", "an", "object"]
        if sent.get("credentialID") != self.name:
            return 400, {"error": "invalid_request", "error_description": "Invalid parameter credentialID"}
        match method:
            case "credentials/info":
                return 200, self.describe(version)
            case "credentials/authorize":
                return self.authorize(version, sent)
            case "signatures/signHash":
                return self.sign(version, sent)
        return 404, {"error": "not_found"}

    def describe(self, version: int) -> dict[str, Any]:
        certificates = [b64encode(each.public_bytes(Encoding.DER)).decode() for each in self.chain]
        told: dict[str, Any] = {
            "key": {"status": self.status},
            "cert": {"status": "valid", "certificates": certificates},
        }
        told |= {"multisign": self.multisign, "SCAL": self.scal}
        if version == 1:
            presence = {"presence": "true" if self.otp else "false"}
            return told | {"authMode": "explicit", "PIN": {"presence": "true"}, "OTP": presence}
        objects = [{"id": "PIN", "type": "PIN"}, *([{"id": "OTP", "type": "OTP"}] if self.otp else [])]
        return told | {"auth": {"mode": "explicit", "objects": objects}}

    def authorize(self, version: int, sent: dict[str, Any]) -> tuple[int, Any]:
        data = {each["id"]: each["value"] for each in sent.get("authData", [])} if version == 2 else sent
        hashes = sent.get("hashes" if version == 2 else "hash", [])
        if self.wrong >= self.most_wrong:
            return 400, {"error": "invalid_request", "error_description": "Credential is locked"}
        if data.get("PIN") != self.pin:
            self.wrong += 1
            return 400, {"error": "invalid_pin", "error_description": "The PIN is invalid"}
        if self.otp and data.get("OTP") != self.otp:
            return 400, {"error": "invalid_otp", "error_description": "The OTP is invalid"}
        if self.otp:
            self.otp = "spent"
        if self.scal == "2" and len(hashes) != sent["numSignatures"]:
            return 400, {"error": "invalid_request", "error_description": "Missing hash"}
        self.wrong, activation = 0, f"SAD-{len(self.allowed)}"
        self.allowed[activation] = hashes if self.scal == "2" else [None] * sent["numSignatures"]
        return 200, {"SAD": activation, "expiresIn": 3600}

    def sign(self, version: int, sent: dict[str, Any]) -> tuple[int, Any]:
        (hashed,) = sent["hashes" if version == 2 else "hash"]
        permits = self.allowed.get(sent["SAD"], [])
        permit = hashed if self.scal == "2" else None
        if permit not in permits:
            return 400, {"error": "invalid_request", "error_description": "Invalid SAD"}
        permits.remove(permit)
        data = b64decode(hashed)
        if isinstance(self.key, rsa.RSAPrivateKey):
            assert sent["signAlgo"] == "1.2.840.113549.1.1.11"
            made = self.key.sign(data, PKCS1v15(), Prehashed(SHA256()))
        else:
            assert sent["signAlgo"] == "1.2.840.10045.4.3.2"
            made = self.key.sign(data, ec.ECDSA(Prehashed(SHA256())))
        return 200, {"signatures": [b64encode(made).decode()]}


@contextmanager
def serving(service: CscService, version: int = 2) -> Iterator[CscService]:
    """The service answering on loopback; its address is in `url`."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            method = self.path.removeprefix(f"/csc/v{version}/")
            known = self.headers["Authorization"] == f"Bearer {BEARER}"
            status, told = service.answer(version, method, sent) if known else (401, {"error": "access_denied"})
            body = json.dumps(told).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                self.close_connection = True  # the caller has not waited

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        service.url = f"http://127.0.0.1:{server.server_port}/csc/v{version}"
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()
