"""A readable judgement of any PDF."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.verification import PdfReport, verify_pdf


class Command(BaseCommand):
    """Say who signed a PDF, when, and whether anything else happened to it; exit 1 when something is wrong."""

    requires_system_checks = []  # touches no model, page or setting
    help = "Judge the signatures of PDF files against trust roots."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, trust roots, and whether the rules for our own documents apply."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument("--trust", action="append", type=Path, default=[], help="a root certificate, PEM or DER")
        parser.add_argument("--foreign", action="store_true", help="a document of others: do not ask our own rules")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge each file in turn."""
        wrong = 0
        try:
            roots = [path.read_bytes() for path in options["trust"]]
            for path in options["files"]:
                report = verify_pdf(path.read_bytes(), trust_roots=roots, house_rules=not options["foreign"])
                self._tell(path, report)
                wrong += not report.ok
        except OSError as error:
            raise CommandError(str(error)) from error
        if wrong:
            raise CommandError(f"{wrong} of {len(options['files'])} files did not pass.")

    def _tell(self, path: Path, report: PdfReport) -> None:
        self.stdout.write(f"{path}: {'valid' if report.ok else 'NOT VALID'}\n  sha256 {report.sha256}")
        for each in report.signatures:
            stamped = "none"
            if each.timestamped_at:
                stamped = f"{timezone.localtime(each.timestamped_at):%d/%m/%Y %H:%M:%S}"
                stamped += "" if each.timestamp_trusted else " (not trusted)"
            self.stdout.write(
                f"  {each.field}: {each.signer}\n"
                f"    issued by {each.issuer}; time stamp {stamped}\n"
                f"    {'intact' if each.intact else 'BROKEN'}, {'trusted' if each.trusted else 'NOT TRUSTED'}"
                f"{', certifies the document' if each.certified else ''}; covers the {each.covers}; "
                f"afterwards: {each.modification.replace('_', ' ')}"
            )
        for problem in report.problems:
            self.stdout.write(f"  ! {problem}")
        for note in report.notes:
            self.stdout.write(f"  - {note}")
