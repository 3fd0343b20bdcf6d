from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from documents import numbering, reconciliation
from documents.models import NumberBook
from documents.numbering import LINES, SHEETS


class Command(BaseCommand):
    help = (
        "After a restore: compares the counters with the archive's marks and sheets, raises them, and lets numbers "
        "be given again. Until then none is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--last",
            action="append",
            default=[],
            metavar="AGENCY:BOOK:YEAR:NUMBER",
            help="the last number that went out on paper, where it is above the one listed; may be repeated",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")

    def handle(self, *args, last: list[str], dry_run: bool, **options) -> None:
        known = tuple(_known(each) for each in last)
        try:
            with transaction.atomic():
                outcome = reconciliation.reconcile(at=timezone.now(), known=known)
                transaction.set_rollback(dry_run)
        except reconciliation.Irreconcilable as error:
            raise CommandError(f"{error} Nothing was changed; numbers stay refused.", returncode=1) from error
        for line in outcome.sheets:
            self.stdout.write(f"sheet entered again: {line}")
        for line in outcome.counters:
            self.stdout.write(f"counter raised: {line}")
        self.stdout.write(f"{outcome.compared} counters compared, {len(outcome.counters)} raised")
        if dry_run:
            for counter in NumberBook.objects.exclude(book__in=[LINES, SHEETS]).select_related("unit"):
                self.stdout.write(f"last number: {counter.unit.code}:{counter.book}:{counter.year}:{counter.last}")
            if numbering.refused():
                self.stdout.write(
                    "No number is given yet. Compare this list with the last documents sent out, then run\n"
                    "  manage.py reconcile [--last AGENCY:BOOK:YEAR:NUMBER ...]"
                )
            return
        reconciliation.resume()
        self.stdout.write("Numbers are given again.")


def _known(text: str) -> reconciliation.Known:
    parts = text.split(":")
    if len(parts) != 4 or not (parts[2].isdecimal() and parts[3].isdecimal()):
        raise CommandError(f"--last {text}: expected AGENCY:BOOK:YEAR:NUMBER.", returncode=2)
    return reconciliation.Known(parts[0], parts[1], int(parts[2]), int(parts[3]))
