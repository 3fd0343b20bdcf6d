from django.conf import settings
from django.core.management.base import BaseCommand

from workflows.diagrams import page


class Command(BaseCommand):
    help = "Draws docs/process.md from the state machines, the flow and the presets."

    def handle(self, *args, **options) -> None:
        target = settings.BASE_DIR / "docs" / "process.md"
        target.write_text(page(), encoding="utf-8")
        self.stdout.write(f"docs/{target.name}")
