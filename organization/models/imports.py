import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organization.models.people import Person


class ImportBatch(models.Model):
    """An uploaded Excel file: previewed with its row errors, stored only when a person confirms the preview."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("previewed")
        STORED = "stored", _("stored")
        DISCARDED = "discarded", _("discarded")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    errors = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.PREVIEWED)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    stored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="stored") | Q(stored_at__isnull=False), name="import_stored_has_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"
