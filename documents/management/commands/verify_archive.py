from django.core.management.base import BaseCommand, CommandError

from documents.inspection import CHECKS, Fault


class Command(BaseCommand):
    help = "Re-hash every stored file and validate every signature, number and register line; exit 1 on any fault."

    def handle(self, *args, **options) -> None:
        faults: list[Fault] = []
        self.stdout.write(f"{'check':<12}{'right':>8}{'wrong':>8}")
        for name, check in CHECKS.items():
            findings = list(check())
            wrong = [finding for finding in findings if isinstance(finding, Fault)]
            self.stdout.write(f"{name:<12}{len(findings) - len(wrong):>8}{len(wrong):>8}")
            faults.extend(wrong)
        for fault in faults:
            self.stdout.write(f"{fault.check}: {fault.subject}: {fault.problem}")
        if faults:
            raise CommandError(f"{len(faults)} faults in the archive.", returncode=1)
