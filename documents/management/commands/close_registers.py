from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents import register
from documents.models import RegisterLine
from documents.numbering import LOCAL, NumberingRefused
from documents.tasks import prove_registers
from organization.models import Unit


class Command(BaseCommand):
    help = "Closes the register of past days (or up to now) as one more sheet an agency, stamped and mailed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--unit", help="code of one agency; all of them without it")
        parser.add_argument("--today", action="store_true", help="close what was entered today as well")

    def handle(self, *args, unit: str | None, today: bool, **options) -> None:
        units = Unit.objects.filter(pk__in=RegisterLine.objects.values("unit"))
        if unit is not None:
            units = units.filter(code=unit)
            if not units.exists():
                raise CommandError(f"No agency with the code {unit} has anything in its register.", returncode=2)
        on = timezone.localdate(timezone=LOCAL) - timedelta(days=0 if today else 1)
        for each in units:
            try:
                sheet = register.write_sheet(unit=each, on=on)
            except NumberingRefused as refused:
                raise CommandError(str(refused), returncode=1) from refused
            if sheet is not None:
                self.stdout.write(f"{register.folder_of(each).name}/{register.name_of(sheet)}.txt  {sheet.sha256}")
        prove_registers()
