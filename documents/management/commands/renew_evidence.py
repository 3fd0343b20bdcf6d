from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents import archive, evidence
from documents.signing import TimestampUnavailable


class Command(BaseCommand):
    help = "Time-stamps what the archive has got since (RFC 4998) and renews the stamps whose certificates end soon."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--every", action="store_true", help="renew every stamp, however young")
        parser.add_argument(
            "--rehash", choices=["sha384", "sha512"], help="build new hash trees: every file is read again"
        )

    def handle(self, *args, every: bool, rehash: str | None, **options) -> None:
        try:
            made = evidence.stamp_new() + evidence.renew_stamps(at=timezone.now(), every=every)
            if rehash:
                made += evidence.rehash(algorithm=rehash)
        except TimestampUnavailable as error:
            raise CommandError(f"The time-stamp service does not answer; run this again. {error}") from error
        except (archive.FileMissing, archive.FileCorrupt) as error:
            raise CommandError(f"{type(error).__name__}: {error}. See manage.py verify_archive.") from error
        for stamp in made:
            self.stdout.write(f"stamp {stamp.ordinal}: {stamp.purpose}, {stamp.algorithm}, {stamp.count} leaves")
        self.stdout.write(f"{len(made)} time stamps made")
