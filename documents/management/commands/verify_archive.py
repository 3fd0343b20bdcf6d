import sys
import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from documents.inspection import CHECKS, Fault, InspectionImpossible, Scope

EVERY = 5.0  # seconds between two signs of life


class Command(BaseCommand):
    help = "Re-hash every stored file and validate signatures, numbers, registers and evidence; exit 1 on any fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--only", help=f"some of the checks, with commas: {','.join(CHECKS)}")
        parser.add_argument("--sample", type=int, help="look at so many documents and files drawn by lot, not at all")
        parser.add_argument("--processes", type=int, default=1, help="judge signatures in so many processes")

    def handle(self, *args, only: str | None, sample: int | None, processes: int, **options) -> None:
        names = only.split(",") if only else list(CHECKS)
        if unknown := [name for name in names if name not in CHECKS]:
            raise CommandError(f"No such check: {', '.join(unknown)}. There are: {', '.join(CHECKS)}.", returncode=2)
        scope = Scope(sample=sample, processes=processes)
        self.stdout.write(f"{'check':<12}{'right':>8}{'wrong':>8}")
        faults: list[Fault] = []
        for name in names:
            try:
                right, found = self._count(name, scope)
            except InspectionImpossible as error:
                raise CommandError(str(error), returncode=2) from error
            self.stdout.write(f"{name:<12}{right:>8}{len(found):>8}")
            faults += found
        for fault in faults:
            self.stdout.write(f"{fault.check}: {fault.subject}: {fault.problem}")
        if faults:
            raise CommandError(f"{len(faults)} faults in the archive.", returncode=1)

    def _count(self, name: str, scope: Scope) -> tuple[int, list[Fault]]:
        """How many were right, and the faults; only these are kept in memory."""
        right, faults, told = 0, [], time.monotonic()
        for finding in CHECKS[name](scope):
            if isinstance(finding, Fault):
                faults.append(finding)
            else:
                right += 1
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                sys.stderr.write(f"{name}: {right + len(faults)} looked at, {len(faults)} wrong\n")
        return right, faults
