"""Documents that the pipeline or a signature could not carry on with: the technical staff's list, without content."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.models import Document, State, Trouble


class Command(BaseCommand):
    """Name each document that a step has failed for, with the reason; exit 1 when one has failed often, or when a
    person cannot sign it because its stored file is damaged: that one is tried by nobody again."""

    help = (
        "List documents whose last step failed; exit 1 when one has failed --alarm times or more, or waits for a "
        "signature with a damaged file (for monitoring)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """From how many failures on somebody must look."""
        parser.add_argument("--alarm", type=int, default=5)

    def handle(self, *args: Any, alarm: int, **options: Any) -> None:
        """One line a document: code, kind, state, failures, reason, next attempt ("-" where a person tries it)."""
        late = Document.objects.exclude(last_error__in=["", Trouble.NO_SIGNER]).exclude(state=State.CANCELLED)
        stuck = damaged = 0
        for each in late.select_related("kind").order_by("-attempts", "pk").iterator(500):
            stuck += each.attempts >= alarm
            damaged += each.next_attempt_at is None and each.last_error == Trouble.FILE_DAMAGED
            again = f"{timezone.localtime(each.next_attempt_at):%d/%m/%Y %H:%M:%S}" if each.next_attempt_at else "-"
            self.stdout.write(
                f"{each.code}  {each.kind.code}  {each.state}  {each.attempts}  {each.last_error}  {again}"
            )
        alarms = [f"{stuck} documents have failed {alarm} times or more."] if stuck else []
        if damaged:
            alarms.append(f"{damaged} documents cannot be signed: their stored file is missing or damaged.")
        if alarms:
            raise CommandError(" ".join(alarms), returncode=1)
