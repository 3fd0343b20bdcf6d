"""Seconds per document: the naive use of the same libraries against the product, side by side in one run.

A document is the minutes of a council with 25 cases in a table: rendered to PDF/A-3u, signed by secretary and chair
(B-T), numbered, dated and sealed at B-LTA, every state on disk. Keys are RSA-2048; time stamps come from the demo
authority in a process of its own. The last line is one JSON object.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
CODE, PIN, LINES = "CM-7F3K-92QD", "2468-1357", 25
NUMBER = {"number": "Số: 05/BB-SNV", "issued_on": "Khánh Hòa, ngày 05 tháng 02 năm 2026"}
STEPS = ("render", "first signature", "second signature", "seal", "archive stamp", "on disk")


def prepared(folder: Path) -> None:
    """Settings, archive and authority in a folder of this run's own."""
    os.environ |= {"VAR_DIR": str(folder), "DEBUG": "0", "SECRET_KEY": "bench", "ALLOWED_HOSTS": "localhost"}
    import django

    django.setup()


class People:
    """Three RSA-2048 keys of the demo authority, as files for the naive way and opened for the product's."""

    def __init__(self, authority: Path) -> None:
        from cryptography.hazmat.primitives import serialization as form
        from cryptography.hazmat.primitives.asymmetric import rsa
        from cryptography.hazmat.primitives.serialization import pkcs12

        from documents import demo_authority
        from documents.signing import Pkcs12Signer

        self.files, self.opened = {}, {}
        for role in ("secretary", "chair", "seal"):
            key = rsa.generate_private_key(65537, 2048)
            certificate, root = demo_authority.certify(authority, f"Bench {role}", role, key.public_key())
            pem, der = form.Encoding.PEM, form.PrivateFormat.PKCS8
            key_file, certificate_file = authority / f"{role}.key.pem", authority / f"{role}.pem"
            key_file.write_bytes(key.private_bytes(pem, der, form.NoEncryption()))
            certificate_file.write_bytes(certificate.public_bytes(pem))
            self.files[role] = (key_file, certificate_file)
            protection = form.BestAvailableEncryption(PIN.encode())
            data = pkcs12.serialize_key_and_certificates(role.encode(), key, certificate, [root], protection)
            self.opened[role] = Pkcs12Signer.open(data, PIN)


class Naive:
    """The libraries as their first examples show them: everything made anew for every document."""

    def __init__(self, authority: Path, people: People, url: str) -> None:
        self.authority, self.people, self.url = authority, people, url

    def render(self, facts: dict) -> bytes:
        """New fonts, style sheet and templates each time, and the collector walking over the layout as it likes."""
        from documents import rendering

        for cached in (rendering._fonts, rendering._style, rendering._engine):
            cached.cache_clear()
        with patch.object(rendering, "_collector_paused", nullcontext):
            return rendering.render("council_minutes", facts, code=CODE)

    def sign(self, pdf: bytes, field: str, role: str, *, level: str = "B-T", fill: dict | None = None) -> bytes:
        """PdfSigner with a key loaded for this signature and no word about sizes; B-LTA as the library offers it."""
        from asn1crypto import pem, x509
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko_certvalidator import ValidationContext

        from documents.signing import TimestampService
        from documents.signing.appearances import Style
        from documents.signing.filling import fill_field

        writer = IncrementalPdfFileWriter(BytesIO(pdf))
        for name, value in (fill or {}).items():
            fill_field(writer, name, value)
        options: dict = {}
        if level == "B-LTA":
            root = pem.unarmor((self.authority / "root.pem").read_bytes())[2]
            context = ValidationContext(
                trust_roots=[x509.Certificate.load(root)],
                crls=[(self.authority / "root.crl").read_bytes()],
                revocation_mode="require",
            )
            options = {"embed_validation_info": True, "use_pades_lta": True, "validation_context": context}
            options |= {"timestamp_field_name": "timestamp"}
        metadata = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=role == "secretary",
            docmdp_permissions=MDPPerm.FILL_FORMS,
            name=f"Bench {role}",
            **options,
        )
        signer = signers.SimpleSigner.load(*map(str, self.people.files[role]))
        stamper = None if level == "B-B" else TimestampService(self.url)
        made = signers.PdfSigner(metadata, signer, timestamper=stamper, stamp_style=Style(drawn=look(role)))
        return made.sign_pdf(writer, existing_fields_only=True).getvalue()

    def document(self, facts: dict) -> dict[str, float]:
        """Seconds a step; the archive stamp is part of the library's own seal."""
        from documents import archive

        clock = Clock()
        pdf = clock("render", lambda: self.render(facts))
        first = clock("first signature", lambda: self.sign(pdf, "sig.secretary", "secretary"))
        second = clock("second signature", lambda: self.sign(first, "sig.chair", "chair"))
        sealed = clock("seal", lambda: self.sign(second, "seal", "seal", level="B-LTA", fill=NUMBER))
        clock("on disk", lambda: [archive.store(each) for each in (pdf, first, second, sealed)])
        self.made = sealed
        return clock.seconds


