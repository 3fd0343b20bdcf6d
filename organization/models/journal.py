import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from organization.append_only import append_only
from organization.models.people import Person
from organization.models.units import Unit


@append_only
class JournalEntry(models.Model):
    """One act: who, for whom, under which authority, when, from what to what. Never changed, never removed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("time"), db_index=True)
    event = models.CharField(_("event"), max_length=60, db_index=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    under = models.JSONField(_("authority"), default=dict)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    subject_type = models.CharField(max_length=60)
    subject_uuid = models.UUIDField()
    changed_from = models.CharField(max_length=200, blank=True)
    changed_to = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)
    practice = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["subject_type", "subject_uuid", "id"])]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.event}"
