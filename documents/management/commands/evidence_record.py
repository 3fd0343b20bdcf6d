from argparse import ArgumentParser
from hashlib import sha256
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from documents import evidence
from documents.inspection.faults import InspectionImpossible, trusted_roots


class Command(BaseCommand):
    help = "Writes the evidence record (RFC 4998, DER) of one file of the archive beside it, and judges it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--out", type=Path, help="where to; by default the file's name with .ers behind it")

    def handle(self, *args, file: Path, out: Path | None, **options) -> None:
        try:
            data = file.read_bytes()
            record = evidence.record_of(sha256(data).hexdigest())
            proof = evidence.judge_record(record, data, trust_roots=trusted_roots())
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except evidence.NoEvidence as error:
            raise CommandError(f"No time stamp stands for this file yet: {error}") from error
        except (evidence.RecordInvalid, InspectionImpossible) as error:
            raise CommandError(str(error)) from error
        target = out or file.with_name(file.name + ".ers")
        target.write_bytes(record)
        since = f"{proof.since:%Y-%m-%dT%H:%M:%SZ}"
        self.stdout.write(f"{target}: proven since {since} by {proof.stamps} time stamps in {proof.chains} chains")
