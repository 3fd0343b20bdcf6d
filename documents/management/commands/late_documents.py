"""Documents that the pipeline could not carry on with: the technical staff's list, without any content."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.models import Document


class Command(BaseCommand):
    """Name each document that a step has failed for, with the reason; exit 1 when one has failed often."""

    help = "List documents whose last step failed; exit 1 when one has failed --alarm times or more (for monitoring)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From how many failures on somebody must look."""
        parser.add_argument("--alarm", type=int, default=5)

    def handle(self, *args: Any, alarm: int, **options: Any) -> None:
        """One line a document: code, kind, state, failures, reason, next attempt."""
        late = Document.objects.filter(next_attempt_at__isnull=False).exclude(last_error="").select_related("kind")
        stuck = 0
        for each in late.order_by("-attempts", "pk").iterator(500):
            stuck += each.attempts >= alarm
            again = f"{timezone.localtime(each.next_attempt_at):%d/%m/%Y %H:%M:%S}"
            self.stdout.write(
                f"{each.code}  {each.kind.code}  {each.state}  {each.attempts}  {each.last_error}  {again}"
            )
        if stuck:
            raise CommandError(f"{stuck} documents have failed {alarm} times or more.", returncode=1)
