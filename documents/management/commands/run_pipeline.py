from datetime import timedelta

from django.core.management.base import BaseCommand

from documents import pipeline


class Command(BaseCommand):
    help = "Carry every due document as far as it goes without people, then stop: the pipeline without a broker."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--seconds", type=float, default=60.0, help="stop after this time (default 60)")
        parser.add_argument(
            "--lease", type=float, default=60.0, help="seconds until a dead worker's document is free"
        )

    def handle(self, *args, **options) -> None:
        carried = pipeline.drain(seconds=options["seconds"], lease=timedelta(seconds=options["lease"]))
        self.stdout.write(f"{carried} carried")
