from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from documents.inspection import CHECKS, Fault
from organization.models import Person, Unit
from workflows.demo import (
    assessing,
    correcting,
    deliberating,
    opening,
    province,
    publishing,
    report,
    reviewing,
    synthesising,
    waiting,
)
from workflows.demo.telling import Story


class Command(BaseCommand):
    help = "Runs one invented department through a whole quarter and verifies every document. Needs a running worker."

    def handle(self, *args, **options) -> None:
        if Person.objects.exists():
            raise CommandError("The demo needs an empty database: it invents a whole province.")
        try:
            story = self._tell()
        except waiting.Stuck as stuck:
            raise CommandError(f"The demo is stuck. {stuck}") from stuck
        found = {name: list(check()) for name, check in CHECKS.items()}
        faults = [entry for entries in found.values() for entry in entries if isinstance(entry, Fault)]
        verified = {entry for entry in found["signatures"] if isinstance(entry, str)}
        self.stdout.write("\n" + report.table(story.chapters, verified))
        self.stdout.write(f"folder: {report.folder()}\n\n{report.logins()}\n")
        if faults:
            raise CommandError("\n".join(f"{fault.check} {fault.subject}: {fault.problem}" for fault in faults))

    def _tell(self) -> Story:
        at = timezone.now()
        officer = province.build(at)
        story = Story(officer, self.stdout.write)
        agencies = list(Unit.objects.filter(code__in=("SNV", "STC")))
        people = list(Person.objects.filter(appointments__unit__code__regex=r"^(SNV|STC)(-|$)").distinct())
        auditor = Person.objects.get(username="chidk")
        leaders, clerk = province.leaders(), Person.objects.get(username=province.CLERK)
        province.give_logins(list({*people, auditor, clerk, *leaders}))
        province.give_keys([*people, province.head()], [*agencies, province.top()])
        province.give_oversight(auditor, agencies[0], at)
        province.give_clerk(clerk, at)
        for chapter in (opening, assessing, reviewing, synthesising, deliberating, publishing, correcting):
            chapter.tell(story)
        return story
