"""Build the package of a transfer by hand, as the worker does it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from documents.keeping.packages import PackageNotReady, build_package
from documents.models import Transfer


class Command(BaseCommand):
    """Write the zip of one transfer whose list is archived, and its SHA-256."""

    help = "Build the transfer package of a transfer (its uuid stands in the address of its page)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The transfer and where its package goes."""
        parser.add_argument("transfer", type=UUID)
        parser.add_argument("target", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Build it."""
        try:
            transfer = Transfer.objects.select_related("unit", "list_document").get(uuid=options["transfer"])
            digest = build_package(transfer, options["target"])
        except Transfer.DoesNotExist:
            raise CommandError("There is no such transfer.") from None
        except PackageNotReady as error:
            raise CommandError(f"Not yet: {error}.") from error
        self.stdout.write(f"{digest}  {options['target']}")
