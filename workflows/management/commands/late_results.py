"""Results that are late for the national database: the monitoring's alarm, by agency, without any name."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Min
from django.utils import timezone

from workflows.models import NationalResult


class Command(BaseCommand):
    """Count for each agency what is past its day without having been received; exit 1 when there is something."""

    help = "Count results that the national database should have received by now; exit 1 when there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line an agency: code, how many, since which day, how many of them stand in a file without a receipt."""
        late = NationalResult.objects.overdue(timezone.localdate())
        unanswered = dict(late.unanswered().order_by().values_list("agency").annotate(number=Count("pk")))
        rows = late.order_by("agency__code").values_list("agency", "agency__code")
        total = 0
        for agency, code, count, since in rows.annotate(number=Count("pk"), since=Min("due_on")):
            total += count
            self.stdout.write(f"{code}  {count}  {since:%d/%m/%Y}  {unanswered.get(agency, 0)}")
        if total:
            raise CommandError(f"{total} results are late for the national database.", returncode=1)
