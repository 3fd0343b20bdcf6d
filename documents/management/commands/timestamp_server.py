"""The demo authority's time-stamp service on loopback."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from documents import demo_authority, timestamping


class Command(BaseCommand):
    """Serve RFC 3161 time stamps without legal value, until interrupted."""

    requires_system_checks = []  # touches no model, page or setting
    help = "Serve the demo authority's time stamps (RFC 3161) on 127.0.0.1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Port 0 takes a free one; its address is the first line printed."""
        parser.add_argument("--port", type=int, default=0)
        parser.add_argument("--folder", type=Path, required=True, help="the demo authority's folder")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the authority if it is new, then serve."""
        demo_authority.create(options["folder"])
        with timestamping.server(options["folder"], options["port"]) as responder:
            self.stdout.write(f"http://127.0.0.1:{responder.server_port}/")
            self.stdout.flush()
            try:
                responder.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("")
