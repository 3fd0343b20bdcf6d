import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organization.append_only import append_only
from organization.models import Unit


class UseEvent(models.TextChoices):
    """How numbers are used otherwise than by a document of this system."""

    RESERVED = "reserved", _("reserved")
    ON_PAPER = "on_paper", _("used on paper")
    LOST = "lost", _("lost in a restore, see the archive")
    ASSIGNED = "assigned", _("given to a paper document")
    CANCELLED = "cancelled", _("cancelled")


BEGINNINGS = (UseEvent.RESERVED, UseEvent.ON_PAPER, UseEvent.LOST)


@append_only
class NumberUse(models.Model):
    """One act on numbers first..last of a book that no document of this system bears.

    A row without `follows` takes the numbers out of the counter; the row that follows it says what became of them.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    book = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    event = models.CharField(max_length=10, choices=UseEvent)
    text = models.CharField(max_length=500, blank=True)
    dated_on = models.DateField(null=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["unit", "book", "year", "first", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "book", "year", "first"],
                condition=Q(follows__isnull=True),
                name="one_use_begins_at_a_number",
            ),
            models.CheckConstraint(condition=Q(first__gte=1, last__gte=F("first")), name="use_covers_its_numbers"),
            models.CheckConstraint(
                condition=Q(follows__isnull=True, event__in=BEGINNINGS)
                | (Q(follows__isnull=False) & ~Q(event__in=BEGINNINGS)),
                name="only_a_use_that_follows_settles",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.book} {self.year}: {self.first}..{self.last} {self.event}"
