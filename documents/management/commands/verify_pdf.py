"""A readable judgement of any signed PDF."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.verification import PdfReport, SignatureReport, Verdict, verify_pdf
from documents.verification.transport import as_json

REMARKS = 3  # 2 is the shell's word for a wrong call


class Command(BaseCommand):
    """Say who signed a PDF, when, what is missing, and whether anything else happened to it."""

    requires_system_checks = []  # touches no model, page or setting
    help = (
        "Judge the signatures of PDF files, also of other systems. Exit code 0: all valid; 3: valid, with remarks; "
        "1: broken, not proven, not signed or not readable; 2: wrong call."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, trust roots, signed lists, revocation lists, and whether our own rules are asked too."""
        parser.add_argument("files", nargs="+", type=Path)
        parser.add_argument(
            "--root",
            "--trust",
            dest="trust",
            action="append",
            type=Path,
            default=[],
            help="a root certificate, PEM or DER; without any, TRUST_ROOTS and EXTRA_TRUST_ROOTS of the settings",
        )
        parser.add_argument(
            "--list", dest="lists", action="append", type=Path, default=[], help="a signed list that the file names"
        )
        parser.add_argument("--crl", dest="crls", action="append", type=Path, default=[], help="a revocation list")
        parser.add_argument("--house", action="store_true", help="ask the rules of this product's own documents too")
        parser.add_argument("--json", action="store_true", help="one JSON object a line and file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge each file in turn."""
        verdicts = []
        try:
            roots = [
                path.read_bytes() for path in options["trust"] or [*settings.TRUST_ROOTS, *settings.EXTRA_TRUST_ROOTS]
            ]
            lists, crls = ([path.read_bytes() for path in options[name]] for name in ("lists", "crls"))
            for path in options["files"]:
                data = path.read_bytes()
                report = verify_pdf(data, trust_roots=roots, lists=lists, crls=crls, house_rules=options["house"])
                if options["json"]:
                    self.stdout.write(json.dumps({"file": str(path), **as_json(report)}, ensure_ascii=False))
                else:
                    self._tell(path, report)
                verdicts.append(report.verdict)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        wrong = sum(verdict not in (Verdict.VALID, Verdict.REMARKS) for verdict in verdicts)
        if wrong:
            raise CommandError(f"{wrong} of {len(verdicts)} files did not pass.")
        if remarked := verdicts.count(Verdict.REMARKS):
            raise CommandError(f"{remarked} of {len(verdicts)} files passed with remarks.", returncode=REMARKS)

    def _tell(self, path: Path, report: PdfReport) -> None:
        self.stdout.write(f"{path}: {report.verdict.upper()}\n  {report.verdict.sentence}\n  sha256 {report.sha256}")
        for each in report.signatures:
            self.stdout.write("\n".join(f"  {line}" for line in described(each)))
        for listing in report.listings:
            who = ", ".join(each.signer for each in listing.signers)
            self.stdout.write(f"  by list {listing.code}: {who} ({listing.role})")
        for problem in report.problems:
            self.stdout.write(f"  ! {problem}")
        for note in report.notes:
            self.stdout.write(f"  - {note}")


def described(each: SignatureReport) -> list[str]:
    """The facts about one signature, a line each."""
    stamped = "none"
    if each.timestamped_at:
        stamped = f"{_time(each.timestamped_at)} by {each.timestamp_authority}"
        stamped += "" if each.timestamp_trusted else " (not trusted)"
    lines = [
        f"{each.field}: {each.signer}{f', {each.organization}' if each.organization else ''}",
        f"  issued by {' < '.join(each.chain)}{'' if each.root_known else ' (authority unknown here)'}",
        f"  {each.subfilter}{f', PAdES {each.level}' if each.level else ''}; time stamp {stamped}",
        f"  {'intact' if each.intact else 'BROKEN'}, {'trusted' if each.trusted else 'NOT TRUSTED'}"
        f"{', certifies the document' if each.certified else ''}; covers the {each.covers}; "
        f"afterwards: {each.modification.replace('_', ' ')}",
    ]
    if each.signed_at:
        lines.insert(2, f"  claims to have signed at {_time(each.signed_at)}")
    return lines


def _time(moment: Any) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y %H:%M:%S}"