class Product:
    """What the pipeline calls."""

    def __init__(self, authority: Path, people: People, url: str) -> None:
        from documents.signing import TimestampService
        from documents.signing.revocation import Authorities

        self.people, self.timestamps = people, TimestampService(url)
        self.authorities = Authorities([authority / "root.pem"])

    def sign(self, pdf: bytes, field: str, role: str, *, fill: dict | None = None) -> bytes:
        """One signature at B-T."""
        from documents.signing import sign_pdf

        return sign_pdf(
            pdf,
            field=field,
            signer=self.people.opened[role],
            timestamps=self.timestamps,
            certify=role == "secretary",
            fill=fill,
            appearance=look(role),
        )

    def sign_unstamped(self, pdf: bytes) -> bytes:
        """One signature at B-B, as it is measured: the product signs nothing without a time stamp."""
        from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata

        from documents.signing import pdf as signing
        from documents.signing.reading import open_to_extend

        metadata = PdfSignatureMetadata(
            field_name="sig.secretary",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            name="Bench secretary",
        )
        return signing._signed(
            open_to_extend(pdf), metadata, self.people.opened["secretary"], None, look("secretary")
        )

    def document(self, facts: dict) -> dict[str, float]:
        """Seconds a step."""
        from documents import archive
        from documents.rendering import render
        from documents.signing.longterm import stamp_archive

        clock = Clock()
        pdf = clock("render", lambda: render("council_minutes", facts, code=CODE))
        first = clock("first signature", lambda: self.sign(pdf, "sig.secretary", "secretary"))
        second = clock("second signature", lambda: self.sign(first, "sig.chair", "chair"))
        sealed = clock("seal", lambda: self.sign(second, "seal", "seal", fill=NUMBER))
        stamped = clock(
            "archive stamp",
            lambda: stamp_archive(sealed, timestamps=self.timestamps, authorities=self.authorities).pdf,
        )
        clock("on disk", lambda: [archive.store(each) for each in (pdf, first, second, sealed, stamped)])
        self.made = stamped
        return clock.seconds


