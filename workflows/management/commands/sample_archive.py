from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.models import DocumentRevision
from organization.models import Person
from workflows.demo.sampling import Sample, Stuck


class Command(BaseCommand):
    help = (
        "Fills an empty database with a sample archive: every kind of document, signed, numbered, sealed, archived."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=20, help="how many people of the sample province (420)")

    def handle(self, *args, **options) -> None:
        if Person.objects.exists():
            raise CommandError("The sample archive needs an empty database: it invents a whole province.")
        sample = Sample(self.stdout.write, timezone.now())
        try:
            counts = sample.make(options["people"])
        except Stuck as stuck:
            raise CommandError(str(stuck)) from stuck
        for kind, count in sorted(counts.items()):
            self.stdout.write(f"{kind:24}{count:6}")
        total, seconds = sum(counts.values()), sum(sample.seconds.values())
        signed = DocumentRevision.objects.exclude(fingerprint="").count()
        self.stdout.write(f"{total} documents, {signed} signatures and seals, {seconds:.1f} s")
        self.stdout.write("Check it with: manage.py verify_archive")
