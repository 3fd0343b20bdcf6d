"""The two ways that are measured: the libraries' own examples, and what the product's pipeline calls."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from bench.minutes import KIND
from bench.people import People, look

CODE = "CM-7F3K-92QD"
NUMBER = {"number": "Số: 05/BB-SNV", "issued_on": "Khánh Hòa, ngày 05 tháng 02 năm 2026"}
STEPS = ("render", "first signature", "second signature", "seal", "archive stamp", "on disk")


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
            return rendering.render(KIND, facts, code=CODE)

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
            certify=role == "teller_head",
            docmdp_permissions=MDPPerm.FILL_FORMS,
            name=f"Bench {role}",
            **options,
        )
        signer = signers.SimpleSigner.load(*map(str, self.people.files[role]))
        stamper = None if level == "B-B" else TimestampService(self.url, roots=None)
        made = signers.PdfSigner(metadata, signer, timestamper=stamper, stamp_style=Style(drawn=look(role)))
        return made.sign_pdf(writer, existing_fields_only=True).getvalue()

    def document(self, facts: dict) -> dict[str, float]:
        """Seconds a step; the archive stamp is part of the library's own seal."""
        from documents import archive

        clock = Clock()
        pdf = clock("render", lambda: self.render(facts))
        first = clock("first signature", lambda: self.sign(pdf, "sig.teller_head", "teller_head"))
        second = clock("second signature", lambda: self.sign(first, "sig.teller_2", "teller_2"))
        sealed = clock("seal", lambda: self.sign(second, "seal", "seal", level="B-LTA", fill=NUMBER))
        clock("on disk", lambda: [archive.store(each) for each in (pdf, first, second, sealed)])
        self.made = sealed
        return clock.seconds


class Product:
    """What the pipeline calls."""

    def __init__(self, authority: Path, people: People, url: str) -> None:
        from documents.signing import TimestampService
        from documents.signing.revocation import Authorities

        roots = [authority / "root.pem"]
        self.people, self.timestamps = people, TimestampService(url, roots=roots)
        self.authorities = Authorities(roots)

    def sign(self, pdf: bytes, field: str, role: str, *, fill: dict | None = None) -> bytes:
        """One signature at B-T."""
        from documents.signing import sign_pdf

        return sign_pdf(
            pdf,
            field=field,
            signer=self.people.opened[role],
            timestamps=self.timestamps,
            certify=role == "teller_head",
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
            field_name="sig.teller_head",
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            name="Bench teller_head",
        )
        return signing._signed(
            open_to_extend(pdf), metadata, self.people.opened["teller_head"], None, look("teller_head")
        )

    def document(self, facts: dict) -> dict[str, float]:
        """Seconds a step."""
        from documents import archive
        from documents.rendering import render
        from documents.signing.longterm import stamp_archive

        clock = Clock()
        pdf = clock("render", lambda: render(KIND, facts, code=CODE))
        first = clock("first signature", lambda: self.sign(pdf, "sig.teller_head", "teller_head"))
        second = clock("second signature", lambda: self.sign(first, "sig.teller_2", "teller_2"))
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
