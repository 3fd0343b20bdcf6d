"""Once after an upgrade: owe the national database what was published before the outbox was kept."""

from typing import Any

from django.core.management.base import BaseCommand

from workflows.actions.national_results import note_missing


class Command(BaseCommand):
    """Write the missing rows of the outbox, the earlier results before those that correct them. Repeatable."""

    help = "Owe the national database the results published before its outbox was kept."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how many people's results were noted."""
        noted = 0
        while found := note_missing():
            noted += found
        self.stdout.write(f"{noted} results noted.")
