from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.actions.renewals import AHEAD, renew_timestamps


class Command(BaseCommand):
    help = (
        "Time-stamp archived documents again whose last archive time stamp ends soon, with fresh revocation data. "
        "For a whole archive prefer evidence records, which renew themselves; renew the files that must prove "
        "themselves alone."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--days", type=int, default=AHEAD.days, help=f"how soon (default {AHEAD.days})")
        parser.add_argument("--all", action="store_true", help="every sealed document, however long its stamp lasts")

    def handle(self, *args, **options) -> None:
        renewed = unchanged = failed = 0
        within = timedelta(days=options["days"])
        for result in renew_timestamps(at=timezone.now(), within=within, everything=options["all"]):
            renewed += result.renewed
            failed += bool(result.reason)
            unchanged += not result.renewed and not result.reason
            if result.reason:
                self.stdout.write(f"{result.document.code}: {result.reason}")
        self.stdout.write(f"{renewed} renewed, {unchanged} not due, {failed} not possible")
        if failed:
            raise CommandError(f"{failed} documents could not be renewed; run it again.", returncode=1)
