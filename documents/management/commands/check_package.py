"""The ingest check of another archive: a package against itself."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents.keeping.checking import NoPackage, check_package


class Command(BaseCommand):
    """Say whether a transfer package is whole and can be taken in; exit 1 with the reasons when it cannot."""

    requires_system_checks = []  # touches no model, page or setting
    help = "Check a transfer package (BagIt in a zip) with nothing but the package."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One or more packages."""
        parser.add_argument("packages", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Judge each package in turn."""
        wrong = 0
        for path in options["packages"]:
            try:
                report = check_package(path)
            except NoPackage as error:
                self.stdout.write(f"{path}: REFUSED\n  ! {error}")
                wrong += 1
                continue
            self.stdout.write(
                f"{path}: {'complete' if report.ok else 'NOT COMPLETE'}, "
                f"{report.files} files with {report.documents} documents"
            )
            for problem in report.problems:
                self.stdout.write(f"  ! {problem}")
            wrong += not report.ok
        if wrong:
            raise CommandError(f"{wrong} of {len(options['packages'])} packages did not pass.", returncode=1)