class Clock:
    """Seconds of named steps."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable):
        begin = time.perf_counter()
        made = work()
        self.seconds[step] = time.perf_counter() - begin
        return made


def look(role: str):
    """The same drawn signature for both ways."""
    from documents.signing import Handwriting, Seal

    return Seal("Sở Nội vụ", ring="UBND tỉnh Khánh Hòa") if role == "seal" else Handwriting(f"Bench {role}")


def proved(made: bytes, authority: Path) -> None:
    """Both ways must end with a document that the product itself finds faultless at B-LTA."""
    from documents.verification import verify_pdf

    report = verify_pdf(made, trust_roots=[(authority / "root.pem").read_bytes()])
    if not report.ok or [each.kind for each in report.signatures] != ["signature"] * 3 + ["timestamp"]:
        raise SystemExit(f"the measured document is not what it should be: {report.problems}")


def measured(documents: int, folder: Path, url: str) -> dict:
    """Naive and tuned in turn, so that whatever else the machine does meets both; medians."""
    from django.conf import settings

    from documents import demo_authority
    from documents.samples import facts_of

    authority = settings.KEYS_DIR / "demo"
    demo_authority.create(authority)
    people = People(authority)
    naive, product = Naive(authority, people, url), Product(authority, people, url)
    ways = {"naive": naive.document, "tuned": product.document}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for number in range(documents + 1):
        facts = facts_of("council_minutes", number=number, lines=LINES)
        for name in list(ways) if number % 2 else list(ways)[::-1]:
            runs[name].append(ways[name](facts))
    for way in (naive, product):
        proved(way.made, authority)
    unsigned = naive.render(facts_of("council_minutes", lines=LINES))
    signing: dict[str, list[float]] = {"naive": [], "tuned": []}
    for _number in range(documents + 1):
        for name, work in (
            ("naive", lambda: naive.sign(unsigned, "sig.secretary", "secretary", level="B-B")),
            ("tuned", lambda: product.sign_unstamped(unsigned)),
        ):
            clock = Clock()
            clock("B-B", work)
            signing[name].append(clock.seconds["B-B"])
    # The first of each way warms up.
    steps = {
        name: {step: statistics.median(run.get(step, 0.0) for run in done[1:]) for step in STEPS}
        for name, done in runs.items()
    }
    whole = {name: statistics.median(sum(run.values()) for run in done[1:]) for name, done in runs.items()}
    once = {name: statistics.median(done[1:]) for name, done in signing.items()}
    return {"steps": steps, "whole": whole, "signing": once, "pages": pages(product.made)}


def pages(pdf: bytes) -> int:
    """How many pages a file has."""
    from documents.signing.reading import Reader

    return int(Reader(pdf).root["/Pages"]["/Count"])


def told(found: dict, documents: int) -> None:
    """A table for people, then one line for machines."""
    print(f"{'milliseconds a document':<34}{'naive':>10}{'tuned':>10}{'ratio':>8}")
    rows = [(step, found["steps"]["naive"][step], found["steps"]["tuned"][step]) for step in STEPS]
    rows.append(("whole document, B-LTA", found["whole"]["naive"], found["whole"]["tuned"]))
    rows.append(("one signature, RSA-2048, B-B", found["signing"]["naive"], found["signing"]["tuned"]))
    for name, naive, tuned in rows:
        ratio = f"{naive / tuned:>8.2f}" if naive and tuned else f"{'':>8}"
        print(f"{name:<34}{naive * 1000:>10.1f}{tuned * 1000:>10.1f}{ratio}")
    conditions = {
        "documents": documents,
        "document": f"council minutes, {LINES} cases, PDF/A-3u, 3 signatures and an archive time stamp, on disk",
        "pages": found["pages"],
        "level": "B-LTA",
        "key": "RSA-2048",
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in ("weasyprint", "pyHanko", "cryptography")},
    }
    line = {
        "ratio": round(found["whole"]["naive"] / found["whole"]["tuned"], 2),
        "ratio_signing": round(found["signing"]["naive"] / found["signing"]["tuned"], 2),
        "naive_seconds": round(found["whole"]["naive"], 4),
        "tuned_seconds": round(found["whole"]["tuned"], 4),
        "conditions": conditions,
    }
    print(json.dumps(line, ensure_ascii=False))


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=15, help="documents measured each way (default 15)")
    documents = max(parser.parse_args().documents, 1)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        prepared(folder)
        from django.conf import settings

        service = [sys.executable, str(ROOT / "manage.py"), "timestamp_server", "--folder"]
        with subprocess.Popen(
            [*service, str(settings.KEYS_DIR / "demo")], stdout=subprocess.PIPE, text=True, cwd=ROOT
        ) as server:
            try:
                url = server.stdout.readline().strip()
                told(measured(documents, folder, url), documents)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
